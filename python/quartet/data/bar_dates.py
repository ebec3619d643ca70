"""The day that a bar is of, told from its stamp."""

from __future__ import annotations

from typing import Final

import polars as pl

_SECOND: Final = 10**9
_HALF_DAY: Final = 12 * 3600 * _SECOND


def is_day_stamp(column: str = "timestamp") -> pl.Expr:
    """Whether a stamp is the last nanosecond of a day of some zone, by which bars of a day are told."""
    return (pl.col(column).dt.epoch("ns") + 1) % _SECOND == 0


def session_date(column: str = "timestamp") -> pl.Expr:
    """The date of a bar: of a bar of a day that day, whatever its zone; of others the day in UTC of their end."""
    # Half a day before its last nanosecond every zone within twelve hours of UTC has the same date as UTC.
    back = pl.when(is_day_stamp(column)).then(_HALF_DAY).otherwise(1)
    return (pl.col(column).dt.epoch("ns") - back).cast(pl.Datetime("ns")).dt.date().alias("date")
