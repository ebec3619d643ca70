"""How many return periods a year has: from the trading year of a market, or from the timestamps themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from quartet.core.errors import DataError
from quartet.risk.measuring import Ints

MINUTE_NS: Final = 60 * 10**9
DAY_NS: Final = 1440 * MINUTE_NS
_WEEK_NS: Final = 7 * DAY_NS
_YEAR_NS: Final = 36525 * DAY_NS // 100
WEEKS_MIN: Final = 4
"""Shorter spans do not tell how much of a year is closed."""


@dataclass(frozen=True, slots=True)
class TradingYear:
    """When a market is open: sessions a year, and how long one is."""

    sessions: float
    session_ns: int

    def periods(self, bar_ns: int) -> float:
        """Periods of that length a year; DataError where the length is not positive.

        Below a day the time in sessions is divided by it; a day is a session; above a day it is a share of the year of
        365.25 days.
        """
        if bar_ns <= 0:
            raise DataError(f"a period of {bar_ns} ns: give a positive length")
        if bar_ns > DAY_NS:
            return _YEAR_NS / bar_ns
        return self.sessions if bar_ns >= self.session_ns else self.sessions * self.session_ns / bar_ns


TRADING_YEARS: Final = {
    "us_equities": TradingYear(252, 390 * MINUTE_NS),
    "fx": TradingYear(260, DAY_NS),
    "crypto": TradingYear(365, DAY_NS),
}
"""Trading years by name: 252 sessions of 390 minutes, 260 days without weekends, 365 days."""


def periods_per_year(timestamps: Ints, year: str | TradingYear | None = None) -> float:
    """Return periods a year of a series of period ends (ns UTC, increasing).

    With a trading year the length of a period is the median step. Without one the periods of the last whole weeks are
    counted, so that nights, weekends and holidays count as they occur. DataError where the name of the year is not
    known, where stamps do not increase, or where they span fewer than four weeks and no year is given.
    """
    steps = np.diff(timestamps)
    if len(steps) == 0 or np.any(steps <= 0):
        raise DataError("timestamps: give at least two, each later than the one before")
    if year is not None:
        return _named(year).periods(int(np.median(steps)))
    span_ns = int(timestamps[-1] - timestamps[0])
    weeks = span_ns // _WEEK_NS
    if weeks < WEEKS_MIN:
        raise DataError(
            f"timestamps span {span_ns / DAY_NS:.1f} days, too few to tell how many periods a year has: give "
            f"periods_per_year, or a trading year, one of {', '.join(TRADING_YEARS)}"
        )
    counted = int(np.count_nonzero(timestamps > timestamps[-1] - weeks * _WEEK_NS))
    return counted * _YEAR_NS / (weeks * _WEEK_NS)


def _named(year: str | TradingYear) -> TradingYear:
    if isinstance(year, TradingYear):
        return year
    if year not in TRADING_YEARS:
        raise DataError(f"trading year {year!r} is not known; there are: {', '.join(TRADING_YEARS)}")
    return TRADING_YEARS[year]


def rate_per_period(rate_per_year: float, periods_a_year: float) -> float:
    """The rate of one period that compounds to the simple rate of a year."""
    return float((1.0 + rate_per_year) ** (1.0 / periods_a_year) - 1.0)
