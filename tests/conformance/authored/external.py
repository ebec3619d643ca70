"""Paragraph 7.11 and the whole transition table, with reports from a live venue."""

from __future__ import annotations

from quartet.core.contract import Code, ControlKind, Liquidity, OrderState, Trigger
from tests.conformance.authored.case import Case
from tests.conformance.configs import base, external_venue, reconciler, risk, target
from tests.conformance.stream import Stream

VENUE_TRIGGERS = [
    t
    for t in Trigger
    if t not in (Trigger.RISK_REJECT, Trigger.SUBMIT, Trigger.REQUEST_CANCEL, Trigger.REQUEST_REPLACE)
]
# How to bring order 1 (ten units) to a state: reports and requests, in order.
PATHS: dict[OrderState, list[Trigger]] = {
    OrderState.PENDING_NEW: [],
    OrderState.NEW: [Trigger.ACK],
    OrderState.PARTIALLY_FILLED: [Trigger.ACK, Trigger.PARTIAL_FILL],
    OrderState.PENDING_CANCEL: [Trigger.ACK, Trigger.REQUEST_CANCEL],
    OrderState.PENDING_REPLACE: [Trigger.ACK, Trigger.REQUEST_REPLACE],
    OrderState.SUSPENDED: [Trigger.ACK, Trigger.SUSPEND],
    OrderState.UNKNOWN: [Trigger.ACK, Trigger.LOSE],
}


def cases() -> list[Case]:
    made = []
    for state, path in PATHS.items():
        for trigger in VENUE_TRIGGERS:
            made.append(
                Case(
                    f"report_{state.name.lower()}_{trigger.name.lower()}",
                    ["7.11", "9.8"],
                    config(),
                    walk_to([*path, trigger]),
                )
            )
    partly = [Trigger.ACK, Trigger.PARTIAL_FILL]
    more = {
        "cancel_reject_partly": [*partly, Trigger.REQUEST_CANCEL, Trigger.CANCEL_REJECT],
        "replace_partly": [*partly, Trigger.REQUEST_REPLACE, Trigger.REPLACE, Trigger.FILL],
        "replace_reject_partly": [*partly, Trigger.REQUEST_REPLACE, Trigger.REPLACE_REJECT, Trigger.FILL],
        "replace_then_cancel": [
            *partly,
            Trigger.REQUEST_REPLACE,
            Trigger.REQUEST_CANCEL,
            Trigger.REPLACE,
            Trigger.CANCEL,
        ],
        "replace_then_cancel_refused": [
            Trigger.ACK,
            Trigger.REQUEST_REPLACE,
            Trigger.REQUEST_CANCEL,
            Trigger.REPLACE_REJECT,
            Trigger.CANCEL_REJECT,
        ],
        "resume_partly": [*partly, Trigger.SUSPEND, Trigger.PARTIAL_FILL, Trigger.RESUME, Trigger.FILL],
        "cancel_suspended": [Trigger.ACK, Trigger.SUSPEND, Trigger.REQUEST_CANCEL, Trigger.CANCEL],
        "found_again_partly": [*partly, Trigger.LOSE, Trigger.ACK, Trigger.FILL],
        "cancel_before_ack": [Trigger.REQUEST_CANCEL, Trigger.ACK, Trigger.PARTIAL_FILL, Trigger.CANCEL],
        "lost_in_replace": [
            Trigger.ACK,
            Trigger.REQUEST_REPLACE,
            Trigger.LOSE,
            Trigger.PARTIAL_FILL,
            Trigger.EXPIRE,
        ],
        "gone": [Trigger.FILL, Trigger.FILL, Trigger.CANCEL],
    }
    made += [Case(f"report_path_{name}", ["7.11", "9.8"], config(), walk_to(path)) for name, path in more.items()]
    made.append(Case("report_bounds", ["7.11"], config(), bounds()))
    made.append(
        Case(
            "report_lost_exposure",
            ["9.5", "7.11"],
            config(risk(max_position_quantity=10**10)),
            walk_to([Trigger.ACK, Trigger.LOSE, Trigger.PARTIAL_FILL]),
        )
    )
    return made


def config(*changes):
    built = base(external_venue, reconciler(use_replace=True, retry_after_ns=0), *changes)
    target(price_reference=2)(built)
    return built


def walk_to(path: list[Trigger]) -> Stream:
    s = Stream().quote(100, 100.05).signal(1.0)
    exec_id, leaves, replaced = 0, 10.0, False
    for trigger in path:
        if trigger is Trigger.REQUEST_CANCEL:
            s.control(ControlKind.CANCEL_ALL)
        elif trigger is Trigger.REQUEST_REPLACE:
            s.quote(100.01, 100.05).signal(1.0)
            replaced = True
        elif trigger in (Trigger.PARTIAL_FILL, Trigger.FILL):
            exec_id += 1
            quantity = 3.0 if trigger is Trigger.PARTIAL_FILL else leaves
            s.report(1, trigger, exec_id=exec_id, price=100, quantity=quantity, liquidity=Liquidity.MAKER)
            leaves -= quantity
        else:
            s.report(1, trigger, code=Code.NONE if trigger is not Trigger.EXPIRE else Code.TIME_IN_FORCE)
    return s.signal(0.4).report(2, Trigger.ACK).signal(-0.4 if replaced else 0.2).clock()


def bounds() -> Stream:
    s = (
        Stream()
        .report(1, Trigger.ACK)
        .quote(100, 100.05)
        .signal(1.0)
        .report(7, Trigger.ACK)
        .report(1, Trigger.SUBMIT)
        .report(1, Trigger.REQUEST_CANCEL)
    )
    s.raw(
        6,
        report_order_id=1,
        report_exec_id=1,
        report_trigger=99,
        report_liquidity=1,
        report_code=0,
        report_price=10**9,
        report_quantity=10**9,
    )
    s.report(1, Trigger.ACK, code=999).report(1, Trigger.ACK, code=Code.USER_CANCEL)
    s.report(1, Trigger.FILL, exec_id=1, price=100, quantity=0, liquidity=1).report(
        1, Trigger.FILL, exec_id=1, price=0, quantity=1, liquidity=1
    )
    s.report(1, Trigger.FILL, exec_id=1, price=100, quantity=11, liquidity=1).report(
        1, Trigger.FILL, exec_id=1, price=100, quantity=1, liquidity=3
    )
    s.report(1, Trigger.FILL, exec_id=0, price=100, quantity=1, liquidity=1).report(
        1, Trigger.FILL, exec_id=5, price=100, quantity=1, liquidity=2
    )
    s.report(1, Trigger.PARTIAL_FILL, exec_id=5, price=100, quantity=1, liquidity=2).report(
        1, Trigger.PARTIAL_FILL, exec_id=4, price=100, quantity=1, liquidity=2
    )
    s.report(1, Trigger.PARTIAL_FILL, exec_id=6, price=100, quantity="0.000000001", liquidity=1)
    return s.report(1, Trigger.REPLACE).report(
        1, Trigger.PARTIAL_FILL, exec_id=7, price="100.001", quantity="8.999999999", liquidity=1
    )
