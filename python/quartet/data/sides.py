"""Quotes whose rows bring one side only, made whole: the best of all venues, or the latest of either side.

A side is forgotten when the calendar day of the feed's time zone changes: yesterday's last quote is no quote of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import EventKind
from quartet.data.batch import EventBatch
from quartet.data.streams import whole_stamps
from quartet.data.times import DAY, zone_offsets

_SIDES = ("bid", "ask")


class SideMode(StrEnum):
    """What becomes of a quote that brings one side only."""

    AUTO = "auto"
    """CARRY where a symbol's rows bring bid and ask by turns (the source has composed already) or name no venue, else
    COMPOSE."""
    COMPOSE = "compose"
    """Every row renews its venue's side; the quote is the best bid and the best ask over all venues, sizes at these
    prices added up."""
    CARRY = "carry"
    """The other side is the latest one of the symbol. A bid row and the ask row of the same time after it are one
    quote."""
    ASIS = "asis"
    """The other side is absent."""


@dataclass(slots=True)
class SideComposer:
    """Makes quotes whole, batch after batch; the venue of a quote is in the batch's source column."""

    mode: SideMode
    has_venues: bool
    timezone: str
    joined: int = 0
    """Bid rows that were joined with their ask row."""
    _state: dict[tuple[int, int], _Last] = field(default_factory=dict)

    def stream(self, batches: Iterable[EventBatch]) -> Iterator[EventBatch]:
        """The stream with its quotes made whole."""
        self._state.clear()
        self.joined = 0
        for batch in whole_stamps(batches):
            yield self.compose(batch)

    def compose(self, batch: EventBatch) -> EventBatch:
        """One batch, which holds all events of its stamps."""
        rows = batch.rows(EventKind.QUOTE)
        if not len(rows):
            return batch
        quotes = _Quotes.of(batch, rows, self.timezone)
        if self.mode is SideMode.AUTO:
            self.mode = self._decide(quotes)
        if self.mode in (SideMode.AUTO, SideMode.ASIS):
            return batch
        venues = quotes.venue if self.mode is SideMode.COMPOSE else np.zeros_like(quotes.venue)
        whole = {name: batch[name].copy() for side in _SIDES for name in (f"{side}_price", f"{side}_size")}
        for symbol in np.unique(quotes.symbol).tolist():
            at = np.flatnonzero(quotes.symbol == symbol)
            for side in _SIDES:
                price, size = self._best(quotes, at, venues[at], symbol, side)
                whole[f"{side}_price"][at], whole[f"{side}_size"][at] = price, size
        batch = batch.with_columns(whole)
        return self._join(batch, quotes, rows) if self.mode is SideMode.CARRY else batch

    def _decide(self, quotes: _Quotes) -> SideMode:
        """CARRY or COMPOSE from the first one-sided quotes; AUTO while there is none."""
        one_sided = quotes.has["bid"] != quotes.has["ask"]
        if not one_sided.any():
            return SideMode.AUTO
        if not self.has_venues:
            return SideMode.CARRY
        at = np.flatnonzero(one_sided)
        at = at[np.argsort(quotes.symbol[at], kind="stable")]
        same_symbol = quotes.symbol[at][1:] == quotes.symbol[at][:-1]
        same_side = quotes.has["bid"][at][1:] == quotes.has["bid"][at][:-1]
        return SideMode.COMPOSE if (same_symbol & same_side).mean() > 0.01 else SideMode.CARRY

    def _best(
        self, quotes: _Quotes, at: NDArray[np.intp], venues: NDArray[Any], symbol: int, side: str
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Price and size of the side after each of the symbol's rows."""
        has, day = quotes.has[side][at], quotes.day[at]
        emptied = ~quotes.has["bid"][at] & ~quotes.has["ask"][at]
        price, size = quotes.price[side][at], quotes.size[side][at]
        worst = np.iinfo(np.int64).min
        best = np.full(len(at), worst)
        total = np.zeros(len(at), np.int64)
        sign = 1 if side == "bid" else -1
        for key in self._venues(symbol, side, venues):
            mine = venues == key
            said = mine & (has | emptied)
            place = np.maximum.accumulate(np.where(said, np.arange(len(at)), -1))
            last = self._state.get((_key(symbol, side), key), _NOTHING)
            from_now = place >= 0
            source = np.maximum(place, 0)
            p = np.where(from_now, price[source], last.price)
            s = np.where(from_now, np.where(has[source], size[source], 0), last.size)
            since = np.where(from_now, day[source], last.day)
            live = (s > 0) & (since == day)
            rank = np.where(live, sign * p, worst)
            total = np.where(rank > best, s, np.where((rank == best) & live, total + s, total))
            best = np.maximum(best, rank)
            self._state[_key(symbol, side), key] = _Last(int(p[-1]), int(s[-1]), int(since[-1]))
        none = best == worst
        return np.where(none, 0, sign * np.where(none, 0, best)), np.where(none, 0, total)

    def _venues(self, symbol: int, side: str, venues: NDArray[Any]) -> list[int]:
        known = {venue for owner, venue in self._state if owner == _key(symbol, side)}
        return sorted(known | set(np.unique(venues).tolist()))

    def _join(self, batch: EventBatch, quotes: _Quotes, rows: NDArray[np.intp]) -> EventBatch:
        """Drop every bid row whose symbol's next quote is an ask row of the same time; its flags pass to that row."""
        order = np.argsort(quotes.symbol, kind="stable")
        bid_only = (quotes.has["bid"] & ~quotes.has["ask"])[order]
        ask_only = (quotes.has["ask"] & ~quotes.has["bid"])[order]
        event, init = batch["ts_event"][rows][order], batch["ts_init"][rows][order]
        symbol = quotes.symbol[order]
        first = np.flatnonzero(
            bid_only[:-1]
            & ask_only[1:]
            & (symbol[1:] == symbol[:-1])
            & (event[1:] == event[:-1])
            & (init[1:] == init[:-1])
        )
        self.joined += len(first)
        flags = batch["flags"].copy()
        flags[rows[order[first + 1]]] |= flags[rows[order[first]]]
        keep = np.ones(len(batch), np.bool_)
        keep[rows[order[first]]] = False
        return batch.with_columns({"flags": flags}).take(np.flatnonzero(keep))


@dataclass(frozen=True, slots=True)
class _Last:
    """What a venue said last of one side."""

    price: int
    size: int
    day: int


_NOTHING = _Last(0, 0, -1)


def _key(symbol: int, side: str) -> int:
    return 2 * symbol + (side == "ask")


@dataclass(frozen=True, slots=True)
class _Quotes:
    """The quotes of a batch as arrays."""

    symbol: NDArray[np.uint32]
    venue: NDArray[np.uint32]
    day: NDArray[np.int64]
    price: dict[str, NDArray[np.int64]]
    size: dict[str, NDArray[np.int64]]
    has: dict[str, NDArray[np.bool_]]

    @classmethod
    def of(cls, batch: EventBatch, rows: NDArray[np.intp], timezone: str) -> _Quotes:
        times = batch["ts_event"][rows]
        sizes = {side: batch[f"{side}_size"] for side in _SIDES}
        return cls(
            batch["symbol"][rows],
            batch["source"][rows],
            (times + zone_offsets(times, timezone)) // DAY,
            {side: batch[f"{side}_price"] for side in _SIDES},
            sizes,
            {side: size > 0 for side, size in sizes.items()},
        )
