"""The work of B4: bars and a cross of two means, decided bar by bar; and what a few lines of Python make of it.

All is in whole cents and whole units, so that no engine's floats decide otherwise: means that are equal at a bar do not
occur. Each bar opens at the close before it, so that an engine which fills at the close of the decision, and not at
the next open, makes the same fills.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from quartet.bench.plan import Plan

Ints = NDArray[np.int64]
Fills = list[tuple[int, int, int]]
"""Bar, symbol, signed units; in this order."""

FAST: Final = 10
SLOW: Final = 30
CAPITAL_CENTS: Final = 10_000_000
FILE: Final = "bars.npz"
_FIRST_CENTS: Final = 10_000
_STEP: Final = 0.01
_MANY: Final = 100


@dataclass(frozen=True, eq=False)
class BarWork:
    """Half of the capital is held in equal parts, each part while its symbol's fast mean is above the slow one."""

    close: Ints
    """(T, N) in cents."""

    @classmethod
    def of(cls, bars: int, symbols: int) -> Self:
        """The same in every process and at every time."""
        draws = count()
        return cls(np.stack([next(_without_ties(bars, draws)) for _ in range(symbols)], axis=1))

    @classmethod
    def every(cls, plan: Plan) -> list[Self]:
        """One symbol, and many over fewer bars."""
        return [cls.of(plan.backtest_bars, 1), cls.of(plan.backtest_bars // 10, _MANY)]

    def save(self, folder: Path) -> None:
        """Write it for the peers."""
        np.savez(folder / FILE, close=self.close, fast=FAST, slow=SLOW, capital=CAPITAL_CENTS)

    @property
    def opens(self) -> Ints:
        """(T, N) the close before; the first bar opens at its own."""
        return np.vstack([self.close[:1], self.close[:-1]])

    @property
    def parts(self) -> int:
        """The capital is divided into so many, of which half are for use."""
        return 2 * int(self.close.shape[1])

    def expected(self) -> tuple[Fills, int]:
        """The fills, and the equity at the last close in cents."""
        above = _sums(self.close, FAST) * SLOW > _sums(self.close, SLOW) * FAST
        held, cash, fills = np.zeros(self.close.shape[1], np.int64), CAPITAL_CENTS, Fills()
        for bar in range(SLOW - 1, len(self.close) - 1):
            close = self.close[bar]
            equity = cash + int(held @ close)
            wanted = np.where(above[bar], np.where(held == 0, equity // (self.parts * close), held), 0)
            changes = wanted - held
            cash -= int(changes @ close)
            held = wanted
            fills += [(bar + 1, int(i), int(changes[i])) for i in np.flatnonzero(changes)]
        return fills, cash + int(held @ self.close[-1])


def _sums(values: Ints, window: int) -> Ints:
    """Of the last so many rows; 0 until there are."""
    whole = np.cumsum(np.vstack([np.zeros_like(values[:1]), values]), axis=0)
    return np.vstack([np.zeros_like(values[: window - 1]), whole[window:] - whole[:-window]])


def _without_ties(bars: int, draws: Iterator[int]) -> Iterator[Ints]:
    """Walks whose two means are never equal, the fast one below at first."""
    for seed in draws:
        steps = np.random.default_rng(seed).normal(0.0, _STEP, bars)
        walk = np.rint(np.clip(_FIRST_CENTS * np.exp(np.cumsum(steps)), 1_000.0, 100_000.0)).astype(np.int64)[:, None]
        apart = (_sums(walk, FAST) * SLOW - _sums(walk, SLOW) * FAST)[SLOW - 1 :]
        # backtesting.py decides nothing at the first bar at which both means stand.
        if apart.all() and apart[0] < 0:
            yield walk[:, 0]
