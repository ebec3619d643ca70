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
from quartet.backtest.intake import NANO, NEVER, PIECE, PRICES, nanos_of, taken
from quartet.backtest.market_rates import MarketRates
from quartet.core.errors import DataError
from quartet.data.dataset import Dataset
from quartet.data.verdict import Severity

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STORED: Final = ("open", "given_high", "given_low", "close", "volume", "vwap")
"""Fields of (T, N) in 1e-9."""


@dataclass(frozen=True, eq=False)
class PricePanel:
    """Bars of N symbols at T stamps. Prices and volume are in 1e-9; where `present` is false they are 0."""

    stamps: Ints
    """(T,) ends of bars, ns UTC, increasing."""
    symbols: tuple[str, ...]
    """In the order of the engines' ids: by their UTF-8 bytes."""
    open: Ints
    """(T, N)."""
    given_high: Ints | None
    """None: no more than the larger of open and close."""
    given_low: Ints | None
    close: Ints
    present: Bools
    volume: Ints | None = None
    halted: Bools | None = None
    vwap: Ints | None = None
    notes: tuple[str, ...] = ()
    """What a reader of the result should know of the data."""
    rates: MarketRates | None = None
    """Funding, quotes of moneys and spreads, where they are given."""
    quarantined: tuple[str, ...] = ()
    """Symbols that the verdict of the data says must not be traded."""

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
            made = cls._of_rows(frame.frame).with_notes(*findings)
            return replace(made, quarantined=frame.verdict.quarantined)
        return cls._of_rows(polars_of(frame, "prices"))

    @classmethod
    def of_arrays(cls, stamps: Any, symbols: Any, close: Any, **columns: Any) -> Self:
        """From arrays (T, N) of floats: close, and open, high, low, volume; without open, bars open at their close.

        Without high or low, a bar reaches no further than its open and close. NaN in close is a missing bar.
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
        if not closes.size:
            raise DataError("prices: there is no bar")
        if np.any(np.diff(times) <= 0):
            raise DataError("prices: stamps must increase")
        given = {"close": closes, **{name: np.asarray(values, np.float64) for name, values in columns.items()}}
        for name, values in given.items():
            if values.shape != closes.shape:
                raise DataError(f"prices: {name} is {values.shape}, {closes.shape} wanted")
        if order != list(range(len(names))):
            given = {name: values[:, order] for name, values in given.items()}
        found = taken(given)
        made = found.columns
        panel = cls(
            times,
            tuple(names[at] for at in order),
            made.get("open", made["close"]),
            made.get("high"),
            made.get("low"),
            made["close"],
            found.present,
            made.get("volume"),
            vwap=made.get("vwap"),
        )
        # Known already: to look again is a pass over the whole memory.
        vars(panel).update(lowest=found.lowest, highest=found.highest)
        return panel._checked()

    @classmethod
    def _of_rows(cls, frame: pl.DataFrame) -> Self:
        absent = [name for name in ("timestamp", *PRICES) if name not in frame.columns]
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
            stored: grid.spread(nanos_of(frame[name], name, lambda row: f"row {row:,} ({grid.where(row)})"))
            for stored in STORED
            if (name := stored.removeprefix("given_")) in frame.columns
        }
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
        idle = 0
        step = max(1, PIECE // len(self.symbols))
        for begin in range(0, len(self.stamps), step) if self._can_be_wrong else ():
            rows = slice(begin, begin + step)
            opened, close = self.open[rows], self.close[rows]
            if self.given_low is not None:
                self._refuse(begin, self.given_low[rows] > np.minimum(opened, close), "low is above open or close")
            if self.given_high is not None:
                self._refuse(begin, self.given_high[rows] < np.maximum(opened, close), "high is below open or close")
            if self.volume is not None:
                volume = self.volume[rows]
                self._refuse(begin, volume < 0, "volume is below zero")
                idle += int(np.count_nonzero(self.present[rows] & (volume == 0)))
        below = self.where(self.low < 0) if (self.lowest < 0).any() else ""
        missing = 0 if self.complete else int(np.count_nonzero(~self.present[self._lives()]))
        return self.with_notes(
            *([f"prices are below zero, first {below}: no target by weight there"] if below else []),
            *([f"{missing:,} bars are missing between a symbol's first and last"] if missing else []),
            *([f"{idle:,} bars have no volume: orders do not fill there"] if idle else []),
        )

    @property
    def _can_be_wrong(self) -> bool:
        return not (self.given_high is None and self.given_low is None and self.volume is None)

    def _refuse(self, begin: int, wrong: Bools, what: str) -> None:
        if wrong.any():
            raise DataError(f"prices, {self.where(wrong, begin)}: {what}; mend or drop the bar")

    def with_notes(self, *notes: str) -> Self:
        """The panel with more to know about it."""
        return replace(self, notes=(*self.notes, *notes)) if notes else self

    def with_rates(self, *, funding: Any = None, fx: Any = None, spreads: Any = None) -> Self:
        """The panel with series beside it, as MarketRates takes them; DataError names the row of what cannot be."""
        if funding is None and fx is None and spreads is None:
            return self
        return replace(self, rates=MarketRates.of(funding, fx, spreads))

    def until(self, count: int) -> Self:
        """The first stamps, of the symbols that have a bar there."""
        there = np.flatnonzero(self.present[:count].any(axis=0))
        cut: dict[str, Any] = {
            name: np.ascontiguousarray(values[:count][:, there])
            for name in (*STORED, "present", "halted")
            if (values := getattr(self, name)) is not None
        }
        return replace(self, stamps=self.stamps[:count], symbols=tuple(self.symbols[i] for i in there), **cut)

    def scaled_from(self, begin: int, factor: Floats) -> Self:
        """Other prices and volumes from a stamp on: these times (T - begin, N)."""
        fields = {}
        for name in STORED:
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
    def high(self) -> Ints:
        """(T, N)."""
        return np.maximum(self.open, self.close) if self.given_high is None else self.given_high

    @cached_property
    def low(self) -> Ints:
        """(T, N)."""
        return np.minimum(self.open, self.close) if self.given_low is None else self.given_low

    @cached_property
    def complete(self) -> bool:
        """Whether no bar is missing."""
        return bool(self.present.all())

    @cached_property
    def lowest(self) -> Ints:
        """(N,) the least that a symbol costs."""
        stored = (self.open, self.close) if self.given_low is None else (self.given_low,)
        kept = stored if self.complete else [np.where(self.present, each, NEVER) for each in stored]
        return np.asarray(np.minimum.reduce([each.min(axis=0) for each in kept]), np.int64)

    @cached_property
    def highest(self) -> int:
        """The most that one costs."""
        stored = (self.open, self.close) if self.given_high is None else (self.given_high,)
        return max(int(each.max()) for each in stored)

    @cached_property
    def closes(self) -> Floats:
        """(T, N) closes, NaN where a bar is missing."""
        return self.floats(self.close)

    def floats(self, values: Ints) -> Floats:
        """Values of 1e-9 as floats, NaN where a bar is missing."""
        return np.where(self.present, values / NANO, np.nan)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of everything that a backtest reads."""
        whole = hashlib.sha256("\0".join(self.symbols).encode())
        for name in ("stamps", *PRICES, "volume", "present", "halted", "vwap"):
            values = getattr(self, name)
            whole.update(name.encode())
            if values is not None:
                whole.update(np.ascontiguousarray(values).data)
        # Prices without rates keep the hash that they had before there were any.
        if self.rates is not None:
            whole.update(self.rates.content_hash.encode())
        return whole.hexdigest()

    def to_polars(self) -> pl.DataFrame:
        """The bars as a long frame of floats, by stamp and symbol."""
        rows, columns = np.nonzero(self.present)
        held = {name: getattr(self, name) for name in (*PRICES, "volume") if getattr(self, name) is not None}
        return pl.DataFrame(
            {
                "timestamp": pl.Series(self.stamps[rows]).cast(pl.Datetime("ns", "UTC")),
                "symbol": pl.Series(list(self.symbols), dtype=pl.String)[columns.astype(np.uint32)],
                **{name: values[rows, columns] / NANO for name, values in held.items()},
            }
        )
