"""The work of B1, B2 and B3: prices, signals and pairs of windows, written once for ours and for the peers.

Each bar opens at the close before it, so that an order which is decided at a close and filled at the next open meets
the price that it was decided on: where a peer fills at the close of its signal, both make the same orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from quartet.bench.plan import Plan

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

CAPITAL: Final = 100_000.0
FEE: Final = 0.001
_FILE: Final = "work.npz"
_FASTS: Final = range(5, 25)
_SLOWS: Final = range(30, 130, 2)
_TURN: Final = 0.02
"""One bar of fifty says enter, one of fifty leave."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Shares of a price, of a notional and of equity."""

    share: float
    """Of equity, that an entry is worth."""
    slippage: float
    fee: float = FEE


COSTS: Final = {
    "B1": Costs(0.5, 0.0005),
    "B2": Costs(0.001, 0.0005),
    # Prices of nine places times a slippage would be rounded, in ours, to a tick of 1e-9 against us.
    "B3": Costs(0.5, 0.0),
}


@dataclass(frozen=True, eq=False)
class BacktestWork:
    """What is run: at the last bar nothing is decided, as no bar follows."""

    name: str
    close: Floats
    """(T, N)."""
    enter: Bools
    """(T, N) where a long position is wanted from; (0, 0) in B3."""
    leave: Bools
    fast: Ints
    """(members,) windows; B3 alone."""
    slow: Ints

    @classmethod
    def of(cls, name: str, plan: Plan) -> Self:
        """The same in every process and at every time."""
        draw = np.random.default_rng(7)
        columns = 1 if name == "B3" else plan.backtest_columns
        walk = np.cumsum(draw.normal(0.0, 0.01, (plan.backtest_bars, columns)), axis=0)
        # Means of prices of few places are equal at times, and floats then disagree on which is above.
        close = np.round(np.clip(100.0 * np.exp(walk), 1.0, 10_000.0), 9 if name == "B3" else 4)
        none, windows = np.zeros((0, 0), np.bool_), np.zeros(0, np.int64)
        if name == "B3":
            every = np.array([(fast, slow) for fast in _FASTS for slow in _SLOWS], np.int64)
            chosen = every[:: len(every) // plan.backtest_members]
            return cls(name, close, none, none, chosen[:, 0], chosen[:, 1])
        drawn = draw.random(close.shape)
        drawn[-1] = 0.5
        return cls(name, close, drawn < _TURN, drawn > 1.0 - _TURN, windows, windows)

    def save(self, folder: Path) -> None:
        """Write it for a process that is to run it."""
        np.savez(
            folder / _FILE,
            name=np.array(self.name),
            close=self.close,
            enter=self.enter,
            leave=self.leave,
            fast=self.fast,
            slow=self.slow,
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(folder / _FILE) as file:
            return cls(str(file["name"]), *(file[each] for each in ("close", "enter", "leave", "fast", "slow")))

    @property
    def costs(self) -> Costs:
        """Those of the workload."""
        return COSTS[self.name]

    @property
    def columns(self) -> int:
        """Columns of bars that are backtested: symbols, or members over the same symbol."""
        return len(self.fast) or self.close.shape[1]

    @property
    def opens(self) -> Floats:
        """(T, N) the close before; the first bar opens at its own."""
        return np.vstack([self.close[:1], self.close[:-1]])

    @property
    def scores(self) -> Floats:
        """(T, N) 1 where it enters, 0 where it leaves, NaN where nothing is decided."""
        return np.where(self.enter, 1.0, np.where(self.leave, 0.0, np.nan))


def rolling_mean(values: Floats, window: int) -> Floats:
    """Means of the last so many; NaN until there are."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.concatenate([np.full(window - 1, np.nan), (sums[window:] - sums[:-window]) / window])


def cross_scores(fast: Floats, slow: Floats) -> Floats:
    """(T, 1) long while the fast mean is above, else flat; NaN where one does not stand, and at the last bar."""
    score = np.where(np.isnan(fast + slow), np.nan, (fast > slow).astype(np.float64))
    score[-1] = np.nan
    return score[:, None]
