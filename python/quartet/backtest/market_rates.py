"""Series of rates beside the bars: funding of perpetual futures, quotes of other moneys, quoted spreads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import FUNDING_WIDTH
from quartet.backtest.grid import polars_of, time_text, times_of
from quartet.core.errors import DataError
from quartet.data.dataset import Dataset

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

QUOTE_UNIT: Final = 10**12
"""Quotes are integers of 1e-12: a unit of a small money has few digits."""
_PPB: Final = 10**9


@dataclass(frozen=True, eq=False)
class RateSeries:
    """Rows by time of something that has a name, each name's times increasing."""

    times: Ints
    """(K,) ns UTC, ascending."""
    names: tuple[str, ...]
    places: Ints
    """(K,) the row's name among them."""
    values: Ints
    """(K, columns)."""

    def of(self, name: str) -> tuple[Ints, Ints]:
        """Times and values of a name; none where it has no row."""
        if name not in self.names:
            return self.times[:0], self.values[:0]
        own = self.places == self.names.index(name)
        return self.times[own], self.values[own]

    @property
    def content_hash(self) -> str:
        """SHA-256 of every row."""
        whole = hashlib.sha256("\0".join(self.names).encode())
        for part in (self.times, self.places, self.values):
            whole.update(np.ascontiguousarray(part).data)
        return whole.hexdigest()


@dataclass(frozen=True, eq=False)
class MarketRates:
    """What a backtest knows beside the bars; None: nothing of it."""

    funding: RateSeries | None = None
    """Of symbols: the share of a position's value that longs pay to shorts, ppb."""
    quotes: RateSeries | None = None
    """Of moneys: the middle of what a unit costs in the account's, 1e-12, and half of the spread, ppb of it."""
    spreads: RateSeries | None = None
    """Of symbols: the quoted spread, ppb of the price."""

    @classmethod
    def of(cls, funding: Any = None, quotes: Any = None, spreads: Any = None) -> Self:
        """From frames: funding (timestamp, symbol, rate), quotes (timestamp, currency, rate or bid and ask), spreads
        (timestamp, symbol, spread_bps).

        Rates of funding and spreads are rounded to nine places, quotes to twelve, half to even. DataError names the
        row of what cannot be.
        """
        return cls(
            None if funding is None else _series(funding, "funding", "symbol", _funding),
            None if quotes is None else _series(quotes, "fx", "currency", _quotes),
            None if spreads is None else _series(spreads, "spreads", "symbol", _spreads),
        )

    @property
    def content_hash(self) -> str:
        """SHA-256 of all of it."""
        parts = (self.funding, self.quotes, self.spreads)
        return hashlib.sha256(
            "\0".join("" if part is None else part.content_hash for part in parts).encode()
        ).hexdigest()

    def funding_of(self, stamps: Ints, symbols: tuple[str, ...], fills_at_open: bool) -> Ints:
        """(K, FundingColumn) by stamp: each payment at the first stamp that is not before its time.

        It is of the position after that stamp's fills and its close; where orders fill at the bar's end, a payment of
        within the bar is of what was held before, at the mark before.
        """
        if self.funding is None:
            return np.zeros((0, FUNDING_WIDTH), np.int64)
        own = np.array([symbols.index(name) if name in symbols else -1 for name in self.funding.names], np.int64)
        place, times = own[self.funding.places], self.funding.times
        stamp = np.searchsorted(stamps, times, side="left")
        # Nothing is held at the first stamp.
        kept = (place >= 0) & (stamp > 0) & (stamp < len(stamps))
        place, times, stamp = place[kept], times[kept], stamp[kept]
        after = (stamps[stamp] == times) | fills_at_open
        rows = np.stack([stamp, place, self.funding.values[kept, 0], after.astype(np.int64)], axis=1)
        return np.ascontiguousarray(rows[np.lexsort((times, place, after, stamp))])


def _series(given: Any, what: str, key: str, values_of: Any) -> RateSeries:
    frame = polars_of(given.frame if isinstance(given, Dataset) else given, what)
    absent = [name for name in ("timestamp", key) if name not in frame.columns]
    if absent:
        raise DataError(f"{what}: columns {', '.join(absent)} are missing; there are: {', '.join(frame.columns)}")
    times = times_of(frame["timestamp"], what)
    named = frame[key].cast(pl.String)
    if named.null_count():
        raise DataError(f"{what}, row {named.is_null().arg_true()[0]:,}: no {key}")
    names = tuple(sorted(named.unique().to_list(), key=str.encode))
    places = named.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    order = np.lexsort((times, places))
    same = (np.diff(places[order]) == 0) & (np.diff(times[order]) == 0)
    if same.any():
        row = int(order[1:][same].min())
        raise DataError(f"{what}, row {row:,}: {names[places[row]]} at {time_text(int(times[row]))} is there twice")
    values = values_of(frame, what)
    by_time = np.lexsort((places, times))
    return RateSeries(times[by_time], names, places[by_time], values[by_time])


def _funding(frame: pl.DataFrame, what: str) -> Ints:
    return _column(frame, "rate", what, _PPB)[:, None]


def _spreads(frame: pl.DataFrame, what: str) -> Ints:
    found = _column(frame, "spread_bps", what, _PPB // 10_000)
    _refuse(found < 0, what, "spread_bps is below zero")
    return found[:, None]


def _quotes(frame: pl.DataFrame, what: str) -> Ints:
    if "rate" in frame.columns:
        middle = _column(frame, "rate", what, QUOTE_UNIT)
        half = np.zeros_like(middle)
    else:
        bid, ask = (_column(frame, name, what, QUOTE_UNIT) for name in ("bid", "ask"))
        _refuse(bid > ask, what, "bid is above ask")
        middle = (bid + ask) // 2
        # Up, against us.
        half = -(-((ask - bid).astype(object) * _PPB) // np.maximum(2 * middle, 1)).astype(np.int64)
    _refuse(middle <= 0, what, "a quote must be above zero")
    return np.stack([middle, np.asarray(half, np.int64)], axis=1)


def _column(frame: pl.DataFrame, name: str, what: str, unit: int) -> Ints:
    """A column in integers of 1 / unit, half to even; DataError for what is none."""
    if name not in frame.columns:
        raise DataError(f"{what}: column {name} is missing; there are: {', '.join(frame.columns)}")
    found = []
    for row, value in enumerate(frame[name].to_list()):
        try:
            number = round(Decimal(str(value)) * unit)
        except (ArithmeticError, ValueError):
            raise DataError(f"{what}, row {row:,}: {name} = {value!r} is no number; mend or drop the row") from None
        if abs(number) >= 2**62:
            raise DataError(f"{what}, row {row:,}: {name} = {value!r} is too large")
        found.append(number)
    return np.array(found, np.int64)


def _refuse(wrong: NDArray[np.bool_], what: str, text: str) -> None:
    if wrong.any():
        raise DataError(f"{what}, row {int(np.flatnonzero(wrong)[0]):,}: {text}; mend or drop the row")
