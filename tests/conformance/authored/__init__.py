"""Authored cases, a module per part of the specification; record.py turns them into vectors."""

from __future__ import annotations

from tests.conformance.authored import (
    bars,
    bounds,
    controls,
    errors,
    external,
    inputs,
    operators,
    policies,
    risk,
    self_trade,
    venue,
)
from tests.conformance.authored.case import Case


def all_cases() -> list[Case]:
    """Every authored case, in the order in which they are recorded."""
    modules = (inputs, operators, policies, venue, bars, risk, self_trade, controls, external, bounds, errors)
    return [case for module in modules for case in module.cases()]
