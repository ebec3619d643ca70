"""Long frames as users have them: their kind, their times, and where each row lies in a panel of stamps x symbols."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.core.errors import DataError

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Grid:
    """Where the rows of a long frame lie in a panel."""

    stamps: Ints
    symbols: tuple[str, ...]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    @classmethod
    def of(cls, frame: pl.DataFrame, what: str) -> Self:
        """From the columns timestamp and symbol; DataError for a naive time, an unsorted or a doubled row."""
        times = times_of(frame["timestamp"], what)
        if "symbol" in frame.columns:
            named = frame["symbol"].cast(pl.String)
            if named.null_count():
                raise DataError(f"{what}, row {named.is_null().arg_true()[0]:,}: no symbol")
            symbols = tuple(sorted(named.unique().to_list(), key=str.encode))
            columns = named.cast(pl.Enum(symbols)).to_physical().to_numpy().astype(np.intp)
        else:
            symbols, columns = ("asset",), np.zeros(len(frame), np.intp)
        stamps = np.unique(times)
        grid = cls(stamps, symbols, np.searchsorted(stamps, times), columns)
        grid._check_order(what)
        return grid

    def _check_order(self, what: str) -> None:
        if self.ordered:
            return
        order = np.argsort(self.columns, kind="stable")
        same = self.columns[order][1:] == self.columns[order][:-1]
        steps = np.diff(self.rows[order])
        for wrong, text in (
            (same & (steps == 0), "there twice; keep one of them"),
            (same & (steps < 0), "before the row above it; sort by timestamp"),
        ):
            if wrong.any():
                row = int(order[1:][wrong].min())
                raise DataError(f"{what}, row {row:,}: {self.where(row)} is {text}")

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """A column of rows as a panel, 0 where there is none."""
        shape = len(self.stamps), len(self.symbols)
        if self.ordered and len(values) == shape[0] * shape[1]:
            return values.reshape(shape)
        panel = np.zeros(shape, values.dtype)
        panel[self.rows, self.columns] = values
        return panel

    @cached_property
    def ordered(self) -> bool:
        """Whether the rows lie in the order of the cells of the panel, by stamp and symbol."""
        place = self.rows * len(self.symbols) + self.columns
        return bool(np.all(place[1:] > place[:-1]))

    def where(self, row: int) -> str:
        """Symbol and time of a row."""
        return f"{self.symbols[self.columns[row]]} at {time_text(int(self.stamps[self.rows[row]]))}"


def polars_of(frame: Any, what: str) -> pl.DataFrame:
    """A frame of Polars, pandas or Arrow as Polars; DataError for anything else."""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    if type(frame).__module__.partition(".")[0] == "pandas":
        return pl.DataFrame(pl.from_pandas(frame))
    if hasattr(frame, "__arrow_c_stream__"):
        return pl.DataFrame(frame)
    raise DataError(f"{what}: a frame of Polars, pandas or Arrow is wanted, not {type(frame).__name__}")


def times_of(values: pl.Series, what: str) -> Ints:
    """Stamps in ns UTC; DataError where a column names no time zone or a row no time."""
    if values.null_count():
        raise DataError(f"{what}, row {values.is_null().arg_true()[0]:,}: no timestamp")
    if not isinstance(values.dtype, pl.Datetime) or values.dtype.time_zone is None:
        raise DataError(
            f"{what}: timestamp is {values.dtype}: give datetimes with a time zone, for example "
            ".dt.replace_time_zone('UTC')"
        )
    ns: Ints = values.dt.convert_time_zone("UTC").dt.cast_time_unit("ns").to_physical().to_numpy()
    return ns


def time_text(ns: int) -> str:
    """A time as people write it, UTC."""
    text = str(np.datetime64(ns, "ns"))
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}Z"
