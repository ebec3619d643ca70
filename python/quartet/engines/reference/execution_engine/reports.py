"""What the venue says: reports into the FIFO, fills with their ids, orders that leave (spec 7.1, 7.5)."""

from __future__ import annotations

from quartet.core.contract import Trigger
from quartet.engines.reference.core.orders import Report, VenueOrder
from quartet.engines.reference.core.state import State


def report(state: State, t: int, trigger: int, order_id: int, code: int = 0) -> None:
    """Queue a report that is no fill."""
    due = t + state.settings.venue.response_latency_ns
    state.reports.append(Report(due, t, trigger, order_id, 0, 0, 0, 0, 0, code, 0))


def fill(state: State, order: VenueOrder, t: int, price: int, quantity: int, liquidity: int, reason: int) -> None:
    """Fill an order at the venue and queue the report; a whole fill takes it from the venue."""
    order.cum += quantity
    state.last_exec_id += 1
    due = t + state.settings.venue.response_latency_ns
    cause = state.records.event_index
    state.reports.append(
        Report(
            due,
            t,
            Trigger.FILL,
            order.id,
            state.last_exec_id,
            price,
            quantity,
            liquidity,
            reason,
            0,
            cause,
        )
    )
    if order.leaves == 0:
        leave(state, order)


def leave(state: State, order: VenueOrder) -> None:
    """Take an order from the venue."""
    del state.at_venue[order.id]
    del order.symbol.at_venue[order.id]


def cancel(state: State, order: VenueOrder, t: int, code: int) -> None:
    """Take an order from the venue and say CANCEL."""
    leave(state, order)
    report(state, t, Trigger.CANCEL, order.id, code)
