"""What we ask of the venue: new orders, cancels, replaces (spec 8.7, 9.2, 9.7, 9.9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from quartet.core.contract import Code, OrderState, OrderType, Side, Trigger, VenueMode
from quartet.engines.reference.core.orders import (
    MESSAGE_CANCEL,
    MESSAGE_NEW,
    MESSAGE_REPLACE,
    Message,
    Order,
    Pending,
)
from quartet.engines.reference.core.state import State, Symbol
from quartet.engines.reference.execution_engine.venue import deliver
from quartet.engines.reference.order_engine.responses import apply_due
from quartet.engines.reference.order_engine.state_machine import (
    held_back,
    record_reject,
    record_replace_request,
    remember_reject,
    transition,
)
from quartet.engines.reference.risk_engine.flow_rows import remember
from quartet.engines.reference.risk_engine.review import Review
from quartet.engines.reference.risk_engine.rows import check
from quartet.engines.reference.risk_engine.self_trade import Loss

_CANCELABLE: Final = (
    OrderState.PENDING_NEW,
    OrderState.NEW,
    OrderState.PARTIALLY_FILLED,
    OrderState.PENDING_REPLACE,
    OrderState.SUSPENDED,
)


def _send(state: State, kind: int, order: Order, price: int, quantity: int) -> None:
    """Send a message; without latency it is delivered, and answered, at once (spec 7.1)."""
    venue = state.settings.venue
    if venue.mode == VenueMode.EXTERNAL:
        return
    message = Message(state.now + venue.order_latency_ns, kind, order.id, price, quantity)
    if venue.order_latency_ns:
        state.inbound.append(message)
        return
    deliver(state, message, state.now)
    if venue.response_latency_ns == 0:
        apply_due(state)


def create(
    state: State, symbol: Symbol, side: int, order_type: int, price: int, quantity: int, flatten: bool = False
) -> None:
    """Make an order, test it, and send it or record its reject (spec 9.2)."""
    state.last_order_id += 1
    state.counters.orders += 1
    review = Review(state, symbol, side, order_type, price, quantity, flatten)
    order = Order(state.last_order_id, symbol, side, order_type, price, quantity, state.now)
    order.flatten = flatten
    answer = check(review)
    # Row 6 gave a MARKET order its price, row 12 may have left a rest.
    order.price, order.quantity = review.price, review.quantity
    if answer.failure:
        record_reject(state, order, answer.failure, order.price, order.quantity)
        remember_reject(state, symbol, side, order_type, price, quantity)
        _lose(state, answer.self_trade.losses)
        return
    _lose(state, answer.self_trade.losses)
    if state.settings.check_risk and not flatten:
        remember(review, quantity)
    state.orders[order.id] = symbol.orders[order.id] = order
    transition(state, order, Trigger.SUBMIT)
    _send(state, MESSAGE_NEW, order, order.price, order.quantity)


def _lose(state: State, losses: Iterable[Loss]) -> None:
    """Cancel or shrink own orders for self-trade prevention, without rows or tokens (spec 9.9)."""
    for order, quantity in losses:
        if quantity is None:
            if order.state in _CANCELABLE:
                request_cancel(state, order)
        elif quantity == order.leaves:
            request_cancel(state, order)
        else:
            _send_replace(state, order, order.price, order.leaves - quantity)


def request_cancel(state: State, order: Order) -> None:
    """REQUEST_CANCEL (spec 9.7)."""
    transition(state, order, Trigger.REQUEST_CANCEL, Code.USER_CANCEL)
    _send(state, MESSAGE_CANCEL, order, 0, 0)


def request_replace(state: State, order: Order, price: int, leaves: int) -> None:
    """Test another price and leaves; a refusal leaves the order as it is (spec 9.7)."""
    review = Review(state, order.symbol, order.side, order.type, price, leaves, replaced=order)
    answer = check(review)
    if answer.failure:
        record_reject(state, order, answer.failure, price, order.cum + leaves)
        remember_reject(state, order.symbol, order.side, order.type, price, leaves)
        _lose(state, answer.self_trade.losses)
        return
    if state.settings.check_risk:
        remember(review, leaves)
    _send_replace(state, order, price, leaves)


def _send_replace(state: State, order: Order, price: int, leaves: int) -> None:
    order.pending = Pending(price, order.cum + leaves)
    record_replace_request(state, order, price, leaves)
    _send(state, MESSAGE_REPLACE, order, *order.pending)


def cancel_working(state: State, symbol: Symbol | None = None) -> None:
    """Cancel all orders that can be, of the engine or of one symbol, ascending id (spec 8.7)."""
    orders = state.orders if symbol is None else symbol.orders
    for order in list(orders.values()):
        if order.state in _CANCELABLE:
            request_cancel(state, order)


def flatten_positions(state: State) -> None:
    """Close what flatten says, unless an order is open or the retry rule holds it back (spec 8.6)."""
    for symbol_id in sorted(state.held if state.flatten else state.held & state.flattened):
        symbol = state.symbols[symbol_id]
        if symbol.orders:
            continue
        side = Side.SELL if symbol.position > 0 else Side.BUY
        quantity = abs(symbol.position)
        if not held_back(state, symbol, side, OrderType.MARKET, 0, quantity):
            create(state, symbol, side, OrderType.MARKET, 0, quantity, flatten=True)
