"""S4: reports of the venue become transitions, fills and account changes (spec 7.3, 8.1, 9.8)."""

from __future__ import annotations

from quartet.core.contract import AccountCause, Liquidity, Trigger
from quartet.engines.reference.account.account import book_fill, record_account
from quartet.engines.reference.core.orders import Order, Report
from quartet.engines.reference.core.state import State
from quartet.engines.reference.order_engine.state_machine import remember_reject, transition


def apply_due(state: State) -> None:
    """Apply reports from the head of the FIFO while they are due."""
    reports = state.reports
    while reports and reports[0].due <= state.now:
        report = reports.popleft()
        order = state.orders.get(report.order_id)
        if order is None:
            state.counters.late_reports += 1
        else:
            apply(state, order, report)


def apply(state: State, order: Order, report: Report) -> None:
    """Let a report about an open order take effect."""
    if report.trigger == Trigger.FILL:
        _fill(state, order, report)
        return
    if report.trigger == Trigger.REPLACE and order.pending is not None:
        order.price, order.quantity = order.pending
        order.pending = None
    elif report.trigger == Trigger.REPLACE_REJECT:
        order.pending = None
    elif report.trigger == Trigger.VENUE_REJECT:
        state.counters.venue_rejects += 1
        remember_reject(state, order.symbol, order.side, order.type, order.price, order.quantity)
    transition(state, order, report.trigger, report.code, report.t)


def _fill(state: State, order: Order, report: Report) -> None:
    """The records of a fill are FILL, ORDER, ACCOUNT (spec 8.1)."""
    symbol, venue = order.symbol, state.settings.venue
    rate = venue.maker_fee_ppb if report.liquidity == Liquidity.MAKER else venue.taker_fee_ppb
    whole = report.quantity == order.leaves
    fee = book_fill(state, symbol, order.side, report.price, report.quantity, rate)
    order.cum += report.quantity
    order.last_exec_id = report.exec_id
    state.counters.fills += 1
    state.records.fill(
        symbol.id,
        order.side,
        report.liquidity,
        report.reason,
        order.id,
        report.exec_id,
        report.price,
        report.quantity,
        fee,
        report.cause_event,
        report.t,
        symbol.position,
    )
    transition(state, order, Trigger.FILL if whole else Trigger.PARTIAL_FILL, report.code, report.t)
    record_account(state, symbol, AccountCause.FILL)
