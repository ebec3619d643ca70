"""Transitions of an order: the table's next state and the ORDER record (spec 9.8)."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import LIVE, TERMINAL_STATES, TRANSITIONS, OrderState, OrderType, Trigger
from quartet.engines.reference.core.orders import Order
from quartet.engines.reference.core.state import RejectedDesire, State, Symbol
from quartet.engines.reference.risk_engine.review import Failure

_NEXT: Final[dict[tuple[int, int], int]] = {(int(s), int(t)): int(to) for (s, t), to in TRANSITIONS.items()}
_KEEP_PENDING: Final = (OrderState.PENDING_REPLACE, OrderState.PENDING_CANCEL)


def next_state(order: Order, trigger: int, cum: int) -> int | None:
    """The state that the table gives, with `cum` filled by then; None where it gives none."""
    state = _NEXT.get((order.state, trigger))
    if state == LIVE:
        return OrderState.PARTIALLY_FILLED if cum else OrderState.NEW
    return state


def transition(state: State, order: Order, trigger: int, code: int = 0, t: int = 0) -> None:
    """Move an order that already holds its new values, and record it."""
    before = order.state
    after = next_state(order, trigger, order.cum)
    if after is None:
        raise RuntimeError(f"order {order.id}: no transition from state {before} by trigger {trigger}")
    order.state = after
    if after not in _KEEP_PENDING:
        order.pending = None
    if after in TERMINAL_STATES:
        del state.orders[order.id]
        del order.symbol.orders[order.id]
    if after == OrderState.CANCELED:
        state.counters.cancels += 1
    _record(state, order, before, trigger, order.price, order.quantity, code, t=t)


def record_replace_request(state: State, order: Order, price: int, leaves: int) -> None:
    """REQUEST_REPLACE: the record shows the new values, the order holds them from the report on (spec 9.7)."""
    before = order.state
    order.state = OrderState.PENDING_REPLACE
    _record(state, order, before, Trigger.REQUEST_REPLACE, price, order.cum + leaves)


def record_reject(state: State, order: Order, failure: Failure, price: int, quantity: int) -> None:
    """RISK_REJECT of a new order, or of a replace, which leaves the order as it is (spec 9.2, 9.7)."""
    before = order.state
    if before == OrderState.CREATED:
        order.state = OrderState.RISK_REJECTED
    state.counters.risk_rejects += 1
    code, limit, value = failure
    _record(state, order, before, Trigger.RISK_REJECT, price, quantity, code, limit, value)


def _record(
    state: State,
    order: Order,
    state_from: int,
    trigger: int,
    price: int,
    quantity: int,
    code: int = 0,
    limit: int = 0,
    value: int = 0,
    t: int = 0,
) -> None:
    state.records.order(
        order.symbol.id,
        order.side,
        order.type,
        state_from,
        code,
        order.state,
        trigger,
        order.id,
        price,
        quantity,
        quantity - order.cum,
        order.cum,
        order.signal_id,
        limit,
        value,
        t,
    )


def remember_reject(state: State, symbol: Symbol, side: int, order_type: int, price: int, quantity: int) -> None:
    """Write the retry memory (spec 10.6)."""
    shown = 0 if order_type == OrderType.MARKET else price
    symbol.rejected[side] = RejectedDesire(shown, quantity, order_type, state.now)


def held_back(state: State, symbol: Symbol, side: int, order_type: int, price: int, quantity: int) -> bool:
    """Whether the retry rule holds a desire back (spec 10.6)."""
    old = symbol.rejected[side]
    if old is None or old[:3] != (price, quantity, order_type):
        return False
    return state.now - old.ts < state.settings.reconciler.retry_after_ns
