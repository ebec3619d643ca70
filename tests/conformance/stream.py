"""Builds event streams for cases: one call per event, decimal prices, time advances by itself."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from quartet.core.contract import COLUMNS, COMMON_COLUMNS, EventKind
from quartet.core.pb import market_data_pb2 as md

MS = 1_000_000
SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
FORMATS = {"u8": "B", "i8": "b", "u16": "H", "u32": "I", "u64": "Q", "i64": "q", "f64": "d"}
COMMON = ("ts", "after", "symbol", "source", "flags", "ts_event", "ts_init", "sequence")
Number = int | float | str | Decimal


def units(value: Number) -> int:
    """1e-9 units of a decimal; a float is taken at nine decimals."""
    scaled = Decimal(str(round(value, 9) if isinstance(value, float) else value)) * 10**9
    if scaled != int(scaled):
        raise ValueError(f"{value} has more than nine decimals")
    return int(scaled)


def money(value: Number) -> bytes:
    """Money as the contract carries it: 16 bytes, 1e-18, little-endian two's complement."""
    return int(Decimal(str(value)) * 10**18).to_bytes(16, "little", signed=True)


@dataclass
class Stream:
    """A list of raw events; every event is a dict of column name to integer (or list of integers)."""

    time: int = START
    step: int = MS
    events: list[dict[str, Any]] = field(default_factory=list)

    def _add(self, kind: int, values: dict[str, Any], common: dict[str, Any]) -> Stream:
        self.time = common.pop("ts", self.time + common.pop("after", self.step))
        event = {
            "kind": kind,
            "symbol": 0,
            "source": 0,
            "flags": 0,
            "ts_event": self.time,
            "ts_init": self.time,
            "sequence": 0,
        }
        event.update(values)
        event.update(common)
        self.events.append(event)
        return self

    def quote(self, bid: Number, ask: Number, bid_size: Number = 100, ask_size: Number = 100, **common: Any) -> Stream:
        values = {
            "bid_price": units(bid),
            "ask_price": units(ask),
            "bid_size": units(bid_size),
            "ask_size": units(ask_size),
        }
        return self._add(EventKind.QUOTE, values, common)

    def trade(self, price: Number, size: Number, aggressor: int = 0, **common: Any) -> Stream:
        values = {"trade_price": units(price), "trade_size": units(size), "aggressor": aggressor}
        return self._add(EventKind.TRADE, values, common)

    def book(self, bids: list[tuple[Number, Number]], asks: list[tuple[Number, Number]], **common: Any) -> Stream:
        values: dict[str, Any] = {"book_bid_levels": len(bids), "book_ask_levels": len(asks)}
        for side, levels in (("bid", bids), ("ask", asks)):
            for part, name in enumerate(("prices", "sizes")):
                cells = [units(level[part]) for level in levels][:10]
                values[f"book_{side}_{name}"] = cells + [0] * (10 - len(cells))
        values.update({key: common.pop(key) for key in list(common) if key.startswith("book_")})
        return self._add(EventKind.BOOK, values, common)

    def bar(
        self,
        open_: Number,
        high: Number,
        low: Number,
        close: Number,
        volume: Number = 1_000_000,
        **common: Any,
    ) -> Stream:
        names = ("bar_open", "bar_high", "bar_low", "bar_close", "bar_volume")
        values = dict(zip(names, map(units, (open_, high, low, close, volume)), strict=True))
        return self._add(EventKind.BAR, values, common)

    def signal(self, score: float, confidence: float = 1.0, **common: Any) -> Stream:
        return self._add(EventKind.EXTERNAL_SIGNAL, {"signal_score": score, "signal_confidence": confidence}, common)

    def report(self, order_id: int, trigger: int, **common: Any) -> Stream:
        values = {
            "report_order_id": order_id,
            "report_trigger": int(trigger),
            "report_exec_id": common.pop("exec_id", 0),
            "report_liquidity": common.pop("liquidity", 0),
            "report_code": common.pop("code", 0),
            "report_price": units(common.pop("price", 0)),
            "report_quantity": units(common.pop("quantity", 0)),
        }
        return self._add(EventKind.EXECUTION_REPORT, values, common)

    def clock(self, **common: Any) -> Stream:
        return self._add(EventKind.CLOCK, {}, common)

    def control(self, kind: int, **values: Any) -> Stream:
        """A Control message; prices and quantities as decimals, cash as decimal money."""
        common = {key: values.pop(key) for key in ("ts", "after", "ts_event", "sequence", "source") if key in values}
        for name in ("quantity", "price", "band_low", "band_high"):
            if name in values:
                values[name] = units(values[name])
        if "cash" in values and not isinstance(values["cash"], bytes):
            values["cash"] = money(values["cash"])
        for name in ("limits", "risk_model", "program"):
            if name in values and not isinstance(values[name], bytes):
                values[name] = values[name].SerializeToString(deterministic=True)
        message = md.Control(kind=int(kind), **values).SerializeToString(deterministic=True)
        return self.raw_control(message, **common)

    def raw_control(self, message: bytes, **common: Any) -> Stream:
        return self._add(EventKind.CONTROL, {"control": message}, common)

    def raw(self, kind: int, **values: Any) -> Stream:
        common = {key: values.pop(key) for key in COMMON if key in values}
        return self._add(kind, values, common)


def to_batch(events: list[dict[str, Any]]) -> md.EventBatch:
    """Columns of the events; kind columns hold the rows of their kind only."""
    batch = md.EventBatch()
    groups = [(events, COMMON_COLUMNS)]
    groups += [([event for event in events if event["kind"] == kind], columns) for kind, columns in COLUMNS.items()]
    for rows, columns in groups:
        for column in columns:
            cells: list[Any] = []
            for event in rows:
                cell = event[column.name]
                cells.extend(cell if isinstance(cell, list) else [cell])
            setattr(batch, column.name, struct.pack(f"<{len(cells)}{FORMATS[column.type]}", *cells))
    batch.controls.extend(event["control"] for event in events if event["kind"] == EventKind.CONTROL)
    return batch


def to_columns(batch: md.EventBatch) -> tuple[list[bytes], list[bytes]]:
    """The in-process form of a batch."""
    groups = (COMMON_COLUMNS, *COLUMNS.values())
    return [getattr(batch, column.name) for group in groups for column in group], list(batch.controls)
