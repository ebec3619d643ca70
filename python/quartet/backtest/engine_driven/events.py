"""The events of a plan, stamp by stamp: bars by symbol, money that moves, cancels, then decisions by symbol (S-121)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.engine_driven.configuring import runs_graph
from quartet.backtest.plan import Plan
from quartet.core.contract import ControlKind, Flag
from quartet.core.fixed import money_to_bytes
from quartet.core.pb import market_data_pb2
from quartet.data.batch import EventBatch, concat
from quartet.data.builders import bars, clocks, controls, external_signals

Ints = NDArray[np.int64]

_ANY_VOLUME: Final = 2**62 - 1
_BARS, _MONEY, _CANCELS, _DECISIONS, _END = range(5)


@dataclass(frozen=True, eq=False)
class PlanEvents:
    """Makes the events of ranges of stamps."""

    plan: Plan

    def between(self, first: int, last: int, parts: str = "all") -> EventBatch:
        """The events of stamps first to last - 1; parts: all; `bars`, or `rest`: all else.

        After the bars of a stamp there is a cash flow of nothing, whose record is the account at that stamp.
        """
        batches: list[EventBatch] = []
        keys: list[Ints] = []
        stamps = self.plan.prices.stamps

        def put(batch: EventBatch, rows: Ints, part: int, symbols: Ints) -> None:
            batches.append(batch)
            keys.append(np.stack([rows, np.full(len(rows), part), symbols]))

        if parts != "rest":
            put(*self._bars(first, last))
        if parts != "bars":
            rows = np.arange(first, last)
            put(controls([cash_flow(0)] * len(rows), stamps[rows]), rows, _MONEY, np.zeros_like(rows))
            due = slice(*np.searchsorted(self._overdue[0], [first, last]))
            late, whose = self._overdue[0][due], self._overdue[1][due]
            put(controls([_cancel_all(int(i)) for i in whose], stamps[late]), late, _CANCELS, whose)
            put(*self._decisions(first, last))
            if last == len(stamps):
                end = np.array([last - 1])
                put(controls([_cancel_all(None)], stamps[end]), end, _END, np.zeros_like(end))
        order = np.lexsort(np.concatenate(keys, axis=1)[::-1])
        return concat(batches).take(order)

    def by_stamp(self, first: int, last: int, parts: str) -> list[EventBatch]:
        """The same, cut into stamps."""
        batch = self.between(first, last, parts)
        edges = np.searchsorted(batch["ts_init"], self.plan.prices.stamps[first:last]).tolist()
        return [batch[begin:end] for begin, end in pairwise([*edges, len(batch)])]

    def ends(self, t: int, symbols: Sequence[int], marks: Sequence[int]) -> EventBatch:
        """The end of symbols' positions, which counts at their marks."""
        messages = [
            market_data_pb2.Control(kind=ControlKind.LOAD_POSITION, symbol=i, quantity=0, price=mark)
            for i, mark in zip(symbols, marks, strict=True)
        ]
        return controls(messages, np.full(len(messages), self.plan.prices.stamps[t]))

    def pieces(self, events_max: int) -> Iterator[tuple[int, int]]:
        """Ranges of stamps of about so many events."""
        step = max(1, events_max // (2 * len(self.plan.prices.symbols) + 1))
        count = len(self.plan.prices.stamps)
        for first in range(0, count, step):
            yield first, min(first + step, count)

    def _bars(self, first: int, last: int) -> tuple[EventBatch, Ints, int, Ints]:
        prices = self.plan.prices
        cells = np.nonzero(prices.present[first:last])
        rows, symbols = cells[0] + first, cells[1]
        opened, close = self.plan.reference[rows, symbols], prices.close[rows, symbols]
        volume = self.plan.volume
        flags = 0 if prices.halted is None else np.where(prices.halted[rows, symbols], Flag.HALT, 0).astype(np.uint8)
        batch = bars(
            symbols.astype(np.uint32),
            prices.stamps[rows],
            opened,
            np.maximum(np.maximum(prices.high[rows, symbols], opened), close),
            np.minimum(np.minimum(prices.low[rows, symbols], opened), close),
            close,
            np.full(len(rows), _ANY_VOLUME) if volume is None else volume[rows, symbols],
            flags=flags,
        )
        return batch, rows, _BARS, symbols

    def _decisions(self, first: int, last: int) -> tuple[EventBatch, Ints, int, Ints]:
        prices = self.plan.prices
        if runs_graph(self.plan):
            rows = np.arange(first, last)
            return clocks(prices.stamps[rows]), rows, _DECISIONS, np.zeros_like(rows)
        shares = self.plan.shares[first:last]
        cells = np.nonzero(~np.isnan(shares))
        rows, symbols = cells[0] + first, cells[1]
        batch = external_signals(symbols.astype(np.uint32), prices.stamps[rows], shares[cells])
        return batch, rows, _DECISIONS, symbols

    @cached_property
    def _overdue(self) -> tuple[Ints, Ints]:
        """Stamps and symbols at which an order that was decided at the last bar has waited too long."""
        present, wait = self.plan.prices.present, self.plan.settings.max_wait
        count = len(present)
        due = np.zeros_like(present)
        if wait + 1 < count:
            due[wait + 1 :] = present[: count - wait - 1]
            # Nothing came since: of the stamps after that bar, none has one.
            seen = np.cumsum(present, axis=0)
            due[wait + 1 :] &= seen[wait + 1 :] == seen[: count - wait - 1]
        rows, symbols = np.nonzero(due)
        return rows.astype(np.int64), symbols.astype(np.int64)


def cash_flow(amount: int) -> bytes:
    """The command that moves so much money, 1e-18."""
    return market_data_pb2.Control(kind=ControlKind.CASH_FLOW, cash=money_to_bytes(amount)).SerializeToString()


def _cancel_all(symbol: int | None) -> market_data_pb2.Control:
    return market_data_pb2.Control(kind=ControlKind.CANCEL_ALL, symbol=symbol)
