"""The state as bytes (spec 14.1). The reader takes the same steps in the same order."""

from __future__ import annotations

import struct
from dataclasses import astuple

from quartet.core.contract import CONTRACT_HASH, Side
from quartet.core.elementary import float_bits
from quartet.core.fixed import money_to_bytes
from quartet.engines.reference.core.orders import Order
from quartet.engines.reference.core.state import Bucket, State, Symbol
from quartet.engines.reference.edge.runtime import Runtime
from quartet.engines.reference.signal_engine.phase_one import PhaseOne

MAGIC = b"QRTSNAP1"


class Writer:
    """Little-endian values without padding."""

    def __init__(self) -> None:
        self.data = bytearray()

    def pack(self, layout: str, *values: int) -> None:
        """Integers by a struct layout."""
        self.data += struct.pack("<" + layout, *values)

    def money(self, *values: int) -> None:
        """i128 values."""
        for value in values:
            self.data += money_to_bytes(value)

    def floats(self, *values: float) -> None:
        """f64 values, every NaN as one (spec 1.4)."""
        for value in values:
            self.pack("Q", float_bits(value))

    def blob(self, data: bytes) -> None:
        """Length and bytes."""
        self.pack("Q", len(data))
        self.data += data


def write_snapshot(runtime: Runtime) -> bytes:
    """The whole state."""
    w = Writer()
    w.data += MAGIC + bytes.fromhex(CONTRACT_HASH)
    for blob in (runtime.config, *runtime.steps.blobs):
        w.blob(blob)
    _engine(w, runtime)
    w.pack(f"{len(runtime.validation.last_sequence)}Q", *runtime.validation.last_sequence)
    for place in range(len(runtime.state.symbols)):
        _signals(w, runtime.phase_one, place)
    for symbol in runtime.state.symbols:
        _symbol(w, symbol)
    w.pack("I", len(runtime.state.orders))
    for order in runtime.state.orders.values():
        _order(w, runtime.state, order)
    _queues(w, runtime.state)
    return bytes(w.data)


def _engine(w: Writer, runtime: Runtime) -> None:
    s = runtime.state
    counters = astuple(runtime.counters)
    w.pack(f"{len(counters)}Q", *counters)
    w.pack("qqq", runtime.validation.last_ts_init, s.session, s.risk_number)
    w.pack("BBBBB", s.started, s.level, s.flatten, s.drawdown_latched, s.daily_loss_latched)
    w.money(s.cash, s.fees, s.realised, s.equity_high, s.equity_open)
    w.pack("QQQ", s.last_order_id, s.last_exec_id, s.last_signal_id)
    _bucket(w, s.bucket)


def _bucket(w: Writer, bucket: Bucket) -> None:
    w.money(bucket.tokens)
    w.pack("q", bucket.ts)


def _signals(w: Writer, phase_one: PhaseOne, place: int) -> None:
    """Phase one's state; a symbol without an event yet has a fresh one."""
    s = phase_one.symbols[place] or phase_one.program.fresh()
    has_trade = s.last_trade_price is not None
    w.pack("qqqq", s.bid, s.ask, s.bid_size, s.ask_size)
    w.pack("qBbq", s.last_trade_price or 0, has_trade, s.last_sign, s.vwap_session)
    w.floats(s.vwap_pq, s.vwap_q)
    w.pack("I", len(s.external))
    for signal in s.external:
        w.pack("I", signal.source)
        w.floats(signal.score, signal.confidence)
        w.pack("qQ", signal.ts_event, signal.event_index)
    w.floats(*s.values)
    for cell in s.cells:
        if cell is not None:
            u, f = cell.words()
            w.pack(f"{len(u)}Q", *u)
            w.floats(*f)


def _symbol(w: Writer, s: Symbol) -> None:
    w.pack("BB", len(s.bids), len(s.asks))
    for level in (*s.bids, *s.asks):
        w.pack("qq", *level)
    w.pack("qqB", s.taken_bid, s.taken_ask, s.has_quote)
    w.pack("qB", s.mark or 0, s.mark is not None)
    w.pack("qB", s.risk_price or 0, s.risk_price is not None)
    w.pack("qB", s.last_ts or 0, s.last_ts is not None)
    w.pack("BBBBB", s.stale, s.halted, s.status, s.level, s.flatten)
    w.pack("qqB", *(s.band or (0, 0)), s.band is not None)
    w.pack("q", s.position)
    w.money(s.cost)
    w.pack("bQ", s.direction, s.signal_id)
    w.pack("q", s.target.quantity if s.target else 0)
    w.floats(s.target.x if s.target else 0.0)
    w.pack("B", s.target is not None)
    verdict = s.bar_verdict
    w.pack("B", verdict is not None)
    w.floats(*(verdict[:3] if verdict else (0.0, 0.0, 0.0)))
    w.pack("q", verdict.ts_init if verdict else 0)
    for side in (Side.BUY, Side.SELL):
        rejected = s.rejected[side]
        w.pack("BqqBq", rejected is not None, *(rejected or (0, 0, 0, 0)))
    _bucket(w, s.bucket)
    w.pack("I", len(s.duplicates))
    for accepted in s.duplicates:
        w.pack("BBqqq", *accepted)


def _order(w: Writer, state: State, o: Order) -> None:
    w.pack("QIBBBB", o.id, o.symbol.id, o.side, o.type, o.state, o.flatten)
    w.pack("qqqqQQ", o.price, o.quantity, o.cum, o.created, o.signal_id, o.last_exec_id)
    w.pack("Bqq", o.pending is not None, *(o.pending or (0, 0)))
    v = state.at_venue.get(o.id)
    if v is None:
        w.pack("BqqqBqqq", 0, 0, 0, 0, 0, 0, 0, 0)
    elif v.resting:
        w.pack("BqqqBqqq", 1, v.price, v.quantity, v.cum, 1, v.ahead, v.level, v.traded)
    else:
        w.pack("BqqqBqqq", 1, v.price, v.quantity, v.cum, 0, 0, 0, 0)


def _queues(w: Writer, state: State) -> None:
    w.pack("I", len(state.inbound))
    for message in state.inbound:
        w.pack("qBQqq", *message)
    w.pack("I", len(state.reports))
    for report in state.reports:
        w.pack("qqBQQqqBBHQ", *report)
