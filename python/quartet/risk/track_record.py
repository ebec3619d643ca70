"""What a strategy did, checked once and in one form: the thing that every measure reads.

record = TrackRecord.of_equity(equity, timestamps=stamps, trading_year="us_equities")
record = record.beside(benchmark=index_returns, positions=weights, trades=round_trips(fills))
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self

import numpy as np

from quartet.core.errors import DataError
from quartet.risk.annualisation import DAY_NS, WEEKS_MIN, TradingYear, periods_per_year
from quartet.risk.measuring import Floats, Ints
from quartet.risk.series import floats, forecasts, times
from quartet.risk.trips import RoundTrips

LOW_SAMPLE: Final = 30
"""Figures of fewer periods, or closed trips, carry the flag low_sample."""


@dataclass(frozen=True, eq=False)
class TrackRecord:
    """Returns of T periods and what goes with them. Made by of_returns or of_equity, completed by beside.

    Where equity fell to zero or below everything ends with that period, and `ruined` is true.
    """

    returns: Floats
    """(T,) net simple returns of periods that follow each other and do not overlap."""
    equity: Floats
    """(T + 1,) without deposits and withdrawals."""
    periods_given: int
    """T before the record was cut at ruin."""
    timestamps: Ints | None = None
    """(T + 1,) ns UTC."""
    periods_per_year: float | None = None
    benchmark: Floats | None = None
    gross_returns: Floats | None = None
    positions: Floats | None = None
    """(T + 1, N) weights."""
    trades: RoundTrips | None = None
    var_forecasts: Floats | None = None
    es_forecasts: Floats | None = None

    @classmethod
    def of_returns(
        cls,
        returns: Any,
        *,
        initial: float = 1.0,
        timestamps: Any = None,
        periods_a_year: float | None = None,
        trading_year: str | TradingYear | None = None,
    ) -> Self:
        """From T simple returns net of costs, fractions; initial is the equity before the first.

        timestamps: T + 1 ends of periods, or T without the begin of the first, which then lies one median step before.
        periods_a_year: default from trading_year and the stamps, or from stamps alone that span four weeks; else the
        figures of a year are null. DataError names bad rows.
        """
        values = floats(returns, "returns")
        if len(values) == 0 or not initial > 0:
            raise DataError("returns: give at least one, and an initial equity above zero")
        stamps = _stamps(timestamps, len(values))
        made = cls(values, initial * np.cumprod(np.append(1.0, 1.0 + values)), len(values), stamps)
        return made._timed(periods_a_year, trading_year)._cut()

    @classmethod
    def of_equity(
        cls,
        equity: Any,
        *,
        flows: Any = None,
        timestamps: Any = None,
        periods_a_year: float | None = None,
        trading_year: str | TradingYear | None = None,
    ) -> Self:
        """From T + 1 values of an account, in its currency, the first before the first period.

        flows: what was deposited (withdrawn: negative) at each of those ends, counted in the equity of the same end.
        The rest is as for of_returns. DataError names bad rows.
        """
        values = floats(equity, "equity")
        if len(values) < 2 or values[0] <= 0:
            raise DataError("equity: give at least two values, the first above zero")
        moved = np.zeros(len(values)) if flows is None else floats(flows, "flows", length=len(values))
        ends = np.flatnonzero(values - moved <= 0)
        emptied = np.flatnonzero(values[: int(ends[0]) if len(ends) else -1] <= 0)
        if len(emptied):
            row = int(emptied[0])
            raise DataError(f"equity, row {row:,}: a withdrawal left {values[row]:g}; end the record before that row")
        with np.errstate(divide="ignore", invalid="ignore"):  # after ruin, where everything is cut
            growth = np.nan_to_num((values[1:] - moved[1:]) / values[:-1])
        index = values if flows is None else values[0] * np.cumprod(np.append(1.0, growth))
        made = cls(growth - 1.0, index, len(growth), _stamps(timestamps, len(growth)))
        return made._timed(periods_a_year, trading_year)._cut()

    def beside(
        self,
        *,
        benchmark: Any = None,
        gross_returns: Any = None,
        positions: Any = None,
        trades: RoundTrips | None = None,
        var_forecasts: Any = None,
        es_forecasts: Any = None,
    ) -> Self:
        """The record with what else is known of the same T periods; DataError for wrong lengths and bad rows.

        benchmark, gross_returns (before costs): (T,) simple returns. positions: (T + 1) x N weights,
        the first row before the first period. var_forecasts, es_forecasts: (T,), NaN until the first could be made.
        """
        count = self.periods_given
        given: dict[str, Any] = {"trades": trades}
        for name, values in (("benchmark", benchmark), ("gross_returns", gross_returns)):
            given[name] = None if values is None else floats(values, name, length=count)
        for name, values in (("var_forecasts", var_forecasts), ("es_forecasts", es_forecasts)):
            given[name] = None if values is None else forecasts(values, name, length=count)
        if positions is not None:
            given["positions"] = floats(positions, "positions", length=count + 1, columns=True)
        return replace(self, **{name: values for name, values in given.items() if values is not None})._cut()

    @property
    def ruined(self) -> bool:
        """Whether equity fell to zero or below."""
        return bool(self.equity[-1] <= 0)

    @cached_property
    def losses(self) -> Floats:
        """(T,) fractions of equity, positive where it hurts."""
        return -self.returns

    def resampled(self, rows: Ints) -> Self:
        """The record of other periods in another order; trades, positions, forecasts and times are left out."""
        returns = self.returns[rows]
        return replace(
            self,
            returns=returns,
            equity=self.equity[0] * np.cumprod(np.append(1.0, 1.0 + returns)),
            periods_given=len(rows),
            timestamps=None,
            benchmark=None if self.benchmark is None else self.benchmark[rows],
            gross_returns=None if self.gross_returns is None else self.gross_returns[rows],
            positions=None,
            trades=None,
            var_forecasts=None,
            es_forecasts=None,
        )._cut()

    def _timed(self, periods_a_year: float | None, trading_year: str | TradingYear | None) -> Self:
        if periods_a_year is not None:
            if not 0 < periods_a_year < np.inf:
                raise DataError(f"periods_a_year = {periods_a_year}: give a positive number")
            return replace(self, periods_per_year=float(periods_a_year))
        if self.timestamps is None:
            if trading_year is not None:
                raise DataError("a trading year tells periods a year only with timestamps; give them or periods_a_year")
            return self
        long_enough = self.timestamps[-1] - self.timestamps[0] >= WEEKS_MIN * 7 * DAY_NS
        if trading_year is None and not long_enough:
            return self
        return replace(self, periods_per_year=periods_per_year(self.timestamps, trading_year))

    def _cut(self) -> Self:
        """Everything up to the period of ruin, that period with it."""
        bottom = np.flatnonzero(self.equity <= 0)
        count = int(bottom[0]) if len(bottom) else len(self.returns)
        cut: dict[str, Any] = {}
        for name, rows in _ROWS_BEYOND_PERIODS.items():
            values = getattr(self, name)
            if values is not None and len(values) > count + rows:
                cut[name] = values[: count + rows]
        last = None if self.timestamps is None else int(self.timestamps[min(count, len(self.timestamps) - 1)])
        if self.trades is not None and len(bottom) and last is not None:
            cut["trades"] = self.trades.closed_until(last)
        return replace(self, **cut) if cut else self


_ROWS_BEYOND_PERIODS: Final = {
    "returns": 0,
    "equity": 1,
    "timestamps": 1,
    "benchmark": 0,
    "gross_returns": 0,
    "positions": 1,
    "var_forecasts": 0,
    "es_forecasts": 0,
}
"""The rows of each field over T."""


def _stamps(values: Any, count: int) -> Ints | None:
    if values is None:
        return None
    stamps = times(values, "timestamps")
    if len(stamps) == count and count > 1:
        return np.append(stamps[0] - int(np.median(np.diff(stamps))), stamps)
    return times(stamps, "timestamps", length=count + 1)
