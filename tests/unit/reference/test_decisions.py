"""Signals, policies, the reconciler and the retry rule (spec 10)."""

from __future__ import annotations

from typing import Any

import pytest

from quartet.core.contract import (
    Code,
    Level,
    OrderState,
    OrderType,
    PriceReference,
    Rebalance,
    RecordKind,
    Sizing,
    Trigger,
)
from quartet.core.contract import ControlKind as K
from tests.conformance.configs import Nodes, base, program, quoting, reconciler, risk, target, venue
from tests.conformance.stream import MS, SECOND, units
from tests.unit.reference.harness import Run

T, S = Trigger, OrderState
OWN, OPPOSITE, MARK = PriceReference.OWN, PriceReference.OPPOSITE, PriceReference.MARK


def created(run: Run) -> list[tuple[int, int, int]]:
    """Orders made since the last feed: side, quantity, price."""
    return [(o.side, o.quantity, o.price) for o in run.orders() if o.state_from == S.CREATED]


def test_signals_say_when_the_direction_changes() -> None:
    config = base()
    config.policy.direction_threshold = 0.25
    run = Run(config)
    run.stream.quote(100, 101)
    for score in (0.25, 0.26, 1.0, -0.25, -0.26, 0.3):
        run.stream.signal(score)
    found = [(r.direction, r.signal_id, r.score) for r in run.kinds(RecordKind.SIGNAL)]
    assert found == [(1, 1, 0.26), (0, 2, -0.25), (-1, 3, -0.26), (1, 4, 0.3)]


def test_signal_ids_are_one_count_and_orders_carry_their_own() -> None:
    run = Run(base(symbols=2))
    run.stream.quote(100, 101).quote(100, 101, symbol=1).signal(1.0).signal(1.0, symbol=1).signal(0.5)
    orders = [(o.symbol, o.signal_id) for o in run.orders() if o.trigger == T.SUBMIT]
    assert orders == [(0, 1), (1, 2), (0, 1)]


@pytest.mark.parametrize(
    ("score", "confidence", "quantity"),
    [(1.0, 1.0, 10), (1.5, 1.0, 10), (0.5, 0.5, 2), (0.19, 1.0, 1), (0.09, 1.0, 0), (-0.55, 1.0, -5), (-9.0, 1.0, -10)],
)
def test_quantity_sizing(score: float, confidence: float, quantity: int) -> None:
    run = Run(base())
    run.stream.quote(100, 101).signal(score, confidence)
    wanted = [(1 if quantity > 0 else 2, units(abs(quantity)))] if quantity else []
    assert [entry[:2] for entry in created(run)] == wanted


def test_targets_are_held_to_the_largest_position() -> None:
    run = Run(base(quantity_max=units("3.5")))
    run.stream.quote(100, 101).signal(1.0)
    assert [entry[:2] for entry in created(run)] == [(1, units(3))]


def test_rebalance() -> None:
    """Weights change with the mark: ALWAYS follows, ON_CHANGE waits for another score."""
    for rebalance, orders in ((Rebalance.ON_CHANGE, 1), (Rebalance.ALWAYS, 2)):
        run = Run(base(target(sizing=Sizing.WEIGHT, rebalance=rebalance)))
        run.stream.quote(100, 100, 1000, 1000).signal(1.0).quote(90, 90, 1000, 1000).signal(1.0)
        assert len(created(run)) == orders


def test_slices() -> None:
    run = Run(base(reconciler(slice_quantity=units("4.5"))))
    run.stream.quote(100, 101).signal(1.0).signal(1.0).signal(1.0).signal(1.0)
    assert [quantity for _, quantity, _ in created(run)] == [units(4), units(4), units(2)]


@pytest.mark.parametrize(
    ("reference", "offset", "score", "price"),
    [
        (OPPOSITE, 0, 1.0, "100.03"),
        (OPPOSITE, 0, -1.0, "100"),
        (OWN, 2, 1.0, "100.02"),
        (OWN, 2, -1.0, "100.01"),
        (OWN, -1, -1.0, "100.04"),
        (MARK, 0, 1.0, "100.01"),
        (MARK, 0, -1.0, "100.02"),
        (MARK, 1, 1.0, "100.02"),
    ],
)
def test_prices_of_target_orders(reference: int, offset: int, score: float, price: str) -> None:
    run = Run(base(target(order_type=OrderType.LIMIT, price_reference=reference, offset_ticks=offset)))
    run.stream.quote(100, "100.03").signal(score)  # mark 100.015
    assert [entry[2] for entry in created(run)] == [units(price)]


def test_no_price_decides_nothing() -> None:
    for reference in (OPPOSITE, OWN, MARK):
        run = Run(base(target(order_type=OrderType.LIMIT, price_reference=reference)))
        run.stream.signal(1.0)
        assert [r.record for r in run.feed()] == [RecordKind.SIGNAL]
    # A weight needs a mark above 0, even to go flat.
    run = Run(base(target(sizing=Sizing.WEIGHT)))
    run.stream.signal(1.0)
    assert [r.record for r in run.feed()] == [RecordKind.SIGNAL]


def test_an_odd_position_does_not_block() -> None:
    run = Run(base())
    run.stream.quote(100, 101).control(K.LOAD_POSITION, symbol=0, quantity="9.5", price=100)
    run.stream.signal(1.0).signal(0.8)
    assert [entry[:2] for entry in created(run)] == [(2, units(1))]


def test_the_reconciler_keeps_what_matches() -> None:
    run = Run(base(target(order_type=OrderType.LIMIT, price_reference=OWN)))
    run.stream.quote(100, 101).signal(1.0).signal(1.0).signal(0.99)
    assert [step[:2] for step in run.path()] == [
        (1, T.SUBMIT),
        (1, T.ACK),
        (1, T.REQUEST_CANCEL),
        (1, T.CANCEL),
        (2, T.SUBMIT),
        (2, T.ACK),
    ]


def test_a_side_with_a_busy_order_waits() -> None:
    run = Run(base(target(order_type=OrderType.LIMIT, price_reference=OWN), venue(order_latency_ns=5 * MS)))
    run.stream.quote(100, 101).signal(1.0).signal(0.5)  # order 1 is on its way
    assert [step[:2] for step in run.path()] == [(1, T.SUBMIT)]
    run.stream.signal(0.5, after=5 * MS)
    assert [step[:2] for step in run.path()] == [(1, T.ACK), (1, T.REQUEST_CANCEL)]
    run.stream.signal(0.5, after=6 * MS)
    assert [step[:2] for step in run.path()] == [(1, T.CANCEL), (2, T.SUBMIT)]


def test_no_desire_cancels() -> None:
    run = Run(base(target(order_type=OrderType.LIMIT, price_reference=OWN), reconciler(use_replace=True)))
    run.stream.quote(100, 101).signal(1.0).signal(0.0)
    assert [step[1] for step in run.path()][2:] == [T.REQUEST_CANCEL, T.CANCEL]


def test_a_refused_replace_leaves_the_order() -> None:
    policy = target(order_type=OrderType.LIMIT, price_reference=OWN)
    run = Run(base(policy, reconciler(use_replace=True), risk(max_order_quantity=units(8))))
    run.stream.quote(100, 101).signal(0.5).signal(1.0).signal(1.0).signal(0.7)
    orders = run.orders()[2:]
    assert [(o.trigger, o.state_from, o.state_to, o.code) for o in orders] == [
        (T.RISK_REJECT, S.NEW, S.NEW, Code.ORDER_SIZE),
        (T.REQUEST_REPLACE, S.NEW, S.PENDING_REPLACE, 0),
        (T.REPLACE, S.PENDING_REPLACE, S.NEW, 0),
    ]
    assert (orders[0].quantity, orders[0].leaves, orders[0].limit) == (units(10), units(10), units(8))


def test_the_retry_rule() -> None:
    run = Run(base(reconciler(retry_after_ns=SECOND), risk(max_order_quantity=units(8))))
    start = run.stream.time
    run.stream.quote(100, 101, ts=start).signal(1.0, ts=start).signal(1.0, ts=start + SECOND - 1)
    run.stream.signal(0.9, ts=start + SECOND - 1)  # another quantity
    run.stream.signal(1.0, ts=start + SECOND - 1)  # the memory holds the last reject alone
    run.stream.signal(1.0, ts=start + 2 * SECOND - 1)
    rejected = [(o.quantity, o.ts_init - start) for o in run.orders()]
    late = SECOND - 1
    assert rejected == [(units(10), 0), (units(9), late), (units(10), late), (units(10), late + SECOND)]


def quotes(run: Run, *quote: Any) -> list[tuple[int, int, int]]:
    run.stream.quote(*quote)
    return created(run)


def fair(value: float, **policy: Any) -> Run:
    """Quotes around a fair value that does not depend on the market."""
    config = base(quoting(**policy))
    nodes = Nodes()
    score = nodes.add("BID_SIZE")
    config.program.CopyFrom(nodes.score(score, fair_value=nodes.const(value)))
    return Run(config)


def test_quotes_around_fair_value() -> None:
    run = fair(100.0)
    assert quotes(run, 99, 101) == [(1, units(5), units("99.98")), (2, units(5), units("100.02"))]


def test_quotes_stay_out_of_the_market() -> None:
    assert quotes(fair(100.0), "99.985", "99.98") == []  # crossed: rejected
    run = fair(100.0)
    assert quotes(run, "99.90", "99.975") == [(1, units(5), units("99.97")), (2, units(5), units("100.02"))]
    run = fair(100.0)
    assert quotes(run, "99.90", "99.97") == [(1, units(5), units("99.96")), (2, units(5), units("100.02"))]
    run = fair(100.0)
    assert quotes(run, "100.025", "101") == [(1, units(5), units("99.98")), (2, units(5), units("100.03"))]
    run = fair(100.0)
    assert quotes(run, "100.02", 0, 1, 0) == [(1, units(5), units("99.98")), (2, units(5), units("100.03"))]


def test_quotes_round_away_from_fair_value() -> None:
    run = fair(100.004, half_spread=0)
    assert quotes(run, 99, 101) == [(1, units(5), units("100.00")), (2, units(5), units("100.01"))]


def test_inventory_skews_the_quotes_and_ends_them() -> None:
    for position, orders in (
        (10, [(1, "99.93"), (2, "99.97")]),
        (-10, [(1, "100.03"), (2, "100.07")]),
        (15, [(1, "99.90"), (2, "99.95")]),
        (-15, [(1, "100.05"), (2, "100.10")]),
        (16, [(2, "99.94")]),
        (-16, [(1, "100.06")]),
    ):
        run = fair(100.0, inventory_skew=units("0.10"))
        run.stream.control(K.LOAD_POSITION, symbol=0, quantity=position, price=100)
        assert [(side, price) for side, _, price in quotes(run, 90, 110)] == [(s, units(p)) for s, p in orders]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 4e9, -4e9])
def test_no_fair_value_no_quotes(value: float) -> None:
    assert quotes(fair(value), 99, 101) == []


def test_quotes_near_enough_stay() -> None:
    run = Run(base(quoting(requote_ticks=2)))
    assert len(quotes(run, "99.99", "100.01")) == 2
    assert quotes(run, "100.01", "100.03") == []
    # Three ticks are too far.
    assert len(quotes(run, "100.02", "100.04")) == 2


def test_a_partly_filled_quote_stays() -> None:
    run = Run(base(quoting()))
    run.stream.quote("99.99", "100.01").trade("99.97", 2, -1).quote("99.99", "100.01")
    triggers = [o.trigger for o in run.orders() if o.order_id == 1]
    assert triggers == [T.SUBMIT, T.ACK, T.PARTIAL_FILL]


def test_killed_engines_do_not_quote() -> None:
    run = Run(base(quoting()))
    run.stream.control(K.SET_LEVEL, level=Level.KILLED).quote("99.99", "100.01")
    assert [o.code for o in run.orders()] == [Code.KILLED, Code.KILLED]


def test_low_confidence_and_non_finite_scores_are_counted() -> None:
    nodes = Nodes()
    score = nodes.add("IMBALANCE")
    confidence = nodes.add("BID_SIZE")
    run = Run(base(program(nodes.score(score, confidence))))
    run.stream.quote(100, 101, 0, 0).quote(100, 101, "0.05", 1).quote(100, 101, 1, 1)
    run.feed()
    counters = run.engine.statistics()["counters"]
    assert (counters["non_finite"], counters["low_confidence"]) == (1, 1)
