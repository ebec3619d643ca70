"""What each account of a sweep paid by component, in floats; costs.attribution has a single run's to the last unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import FillColumn, PlanColumn, TermColumn
from quartet.backtest.columnar.many import ManyOutcomes
from quartet.backtest.costs.attribution import COMPONENTS
from quartet.backtest.costs.charging import due_on_sale
from quartet.backtest.plan import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def costs_of_many(outcomes: ManyOutcomes, plans: Sequence[Plan]) -> list[dict[str, float]]:
    """By account the components of a run, in money of the account; plans: that of each, of the same prices."""
    fills, owner, count = outcomes.fills, outcomes.owner, len(plans)
    stamps, symbols = fills[:, FillColumn.STAMP], fills[:, FillColumn.COLUMN]
    signed, price = fills[:, FillColumn.QUANTITY] / 1e9, fills[:, FillColumn.PRICE] / 1e9
    lead = plans[0]
    multiplier = lead.terms[symbols, TermColumn.MULTIPLIER]
    reference = lead.reference[stamps, symbols] / 1e9
    value = reference * np.abs(signed) * multiplier
    beyond = (price - reference) * signed * multiplier
    low = fills[:, FillColumn.FEE_LOW].astype(np.uint64).astype(np.float64)
    fees = (fills[:, FillColumn.FEE_HIGH] * 2.0**64 + low) / 1e18
    conversion = np.zeros(len(fills))
    if lead.conversion is not None:
        rows = stamps if len(lead.conversion) > 1 else np.zeros_like(stamps)
        conversion = lead.conversion[rows, symbols] / 1e9 * np.abs(price * signed) * multiplier
    regulatory = _regulatory(fills, owner, plans)
    spread = np.array([plan.half_spread_ppb for plan in plans])[owner] / 1e9 * value
    slips = np.array([plan.slippage.fixed_ppb - plan.half_spread_ppb for plan in plans])[owner] / 1e9 * value
    grows = np.array([plan.slippage.grows for plan in plans])[owner]
    impact = np.where(grows, beyond - spread - slips, 0.0)
    parts: dict[str, Floats] = {
        "commission": fees - regulatory - conversion,
        "regulatory": regulatory,
        "conversion": conversion,
        "spread": spread,
        "slippage": beyond - spread - impact,
        "impact": impact,
    }
    sums: dict[str, Any] = {name: np.bincount(owner, amounts, count) for name, amounts in parts.items()}
    sums |= dict(zip(("borrow", "funding", "interest"), outcomes.owed.T, strict=True))
    nothing = np.zeros(count)
    return [{name: float(sums.get(name, nothing)[at]) for name in COMPONENTS} for at in range(count)]


def _regulatory(fills: Ints, owner: Ints, plans: Sequence[Plan]) -> Floats:
    """What the authorities took of each fill; few plans have such fees."""
    due = np.zeros(len(fills))
    sells = (PlanColumn.SELL_RATE_PPB, PlanColumn.SELL_PER_UNIT)
    charged = np.array([bool(plan.commission.rows[0][:, sells].any()) for plan in plans])
    for at in np.flatnonzero(charged[owner] & (fills[:, FillColumn.QUANTITY] < 0)).tolist():
        plan = plans[int(owner[at])]
        stamp, symbol = int(fills[at, FillColumn.STAMP]), int(fills[at, FillColumn.COLUMN])
        quantity = -int(fills[at, FillColumn.QUANTITY])
        notional = int(fills[at, FillColumn.PRICE]) * quantity * int(plan.terms[symbol, TermColumn.MULTIPLIER])
        due[at] = due_on_sale(plan.commission.row(0, stamp), notional, quantity) / 1e18
    return due
