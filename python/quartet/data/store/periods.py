"""Into which file a row goes: files of a year, a month or a day, by how dense the rows are."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from quartet.core.errors import DataError
from quartet.data.contracts.schema import Schema

Period = Literal["auto", "year", "month", "day"]
PERIODS: Final = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
_DAY_SECONDS: Final = 86_400


def time_column(schema: Schema) -> str:
    """The column by whose time rows are divided."""
    return next((name for name in ("timestamp", "known_at", "ex_date", "start") if name in schema.by_name), "")


def period_of(schema: Schema, first: pl.DataFrame, wanted: Period) -> str:
    """The period of the files: as wanted; else a day for ticks, a month for bars within a day, a year for others."""
    if wanted != "auto":
        if wanted not in PERIODS:
            raise DataError(f"period {wanted!r} is not known; there are: auto, {', '.join(PERIODS)}")
        return wanted
    if schema.name in ("trades", "quotes", "book"):
        return "day"
    if schema.name in ("bars", "panel") and len(first):
        step = pl.col("timestamp").diff().over("symbol").dt.total_seconds()
        usual = first.sort("timestamp").select(step.median()).item()
        return "month" if usual is not None and usual < _DAY_SECONDS else "year"
    return "year"


def by_period(frame: pl.DataFrame, schema: Schema, period: str) -> dict[str, pl.DataFrame]:
    """The rows of a frame by period. A stamp at midnight is the end of the day before."""
    column = time_column(schema)
    moment = pl.col(column)
    if frame.schema[column] != pl.Date:
        moment = pl.col(column) - pl.duration(nanoseconds=1)
    marked = frame.with_columns(moment.dt.strftime(PERIODS[period]).alias("__period__"))
    parts = marked.partition_by("__period__", as_dict=True, include_key=False, maintain_order=True)
    return {str(key[0]): part for key, part in parts.items()}
