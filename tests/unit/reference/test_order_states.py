"""Every report in every state of an order, by the table (spec 7.11, 9.8), in venue mode EXTERNAL."""

from __future__ import annotations

from typing import Any

import pytest

from quartet.core.contract import (
    LIVE,
    NO_SYMBOL,
    TERMINAL_STATES,
    TRANSITIONS,
    Code,
    ControlKind,
    FillReason,
    Liquidity,
    OrderState,
    RecordKind,
    Trigger,
)
from tests.conformance.configs import base, external_venue, reconciler
from tests.conformance.stream import units
from tests.unit.reference.harness import Run

T, S = Trigger, OrderState
OPEN_STATES = [state for state in S if state not in TERMINAL_STATES and state != S.CREATED]
OURS = (T.RISK_REJECT, T.SUBMIT, T.REQUEST_CANCEL, T.REQUEST_REPLACE)
REPORTS = [trigger for trigger in T if trigger not in OURS]


def fill(run: Run, quantity: Any, **changes: Any) -> None:
    values = {"exec_id": 7, "liquidity": Liquidity.MAKER, "price": 101, "quantity": quantity, **changes}
    run.stream.report(1, changes.pop("trigger", T.FILL), **{k: v for k, v in values.items() if k != "trigger"})


def order_in(state: OrderState) -> Run:
    """An engine with a bid of 10 at 101 in a state, nothing filled but in PARTIALLY_FILLED."""
    run = Run(base(external_venue, reconciler(use_replace=True)))
    run.stream.quote(100, 101).signal(1.0)
    if state != S.PENDING_NEW:
        run.stream.report(1, T.ACK)
    if state == S.PARTIALLY_FILLED:
        fill(run, 4, exec_id=3)
    elif state == S.PENDING_CANCEL:
        run.stream.control(ControlKind.CANCEL_ALL)
    elif state == S.PENDING_REPLACE:
        run.stream.signal(0.8)
    elif state == S.SUSPENDED:
        run.stream.report(1, T.SUSPEND)
    elif state == S.UNKNOWN:
        run.stream.report(1, T.LOSE)
    assert run.path()[-1][2] == state
    return run


@pytest.mark.parametrize("state", OPEN_STATES)
@pytest.mark.parametrize("trigger", REPORTS)
def test_the_table(state: OrderState, trigger: Trigger) -> None:
    run = order_in(state)
    if trigger in (T.FILL, T.PARTIAL_FILL):
        whole = 6 if state == S.PARTIALLY_FILLED else 10
        fill(run, whole if trigger == T.FILL else 2)
    else:
        run.stream.report(1, trigger, code=Code.USER_CANCEL)
    wanted = TRANSITIONS.get((state, trigger))
    replaced = trigger in (T.REPLACE, T.REPLACE_REJECT)
    if wanted is None or (replaced and state != S.PENDING_REPLACE):
        (record,) = run.feed()
        assert (record.record, record.code) == (RecordKind.INPUT_REJECT, Code.ILLEGAL_TRANSITION)
        return
    if wanted == LIVE:
        wanted = S.PARTIALLY_FILLED if state == S.PARTIALLY_FILLED else S.NEW
    (order,) = run.orders()
    assert (order.state_from, order.trigger, order.state_to) == (state, trigger, wanted)
    # A terminal order is gone.
    run.stream.report(1, T.ACK)
    codes = [record.code for record in run.kinds(RecordKind.INPUT_REJECT)]
    assert (codes == [Code.UNKNOWN_ORDER]) == (wanted in TERMINAL_STATES)


@pytest.mark.parametrize("trigger", [T.REPLACE, T.REPLACE_REJECT, T.PARTIAL_FILL, T.CANCEL_REJECT])
def test_a_cancel_while_a_replace_is_pending(trigger: Trigger) -> None:
    run = order_in(S.PENDING_REPLACE)
    run.stream.control(ControlKind.CANCEL_ALL)
    if trigger == T.PARTIAL_FILL:
        fill(run, 2)
    else:
        run.stream.report(1, trigger)
    order = run.orders()[-1]
    assert order.state_to == (S.NEW if trigger == T.CANCEL_REJECT else S.PENDING_CANCEL)
    assert order.quantity == (units(8) if trigger == T.REPLACE else units(10))
    # The replace is over, or forgotten, but for the fill.
    pending = run.engine._runtime.state.orders[1].pending
    assert (pending is None) == (trigger != T.PARTIAL_FILL)
    run.stream.report(1, T.REPLACE)
    codes = [record.code for record in run.kinds(RecordKind.INPUT_REJECT)]
    assert codes == ([] if trigger == T.PARTIAL_FILL else [Code.ILLEGAL_TRANSITION])


def test_live_is_partially_filled_once_something_is() -> None:
    run = order_in(S.PENDING_REPLACE)
    fill(run, 2)
    run.stream.report(1, T.REPLACE)
    assert [step[1:3] for step in run.path()] == [
        (T.PARTIAL_FILL, S.PENDING_REPLACE),
        (T.REPLACE, S.PARTIALLY_FILLED),
    ]


def test_a_replace_below_what_is_filled_by_then_is_illegal() -> None:
    run = order_in(S.PENDING_REPLACE)
    fill(run, 8)
    run.stream.report(1, T.REPLACE)
    assert run.feed()[-1].code == Code.ILLEGAL_TRANSITION


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"exec_id": 3}, Code.DUPLICATE_EXEC),
        ({"exec_id": 2, "quantity": 0}, Code.DUPLICATE_EXEC),
        ({"quantity": 0, "price": 0}, Code.BAD_SIZE),
        ({"price": 0, "quantity": 7}, Code.BAD_PRICE),
        ({"quantity": 7}, Code.ILLEGAL_TRANSITION),
        ({"liquidity": 0}, Code.ILLEGAL_TRANSITION),
        ({"liquidity": 3}, Code.ILLEGAL_TRANSITION),
        ({"code": 99}, Code.ILLEGAL_TRANSITION),
    ],
)
def test_fills_are_tested_in_order(changes: dict[str, int], code: int) -> None:
    run = order_in(S.PARTIALLY_FILLED)
    fill(run, changes.pop("quantity", 6), **changes)
    records = run.feed()
    if code:
        (record,) = records
        assert (record.record, record.code, record.symbol) == (RecordKind.INPUT_REJECT, code, 0)
    else:
        assert [record.record for record in records] == [RecordKind.FILL, RecordKind.ORDER, RecordKind.ACCOUNT]
        assert (records[0].reason, records[0].exec_id) == (FillReason.EXTERNAL, 7)


def test_a_fill_is_named_by_what_it_leaves() -> None:
    run = order_in(S.NEW)
    fill(run, 4, trigger=T.FILL)
    fill(run, 6, trigger=T.PARTIAL_FILL, exec_id=8)
    assert [step[1] for step in run.path()] == [T.PARTIAL_FILL, T.FILL]


def test_unknown_orders_and_triggers() -> None:
    run = order_in(S.NEW)
    run.stream.report(2, T.ACK).report(1, T.SUBMIT).report(1, 0).report(1, 17)
    found = [(record.code, record.symbol) for record in run.feed()]
    assert found == [(Code.UNKNOWN_ORDER, NO_SYMBOL)] + [(Code.ILLEGAL_TRANSITION, 0)] * 3


def test_a_simulated_venue_expects_no_reports() -> None:
    run = Run(base())
    run.stream.report(1, T.ACK)
    (record,) = run.feed()
    assert (record.code, record.symbol) == (Code.UNEXPECTED_REPORT, NO_SYMBOL)


def test_a_venue_reject_is_remembered() -> None:
    run = order_in(S.PENDING_NEW)
    run.stream.report(1, T.VENUE_REJECT).signal(1.0)
    assert run.path() == [(1, T.VENUE_REJECT, S.REJECTED, 0)]
    run.stream.signal(0.9).report(2, T.ACK)
    assert [step[0] for step in run.path()] == [2, 2]
    assert run.engine.statistics()["counters"]["venue_rejects"] == 1
