"""Latencies, lives, cancels and replaces at the venue (spec 7.1 to 7.3, 7.10)."""

from __future__ import annotations

from typing import Any

import pytest

from quartet.core.contract import (
    Code,
    ControlKind,
    FillReason,
    Liquidity,
    OrderState,
    OrderType,
    PriceReference,
    RecordKind,
    Trigger,
)
from tests.conformance.configs import base, reconciler, target, venue
from tests.conformance.stream import MS, START, units
from tests.unit.reference.harness import Run

T, S = Trigger, OrderState


def limit_run(
    offset: int = 0, use_replace: bool = False, ttl: int = 0, order_type: int = OrderType.LIMIT, **settings: Any
) -> Run:
    """Bids of 10 on our own side."""
    return Run(
        base(
            target(order_type=order_type, price_reference=PriceReference.OWN, offset_ticks=offset),
            venue(**settings),
            reconciler(use_replace=use_replace, order_ttl_ns=ttl),
        )
    )


def test_a_message_arrives_before_the_first_later_event() -> None:
    run = Run(base(venue(order_latency_ns=5 * MS)))
    # Sent at 1 ms, it is there at 6 ms; the quote of 6 ms comes first, and the order meets it.
    run.stream.quote(100, 101, ts=START).signal(1.0, ts=START + MS).quote(102, 103, ts=START + 6 * MS)
    assert [o.trigger for o in run.orders()] == [T.SUBMIT]
    run.stream.quote(104, 105, ts=START + 6 * MS + 1)
    (fill,) = run.kinds(RecordKind.FILL)
    assert (fill.price, fill.ts_venue, fill.cause_event, fill.event_index) == (units(103), START + 6 * MS, 3, 3)


def test_the_venues_clock_is_ts_event() -> None:
    run = Run(base(venue(order_latency_ns=5 * MS)))
    run.stream.quote(100, 101, ts=START).signal(1.0, ts=START)
    # An old event received late does not let the message arrive.
    run.stream.quote(100, 101, ts=START + 9 * MS, ts_event=START + 5 * MS)
    assert [o.trigger for o in run.orders()] == [T.SUBMIT]


def test_a_report_is_heard_later() -> None:
    run = Run(base(venue(response_latency_ns=2 * MS)))
    run.stream.quote(100, 101, ts=START).signal(1.0, ts=START).clock(ts=START + 2 * MS - 1)
    assert [o.trigger for o in run.orders()] == [T.SUBMIT]
    assert run.engine.statistics()["queue_depth"] == 1
    run.stream.clock(ts=START + 2 * MS)
    (fill,) = run.kinds(RecordKind.FILL)
    assert (fill.event_index, fill.cause_event, fill.ts_venue, fill.ts_init) == (3, 1, START, START + 2 * MS)


def test_lives_run_out() -> None:
    run = limit_run(ttl=10 * MS)
    run.stream.quote(100, 101, ts=START).signal(1.0, ts=START).clock(ts=START + 10 * MS, ts_event=START + 10 * MS - 1)
    assert run.path()[-1] == (1, T.ACK, S.NEW, 0)
    run.stream.clock(ts=START + 11 * MS, ts_event=START + 10 * MS)
    (order,) = run.orders()
    assert (order.trigger, order.state_to, order.code) == (T.EXPIRE, S.EXPIRED, Code.TIME_IN_FORCE)
    assert order.ts_venue == START + 10 * MS


def test_a_cancel() -> None:
    run = limit_run()
    run.stream.quote(100, 101).signal(1.0).signal(0.0)
    assert run.path()[2:] == [
        (1, T.REQUEST_CANCEL, S.PENDING_CANCEL, Code.USER_CANCEL),
        (1, T.CANCEL, S.CANCELED, Code.USER_CANCEL),
    ]
    assert run.engine.statistics()["counters"]["cancels"] == 1


def test_a_cancel_that_comes_too_late() -> None:
    run = limit_run(order_latency_ns=MS)
    run.stream.quote(100, 101, ts=START).signal(1.0, after=0).quote(100, 101, after=2 * MS)
    run.stream.control(ControlKind.CANCEL_ALL).trade("99.99", 100, -1, after=0).clock(after=5 * MS)
    assert [step[1:3] for step in run.path()] == [
        (T.SUBMIT, S.PENDING_NEW),
        (T.ACK, S.NEW),
        (T.REQUEST_CANCEL, S.PENDING_CANCEL),
        (T.FILL, S.FILLED),
    ]
    # The venue's refusal of the cancel finds no order any more.
    assert run.engine.statistics()["counters"]["late_reports"] == 1


def test_a_fill_while_the_cancel_travels() -> None:
    run = limit_run(order_latency_ns=MS)
    run.stream.quote(100, 101, 0, 50, ts=START).quote(100, 101, 50, 50, after=0).signal(1.0, after=0)
    run.stream.clock(after=2 * MS).control(ControlKind.CANCEL_ALL).trade("99.99", 4, -1, after=0).clock(after=5 * MS)
    assert [step[1:] for step in run.path()[2:]] == [
        (T.REQUEST_CANCEL, S.PENDING_CANCEL, Code.USER_CANCEL),
        (T.PARTIAL_FILL, S.PENDING_CANCEL, 0),
        (T.CANCEL, S.CANCELED, Code.USER_CANCEL),
    ]


def test_a_replace_to_less_keeps_its_place() -> None:
    run = limit_run(use_replace=True)
    run.stream.quote(100, 101, 50, 50).signal(1.0).trade(100, 40, -1).signal(0.5)
    assert run.path()[2:] == [(1, T.REQUEST_REPLACE, S.PENDING_REPLACE, 0), (1, T.REPLACE, S.NEW, 0)]
    run.stream.trade(100, 12, -1)  # 10 are still ahead
    assert run.fills() == [(units(100), units(2), Liquidity.MAKER, FillReason.QUEUE_EXHAUSTED)]


def test_a_replace_to_more_starts_anew() -> None:
    run = limit_run(use_replace=True)
    run.stream.quote(100, 101, 50, 50).signal(0.5).trade(100, 40, -1).signal(1.0)
    asked, replaced = run.orders()[2:]
    for record in (asked, replaced):
        assert (record.price, record.quantity, record.leaves, record.cum) == (units(100), units(10), units(10), 0)
    run.stream.trade(100, 45, -1)  # 50 are ahead again
    assert run.fills() == []


def test_a_replace_takes_what_its_new_price_reaches() -> None:
    run = limit_run(use_replace=True, order_latency_ns=MS)
    run.stream.quote(100, 103, ts=START).signal(1.0, after=0).quote(102, 103, after=2 * MS).signal(0.9, after=0)
    run.stream.quote(100, 101, 1, 4, after=0).clock(after=5 * MS)
    fills = [r for r in run.feed() if r.record == RecordKind.FILL]
    assert [(f.price, f.quantity, f.liquidity) for f in fills] == [(units(101), units(4), Liquidity.TAKER)]


def test_post_only_is_not_replaced_into_the_market() -> None:
    run = limit_run(use_replace=True, order_type=OrderType.POST_ONLY, order_latency_ns=MS)
    run.stream.quote(100, 103, ts=START).signal(1.0, after=0).quote(102, 103, after=2 * MS).signal(0.9, after=0)
    run.stream.quote(100, "101.5", after=0).clock(after=5 * MS)
    assert run.path()[-1] == (1, T.REPLACE_REJECT, S.NEW, Code.POST_ONLY_WOULD_TAKE)


@pytest.mark.parametrize(
    ("traded", "end"),
    [
        (5, (T.CANCEL, S.CANCELED, Code.REPLACE_BELOW_CUM)),
        (7, (T.CANCEL, S.CANCELED, Code.REPLACE_BELOW_CUM)),
        (10, (T.FILL, S.FILLED, 0)),
    ],
)
def test_a_replace_below_what_was_filled(traded: int, end: tuple[int, int, int]) -> None:
    """Asked down from 10 to 5 while the venue fills."""
    run = limit_run(use_replace=True, order_latency_ns=MS)
    run.stream.quote(100, 101, ts=START).signal(1.0, after=0).clock(after=2 * MS).signal(0.5, after=0)
    run.stream.trade("99.99", traded, -1, after=0).clock(after=5 * MS)
    path = run.path()
    assert path[2][1:3] == (T.REQUEST_REPLACE, S.PENDING_REPLACE)
    assert path[-1][1:] == end
    late = run.engine.statistics()["counters"]["late_reports"]
    assert late == (1 if traded == 10 else 0)


def test_fees() -> None:
    # Taker 50 000 ppb of 1010, maker rebate 10 000 ppb.
    run = Run(base())
    run.stream.quote(100, 101).signal(1.0)
    (fill,) = run.kinds(RecordKind.FILL)
    assert fill.fee == 50_500_000 * 10**9
    run = limit_run()
    run.stream.quote(100, 101, 0.5, 1).signal(1.0).trade(99, 100, -1)
    (fill,) = run.kinds(RecordKind.FILL)
    assert fill.fee == -10_000_000 * 10**9
