"""Tables of signals and of rates from files: Parquet, Arrow, CSV."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import polars as pl

from quartet.core.errors import ConfigError, DataError

_ZONE: Final = r"(Z|[+-]\d{2}:?\d{2})$"


def read_signals(path: str | os.PathLike[str]) -> pl.DataFrame:
    """The signals of a file, its timestamp with a zone.

    Errors as `read_table`.
    """
    return read_table(path, "signals")


def read_table(path: str | os.PathLike[str], what: str) -> pl.DataFrame:
    """The table of a file with a column timestamp.

    Times of a CSV file are ISO texts that name their zone. ConfigError for another kind of file, DataError for one that
    cannot be read.
    """
    place = Path(path)
    kind = place.suffix.lower()
    try:
        if kind == ".parquet":
            return pl.read_parquet(place)
        if kind in (".arrow", ".ipc", ".feather"):
            return pl.read_ipc(place)
        if kind == ".csv":
            return _timed(pl.read_csv(place, schema_overrides={"timestamp": pl.String, "symbol": pl.String}), place)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"{place}: cannot be read: {error}") from error
    raise ConfigError(f"{place}: {what} are read from .parquet, .arrow, .ipc, .feather and .csv")


def _timed(frame: pl.DataFrame, place: Path) -> pl.DataFrame:
    naive = frame.filter(~pl.col("timestamp").str.contains(_ZONE))
    if len(naive):
        raise DataError(f"{place}: time {naive['timestamp'][0]!r} names no zone: write 2024-01-31T21:00:00Z")
    return frame.with_columns(pl.col("timestamp").str.to_datetime(time_unit="ns", time_zone="UTC"))
