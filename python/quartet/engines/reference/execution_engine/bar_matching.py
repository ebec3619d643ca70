"""Matching of fill model BAR: an order decided at one stamp meets the next bar (spec 7.9)."""

from __future__ import annotations

from quartet.core.contract import Code, FillReason, Liquidity, OrderType, Trigger
from quartet.core.fixed import PPB, cap, ceil_to, floor_to
from quartet.engines.reference.core.orders import VenueOrder
from quartet.engines.reference.core.state import State, Symbol
from quartet.engines.reference.data_engine.columns import Payload
from quartet.engines.reference.execution_engine.book_matching import frozen
from quartet.engines.reference.execution_engine.reports import cancel, fill, report


def arrive(state: State, order: VenueOrder, t: int) -> None:
    """A NEW message of fill model BAR reaches the venue; every type waits for the next bar."""
    if order.type in (OrderType.LIMIT, OrderType.POST_ONLY):
        report(state, t, Trigger.ACK, order.id)


def on_bar(state: State, symbol: Symbol, payload: Payload, t: int) -> None:
    """A BAR meets the waiting orders in ascending id, each taking from the volume share."""
    opened, high, low, _, volume = payload
    waits = (OrderType.LIMIT, OrderType.POST_ONLY)
    if frozen(symbol):
        for order in list(symbol.at_venue.values()):
            if order.type not in waits:
                cancel(state, order, t, Code.MARKET_HALTED)
        return
    share = floor_to(cap(state.settings.venue.max_participation_ppb, volume), symbol.instrument.lot)
    for order in list(symbol.at_venue.values()):
        if order.type in waits:
            share -= _meet_limit(state, order, opened, low if order.buy else high, share, t)
        else:
            share -= _meet_open(state, order, opened, share, t)


def _worse(order: VenueOrder, price: int, limit: int) -> bool:
    """Whether a price is worse for the order than a limit."""
    return price > limit if order.buy else price < limit


def _slipped(state: State, order: VenueOrder, opened: int) -> int:
    """The open with slippage, exact, rounded to a tick against us."""
    slippage, tick = state.settings.venue.bar_slippage_ppb, order.symbol.instrument.tick
    if order.buy:
        return ceil_to(opened * (PPB + slippage), tick * PPB) // PPB
    return floor_to(opened * (PPB - slippage), tick * PPB) // PPB


def _meet_open(state: State, order: VenueOrder, opened: int, share: int, t: int) -> int:
    """MARKET, IOC and FOK: at the open or not at all. Returns what was filled."""
    price = _slipped(state, order, opened) if order.type == OrderType.MARKET else opened
    if _worse(order, price, order.price):
        cancel(state, order, t, Code.NO_LIQUIDITY)
        return 0
    if order.type == OrderType.FOK and share < order.leaves:
        cancel(state, order, t, Code.FOK_UNFILLABLE)
        return 0
    quantity = min(order.leaves, share)
    if quantity > 0:
        fill(state, order, t, price, quantity, Liquidity.TAKER, FillReason.BAR_OPEN)
    if order.leaves:
        cancel(state, order, t, Code.NOT_ENOUGH_VOLUME)
    return quantity


def _meet_limit(state: State, order: VenueOrder, opened: int, extreme: int, share: int, t: int) -> int:
    """LIMIT and POST_ONLY: better at the open, or traded through; the rest waits on. Returns what was filled."""
    quantity = min(order.leaves, share)
    if quantity <= 0:
        return 0
    if order.type == OrderType.LIMIT and _worse(order, order.price, opened):
        fill(state, order, t, opened, quantity, Liquidity.TAKER, FillReason.BAR_OPEN)
    elif _worse(order, order.price, extreme):
        fill(state, order, t, order.price, quantity, Liquidity.MAKER, FillReason.TRADED_THROUGH)
    else:
        return 0
    return quantity
