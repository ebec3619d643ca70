"""Equity and prices through a run: follows marks, positions and cash from the input and the records of each block.

The engine says what the account holds when it changes (ACCOUNT records); between those the equity moves with the marks
of spec 6.3, so that drawdowns are those of every event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import NO_SYMBOL, EventKind, RecordKind
from quartet.core.fixed import money_from_bytes
from quartet.core.pb import config_pb2
from quartet.data.batch import EventBatch
from quartet.report.sampling import DAY, Floats, Sampler, Times

Records = Mapping[RecordKind, NDArray[np.void]]
Places = NDArray[np.int64]
"""Places of events in their block."""

_MONEY = 1e18
_UNIT = 1e9
_HIGH_WORD = 2.0**64


class RunTrace:
    """What a chart of a run needs, gathered block by block."""

    def __init__(self, config: config_pb2.EngineConfig, points_max: int = 2000) -> None:
        instruments = config.instruments
        self._multipliers = np.array([each.multiplier for each in instruments], np.float64)
        self._marks = np.full(len(instruments), np.nan)
        for place, each in enumerate(instruments):
            if each.HasField("reference_price"):
                self._marks[place] = each.reference_price / _UNIT
        self._positions = np.zeros(len(instruments))
        self._whole = np.zeros(len(instruments), np.bool_)
        self._cash = self.initial = money_from_bytes(config.account.initial_cash) / _MONEY
        self._peak = self.initial
        self.curve = Sampler(points_max)
        """Equity, and the lowest drawdown (a share, 0 or less) of every interval."""
        self.sessions = Sampler(None, DAY, config.session_roll_ns)
        """Equity at the end of every session."""
        self.prices: dict[int, Sampler] = {}
        """Marks by symbol id."""
        self._price_points = max(200, min(points_max, 100_000 // max(len(instruments), 1)))
        self.deepest = (0.0, 0, 0)
        """The largest drawdown: its share of the peak (negative), the time of the peak, the time of the trough."""
        self._peak_ts = 0
        self.first_ts: int | None = None
        self.last_ts = 0

    @property
    def equity(self) -> float:
        """Equity after the last event."""
        held = self._positions != 0
        return float(self._cash + np.sum((self._positions * np.nan_to_num(self._marks) * self._multipliers)[held]))

    def add(self, batch: EventBatch, records: Records, first: int) -> None:
        """A block and its records; `first` is the event_index of its first event."""
        accepted = np.ones(len(batch), np.bool_)
        accepted[_places(records[RecordKind.INPUT_REJECT], first)] = False
        if not np.any(accepted):
            return
        before = self.equity
        changes = np.zeros(len(batch))
        events, symbols, marks = self._mark_changes(batch, accepted)
        self._sample_prices(batch["ts_init"], events, symbols, marks)
        accounts = records[RecordKind.ACCOUNT]
        at = _places(accounts, first)
        own = accounts["symbol"] != NO_SYMBOL
        self._add_value(changes, (events, symbols, marks), accounts[own], at[own])
        if len(accounts):
            cash = _money(accounts["cash"])
            np.add.at(changes, at, np.diff(cash, prepend=self._cash))
            self._cash = float(cash[-1])
        equity = before + np.cumsum(changes)
        self._sample_equity(batch["ts_init"][accepted], equity[accepted])

    def _mark_changes(self, batch: EventBatch, accepted: NDArray[np.bool_]) -> tuple[Places, Places, Floats]:
        """Events that set a mark, in their order, with symbol and mark (spec 6.3)."""
        quotes = self._quote_marks(batch, accepted)
        prints = [(rows, batch[column]) for kind, column in _PRINTS if len(rows := batch.rows(kind))]
        parts = [(quotes[0][quotes[2]], quotes[1][quotes[2]])]
        for rows, values in prints:
            alone = accepted[rows] & ~self._quoted(batch, rows, quotes)
            parts.append((rows[alone], values[alone]))
        self._remember_quotes(batch, quotes)
        events = np.concatenate([rows for rows, _ in parts])
        marks = np.concatenate([values for _, values in parts]).astype(np.float64) / _UNIT
        order = np.argsort(events, kind="stable")
        events = events[order]
        return events, batch["symbol"][events].astype(np.int64), marks[order]

    def _quote_marks(self, batch: EventBatch, accepted: NDArray[np.bool_]) -> tuple[Places, Places, NDArray[np.bool_]]:
        """Accepted quotes and books in order: event, twice the mark over two, and whether both sides are there."""
        quotes, books = batch.rows(EventKind.QUOTE), batch.rows(EventKind.BOOK)
        events = np.concatenate([quotes, books])
        bids = np.concatenate([batch["bid_price"], batch["book_bid_prices"][:, 0]])
        asks = np.concatenate([batch["ask_price"], batch["book_ask_prices"][:, 0]])
        both = np.concatenate(
            [
                (batch["bid_size"] > 0) & (batch["ask_size"] > 0),
                (batch["book_bid_levels"] > 0) & (batch["book_ask_levels"] > 0),
            ]
        )
        half = (bids + asks) >> 1
        middle = half + ((bids + asks) & half & 1)  # a tie goes to even
        order = np.argsort(events, kind="stable")
        order = order[accepted[events[order]]]
        return events[order], middle[order], both[order]

    def _quoted(
        self, batch: EventBatch, rows: Places, quotes: tuple[Places, Places, NDArray[np.bool_]]
    ) -> NDArray[np.bool_]:
        """Whether the latest quote or book of the symbol, before each of these events, has both sides."""
        symbols = batch["symbol"].astype(np.int64)
        own = symbols[rows]
        known = np.minimum(own, len(self._whole) - 1)
        answer = self._whole[known]
        if len(quotes[0]):
            keys = symbols[quotes[0]] * len(batch) + quotes[0]
            order = np.argsort(keys, kind="stable")
            before = np.searchsorted(keys[order], own * len(batch) + rows) - 1
            latest = order[np.maximum(before, 0)]
            same = (before >= 0) & (symbols[quotes[0][latest]] == own)
            answer = np.where(same, quotes[2][latest], answer)
        return answer

    def _remember_quotes(self, batch: EventBatch, quotes: tuple[Places, Places, NDArray[np.bool_]]) -> None:
        events, _, both = quotes
        # The last assignment of equal indices holds.
        self._whole[batch["symbol"][events]] = both

    def _add_value(
        self, changes: Floats, marks: tuple[Places, Places, Floats], accounts: NDArray[np.void], at: Places
    ) -> None:
        """Add to `changes` what positions gain and lose in value at each event, and remember where they stand."""
        events = np.concatenate([at, marks[0]])
        symbols = np.concatenate([accounts["symbol"].astype(np.int64), marks[1]])
        if not len(events):
            return
        present = np.unique(symbols)
        gaps = np.full(len(at), np.nan)
        # A fill gives a symbol its first mark where nothing else did.
        first_mark = np.where(np.isnan(self._marks[accounts["symbol"]]), accounts["mark"] / _UNIT, gaps)
        columns = {
            "symbol": np.concatenate([present, symbols]),
            "event": np.concatenate([np.full(len(present), -1), events]),
            "mark": np.concatenate([self._marks[present], first_mark, marks[2]]),
            "position": np.concatenate(
                [self._positions[present], accounts["position"] / _UNIT, np.full(len(marks[0]), np.nan)]
            ),
        }
        order = np.lexsort((columns["event"], columns["symbol"]))  # stable: accounts before the event's own mark
        symbol, event = columns["symbol"][order], columns["event"][order]
        starts = np.flatnonzero(event < 0)
        mark = _carried(columns["mark"][order], starts)
        position = _carried(columns["position"][order], starts)
        value = np.where(position != 0, position * np.nan_to_num(mark) * self._multipliers[symbol], 0.0)
        gain = np.diff(value, prepend=0.0)
        gain[starts] = 0.0
        np.add.at(changes, event[event >= 0], gain[event >= 0])
        ends = np.append(starts[1:], len(symbol)) - 1
        self._marks[symbol[ends]] = mark[ends]
        self._positions[symbol[ends]] = position[ends]

    def _sample_prices(self, ts: Times, events: Places, symbols: Places, marks: Floats) -> None:
        order = np.argsort(symbols, kind="stable")
        for part in np.split(order, np.flatnonzero(np.diff(symbols[order])) + 1):
            if len(part):
                sampler = self.prices.setdefault(int(symbols[part[0]]), Sampler(self._price_points))
                sampler.add(ts[events[part]], marks[part])

    def _sample_equity(self, ts: Times, equity: Floats) -> None:
        if self.first_ts is None:
            self.first_ts = self._peak_ts = int(ts[0])
        peaks = np.maximum(np.maximum.accumulate(equity), self._peak)
        fall = np.where(peaks > 0, equity / np.where(peaks > 0, peaks, 1.0) - 1.0, 0.0)
        trough = int(np.argmin(fall))
        risen = np.flatnonzero(equity[: trough + 1] >= peaks[: trough + 1])
        if fall[trough] < self.deepest[0]:
            peak_ts = int(ts[risen[-1]]) if len(risen) else self._peak_ts
            self.deepest = (float(fall[trough]), peak_ts, int(ts[trough]))
        highs = np.flatnonzero(equity >= peaks)
        if len(highs):
            self._peak_ts = int(ts[highs[-1]])
        self._peak, self.last_ts = float(peaks[-1]), int(ts[-1])
        self.curve.add(ts, equity, fall)
        self.sessions.add(ts, equity)


_PRINTS = ((EventKind.TRADE, "trade_price"), (EventKind.BAR, "bar_close"))


def _places(records: NDArray[np.void], first: int) -> Places:
    places: Places = records["event_index"].astype(np.int64) - first
    return places


def _money(column: NDArray[np.void]) -> Floats:
    """128-bit money as floats of whole units: near enough for a line in a chart."""
    words = np.ascontiguousarray(column).view(np.dtype([("low", "<u8"), ("high", "<i8")]))
    values: Floats = (words["high"] * _HIGH_WORD + words["low"]) / _MONEY
    return values


def _carried(values: Any, starts: Places) -> Floats:
    """Each gap takes the value before it; no value is carried over a start."""
    known = ~np.isnan(values)
    known[starts] = True
    places = np.where(known, np.arange(len(values)), 0)
    carried: Floats = values[np.maximum.accumulate(places)]
    return carried
