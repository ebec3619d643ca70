"""Drawdown of equity, never of added-up profit: the path, its episodes, and the same value by value.

Source: Chekhlov, Uryasev, Zabarankin (2005), "Drawdown measure in portfolio optimization"; Martin, McCann (1989).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from quartet.core.errors import DataError
from quartet.risk.measuring import Floats


@dataclass(frozen=True, slots=True)
class Episode:
    """From a high to the next new high; places are rows of the equity."""

    peak: int
    trough: int
    recovery: int | None
    """The first row at the old high or above; None while it is open."""
    depth: float


def drawdowns(equity: Floats) -> Floats:
    """1 - equity / highest equity so far, in [0, 1], for each row of a series (n,) whose first value is above zero.

    From the first value at zero or below it is 1. DataError for an empty series or a first value at zero or below.
    """
    if len(equity) == 0 or not equity[0] > 0:
        raise DataError("equity: give at least one value, the first above zero")
    depth = 1.0 - equity / np.maximum.accumulate(equity)
    ruin = np.flatnonzero(equity <= 0)
    if len(ruin):
        depth[ruin[0] :] = 1.0
    return depth


def episodes(equity: Floats) -> list[Episode]:
    """Every drawdown of a series, in order; the last may be open."""
    under = drawdowns(equity) > 0
    edges = np.diff(np.concatenate(([False], under, [False])).astype(np.int8))
    depth = drawdowns(equity)
    found = []
    for begin, end in zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True):
        trough = begin + int(np.argmax(depth[begin:end]))
        found.append(Episode(_high(equity, begin), trough, end if end < len(equity) else None, float(depth[trough])))
    return found


def deepest(equity: Floats) -> Episode | None:
    """The episode of the maximum drawdown, the first of equals; None where equity never fell."""
    return max(episodes(equity), key=lambda each: each.depth, default=None)


def _high(equity: Floats, begin: int) -> int:
    """The first row of the high that row begin falls from."""
    return int(np.argmax(equity[:begin]))


class DrawdownTracker:
    """The drawdown of an account value by value, in constant time and space; deposits move the high with them."""

    __slots__ = ("_given", "bars_under_water", "depth", "high", "worst")

    def __init__(self) -> None:
        self.high = 0.0
        """The highest equity, scaled by deposits and withdrawals; 0 before the first value."""
        self.depth = 0.0
        self.worst = 0.0
        self.bars_under_water = 0
        self._given = False

    @property
    def ruined(self) -> bool:
        """Whether equity fell to zero or below; nothing changes after that."""
        return self.depth == 1.0

    def update(self, equity: float, flow: float = 0.0) -> float:
        """Take the equity of the next stamp and what was deposited at it (counted in it); gives the drawdown.

        DataError, with nothing changed, for values that are not finite and for a first equity at zero or below.
        """
        before = equity - flow
        if not (math.isfinite(equity) and math.isfinite(flow)) or not (self._given or before > 0):
            raise DataError(f"equity {equity} with a flow of {flow}: give finite numbers, the first equity above zero")
        self._given = True
        if self.ruined:
            return self.depth
        self.high = max(self.high, before)
        self.depth = 1.0 if before <= 0 else 1.0 - before / self.high
        self.worst = max(self.worst, self.depth)
        self.bars_under_water = self.bars_under_water + 1 if self.depth > 0 else 0
        if before > 0:
            self.high *= equity / before
        return self.depth
