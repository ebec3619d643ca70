"""Time columns to nanoseconds UTC: integers of any unit, floats, ISO and compact text, Arrow types, a date with a time.

Text and dates without an offset are local times of a named time zone. Where a local time occurs twice, as clocks go
back, the first is meant; one that does not occur counts with the offset before the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from quartet.core.errors import DataError
from quartet.core.lazy import lazy_module
from quartet.data.decimals import Bools, Ints, to_nanos

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
else:
    pl = lazy_module("polars")
    pa = lazy_module("pyarrow")

UNITS: Final = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86_400 * 10**9}
DAY: Final = UNITS["d"]
_SECOND: Final = UNITS["s"]
_YEARS: Final = (1678, 2261)

# The first that fits a column's first text is tried first; chrono's %.f is a fraction that may be absent.
_FORMATS: Final = (
    *(
        f"{d}{sep}%H:%M:%S%.f{z}"
        for z in ("%:z", "%z", "")
        for d in ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d")
        for sep in " T"
    ),
    *(f"%Y%m%d{rest}" for rest in (" %H:%M:%S%.f", "-%H:%M:%S%.f", "T%H:%M:%S%.f", " %H%M%S", "%H%M%S", " %H:%M", "")),
    *(f"%Y-%m-%d{rest}" for rest in (" %H:%M", "T%H:%M", " %I:%M %p", "")),
    "%Y.%m.%d",
    "%Y/%m/%d",
)


class BadTime(DataError):
    """A cell that is no time; row counts from the start of the column."""

    def __init__(self, row: int, value: object, field: str = "") -> None:
        where = f"row {row}, {field}" if field else f"row {row}"
        super().__init__(f"{where}: {str(value)[:60]!r} is no time that can be read")
        self.row = row
        self.value = value
        self.field = field


@dataclass(frozen=True, slots=True)
class Times:
    """Nanoseconds since 1970, UTC where zoned, else of a local clock; 0 where missing."""

    ns: Ints
    missing: Bools
    zoned: bool

    def plus(self, ns: int) -> Times:
        """The times, ns later."""
        return Times(self.ns + np.int64(ns), self.missing, self.zoned)

    def utc(self, timezone: str) -> Ints:
        """The times in UTC, local ones taken for times of the zone."""
        return self.ns if self.zoned else local_to_utc(self.ns, timezone)


def read_times(column: Any, unit: str | None = None) -> Times:
    """A column of instants. Numbers count from 1970 in the unit, which their size tells if it is not given."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_timestamp(kind):
        return Times(*_values(_in_ns(column, kind.tz)), kind.tz is not None)
    if pa.types.is_date(kind):
        return Times(*_values(_in_ns(column, None)), False)
    if pa.types.is_null(kind):
        return Times(np.zeros(len(column), np.int64), np.ones(len(column), np.bool_), True)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(column, unit)
    column = column.cast(pa.string())
    first = next((text for text in column.drop_null()[:1].to_pylist()), None)
    if first is not None and _is_number(first):
        return _numbers(column, unit)
    return _texts(column)


def read_dates(column: Any) -> Times:
    """A column of calendar dates: Arrow dates, text, or integers like 20140501."""
    kind = column.type
    if pa.types.is_integer(kind):
        column = column.cast(pa.string())
    return read_times(column)


def read_durations(column: Any, unit: str) -> tuple[Ints, Bools]:
    """A column of times of day, as nanoseconds after midnight: numbers in the unit, or text like 09:25:00.180."""
    if pa.types.is_time(column.type):
        return _values(column.cast(pa.time64("ns")))
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
        first = next((text for text in column.drop_null()[:1].to_pylist()), None)
        if first is not None and ":" in first:
            text = pl.Series(pa.chunked_array([column]))
            parsed = _texts(("1970-01-01 " + text).to_arrow().cast(pa.string()))
            return parsed.ns, parsed.missing
    nanos = to_nanos(column, Fraction(UNITS[unit], _SECOND))
    if nanos.bad.any():
        row = int(np.flatnonzero(nanos.bad)[0])
        raise BadTime(row, column[row])
    return nanos.values, nanos.missing


def local_to_utc(local: Ints, timezone: str) -> Ints:
    """UTC of local clock times."""
    return local if timezone == "UTC" else local - _offsets(local, zone_of(timezone), is_utc=False)


def zone_offsets(utc: Ints, timezone: str) -> Ints:
    """How far the zone's clocks are ahead of UTC at each time, in nanoseconds."""
    return np.zeros_like(utc) if timezone == "UTC" else _offsets(utc, zone_of(timezone), is_utc=True)


def _offsets(times: Ints, zone: ZoneInfo, is_utc: bool) -> Ints:
    # Offsets change at full quarters of an hour, so one look-up a quarter is enough.
    quarters, where = np.unique(times // (900 * _SECOND), return_inverse=True)
    moments = [datetime(1970, 1, 1) + timedelta(seconds=900 * quarter) for quarter in quarters.tolist()]
    if is_utc:
        offsets = [moment.replace(tzinfo=UTC).astimezone(zone).utcoffset() for moment in moments]
    else:
        offsets = [moment.replace(tzinfo=zone).utcoffset() for moment in moments]
    seconds = [int((offset or timedelta()).total_seconds()) for offset in offsets]
    found: Ints = np.array(seconds, np.int64)[where] * np.int64(_SECOND)
    return found


def zone_of(timezone: str) -> ZoneInfo:
    """The zone of a name; DataError where there is none."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise DataError(
            f"timezone {timezone!r} is not known; give an IANA name such as America/New_York or Etc/GMT+5"
        ) from error


def text_of(ns: int) -> str:
    """A UTC time as ISO text, to the nanosecond."""
    seconds, rest = divmod(int(ns), _SECOND)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:09d}Z"


def _in_ns(column: Any, timezone: str | None) -> Any:
    """The column in nanoseconds, which reach from 1678 to 2261."""
    try:
        return column.cast(pa.timestamp("ns", timezone))
    except pa.ArrowInvalid:
        years = pl.Series(column).dt.year().to_list()
        row = next(place for place, year in enumerate(years) if year is not None and not _YEARS[0] <= year <= _YEARS[1])
        raise BadTime(row, column[row]) from None


def _values(column: Any) -> tuple[Ints, Bools]:
    missing = np.asarray(column.is_null().to_numpy(zero_copy_only=False), np.bool_)
    values = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return np.asarray(values, np.int64), missing


def _is_number(text: str) -> bool:
    digits = text.strip().lstrip("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(digits) not in (8, 14) and text.count(".") <= 1


def unit_of(value: float) -> str:
    """The unit in which a number counts from 1970: below 1e11 s, below 1e14 ms, below 1e17 us, else ns."""
    magnitude = abs(value)
    return "s" if magnitude < 1e11 else "ms" if magnitude < 1e14 else "us" if magnitude < 1e17 else "ns"


def _numbers(column: Any, unit: str | None) -> Times:
    if unit is None:
        first = next((value for value in column.drop_null()[:1].to_pylist()), 0)
        unit = unit_of(float(first))
    nanos = to_nanos(column, Fraction(UNITS[unit], _SECOND))
    if nanos.bad.any():
        row = int(np.flatnonzero(nanos.bad)[0])
        raise BadTime(row, column[row])
    return Times(nanos.values, nanos.missing, True)


def _texts(column: Any) -> Times:
    text = pl.Series(pa.chunked_array([column])).str.strip_chars()
    # Forms that no format of chrono's reads: a Z for UTC, and an hour without minutes (2019-10-17 09-AM).
    text = text.str.replace(r"Z$", "+00:00").str.replace(r" (\d\d)-([AP]M)$", " $1:00 $2")
    missing: Bools = text.is_null().to_numpy()
    ns = np.zeros(len(text), np.int64)
    todo = ~missing
    zoned: bool | None = None
    while todo.any():
        row = int(np.flatnonzero(todo)[0])
        parsed, with_zone = _parse_like(text, row)
        if zoned is not None and zoned != with_zone:
            raise BadTime(row, f"{text[row]} (times with and without an offset in one column)")
        zoned = with_zone
        hit = todo & parsed.is_not_null().to_numpy()
        ns[hit] = parsed.fill_null(0).to_numpy()[hit]
        todo &= ~hit
    return Times(ns, missing, bool(zoned))


def _parse_like(text: pl.Series, row: int) -> tuple[pl.Series, bool]:
    """Parse the column by the first format that reads the row's text."""
    for form in _FORMATS:
        if text[row : row + 1].str.to_datetime(form, time_unit="ns", strict=False).is_not_null()[0]:
            parsed = text.str.to_datetime(form, time_unit="ns", strict=False).dt.epoch("ns")
            return parsed, "z" in form
    raise BadTime(row, text[row])


def interval_ns(text: str | int) -> int:
    """Nanoseconds of an interval such as 1m, 5m, 1h, 1d, 250ms; a bare integer is nanoseconds."""
    if isinstance(text, int):
        return text
    for unit in sorted(UNITS, key=len, reverse=True):
        number = text.removesuffix(unit)
        if number != text and number.isdigit():
            return int(number) * UNITS[unit]
    raise DataError(f"interval {text!r} is not understood; write 1m, 5m, 1h, 1d or 250ms")
