"""The state's sections of a snapshot, read back in the steps of the writer (spec 14.1)."""

from __future__ import annotations

import struct
from dataclasses import fields
from typing import Final

from quartet.core.contract import LEVELS_MAX, FillReason, Level, Liquidity, OrderState, OrderType, Side, Status, Trigger
from quartet.engines.reference.core.orders import (
    MESSAGE_NEW,
    MESSAGE_REPLACE,
    Message,
    Order,
    Pending,
    Report,
    VenueOrder,
)
from quartet.engines.reference.core.state import (
    AcceptedOrder,
    Band,
    BarVerdict,
    BookLevel,
    Bucket,
    RejectedDesire,
    State,
    Symbol,
    Target,
)
from quartet.engines.reference.edge.runtime import Runtime
from quartet.engines.reference.signal_engine.symbol_signals import ExternalSignal, SymbolSignals

_OPEN_STATES: Final = frozenset(
    (
        OrderState.PENDING_NEW,
        OrderState.NEW,
        OrderState.PARTIALLY_FILLED,
        OrderState.PENDING_CANCEL,
        OrderState.PENDING_REPLACE,
        OrderState.SUSPENDED,
        OrderState.UNKNOWN,
    )
)
_SIDES: Final = frozenset(Side)
_TYPES: Final = frozenset(OrderType)
_LEVELS: Final = frozenset(Level)
_TRIGGERS: Final = frozenset(Trigger)
_LIQUIDITIES: Final = frozenset(Liquidity) | {0}
_REASONS: Final = frozenset(FillReason) | {0}
_ALL_STATUS: Final = sum(Status)
_COUNT_END: Final = 1 << 63
_MONEY_END: Final = 1 << 121


class Reader:
    """Little-endian values without padding; struct.error where the bytes end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def unpack(self, layout: str) -> tuple[int, ...]:
        """Integers by a struct layout."""
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str) -> int:
        """One integer."""
        (value,) = self.unpack(layout)
        return value

    def flag(self) -> bool:
        """A u8 of 0 or 1."""
        value = self.integer("B")
        if value > 1:
            raise ValueError(f"a flag is {value}")
        return bool(value)

    def take(self, size: int) -> bytes:
        """Raw bytes."""
        if size > len(self.data) - self.at:
            raise ValueError("cut short")
        data = self.data[self.at : self.at + size]
        self.at += size
        return data

    def money(self) -> int:
        """An i128."""
        return int.from_bytes(self.take(16), "little", signed=True)

    def floats(self, count: int) -> list[float]:
        """f64 values."""
        return list(struct.unpack(f"<{count}d", self.take(8 * count)))


def read_state(r: Reader, runtime: Runtime) -> None:
    """Sections 3 to 8."""
    _engine(r, runtime)
    sequences = runtime.validation.last_sequence
    sequences[:] = r.unpack(f"{len(sequences)}Q")
    for place in range(len(runtime.state.symbols)):
        runtime.phase_one.symbols[place] = _signals(r, runtime)
    state = runtime.state
    for symbol in state.symbols:
        _symbol(r, symbol)
        if symbol.position:
            state.held.add(symbol.id)
            state.position_value += symbol.position * (symbol.mark or 0) * symbol.instrument.multiplier
        if symbol.flatten:
            state.flattened.add(symbol.id)
        if symbol.bar_verdict:
            state.bar_verdicts.add(symbol.id)
    _orders(r, state)
    for _ in range(r.integer("I")):
        message = Message(*r.unpack("qBQqq"))
        _require(MESSAGE_NEW <= message.kind <= MESSAGE_REPLACE, "kind of a message")
        _require(message.kind != MESSAGE_NEW or message.order_id in state.orders, "order of a message")
        state.inbound.append(message)
    for _ in range(r.integer("I")):
        report = Report(*r.unpack("qqBQQqqBBHQ"))
        _require(report.trigger in _TRIGGERS, "trigger of a report")
        _require(report.liquidity in _LIQUIDITIES and report.reason in _REASONS, "fill of a report")
        state.reports.append(report)


def _require(truth: bool, what: str) -> None:
    if not truth:
        raise ValueError(f"impossible {what}")


def _engine(r: Reader, runtime: Runtime) -> None:
    s, counters = runtime.state, runtime.counters
    names = [field.name for field in fields(counters)]
    for name, value in zip(names, r.unpack(f"{len(names)}Q"), strict=True):
        _require(value < _COUNT_END, f"counter {name}")
        setattr(counters, name, value)
    runtime.validation.last_ts_init, s.session, s.risk_number = r.unpack("qqq")
    s.started, s.level, s.flatten = r.flag(), r.integer("B"), r.flag()
    _require(s.level in _LEVELS, "level")
    s.drawdown_latched, s.daily_loss_latched = r.flag(), r.flag()
    s.cash, s.fees, s.realised = r.money(), r.money(), r.money()
    s.equity_high, s.equity_open = r.money(), r.money()
    money = (s.cash, s.fees, s.realised, s.equity_high, s.equity_open)
    _require(all(abs(amount) < _MONEY_END for amount in money), "amount of money")
    s.last_order_id, s.last_exec_id, s.last_signal_id = ids = r.unpack("QQQ")
    _require(all(last < _COUNT_END for last in ids), "last id")
    _bucket(r, s.bucket)


def _bucket(r: Reader, bucket: Bucket) -> None:
    bucket.tokens = r.money()
    bucket.ts = r.integer("q")


def _signals(r: Reader, runtime: Runtime) -> SymbolSignals:
    s = runtime.phase_one.program.fresh()
    s.bid, s.ask, s.bid_size, s.ask_size = r.unpack("qqqq")
    price = r.integer("q")
    s.last_trade_price = price if r.flag() else None
    s.last_sign, s.vwap_session = r.unpack("bq")
    _require(-1 <= s.last_sign <= 1, "trade sign")
    s.vwap_pq, s.vwap_q = r.floats(2)
    count = r.integer("I")
    _require(count <= runtime.settings.signals.max_signals_per_symbol, "number of external signals")
    for _ in range(count):
        source = r.integer("I")
        score, confidence = r.floats(2)
        s.external.append(ExternalSignal(source, score, confidence, *r.unpack("qQ")))
    s.values = r.floats(len(s.values))
    for cell, (u_words, f_words) in zip(s.cells, runtime.phase_one.program.words, strict=True):
        if cell is not None:
            cell.load(list(r.unpack(f"{u_words}Q")), r.floats(f_words))
    return s


def _symbol(r: Reader, s: Symbol) -> None:
    bid_levels, ask_levels = r.unpack("BB")
    _require(bid_levels <= LEVELS_MAX and ask_levels <= LEVELS_MAX, "number of levels")
    s.bids = tuple(BookLevel(*r.unpack("qq")) for _ in range(bid_levels))
    s.asks = tuple(BookLevel(*r.unpack("qq")) for _ in range(ask_levels))
    s.taken_bid, s.taken_ask = r.unpack("qq")
    s.has_quote = r.flag()
    s.mark, s.risk_price, s.last_ts = _if_has(r), _if_has(r), _if_has(r)
    s.stale, s.halted = r.flag(), r.flag()
    s.status, s.level = r.unpack("BB")
    _require(s.level in _LEVELS and not s.status & ~_ALL_STATUS, "level or status")
    s.flatten = r.flag()
    band = Band(*r.unpack("qq"))
    s.band = band if r.flag() else None
    s.position = r.integer("q")
    s.cost = r.money()
    s.direction, s.signal_id = r.unpack("bQ")
    _require(-1 <= s.direction <= 1, "direction")
    target = Target(r.integer("q"), *r.floats(1))
    s.target = target if r.flag() else None
    has_verdict = r.flag()
    score, confidence, fair_value = r.floats(3)
    verdict = BarVerdict(score, confidence, fair_value, r.integer("q"))
    s.bar_verdict = verdict if has_verdict else None
    for side in (Side.BUY, Side.SELL):
        has = r.flag()
        rejected = RejectedDesire(*r.unpack("qqBq"))
        s.rejected[side] = rejected if has else None
    _bucket(r, s.bucket)
    for _ in range(r.integer("I")):
        accepted = AcceptedOrder(*r.unpack("BBqqq"))
        _require(accepted.side in _SIDES and accepted.type in _TYPES, "accepted order")
        s.duplicates.append(accepted)


def _if_has(r: Reader) -> int | None:
    value = r.integer("q")
    return value if r.flag() else None


def _orders(r: Reader, state: State) -> None:
    count, last_id = r.integer("I"), 0
    _require(count <= state.settings.open_orders_max, "number of open orders")
    for _ in range(count):
        order = _order(r, state)
        _require(last_id < order.id <= state.last_order_id, "order id")
        last_id = order.id
        state.orders[order.id] = order.symbol.orders[order.id] = order


def _order(r: Reader, state: State) -> Order:
    order_id, symbol_id, side, order_type, order_state = r.unpack("QIBBB")
    _require(symbol_id < len(state.symbols), "symbol of an order")
    _require(side in _SIDES and order_type in _TYPES and order_state in _OPEN_STATES, "order")
    flatten = r.flag()
    price, quantity, cum, created, signal_id, last_exec_id = r.unpack("qqqqQQ")
    _require(0 <= cum < quantity, "quantity of an order")
    order = Order(order_id, state.symbols[symbol_id], side, order_type, price, quantity, created)
    order.state, order.flatten, order.cum = order_state, flatten, cum
    order.signal_id, order.last_exec_id = signal_id, last_exec_id
    has_pending = r.flag()
    pending = Pending(*r.unpack("qq"))
    order.pending = pending if has_pending else None
    _venue_order(r, state, order)
    return order


def _venue_order(r: Reader, state: State, order: Order) -> None:
    at_venue = r.flag()
    venue = VenueOrder(order, *r.unpack("qq"))
    venue.cum = r.integer("q")
    venue.resting = r.flag()
    venue.ahead, venue.level, venue.traded = r.unpack("qqq")
    if at_venue:
        _require(0 <= venue.cum < venue.quantity, "quantity of an order at the venue")
        state.at_venue[order.id] = order.symbol.at_venue[order.id] = venue
