"""Calendars by name: those of exchanges by their code (XNYS), and the two of markets without one (24/7, 24/5)."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import numpy as np

from quartet.core.errors import DataError
from quartet.core.extras import needed
from quartet.core.suggestion import suggestion
from quartet.data.calendars.calendar import Calendar, Ints
from quartet.data.times import DAY, UNITS, local_to_utc

_FIRST, _LAST = date(1971, 1, 4), date(2099, 12, 31)
_ALIASES: Final = {
    "crypto": "24/7",
    "fx": "24/5",
    "us_equities": "XNYS",
    "nyse": "XNYS",
    "nasdaq": "XNAS",
    "cme": "CMES",
    "lse": "XLON",
}
_COLUMNS: Final = ("open", "break_start", "break_end", "close")
_STARTS: Final = (1990, 1997, 2001, 2011, 2017, 2021)
_ENDS: Final = (2030, 2027, 2026, 2025)
_SATURDAY: Final = 5


class RoundTheClock(Calendar):
    """A market that never closes; a session is a day from its roll, by default midnight UTC, to the next."""

    name = "24/7"
    first, last = _FIRST, _LAST

    def __init__(self, roll_ns: int = 0) -> None:
        """roll_ns: when a session begins, after midnight UTC."""
        self._roll_ns = roll_ns

    def _sessions(self, start: date, end: date) -> tuple[list[date], Ints, Ints]:
        dates = _days(start, end)
        opens = np.array([_midnight(day) for day in dates], np.int64) + self._roll_ns
        return dates, opens, opens + DAY


class RoundTheWeek(Calendar):
    """The currency market: a session is from 17:00 in New York to 17:00 of the next day, Monday to Friday."""

    name = "24/5"
    first, last = _FIRST, _LAST

    def _sessions(self, start: date, end: date) -> tuple[list[date], Ints, Ints]:
        dates = [day for day in _days(start, end) if day.weekday() < _SATURDAY]
        close = np.array([_midnight(day) for day in dates], np.int64) + 17 * UNITS["h"]
        closes = local_to_utc(close, "America/New_York")
        opens = local_to_utc(close - DAY, "America/New_York")
        return dates, opens, closes


class ExchangeSessions(Calendar):
    """The calendar of an exchange, from exchange-calendars: holidays, half days, and the clock of its place."""

    def __init__(self, code: str) -> None:
        self.name = code
        self._calendar = _exchange(code)
        schedule = self._calendar.schedule
        self._dates = schedule.index.values.astype("datetime64[D]")
        times = {name: schedule[name].dt.tz_convert(None).to_numpy("datetime64[ns]") for name in _COLUMNS}
        self._opens: Ints = times["open"].astype(np.int64)
        self._closes: Ints = times["close"].astype(np.int64)
        pauses = [times[name] for name in ("break_start", "break_end")]
        none = np.isnat(pauses[0]) | np.isnat(pauses[1])
        self._pauses = [np.where(none, self._opens, each.astype(np.int64)) for each in pauses]
        self.first = self._dates[0].item()
        self.last = self._dates[-1].item()

    def _sessions(self, start: date, end: date) -> tuple[list[date], Ints, Ints]:
        low = np.searchsorted(self._dates, np.datetime64(start), "left")
        high = np.searchsorted(self._dates, np.datetime64(end), "right")
        return self._dates[low:high].tolist(), self._opens[low:high], self._closes[low:high]

    def _breaks(self, dates: list[date], opens: Ints) -> tuple[Ints, Ints]:
        low = int(np.searchsorted(self._opens, opens[0], "left")) if len(opens) else 0
        return self._pauses[0][low : low + len(opens)], self._pauses[1][low : low + len(opens)]


def calendar(name: str) -> Calendar:
    """The calendar of that name: the code of an exchange (XNYS, XLON, CMES), 24/7, 24/5, or crypto, fx, us_equities.

    ConfigError where the extra `data` is needed and missing, DataError with the nearest name where there is none.
    """
    return _named(_ALIASES.get(name.lower(), name if "/" in name else name.upper()))


def calendars() -> list[str]:
    """Names of all calendars that can be had here."""
    return ["24/5", "24/7", *sorted(_package().get_calendar_names(include_aliases=False)), *sorted(_ALIASES)]


@lru_cache(maxsize=32)
def _named(name: str) -> Calendar:
    if name == RoundTheClock.name:
        return RoundTheClock()
    if name == RoundTheWeek.name:
        return RoundTheWeek()
    codes = _package().get_calendar_names(include_aliases=True)
    if name not in codes:
        near = suggestion(name, [*codes, *_ALIASES, "24/7", "24/5"]) or "; XNYS, XLON, CMES, 24/7, 24/5 and others are"
        raise DataError(f"calendar {name!r} is not known{near}")
    return ExchangeSessions(name)


def _package() -> Any:
    return needed("exchange_calendars", "data", "the calendar of an exchange")


def _exchange(code: str) -> Any:
    """The calendar for as many years as its holidays are known; some exchanges are younger than others."""
    package, why = _package(), ""
    for end in _ENDS:
        for start in _STARTS:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # The package's own use of pandas is nothing that a user can mend.
                    return package.get_calendar(code, start=f"{start}-01-01", end=f"{end}-12-31")
            except (ValueError, NotImplementedError) as error:
                why = str(error)
    raise DataError(f"calendar {code}: the package exchange-calendars cannot make it: {why}")


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY
