"""Delivery of messages, and lives that run out (spec 7.1, 7.2, 7.5, 7.9, 7.10)."""

from __future__ import annotations

from quartet.core.contract import Code, FillModel, OrderType, Trigger
from quartet.engines.reference.core.orders import (
    MESSAGE_CANCEL,
    MESSAGE_NEW,
    Message,
    VenueOrder,
)
from quartet.engines.reference.core.state import State
from quartet.engines.reference.execution_engine import bar_matching, book_matching
from quartet.engines.reference.execution_engine.reports import cancel, leave, report


def arrivals(state: State, ts_event: int) -> None:
    """S2: messages that reached the venue before the event, then lives that ended by then (spec 7.2)."""
    inbound = state.inbound
    while inbound and inbound[0].arrival < ts_event:
        message = inbound.popleft()
        deliver(state, message, message.arrival)
    life = state.settings.reconciler.order_ttl_ns
    if life > 0 and state.at_venue:
        for order in list(state.at_venue.values()):
            expire = order.created + life
            if expire <= ts_event:
                leave(state, order)
                report(state, expire, Trigger.EXPIRE, order.id, Code.TIME_IN_FORCE)


def deliver(state: State, message: Message, t: int) -> None:
    """A message reaches the venue at time t."""
    if message.kind == MESSAGE_NEW:
        _new(state, message, t)
    elif message.kind == MESSAGE_CANCEL:
        _cancel(state, message, t)
    else:
        _replace(state, message, t)


def _new(state: State, message: Message, t: int) -> None:
    order = VenueOrder(state.orders[message.order_id], message.price, message.quantity)
    state.at_venue[order.id] = order
    order.symbol.at_venue[order.id] = order
    if order.symbol.instrument.fill_model == FillModel.BOOK:
        book_matching.arrive(state, order, t)
    else:
        bar_matching.arrive(state, order, t)


def _cancel(state: State, message: Message, t: int) -> None:
    order = state.at_venue.get(message.order_id)
    if order is None:
        report(state, t, Trigger.CANCEL_REJECT, message.order_id)
    else:
        cancel(state, order, t, Code.USER_CANCEL)


def _replace(state: State, message: Message, t: int) -> None:
    """Another price and total quantity (spec 7.10)."""
    order = state.at_venue.get(message.order_id)
    if order is None:
        report(state, t, Trigger.REPLACE_REJECT, message.order_id)
        return
    if message.quantity <= order.cum:
        cancel(state, order, t, Code.REPLACE_BELOW_CUM)
        return
    symbol = order.symbol
    on_book = symbol.instrument.fill_model == FillModel.BOOK
    would_take = book_matching.reaches(symbol, order.buy, message.price)
    if order.type == OrderType.POST_ONLY and on_book and would_take and not book_matching.frozen(symbol):
        report(state, t, Trigger.REPLACE_REJECT, order.id, Code.POST_ONLY_WOULD_TAKE)
        return
    keeps_place = message.price == order.price and message.quantity <= order.quantity
    order.price, order.quantity = message.price, message.quantity
    report(state, t, Trigger.REPLACE, order.id)
    if keeps_place or not on_book:
        return
    if order.type == OrderType.LIMIT:
        book_matching.take_and_rest(state, order, t)
    else:
        book_matching.rest(order)
