"""The reconciler: cancels, replaces and creates until the working orders match the desires (spec 10.5)."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import OrderState, OrderType, PolicyKind, Side
from quartet.engines.reference.core.orders import Order
from quartet.engines.reference.core.state import State, Symbol
from quartet.engines.reference.order_engine.commands import create, request_cancel, request_replace
from quartet.engines.reference.order_engine.policy import Desire, Desires
from quartet.engines.reference.order_engine.state_machine import held_back

_SIDES: Final = (Side.BUY, Side.SELL)
_LIVE: Final = (OrderState.NEW, OrderState.PARTIALLY_FILLED)
_REPLACEABLE: Final = (OrderType.LIMIT, OrderType.POST_ONLY)


def reconcile(state: State, symbol: Symbol, desires: Desires) -> None:
    """Bring the symbol's orders to its desires in three passes."""
    if not desires and not symbol.orders:
        return
    marked: dict[int, Order] = {}
    for side in _SIDES:
        order = _settle_side(state, symbol, side, desires.get(side))
        if order is not None:
            marked[side] = order
    for marked_side, order in marked.items():
        desire = desires[marked_side]
        if order.state in _LIVE and not held_back(state, symbol, marked_side, *desire):
            request_replace(state, order, desire.price, desire.quantity)
    for side in _SIDES:
        wanted = desires.get(side)
        if wanted is None or any(order.side == side for order in symbol.orders.values()):
            continue
        if not held_back(state, symbol, side, *wanted):
            create(state, symbol, side, *wanted)


def _settle_side(state: State, symbol: Symbol, side: int, desire: Desire | None) -> Order | None:
    """Pass 1: keep the first match, cancel the others, but one that may be replaced is returned."""
    orders = [order for order in symbol.orders.values() if order.side == side]
    live = [order for order in orders if order.state in _LIVE]
    busy = len(live) < len(orders)
    kept = next((order for order in live if desire and _matches(state, order, desire)), None)
    marked: Order | None = None
    for order in live:
        if order is kept:
            continue
        replaceable = order.type in _REPLACEABLE and desire is not None and order.type == desire.type
        if state.settings.reconciler.use_replace and replaceable and not (kept or busy or marked):
            marked = order
        else:
            request_cancel(state, order)
    return marked


def _matches(state: State, order: Order, desire: Desire) -> bool:
    policy = state.settings.policy
    quoting = policy.kind == PolicyKind.QUOTING
    tolerance = policy.quoting.requote_ticks * order.symbol.instrument.tick if quoting else 0
    if order.type != desire.type or abs(order.price - desire.price) > tolerance:
        return False
    return order.leaves <= desire.quantity if quoting else order.leaves == desire.quantity
