"""Calendar: what the calendar of every market can answer. Sessions are three arrays: dates, opens and closes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.core.errors import DataError
from quartet.data.contracts.schema import TIME
from quartet.data.times import DAY

Ints = NDArray[np.int64]
_YEAR_DAYS: Final = 365.25
_YEAR_NS: Final = 36525 * DAY // 100
_USUAL_YEARS: Final = (2004, 2023)
"""Twenty whole years over which a trading year is counted where no dates are given."""
_NO_DATE: Final = np.datetime64("NaT", "D")


class Calendar(ABC):
    """The sessions of one market. Dates are those of the exchange; a session may open on the evening before."""

    name: str
    first: date
    last: date
    """The range that it knows; beyond it every question is a DataError."""

    @abstractmethod
    def _sessions(self, start: date, end: date) -> tuple[list[date], Ints, Ints]:
        """Dates, opens and closes (ns UTC) of the sessions of start ... end."""

    def sessions(self, start: date, end: date) -> pl.DataFrame:
        """The sessions of the dates from start to end, both included: date, open, close (UTC).

        Half days close earlier. DataError where a date is beyond what the calendar knows.
        """
        self._within(start, end)
        dates, opens, closes = self._sessions(start, end)
        return pl.DataFrame(
            {
                "date": pl.Series(dates, dtype=pl.Date),
                "open": pl.Series(opens).cast(TIME),
                "close": pl.Series(closes).cast(TIME),
            }
        )

    def session_dates(self, timestamps_ns: Ints) -> Any:
        """The date of the session in which each time lies, open < time <= close; NaT between sessions.

        A stamp is the end of a bar, so that the close belongs to its session and the open to none. DataError beyond the
        calendar.
        """
        dates, opens, closes = self._around(timestamps_ns)
        place = np.searchsorted(opens, timestamps_ns, side="left") - 1
        inside = (place >= 0) & (timestamps_ns <= closes[np.maximum(place, 0)])
        days = np.array(dates, "datetime64[D]")
        return np.where(inside, days[np.maximum(place, 0)], _NO_DATE)

    def is_open(self, timestamps_ns: Ints) -> Any:
        """Whether the market is open at each time, open <= time < close and no break."""
        dates, opens, closes = self._around(timestamps_ns)
        place = np.searchsorted(opens, timestamps_ns, side="right") - 1
        at = np.maximum(place, 0)
        starts, ends = self._breaks(dates, opens)
        pause = (timestamps_ns >= starts[at]) & (timestamps_ns < ends[at])
        return (place >= 0) & (timestamps_ns < closes[at]) & ~pause

    def sessions_per_year(self, start: date | None = None, end: date | None = None) -> float:
        """Sessions in a year of 365.25 days: over the dates, else over the twenty years 2004 to 2023."""
        start = start or date(_USUAL_YEARS[0], 1, 1)
        end = end or date(_USUAL_YEARS[1], 12, 31)
        days = (end - start).days + 1
        if days < 1:
            raise DataError(f"calendar {self.name}: {start} to {end} holds no day")
        return len(self._checked(start, end)[0]) * _YEAR_DAYS / days

    def session_ns(self) -> int:
        """How long is traded in a session, in nanoseconds without breaks: the commonest length."""
        dates, opens, closes = self._checked(date(_USUAL_YEARS[1], 1, 1), date(_USUAL_YEARS[1], 12, 31))
        starts, ends = self._breaks(dates, opens)
        lengths, counts = np.unique(closes - opens - (ends - starts), return_counts=True)
        return int(lengths[np.argmax(counts)])

    def periods_per_year(self, bar_ns: int, start: date | None = None, end: date | None = None) -> float:
        """Bars of that length in a year, as annualisation wants it.

        Below a session the time in sessions is divided by it; up to a day a bar is a session; above a day it is a share
        of the year of 365.25 days. DataError where the length is not positive.
        """
        if bar_ns <= 0:
            raise DataError(f"a bar of {bar_ns} ns: give a positive length")
        if bar_ns > DAY:
            return _YEAR_NS / bar_ns
        sessions, session_ns = self.sessions_per_year(start, end), self.session_ns()
        return sessions if bar_ns >= session_ns else sessions * session_ns / bar_ns

    def _breaks(self, dates: list[date], opens: Ints) -> tuple[Ints, Ints]:
        """Start and end of the break of each session; equal where there is none."""
        return opens, opens

    def _checked(self, start: date, end: date) -> tuple[list[date], Ints, Ints]:
        self._within(start, end)
        return self._sessions(start, end)

    def _around(self, timestamps_ns: Ints) -> tuple[list[date], Ints, Ints]:
        if len(timestamps_ns) == 0:
            return [], np.zeros(1, np.int64), np.zeros(1, np.int64)
        low, high = (date(1970, 1, 1) + timedelta(days=int(edge(timestamps_ns)) // DAY) for edge in (np.min, np.max))
        self._within(low, high)
        near = timedelta(days=7)
        return self._sessions(max(low - near, self.first), min(high + near, self.last))

    def _within(self, start: date, end: date) -> None:
        if start < self.first or end > self.last:
            raise DataError(
                f"calendar {self.name}: {start} to {end} is not within what it knows, {self.first} to {self.last}"
            )
