"""Commands of CONTROL events, decoded and tested (spec 11). A symbol of None is the whole engine."""

from __future__ import annotations

from typing import NamedTuple

from quartet.engines.reference.core.settings import Limits, Program, RiskModel
from quartet.engines.reference.core.state import Band


class SetLevel(NamedTuple):
    """Spec 11.1."""

    level: int
    symbol: int | None
    flatten: bool


class Resume(NamedTuple):
    """Spec 11.2."""


class SetLimits(NamedTuple):
    """Spec 11.3; the blob is what the snapshot carries."""

    limits: Limits
    blob: bytes


class SetRiskModel(NamedTuple):
    """Spec 11.3."""

    risk_model: RiskModel
    blob: bytes


class SetProgram(NamedTuple):
    """Spec 11.3."""

    program: Program
    blob: bytes


class LoadPosition(NamedTuple):
    """Spec 11.4."""

    symbol: int
    quantity: int
    price: int


class CashFlow(NamedTuple):
    """Spec 11.5."""

    amount: int


class SetStatus(NamedTuple):
    """Spec 11.6."""

    symbol: int
    status: int
    band: Band | None


class CancelAll(NamedTuple):
    """Spec 11.7."""

    symbol: int | None


Command = SetLevel | Resume | SetLimits | SetRiskModel | SetProgram | LoadPosition | CashFlow | SetStatus | CancelAll
