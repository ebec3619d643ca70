"""How much history signals need: made again from later starts, after how many bars are they the same (S-136)?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from quartet.backtest.prices import STORED, PricePanel
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.signals import SignalPanel
from quartet.core.errors import QuartetError

_BARS_MIN: Final = 20
"""Fewer bars do not tell."""
_TOLERANCE: Final = 1e-9
"""Relative and absolute; rounding of windows that are summed anew."""


@dataclass(frozen=True, slots=True)
class HistoryNeed:
    """What was found."""

    starts: int
    """From so many later starts the signals were made again."""
    bars: int | None
    """Bars after which they were the same from each of them; None: they never were."""
    differing: float
    """Share of the decisions from a later start that were other ones, the most of any."""

    @property
    def text(self) -> str:
        """For the assumptions of a result."""
        if not self.starts:
            return "not checked: signals were given as they are"
        if self.bars is None:
            return (
                f"all of it: from a later start {self.differing:.1%} of the decisions are others, to the last bar; "
                "live trading must begin with the same history"
            )
        return f"{self.bars:,} bars, after which the signals are the same whatever was before"


NOT_CHECKED: Final = HistoryNeed(0, 0, 0.0)


def history_needed(source: SignalSource, prices: PricePanel, made: SignalPanel) -> HistoryNeed:
    """Make the signals again without the first eighth, quarter and half of the bars."""
    count = len(prices.stamps)
    if not source.remakes or count < _BARS_MIN:
        return NOT_CHECKED
    checked, needed, differing = 0, 0, 0.0
    endless = False
    for begin in (count // 8, count // 4, count // 2):
        later = since(prices, begin)
        try:
            again = source.panel(later).product
        except QuartetError:
            continue
        columns = [prices.symbols.index(symbol) for symbol in later.symbols]
        before = made.product[begin:][:, columns]
        differs = ~np.isclose(again, before, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True)
        rows = np.flatnonzero(differs.any(axis=1))
        checked += 1
        if len(rows):
            needed = max(needed, int(rows[-1]) + 1)
            differing = max(differing, float(differs[later.present].mean()))
            endless = endless or bool(rows[-1] == len(differs) - 1)
    return HistoryNeed(checked, None if endless else needed, differing)


def since(prices: PricePanel, begin: int) -> PricePanel:
    """The stamps from begin on, of the symbols that have a bar there."""
    there = np.flatnonzero(prices.present[begin:].any(axis=0))
    cut: dict[str, Any] = {
        name: np.ascontiguousarray(values[begin:][:, there])
        for name in (*STORED, "present", "halted")
        if (values := getattr(prices, name)) is not None
    }
    return replace(prices, stamps=prices.stamps[begin:], symbols=tuple(prices.symbols[i] for i in there), **cut)
