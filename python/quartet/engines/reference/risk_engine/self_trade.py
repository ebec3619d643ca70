"""Row 12's first half: an order that could meet one of our own (spec 9.9)."""

from __future__ import annotations

from typing import NamedTuple

from quartet.core.contract import Code, OrderState, SelfTrade
from quartet.engines.reference.core.orders import Order
from quartet.engines.reference.risk_engine.review import Failure, Review


class Loss(NamedTuple):
    """An own order and what it loses; None: all, by a cancel if its state allows one."""

    order: Order
    quantity: int | None


class SelfTradeOutcome(NamedTuple):
    """The row's answer, and what conflicts lose: after the reject record, or before SUBMIT."""

    failure: Failure | None
    losses: list[Loss]


PASSED = SelfTradeOutcome(None, [])


def _reached(r: Review, order: Order) -> bool:
    prices = [order.price] if order.pending is None else [order.price, order.pending.price]
    return any(r.price >= p if r.buy else r.price <= p for p in prices)


def self_trade(r: Review) -> SelfTradeOutcome:
    """Test the order; under DECREMENT what passes is the rest, which becomes the order's quantity."""
    conflicts = [o for o in r.symbol.orders.values() if o.side != r.side and _reached(r, o)]
    if not conflicts:
        return PASSED
    failure = Failure(Code.SELF_TRADE)
    mode = r.state.limits.self_trade
    if mode == SelfTrade.CANCEL_BOTH:
        return SelfTradeOutcome(failure, [Loss(order, None) for order in conflicts])
    if mode == SelfTrade.CANCEL_NEWEST or r.replaced is not None:
        return SelfTradeOutcome(failure, [])
    if mode == SelfTrade.CANCEL_OLDEST:
        return SelfTradeOutcome(None, [Loss(order, None) for order in conflicts])
    return _decrement(r, conflicts, failure)


def _decrement(r: Review, conflicts: list[Order], failure: Failure) -> SelfTradeOutcome:
    live = (OrderState.NEW, OrderState.PARTIALLY_FILLED)
    if any(order.state not in live for order in conflicts):
        return SelfTradeOutcome(failure, [])
    rest = r.quantity
    losses = []
    for order in conflicts:
        lost = min(rest, order.leaves)
        if lost:
            losses.append(Loss(order, lost))
            rest -= lost
    if rest == 0:
        return SelfTradeOutcome(failure, losses)
    r.quantity = rest
    return SelfTradeOutcome(None, losses)
