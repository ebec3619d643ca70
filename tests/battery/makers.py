"""How everything registered of a kind becomes a maker of (T, N) values. A new kind adds its line to MAKERS."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import numpy as np

from quartet.backtest.prices import PricePanel
from quartet.core.registry import Entry, entries
from tests.battery.checks import Floats, Maker


def of_sizer(entry: Entry) -> Maker:
    """The share that a signal, the direction of the last bar, is worth."""

    def make(prices: PricePanel) -> Floats:
        up = np.where(prices.close >= prices.open, 1.0, -1.0)
        signed = np.where(prices.present, up, np.nan)
        return np.asarray(entry(prices, signed, 0.1), np.float64)

    return make


def of_slippage(entry: Entry) -> Maker:
    """Slippage of a thousand units."""

    def make(prices: PricePanel) -> Floats:
        made = entry(prices, Decimal(5))
        fixed = np.full(prices.close.shape, made.fixed_ppb / 1e9)
        if made.root is None:
            return fixed
        return np.asarray(fixed + made.root * 1000.0**made.power + made.line * 1000.0, np.float64)

    return make


def of_commission(entry: Entry) -> Maker:
    """Every column of the plan, the same for all symbols."""

    def make(prices: PricePanel) -> Floats:
        plan = np.asarray(entry(prices.stamps), np.float64).sum(axis=1, keepdims=True)
        return np.broadcast_to(plan, prices.close.shape).copy()

    return make


MAKERS: Final[dict[str, Callable[[Entry], Maker]]] = {
    "sizer": of_sizer,
    "slippage": of_slippage,
    "commission": of_commission,
}
TOGETHER: Final = {"sizer equal_risk"}
"""What weighs symbols against each other, so that it must know which there are."""


def everything() -> list[tuple[str, Maker]]:
    """All that is registered of these kinds."""
    return [(f"{kind} {name}", make(each)) for kind, make in MAKERS.items() for name, each in entries(kind).items()]
