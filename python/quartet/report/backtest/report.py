"""What the page of a backtest is made from: the result, and what was found beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.capacity import Capacity
from quartet.backtest.ledger.selection import Selection
from quartet.backtest.result import BacktestResult
from quartet.backtest.stress.stressing import StressTable
from quartet.data.verdict import Verdict

Floats = NDArray[np.float64]
POINTS_MAX: Final = 3000


@dataclass(frozen=True, eq=False)
class BacktestReport:
    """A result, and what goes with it on a page."""

    name: str
    result: BacktestResult
    verdict: Verdict | None = None
    """Of the prices."""
    selection: Selection | None = None
    """How overfitted the best trial of the study is."""
    stress: StressTable | None = None
    capacity: Capacity | None = None
    """By impact of the orders on the price."""

    @cached_property
    def equity(self) -> Floats:
        """(T,) units of currency."""
        return self.result.record.equity

    @cached_property
    def returns(self) -> Floats:
        """(T - 1,) net."""
        returns: Floats = self.result.track_record.returns
        return returns

    @cached_property
    def times(self) -> NDArray[np.datetime64]:
        """(T,) ends of bars."""
        return self.result.stamps.astype("datetime64[ns]")

    @property
    def currency(self) -> str:
        """Of the account."""
        return self.result.settings.currency

    @property
    def year(self) -> float | None:
        """Return periods a year."""
        return self.result.track_record.periods_per_year

    @cached_property
    def shown(self) -> NDArray[np.int64]:
        """Places of the stamps that a chart shows: all, or as many as it can hold, evenly."""
        return evenly_of(len(self.times))


def evenly_of(count: int, most: int = POINTS_MAX) -> NDArray[np.int64]:
    """At most so many places of 0 to count - 1, the first and the last among them."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).astype(np.int64))
