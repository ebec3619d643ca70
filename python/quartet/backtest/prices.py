"""Bars as aligned panels of the engines' integers: stamps x symbols, with a mask of what is missing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.backtest.grid import Grid, polars_of, time_text
from quartet.core.errors import DataError
from quartet.data.dataset import Dataset
from quartet.data.decimals import to_nanos
from quartet.data.exact import Places
from quartet.data.verdict import Severity

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FIELDS: Final = ("open", "high", "low", "close")
_NANO: Final = 1e9
_PIECE: Final = 1 << 16
"""Numbers that are converted at one time, so that they stay in the cache."""
_FINE: Final = 0.001
"""Below this, rounding to nine places may change a number by more than a millionth, which is refused."""


@dataclass(frozen=True, eq=False)
class PricePanel:
    """Bars of N symbols at T stamps. Prices and volume are in 1e-9; where `present` is false they are 0."""

    stamps: Ints
    """(T,) ends of bars, ns UTC, increasing."""
    symbols: tuple[str, ...]
    """In the order of the engines' ids: by their UTF-8 bytes."""
    open: Ints
    """(T, N)."""
    high: Ints
    low: Ints
    close: Ints
    present: Bools
    volume: Ints | None = None
    halted: Bools | None = None
    vwap: Ints | None = None
    notes: tuple[str, ...] = ()
    """What a reader of the result should know of the data."""

    @classmethod
    def of(cls, frame: Any) -> Self:
        """From a long frame (Polars, pandas): timestamp, symbol, open, high, low, close, and volume, vwap, halted.

        A stamp is the end of its bar, with a time zone. Rows of a symbol are in order of time; a missing bar is a row
        that is not there. A frame without `symbol` is of one. A Dataset brings its verdict along. DataError names
        column, row, symbol and time of what cannot be.
        """
        if isinstance(frame, cls):
            return frame
        if isinstance(frame, Dataset):
            found = [each for each in frame.sound().verdict.findings if each.severity is not Severity.NOTE]
            findings = (f"{each.rule}: {each.what}, {each.count:,} {each.unit}" for each in found)
            return cls._of_rows(frame.frame).with_notes(*findings)
        return cls._of_rows(polars_of(frame, "prices"))

    @classmethod
    def of_arrays(cls, stamps: Any, symbols: Any, close: Any, **columns: Any) -> Self:
        """From arrays (T, N) of floats: close, and open, high, low, volume; without open, bars open at their close.

        NaN in close is a missing bar.
        """
        names = tuple(symbols)
        order = sorted(range(len(names)), key=lambda at: names[at].encode())
        known = {"open", "high", "low", "volume", "vwap"}
        if not columns.keys() <= known:
            raise DataError(f"prices: columns {', '.join(sorted(columns.keys() - known))} are not known")
        closes = np.asarray(close, np.float64)
        times = np.asarray(stamps).astype("datetime64[ns]").astype(np.int64)
        if closes.shape != (len(times), len(names)):
            raise DataError(f"prices: close is {closes.shape}, {(len(times), len(names))} wanted")
        if np.any(np.diff(times) <= 0):
            raise DataError("prices: stamps must increase")
        present = ~np.isnan(closes)

        def taken(values: Any, name: str) -> Ints:
            array = np.asarray(values, np.float64)
            if array.shape != closes.shape:
                raise DataError(f"prices: {name} is {array.shape}, {closes.shape} wanted")
            there = present
            if order != list(range(len(names))):
                array, there = array[:, order], present[:, order]
            if not there.all():
                array = np.where(there, array, 0.0)
            return _nanos(array.ravel(), name, None).reshape(closes.shape)

        made = {name: taken(values, name) for name, values in columns.items()}
        closing = taken(closes, "close")
        opening = made.get("open", closing)
        panel = cls(
            times,
            tuple(names[at] for at in order),
            opening,
            made.get("high", closing if opening is closing else np.maximum(opening, closing)),
            made.get("low", closing if opening is closing else np.minimum(opening, closing)),
            closing,
            present[:, order],
            made.get("volume"),
            vwap=made.get("vwap"),
        )
        return panel._checked()

    @classmethod
    def _of_rows(cls, frame: pl.DataFrame) -> Self:
        absent = [name for name in ("timestamp", *FIELDS) if name not in frame.columns]
        if absent:
            raise DataError(f"prices: columns {', '.join(absent)} are missing; there are: {', '.join(frame.columns)}")
        if not len(frame):
            raise DataError("prices: there is no row")
        grid = Grid.of(frame, "prices")
        if "volume" in frame.columns and frame["volume"].null_count() == len(frame):
            frame = frame.drop("volume")
        elif "volume" in frame.columns:
            frame = frame.with_columns(pl.col("volume").fill_null(0))
        columns: dict[str, Any] = {
            name: grid.spread(_nanos(frame[name], name, grid)) for name in (*FIELDS, "volume", "vwap")
            if name in frame.columns
        }  # fmt: skip
        halted = None
        if "halted" in frame.columns:
            halted = grid.spread(frame["halted"].cast(pl.Boolean).fill_null(False).to_numpy())
        panel = cls(
            stamps=grid.stamps,
            symbols=grid.symbols,
            present=grid.spread(np.ones(len(frame), np.bool_)),
            halted=halted,
            **columns,
        )
        return panel._checked()

    def _checked(self) -> Self:
        if len(self.stamps) < 2:
            raise DataError("prices: there is one stamp; a backtest needs at least two, one to decide and one to trade")
        idle = below = 0
        first_below = ""
        step = max(1, _PIECE // len(self.symbols))
        for begin in range(0, len(self.stamps), step):
            rows = slice(begin, begin + step)
            low, high, close = self.low[rows], self.high[rows], self.close[rows]
            self._refuse(begin, low > np.minimum(self.open[rows], close), "low is above open or close")
            self._refuse(begin, high < np.maximum(self.open[rows], close), "high is below open or close")
            if self.volume is not None:
                volume = self.volume[rows]
                self._refuse(begin, volume < 0, "volume is below zero")
                idle += int(np.count_nonzero(self.present[rows] & (volume == 0)))
            negative = low < 0
            if negative.any():
                first_below = first_below or self.where(negative, begin)
                below += int(np.count_nonzero(negative))
        missing = 0 if self.present.all() else int(np.count_nonzero(~self.present[self._lives()]))
        return self.with_notes(
            *([f"prices are below zero, first {first_below}: no target by weight there"] if below else []),
            *([f"{missing:,} bars are missing between a symbol's first and last"] if missing else []),
            *([f"{idle:,} bars have no volume: orders do not fill there"] if idle else []),
        )

    def _refuse(self, begin: int, wrong: Bools, what: str) -> None:
        if wrong.any():
            raise DataError(f"prices, {self.where(wrong, begin)}: {what}; mend or drop the bar")

    def with_notes(self, *notes: str) -> Self:
        """The panel with more to know about it."""
        return replace(self, notes=(*self.notes, *notes)) if notes else self

    def until(self, count: int) -> Self:
        """The first stamps, of the symbols that have a bar there."""
        there = np.flatnonzero(self.present[:count].any(axis=0))
        cut: dict[str, Any] = {
            name: np.ascontiguousarray(values[:count][:, there])
            for name in (*FIELDS, "present", "volume", "halted", "vwap")
            if (values := getattr(self, name)) is not None
        }
        return replace(self, stamps=self.stamps[:count], symbols=tuple(self.symbols[i] for i in there), **cut)

    def scaled_from(self, begin: int, factor: Floats) -> Self:
        """Other prices and volumes from a stamp on: these times (T - begin, N)."""
        fields = {}
        for name in (*FIELDS, "volume", "vwap"):
            values = getattr(self, name)
            if values is not None:
                fields[name] = values.copy()
                fields[name][begin:] = np.rint(values[begin:] * factor).astype(np.int64)
        return replace(self, **fields)

    def _lives(self) -> Bools:
        """Stamps between the first and the last bar of each symbol."""
        begun = np.logical_or.accumulate(self.present, axis=0)
        ending = np.logical_or.accumulate(self.present[::-1], axis=0)[::-1]
        return np.asarray(begun & ending, np.bool_)

    def where(self, wrong: Bools, begin: int = 0) -> str:
        """Symbol and time of the first true cell; begin: the stamp of the first row."""
        t, i = np.argwhere(wrong)[0].tolist()
        return f"{self.symbols[i]} at {time_text(int(self.stamps[begin + t]))}"

    @cached_property
    def closes(self) -> Floats:
        """(T, N) closes, NaN where a bar is missing."""
        return self.floats(self.close)

    def floats(self, values: Ints) -> Floats:
        """Values of 1e-9 as floats, NaN where a bar is missing."""
        return np.where(self.present, values / _NANO, np.nan)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of everything that a backtest reads."""
        whole = hashlib.sha256("\0".join(self.symbols).encode())
        for name in ("stamps", *FIELDS, "volume", "present", "halted", "vwap"):
            values = getattr(self, name)
            whole.update(name.encode())
            if values is not None:
                whole.update(np.ascontiguousarray(values).data)
        return whole.hexdigest()

    def to_polars(self) -> pl.DataFrame:
        """The bars as a long frame of floats, by stamp and symbol."""
        rows, columns = np.nonzero(self.present)
        held = {name: getattr(self, name) for name in (*FIELDS, "volume") if getattr(self, name) is not None}
        return pl.DataFrame(
            {
                "timestamp": pl.Series(self.stamps[rows]).cast(pl.Datetime("ns", "UTC")),
                "symbol": pl.Series(list(self.symbols), dtype=pl.String)[columns.astype(np.uint32)],
                **{name: values[rows, columns] / _NANO for name, values in held.items()},
            }
        )


def _nanos(values: Any, name: str, grid: Grid | None) -> Ints:
    """Units of 1e-9 of a column, rounded to nine places, half to even; DataError names what is none."""
    if isinstance(values, pl.Series) and values.dtype == pl.Float64 and not values.null_count():
        values = values.to_numpy()
    if not (isinstance(values, np.ndarray) and values.dtype == np.float64):
        return _exactly(values, name, grid, None)
    nanos = np.empty(len(values), np.int64)
    for begin in range(0, len(values), _PIECE):
        part = values[begin : begin + _PIECE]
        scaled = part * _NANO
        whole = np.rint(scaled)
        # The product is off by less than 2^-51 of itself: where that cannot reach the next tie, it is right.
        sure = (0.5 - np.abs(scaled - whole) > np.abs(scaled) * 2.0**-51) & ((np.abs(part) >= _FINE) | (part == 0.0))
        if sure.all():
            nanos[begin : begin + _PIECE] = whole
            continue
        rows = np.flatnonzero(~sure)
        nanos[begin : begin + _PIECE] = np.where(sure, whole, 0.0)
        nanos[begin + rows] = _exactly(part[rows], name, grid, begin + rows)
    return nanos


def _exactly(values: Any, name: str, grid: Grid | None, rows: NDArray[np.intp] | None) -> Ints:
    nanos = to_nanos(values, places=Places.ROUND)
    for wrong, what in ((nanos.missing, "is missing"), (nanos.bad, "is not a number within 9.2e9")):
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            row = at if rows is None else int(rows[at])
            place = f"row {row:,} ({grid.where(row)})" if grid else f"cell {row:,}"
            raise DataError(f"prices, {place}: {name} {what}; mend or drop the bar")
    return nanos.values
