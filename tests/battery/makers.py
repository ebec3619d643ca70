"""How everything registered of a kind becomes a maker of (T, N) values. A new kind adds its line to MAKERS."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import numpy as np

from quartet.backtest.costs.charging import CommissionPlan
from quartet.backtest.prices import PricePanel
from quartet.backtest.sizing import Sized
from quartet.core.registry import Entry, entries
from quartet.core.registry import entry as entry_of
from tests.battery.checks import Floats, Maker

SIZED_BY: Final = {"impact_aware": {"alpha": 0.02, "capital": 100_000}}
"""What a sizer needs before it does anything."""


def of_sizer(entry: Entry) -> Maker:
    """The share that a signal, the direction of the last bar, is worth."""

    def make(prices: PricePanel) -> Floats:
        up = np.where(prices.close >= prices.open, 1.0, -1.0)
        signed = np.where(prices.present, up, np.nan)
        return Sized.of(entry(prices, signed, 0.1, **SIZED_BY.get(entry.name, {}))).share

    return make


def of_slippage(entry: Entry, **keys: object) -> Maker:
    """Slippage of a thousand units."""

    def make(prices: PricePanel) -> Floats:
        made = entry(prices, Decimal(5), **keys)
        fixed = np.full(prices.close.shape, made.fixed_ppb / 1e9)
        if made.root is None:
            return fixed
        flat = 0.0 if made.flat is None else made.flat
        return np.asarray(fixed + made.root * 1000.0**made.power + made.line * 1000.0 + flat, np.float64)

    return make


def of_commission(entry: Entry) -> Maker:
    """Every column of the plan, the same for all symbols."""

    def make(prices: PricePanel) -> Floats:
        plan = CommissionPlan.of(entry(prices.stamps)).rows.astype(np.float64).sum(axis=(0, 2))[:, None]
        return np.broadcast_to(plan, prices.close.shape).copy()

    return make


MAKERS: Final[dict[str, Callable[[Entry], Maker]]] = {
    "sizer": of_sizer,
    "slippage": of_slippage,
    "commission": of_commission,
}
TIMED: Final = {"time_of_day": {"calendar": "us_equities"}, "conditions": True, "of_spread": True}
"""What reads clocks and conditions, which the defaults leave alone."""
TOGETHER: Final = {"sizer equal_risk"}
"""What weighs symbols against each other, so that it must know which there are."""


def everything() -> list[tuple[str, Maker]]:
    """All that is registered of these kinds."""
    found = [(f"{kind} {name}", make(each)) for kind, make in MAKERS.items() for name, each in entries(kind).items()]
    timed = of_slippage(entry_of("slippage", "adaptive"), **TIMED)
    return [*found, ("slippage adaptive by time and condition", timed)]
