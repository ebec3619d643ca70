"""The state's sections of a snapshot, read back in the steps of the writer and tested (spec 14.1, 14.4)."""

from __future__ import annotations

import math
import struct
from dataclasses import fields
from typing import Final

from quartet.core.contract import (
    LEVELS_MAX,
    Code,
    FillReason,
    Level,
    Liquidity,
    OrderState,
    OrderType,
    PolicyKind,
    Side,
    Status,
    Trigger,
    VenueMode,
)
from quartet.engines.reference.core.orders import (
    MESSAGE_CANCEL,
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
_CODES: Final = frozenset(Code)
_TRIGGERS: Final = frozenset(Trigger)
_LIQUIDITIES: Final = frozenset(Liquidity)
_REASONS: Final = frozenset(FillReason)
_ALL_STATUS: Final = sum(Status)
_COUNT_END: Final = 1 << 63
_MONEY_END: Final = 1 << 121
_SESSION_END: Final = 1 << 31
_TIME_END: Final = 1 << 62
_ARRIVAL_MAX: Final = (1 << 62) + (1 << 60)
_SIZE_END: Final = 1 << 62
_TOKENS_MAX: Final = 2 * 10**18


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
        """An amount of money."""
        value = int.from_bytes(self.take(16), "little", signed=True)
        if abs(value) >= _MONEY_END:
            raise ValueError("impossible amount of money")
        return value

    def time(self) -> int:
        """A ts_init."""
        value = self.integer("q")
        if not 0 <= value < _TIME_END:
            raise ValueError("impossible time")
        return value

    def size(self, end: int = _SIZE_END) -> int:
        """A quantity from 0."""
        value = self.integer("q")
        if not 0 <= value < end:
            raise ValueError("impossible size")
        return value

    def count(self) -> int:
        """What counts up by ones."""
        value = self.integer("Q")
        if value >= _COUNT_END:
            raise ValueError("impossible count")
        return value

    def floats(self, count: int) -> list[float]:
        """f64 values."""
        return list(struct.unpack(f"<{count}d", self.take(8 * count)))


def read_state(r: Reader, runtime: Runtime) -> None:
    """Sections 3 to 8."""
    _engine(r, runtime)
    sequences = runtime.validation.last_sequence
    sequences[:] = r.unpack(f"{len(sequences)}Q")
    for symbol in runtime.state.symbols:
        runtime.phase_one.symbols[symbol.id] = _signals(r, runtime, symbol)
    state = runtime.state
    for symbol in state.symbols:
        _symbol(r, symbol, _quantity_end(state, symbol))
        if symbol.position:
            state.held.add(symbol.id)
            state.position_value += symbol.position * (symbol.mark or 0) * symbol.instrument.multiplier
        if symbol.flatten:
            state.flattened.add(symbol.id)
        if symbol.bar_verdict:
            state.bar_verdicts.add(symbol.id)
    _orders(r, state)
    for _ in range(r.integer("I")):
        state.inbound.append(_message(r, state))
    for _ in range(r.integer("I")):
        state.reports.append(_report(r, state))
    simulated = state.settings.venue.mode == VenueMode.SIMULATED
    _require(simulated or not (state.at_venue or state.inbound or state.reports), "business with the venue")


def _message(r: Reader, state: State) -> Message:
    message = Message(*r.unpack("qBQqq"))
    _require(0 <= message.arrival <= _ARRIVAL_MAX, "arrival of a message")
    _require(MESSAGE_NEW <= message.kind <= MESSAGE_REPLACE, "kind of a message")
    order = state.orders.get(message.order_id)
    if message.kind == MESSAGE_NEW:
        _require(order is not None and order.id not in state.at_venue, "order of a message")
    if message.kind == MESSAGE_CANCEL:
        _require(message.price == 0 and message.quantity == 0, "content of a message")
    elif order is not None:
        _require(0 < message.quantity <= _quantity_end(state, order.symbol), "quantity of a message")
        _require(_near_bounds(order.symbol, message.price), "price of a message")
    else:
        _require(message.quantity > 0, "quantity of a message")
    return message


def _report(r: Reader, state: State) -> Report:
    report = Report(*r.unpack("qqBQQqqBBHQ"))
    _require(report.trigger in _TRIGGERS and report.code in _CODES, "trigger or code of a report")
    if report.trigger != Trigger.FILL:
        _require(report.liquidity == 0 and report.reason == 0, "content of a report")
        return report
    _require(report.liquidity in _LIQUIDITIES and report.reason in _REASONS and report.quantity > 0, "fill of a report")
    order = state.orders.get(report.order_id)
    _require(order is None or _near_bounds(order.symbol, report.price), "price of a report")
    return report


def _quantity_end(state: State, symbol: Symbol) -> int:
    """Q of spec 14.4."""
    policy = state.settings.policy
    inventory = policy.quoting.max_inventory if policy.kind == PolicyKind.QUOTING else 0
    return 4 * max(symbol.instrument.quantity_max, inventory)


def _within_bounds(symbol: Symbol, price: int | None) -> bool:
    """b of spec 14.4."""
    return price is None or symbol.instrument.price_min <= price <= symbol.instrument.price_max


def _near_bounds(symbol: Symbol, price: int) -> bool:
    """b+ of spec 14.4."""
    i = symbol.instrument
    return i.price_min - i.tick <= price <= i.price_max + i.tick


def _require(truth: bool, what: str) -> None:
    if not truth:
        raise ValueError(f"impossible {what}")


def _engine(r: Reader, runtime: Runtime) -> None:
    s, counters = runtime.state, runtime.counters
    for field in fields(counters):
        setattr(counters, field.name, r.count())
    runtime.validation.last_ts_init = r.time()
    s.session, s.risk_number = r.integer("q"), r.time()
    _require(abs(s.session) < _SESSION_END, "session")
    s.started, s.level, s.flatten = r.flag(), r.integer("B"), r.flag()
    _require(s.level in _LEVELS, "level")
    s.drawdown_latched, s.daily_loss_latched = r.flag(), r.flag()
    s.cash, s.fees, s.realised = r.money(), r.money(), r.money()
    s.equity_high, s.equity_open = r.money(), r.money()
    s.last_order_id, s.last_exec_id, s.last_signal_id = r.count(), r.count(), r.count()
    _bucket(r, s.bucket)


def _bucket(r: Reader, bucket: Bucket) -> None:
    bucket.tokens = r.money()
    _require(0 <= bucket.tokens <= _TOKENS_MAX, "number of tokens")
    bucket.ts = r.time()


def _signals(r: Reader, runtime: Runtime, symbol: Symbol) -> SymbolSignals:
    s = runtime.phase_one.program.fresh()
    s.bid, s.ask, s.bid_size, s.ask_size = *r.unpack("qq"), r.size(), r.size()
    _require(not s.bid_size or _within_bounds(symbol, s.bid), "bid")
    _require(not s.ask_size or _within_bounds(symbol, s.ask), "ask")
    price = r.integer("q")
    s.last_trade_price = price if r.flag() else None
    _require(_within_bounds(symbol, s.last_trade_price), "price of a trade")
    s.last_sign, s.vwap_session = r.unpack("bq")
    _require(-1 <= s.last_sign <= 1 and abs(s.vwap_session) < _SESSION_END, "trade sign or session")
    s.vwap_pq, s.vwap_q = r.floats(2)
    count = r.integer("I")
    _require(count <= runtime.settings.signals.max_signals_per_symbol, "number of external signals")
    for _ in range(count):
        source = r.integer("I")
        _require(source < runtime.settings.source_count, "source of an external signal")
        score, confidence = r.floats(2)
        s.external.append(ExternalSignal(source, score, confidence, *r.unpack("qQ")))
    # A constant keeps its own value: another one would not be written back.
    for place, value in enumerate(r.floats(len(s.values))):
        if place not in runtime.phase_one.program.constants:
            s.values[place] = value
    for cell, (u_words, f_words) in zip(s.cells, runtime.phase_one.program.words, strict=True):
        if cell is not None:
            cell.load(list(r.unpack(f"{u_words}Q")), r.floats(f_words))
    return s


def _level(r: Reader, symbol: Symbol) -> BookLevel:
    level = BookLevel(*r.unpack("qq"))
    _require(_within_bounds(symbol, level.price) and 0 < level.size < _SIZE_END, "level")
    return level


def _symbol(r: Reader, s: Symbol, quantity_end: int) -> None:
    bid_levels, ask_levels = r.unpack("BB")
    _require(bid_levels <= LEVELS_MAX and ask_levels <= LEVELS_MAX, "number of levels")
    s.bids = tuple(_level(r, s) for _ in range(bid_levels))
    s.asks = tuple(_level(r, s) for _ in range(ask_levels))
    s.taken_bid, s.taken_ask = r.size(_COUNT_END), r.size(_COUNT_END)
    s.has_quote = r.flag()
    s.mark, s.risk_price = _if_has(r), _if_has(r)
    _require(_within_bounds(s, s.mark) and _within_bounds(s, s.risk_price), "mark or risk price")
    last_ts = r.time()
    s.last_ts = last_ts if r.flag() else None
    s.stale, s.halted = r.flag(), r.flag()
    s.status, s.level = r.unpack("BB")
    _require(s.level in _LEVELS and not s.status & ~_ALL_STATUS, "level or status")
    s.flatten = r.flag()
    band = Band(*r.unpack("qq"))
    s.band = band if r.flag() else None
    s.position = r.integer("q")
    _require(abs(s.position) <= quantity_end and (s.mark is not None or not s.position), "position")
    s.cost = r.money()
    s.direction, s.signal_id = r.unpack("bQ")
    _require(-1 <= s.direction <= 1, "direction")
    target = Target(r.integer("q"), *r.floats(1))
    _require(abs(target.quantity) <= quantity_end and abs(target.x) <= 1.0, "target")
    s.target = target if r.flag() else None
    has_verdict = r.flag()
    score, confidence, fair_value = r.floats(3)
    verdict = BarVerdict(score, confidence, fair_value, r.time())
    _require(math.isfinite(score) and math.isfinite(confidence), "verdict")
    s.bar_verdict = verdict if has_verdict else None
    for side in (Side.BUY, Side.SELL):
        has = r.flag()
        price, quantity, order_type = r.unpack("qqB")
        rejected = RejectedDesire(price, quantity, order_type, r.time())
        _require(not has or rejected.type in _TYPES, "rejected desire")
        s.rejected[side] = rejected if has else None
    _bucket(r, s.bucket)
    for _ in range(r.integer("I")):
        way, order_type, quantity, price = r.unpack("BBqq")
        accepted = AcceptedOrder(way, order_type, quantity, price, r.time())
        _require(accepted.side in _SIDES and accepted.type in _TYPES, "accepted order")
        s.duplicates.append(accepted)


def _if_has(r: Reader) -> int | None:
    value = r.integer("q")
    return value if r.flag() else None


def _orders(r: Reader, state: State) -> None:
    count, last_id = r.integer("I"), 0
    _require(count <= state.settings.open_orders_max, "number of open orders")
    exposed: dict[tuple[int, int], int] = {}
    for _ in range(count):
        order = _order(r, state)
        _require(last_id < order.id <= state.last_order_id, "order id")
        last_id = order.id
        state.orders[order.id] = order.symbol.orders[order.id] = order
        place = order.symbol.id, order.side
        exposed[place] = exposed.get(place, 0) + order.exposed_leaves
        _require(exposed[place] <= _quantity_end(state, order.symbol), "quantity of open orders")


def _order(r: Reader, state: State) -> Order:
    order_id, symbol_id, side, order_type, order_state = r.unpack("QIBBB")
    _require(symbol_id < len(state.symbols), "symbol of an order")
    _require(side in _SIDES and order_type in _TYPES and order_state in _OPEN_STATES, "order")
    flatten = r.flag()
    price, quantity, cum = r.unpack("qqq")
    symbol = state.symbols[symbol_id]
    most = _quantity_end(state, symbol)
    _require(0 <= cum < quantity <= most and _near_bounds(symbol, price), "quantity or price of an order")
    order = Order(order_id, symbol, side, order_type, price, quantity, r.time())
    order.state, order.flatten, order.cum = order_state, flatten, cum
    order.signal_id, order.last_exec_id = r.unpack("QQ")
    has_pending = r.flag()
    pending = Pending(*r.unpack("qq"))
    _require(0 <= pending.quantity <= most, "quantity of a replacement")
    _require(not has_pending or _near_bounds(symbol, pending.price), "price of a replacement")
    may_have = order_state in (OrderState.PENDING_REPLACE, OrderState.PENDING_CANCEL)
    must_have = order_state == OrderState.PENDING_REPLACE
    _require(must_have <= has_pending <= may_have, "replacement in this state")
    order.pending = pending if has_pending else None
    _venue_order(r, state, order)
    return order


def _venue_order(r: Reader, state: State, order: Order) -> None:
    at_venue = r.flag()
    venue = VenueOrder(order, *r.unpack("qq"))
    venue.cum = r.integer("q")
    venue.resting = r.flag()
    venue.ahead, venue.level, venue.traded = r.integer("q"), r.size(), r.size(_COUNT_END)
    _require(-1 <= venue.ahead < _SIZE_END, "queue ahead of an order")
    if at_venue:
        most = _quantity_end(state, order.symbol)
        _require(0 <= venue.cum < venue.quantity <= most, "quantity of an order at the venue")
        _require(_near_bounds(order.symbol, venue.price), "price of an order at the venue")
        state.at_venue[order.id] = order.symbol.at_venue[order.id] = venue
