"""Matching of fill model BOOK: displayed size, taking, queue positions (spec 7.4 to 7.8)."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import Code, FillReason, Liquidity, OrderType, QueueModel, Status, Trigger
from quartet.core.elementary import rint
from quartet.engines.reference.core.orders import VenueOrder
from quartet.engines.reference.core.state import State, Symbol
from quartet.engines.reference.data_engine.columns import Payload
from quartet.engines.reference.execution_engine.reports import cancel, fill, leave, report

UNSEEN: Final = -1
# taken and traded saturate here.
_I64_MAX: Final = (1 << 63) - 1
_FROZEN_STATUS: Final = int(Status.HALTED | Status.CLOSED)


def frozen(symbol: Symbol) -> bool:
    """Whether the venue does not match the symbol now (spec 7.5)."""
    return symbol.halted or symbol.status & _FROZEN_STATUS != 0


def reaches(symbol: Symbol, buy: bool, limit: int) -> bool:
    """Whether the other side's best is present and within the limit."""
    if buy:
        return bool(symbol.asks) and symbol.asks[0].price <= limit
    return bool(symbol.bids) and symbol.bids[0].price >= limit


def available(symbol: Symbol, buy: bool, limit: int) -> int:
    """Displayed size within the limit that is not yet taken (spec 7.4)."""
    if buy:
        shown, taken = sum(size for price, size in symbol.asks if price <= limit), symbol.taken_ask
    else:
        shown, taken = sum(size for price, size in symbol.bids if price >= limit), symbol.taken_bid
    return max(shown - taken, 0)


def _add_taken(symbol: Symbol, buy: bool, quantity: int) -> None:
    if buy:
        symbol.taken_ask = min(symbol.taken_ask + quantity, _I64_MAX)
    else:
        symbol.taken_bid = min(symbol.taken_bid + quantity, _I64_MAX)


def take(state: State, order: VenueOrder, t: int) -> None:
    """Walk the other side up to the order's limit, one fill a level (spec 7.4)."""
    symbol = order.symbol
    levels, skip = (symbol.asks, symbol.taken_ask) if order.buy else (symbol.bids, symbol.taken_bid)
    for price, size in levels:
        if order.leaves == 0 or (price > order.price if order.buy else price < order.price):
            return
        left = max(size - skip, 0)
        skip = max(skip - size, 0)
        quantity = min(order.leaves, left)
        if quantity:
            _add_taken(symbol, order.buy, quantity)
            fill(state, order, t, price, quantity, Liquidity.TAKER, FillReason.AGGRESSIVE)


def displayed(symbol: Symbol, buy: bool, price: int) -> int:
    """Displayed size at a price of our side (spec 7.6)."""
    levels = symbol.bids if buy else symbol.asks
    for level_price, size in levels:
        if level_price == price:
            return size
        if (price > level_price) if buy else (price < level_price):
            return 0
    return UNSEEN if levels else 0


def rest(order: VenueOrder) -> None:
    """Start to rest behind what is displayed (spec 7.6)."""
    order.resting = True
    order.ahead = displayed(order.symbol, order.buy, order.price)
    order.level = max(order.ahead, 0)
    order.traded = 0


def arrive(state: State, order: VenueOrder, t: int) -> None:
    """A NEW message of fill model BOOK reaches the venue (spec 7.5)."""
    symbol, kind = order.symbol, order.type
    closed = frozen(symbol)
    if kind == OrderType.POST_ONLY:
        if not closed and reaches(symbol, order.buy, order.price):
            leave(state, order)
            report(state, t, Trigger.VENUE_REJECT, order.id, Code.POST_ONLY_WOULD_TAKE)
            return
        report(state, t, Trigger.ACK, order.id)
        rest(order)
    elif kind == OrderType.LIMIT:
        report(state, t, Trigger.ACK, order.id)
        take_and_rest(state, order, t)
    elif closed:
        cancel(state, order, t, Code.MARKET_HALTED)
    elif kind == OrderType.FOK and available(symbol, order.buy, order.price) < order.quantity:
        cancel(state, order, t, Code.FOK_UNFILLABLE)
    else:
        take(state, order, t)
        if order.leaves:
            cancel(state, order, t, Code.NO_LIQUIDITY)


def take_and_rest(state: State, order: VenueOrder, t: int) -> None:
    """A LIMIT order takes what it reaches, unless frozen, and rests with what remains."""
    if not frozen(order.symbol):
        take(state, order, t)
    if order.leaves:
        rest(order)


def on_book(state: State, symbol: Symbol, t: int) -> None:
    """A QUOTE or BOOK meets our resting orders (spec 7.7)."""
    if frozen(symbol):
        return
    for order in list(symbol.at_venue.values()):
        if reaches(symbol, order.buy, order.price):
            quantity = min(order.leaves, available(symbol, order.buy, order.price))
            if quantity > 0:
                _add_taken(symbol, order.buy, quantity)
                fill(state, order, t, order.price, quantity, Liquidity.MAKER, FillReason.BOOK_CROSSED)
            continue
        shown = displayed(symbol, order.buy, order.price)
        if shown != UNSEEN:
            order.ahead = _queue_ahead(order, shown, state.settings.venue.queue_model)
            order.level = shown
            order.traded = 0


def _queue_ahead(order: VenueOrder, shown: int, queue_model: int) -> int:
    """The queue ahead once the displayed size at our price is `shown` (spec 7.7)."""
    ahead = order.ahead
    if ahead == UNSEEN:
        return shown
    if queue_model == QueueModel.PROBABILITY:
        canceled = order.level - shown - order.traded
        if canceled > 0:
            a, b = float(ahead), float(max(order.level - ahead, 0))
            den = a * a + b * b
            share = rint(float(canceled) * ((a * a) / den)) if den > 0.0 else 0
            ahead = max(ahead - share, 0)
    return min(ahead, shown)


def on_trade(state: State, symbol: Symbol, payload: Payload, t: int) -> None:
    """A TRADE meets our resting orders: through our price, or at it behind the queue (spec 7.8)."""
    if frozen(symbol):
        return
    price, size, aggressor = payload
    budget = size
    for order in list(symbol.at_venue.values()):
        if aggressor > 0 if order.buy else aggressor < 0:
            continue
        if price < order.price if order.buy else price > order.price:
            quantity, reason = min(order.leaves, budget), FillReason.TRADED_THROUGH
        elif price == order.price and order.ahead >= 0:
            consumed = min(order.ahead, size)
            order.ahead -= consumed
            order.traded = min(order.traded + size, _I64_MAX)
            quantity, reason = min(order.leaves, size - consumed, budget), FillReason.QUEUE_EXHAUSTED
        else:
            continue
        if quantity > 0:
            budget -= quantity
            fill(state, order, t, order.price, quantity, Liquidity.MAKER, reason)
