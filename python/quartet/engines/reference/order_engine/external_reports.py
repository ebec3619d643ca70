"""EXECUTION_REPORT events: the tests, then the very path of the simulated venue's reports (spec 7.11)."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import NO_SYMBOL, Code, FillReason, Liquidity, Trigger, VenueMode
from quartet.engines.reference.core.orders import Order, Report
from quartet.engines.reference.core.state import State
from quartet.engines.reference.data_engine.columns import Payload
from quartet.engines.reference.order_engine.responses import apply
from quartet.engines.reference.order_engine.state_machine import next_state

_OURS: Final = (Trigger.RISK_REJECT, Trigger.SUBMIT, Trigger.REQUEST_CANCEL, Trigger.REQUEST_REPLACE)
_TRIGGERS: Final = frozenset(int(t) for t in Trigger) - frozenset(int(t) for t in _OURS)
_FILLS: Final = (Trigger.PARTIAL_FILL, Trigger.FILL)
_CODES: Final = frozenset(int(code) for code in Code)


def take_report(state: State, payload: Payload, ts_event: int) -> tuple[int, int]:
    """Apply a report; returns the reject's code, 0 for none, and the symbol that its record shows."""
    order_id, exec_id, trigger, liquidity, code, price, quantity = payload
    if state.settings.venue.mode == VenueMode.SIMULATED:
        return Code.UNEXPECTED_REPORT, NO_SYMBOL
    order = state.orders.get(order_id)
    if order is None:
        return Code.UNKNOWN_ORDER, NO_SYMBOL
    refused = _refuse(order, exec_id, trigger, liquidity, code, price, quantity)
    if refused:
        return refused, order.symbol.id
    if trigger in _FILLS:
        cause = state.records.event_index
        report = Report(
            ts_event,
            ts_event,
            Trigger.FILL,
            order_id,
            exec_id,
            price,
            quantity,
            liquidity,
            FillReason.EXTERNAL,
            code,
            cause,
        )
    else:
        report = Report(ts_event, ts_event, trigger, order_id, 0, 0, 0, 0, 0, code, 0)
    apply(state, order, report)
    return 0, order.symbol.id


def _refuse(order: Order, exec_id: int, trigger: int, liquidity: int, code: int, price: int, quantity: int) -> int:
    """The code of the first test that fails, 0 where all pass."""
    instrument = order.symbol.instrument
    if trigger not in _TRIGGERS:
        return Code.ILLEGAL_TRANSITION
    cum = order.cum
    if trigger in _FILLS:
        if exec_id <= order.last_exec_id:
            return Code.DUPLICATE_EXEC
        if quantity <= 0:
            return Code.BAD_SIZE
        if not instrument.price_min <= price <= instrument.price_max:
            return Code.BAD_PRICE
        if quantity > order.leaves or liquidity not in (Liquidity.MAKER, Liquidity.TAKER):
            return Code.ILLEGAL_TRANSITION
        cum += quantity
        trigger = Trigger.FILL if quantity == order.leaves else Trigger.PARTIAL_FILL
    if trigger in (Trigger.REPLACE, Trigger.REPLACE_REJECT) and order.pending is None:
        return Code.ILLEGAL_TRANSITION
    if trigger == Trigger.REPLACE and order.pending is not None and order.pending.quantity <= cum:
        return Code.ILLEGAL_TRANSITION
    if next_state(order, trigger, cum) is None or code not in _CODES:
        return Code.ILLEGAL_TRANSITION
    return 0
