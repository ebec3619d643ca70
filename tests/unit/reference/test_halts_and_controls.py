"""Sessions, halts, flatten and commands (spec 8.2 to 8.7, 11)."""

from __future__ import annotations

from typing import Any

import pytest

from quartet.core.contract import (
    NO_SYMBOL,
    AccountCause,
    Code,
    ControlKind,
    HaltAction,
    Level,
    OrderType,
    PriceReference,
    RecordKind,
    Trigger,
)
from quartet.core.pb import risk_pb2
from tests.conformance.configs import Nodes, base, reconciler, risk, target, venue
from tests.conformance.stream import MS, SECOND, Stream, units
from tests.conformance.stream import money as money_bytes
from tests.unit.reference.harness import Run, money

DAY = 86_400 * SECOND
K = ControlKind


def halts(run: Run) -> list[tuple[int, int, int, int, int]]:
    found = run.kinds(RecordKind.HALT)
    return [(h.action, h.code, h.symbol, h.limit, h.value) for h in found]


def holding(**limits: Any) -> Run:
    """Ten bought at 100; every unit of the price is ten of money, no fees."""
    run = Run(base(risk(**limits), venue(taker_fee_ppb=0)))
    run.stream.quote(100, 100).signal(1.0)
    run.feed()
    return run


def test_drawdown_at_its_limit() -> None:
    run = holding(max_drawdown_ppb=1_000_000)  # 100 of 100 000
    run.stream.quote("90.01", "90.01")
    assert halts(run) == []
    run.stream.quote(90, 90)
    assert halts(run) == [(HaltAction.LATCHED, Code.DRAWDOWN, NO_SYMBOL, money(100), money(100))]
    # Latched: no word again, and only reducing orders pass.
    run.stream.quote(80, 80).signal(0.9).signal(1.0)
    orders = [(o.code, o.limit, o.value) for o in run.orders() if o.state_from == 1]
    assert orders == [(0, 0, 0), (Code.DRAWDOWN, money(100), money(200))]


def test_the_high_is_kept_without_a_limit() -> None:
    run = holding()
    run.stream.quote(200, 200).quote(100, 100)
    run.stream.control(K.SET_LIMITS, limits=base(risk(max_drawdown_ppb=10**9)).risk)
    assert halts(run) == []
    run.stream.control(K.SET_LIMITS, limits=base(risk(max_drawdown_ppb=9_900_990)).risk)
    # 1000 of 101 000 is 0.990099 percent.
    assert halts(run) == [(HaltAction.LATCHED, Code.DRAWDOWN, NO_SYMBOL, money("999.99999"), money(1000))]


def test_daily_loss_clears_with_the_session() -> None:
    run = holding(max_daily_loss_ppb=1_000_000)
    run.stream.quote(90, 90)
    assert halts(run) == [(HaltAction.LATCHED, Code.DAILY_LOSS, NO_SYMBOL, money(100), money(100))]
    run.stream.quote(90, 90, after=DAY).quote("80.02", "80.02")
    assert halts(run) == [(HaltAction.CLEARED, Code.DAILY_LOSS, NO_SYMBOL, 0, 0)]
    run.stream.quote(80, 80)
    # The new day opened at 99 900.
    assert halts(run) == [(HaltAction.LATCHED, Code.DAILY_LOSS, NO_SYMBOL, money("99.9"), money(100))]


def test_the_session_rolls_at_its_hour() -> None:
    config = base(risk(max_daily_loss_ppb=1_000_000), venue(taker_fee_ppb=0))
    config.session_roll_ns = DAY // 2
    run = Run(config)
    noon = DAY * 20_000 + DAY // 2
    run.stream.quote(100, 100, ts=noon - SECOND).signal(1.0).quote(80, 80)
    assert [h[0] for h in halts(run)] == [HaltAction.LATCHED]
    run.stream.clock(ts=noon - 1)
    assert halts(run) == []
    run.stream.clock(ts=noon)
    assert [h[0] for h in halts(run)] == [HaltAction.CLEARED]


def test_no_equity_is_a_drawdown() -> None:
    run = holding(max_drawdown_ppb=10**11)
    run.stream.control(K.CASH_FLOW, cash=-100_000)
    assert [h[1] for h in halts(run)] == [Code.DRAWDOWN]


def test_a_halt_cancels_working_orders() -> None:
    policy = target(order_type=OrderType.LIMIT, price_reference=PriceReference.OWN)
    run = Run(base(policy, risk(max_drawdown_ppb=1_000_000), symbols=2))
    run.stream.quote(100, 101, symbol=1).signal(1.0, symbol=1).quote(100, 101)
    run.stream.control(K.LOAD_POSITION, symbol=0, quantity=100, price=100).quote(98, 99)
    records = run.feed()[-3:]
    assert [r.record for r in records] == [RecordKind.HALT, RecordKind.ORDER, RecordKind.ORDER]
    assert [r.trigger for r in records[1:]] == [Trigger.REQUEST_CANCEL, Trigger.CANCEL]


def test_resume() -> None:
    run = holding(max_drawdown_ppb=1_000_000, max_daily_loss_ppb=1_000_000)
    run.stream.quote(90, 90)
    run.feed()
    run.stream.control(K.RESUME).quote("80.02", "80.02")
    records = run.feed()
    assert [(r.record, getattr(r, "code", None)) for r in records] == [
        (RecordKind.HALT, Code.DRAWDOWN),
        (RecordKind.HALT, Code.DAILY_LOSS),
        (RecordKind.ACCOUNT, None),
    ]
    account = records[-1]
    assert (account.cause, account.symbol, account.position, account.mark) == (AccountCause.RESUME, NO_SYMBOL, 0, 0)
    assert account.equity == money(99_900)


def test_levels_say_when_they_change() -> None:
    run = Run(base())
    for level in (
        Level.REDUCE_ONLY,
        Level.REDUCE_ONLY,
        Level.KILLED,
        Level.RUN,
        Level.RUN,
        Level.REDUCE_ONLY,
        Level.RUN,
    ):
        run.stream.control(K.SET_LEVEL, level=level)
    run.stream.control(K.SET_LEVEL, level=Level.KILLED, symbol=0)
    assert [entry[:3] for entry in halts(run)] == [
        (HaltAction.LATCHED, Code.REDUCE_ONLY, NO_SYMBOL),
        (HaltAction.LATCHED, Code.KILLED, NO_SYMBOL),
        (HaltAction.CLEARED, Code.KILLED, NO_SYMBOL),
        (HaltAction.LATCHED, Code.REDUCE_ONLY, NO_SYMBOL),
        (HaltAction.CLEARED, Code.REDUCE_ONLY, NO_SYMBOL),
        (HaltAction.LATCHED, Code.KILLED, 0),
    ]


@pytest.mark.parametrize("scope", [{}, {"symbol": 0}])
def test_flatten_closes_and_retries(scope: dict[str, int]) -> None:
    run = Run(base(reconciler(retry_after_ns=SECOND), risk(max_order_quantity=units(100), max_quote_age_ns=0)))
    run.stream.quote(100, 101, 4, 100).signal(1.0, after=0)
    run.feed()
    # Four are bid: six remain, and are asked again at the next event with another quantity.
    run.stream.control(K.SET_LEVEL, level=Level.KILLED, flatten=True, **scope)
    created = [(o.quantity, o.code) for o in run.orders() if o.state_from == 1]
    assert created == [(units(10), 0)]
    run.stream.quote(100, 101, 4, 100, flags=8)
    assert [(o.quantity, o.code) for o in run.orders()] == [(units(6), Code.HALTED)]
    run.stream.quote(100, 101, 40, 100, after=SECOND - 1)
    assert run.orders() == []  # held back by the retry rule
    run.stream.clock(after=1)
    assert [o.trigger for o in run.orders()] == [Trigger.SUBMIT, Trigger.FILL]
    # Flat: nothing more to do, and nothing opens.
    run.stream.signal(0.8)
    assert [o.code for o in run.orders()] == [Code.KILLED]


def test_killing_again_cancels_again() -> None:
    run = Run(base(venue(order_latency_ns=SECOND)))
    run.stream.quote(100, 101).control(K.LOAD_POSITION, symbol=0, quantity=5, price=100)
    run.stream.control(K.SET_LEVEL, level=Level.KILLED, flatten=True).control(K.SET_LEVEL, level=Level.KILLED)
    assert [o.trigger for o in run.orders()] == [Trigger.SUBMIT, Trigger.REQUEST_CANCEL]


def test_flatten_ends_with_the_level() -> None:
    run = holding()
    run.stream.control(K.SET_LEVEL, level=Level.REDUCE_ONLY, flatten=True)
    assert run.orders() == []


def test_cancel_all_of_a_symbol() -> None:
    policy = target(order_type=OrderType.LIMIT, price_reference=PriceReference.OWN)
    run = Run(base(policy, symbols=2))
    for symbol in (0, 1):
        run.stream.quote(100, 101, symbol=symbol).signal(1.0, symbol=symbol)
    run.feed()
    run.stream.control(K.CANCEL_ALL, symbol=1)
    assert [o.order_id for o in run.orders()] == [2, 2]
    run.stream.control(K.CANCEL_ALL)
    assert [o.order_id for o in run.orders()] == [1, 1]


def test_a_new_program_starts_empty() -> None:
    def program(field: str) -> Any:
        nodes = Nodes()
        return nodes.score(nodes.add("SUM", nodes.add(field), n=2))

    config = base()
    config.program.CopyFrom(program("BID"))
    run = Run(config)
    run.stream.quote(1, 2).quote(1, 2)
    assert [r.score for r in run.kinds(RecordKind.SIGNAL)] == [2.0]
    run.stream.control(K.SET_PROGRAM, program=program("ASK")).quote(-1, -2, 0, 0).quote(1, 2)
    assert run.kinds(RecordKind.SIGNAL) == []
    assert run.engine.statistics()["counters"]["non_finite"] == 3


def bad_controls() -> list[Stream]:
    return [
        Stream().raw_control(b"\xff"),
        Stream().raw_control(b""),
        Stream().control(10),
        Stream().control(K.SET_LEVEL, level=0),
        Stream().control(K.SET_LEVEL, level=4),
        Stream().control(K.SET_LEVEL, level=1, symbol=1),
        Stream().control(K.CANCEL_ALL, symbol=1),
        Stream().control(K.SET_LIMITS),
        Stream().control(K.SET_LIMITS, limits=b"\xff"),
        Stream().control(K.SET_LIMITS, limits=risk_pb2.RiskLimits(self_trade=1)),
        Stream().control(K.SET_RISK_MODEL),
        Stream().control(K.SET_RISK_MODEL, risk_model=risk_pb2.RiskModel(symbols=[1], covariance=[1.0])),
        Stream().control(K.SET_PROGRAM),
        Stream().control(K.SET_PROGRAM, program=b"\x0a\x00"),
        Stream().control(K.LOAD_POSITION, quantity=1, price=1),
        Stream().control(K.LOAD_POSITION, symbol=0, quantity=1, price=0),
        Stream().control(K.LOAD_POSITION, symbol=0, quantity=20_000_000, price=1),
        Stream().control(K.CASH_FLOW, cash=b""),
        Stream().control(K.CASH_FLOW, cash=((1 << 118) + 1).to_bytes(16, "little")),
        Stream().control(K.SET_STATUS, status=1),
        Stream().control(K.SET_STATUS, symbol=0, status=32),
    ]


@pytest.mark.parametrize("place", range(len(bad_controls())))
def test_bad_controls_have_no_effect(place: int) -> None:
    run, other = Run(base()), Run(base())
    stream = bad_controls()[place]
    run.stream.events += stream.events
    (record,) = run.feed()
    assert (record.record, record.code, record.symbol) == (RecordKind.INPUT_REJECT, Code.BAD_CONTROL, NO_SYMBOL)
    # Beside the counters it is as a clock.
    other.stream.clock(ts=stream.time)
    other.feed()
    ours, theirs = run.engine._runtime, other.engine._runtime
    theirs.counters.rejected = 1
    assert run.engine.snapshot() == other.engine.snapshot()
    assert ours.counters == theirs.counters


def test_bounds_of_controls() -> None:
    run = Run(base())
    run.stream.control(K.CASH_FLOW, cash=(-(1 << 118)).to_bytes(16, "little", signed=True))
    run.stream.control(K.SET_STATUS, symbol=0, status=31, band_low=2, band_high=1)
    run.stream.control(K.CASH_FLOW, cash=money_bytes(1), after=MS)
    assert all(record.record != RecordKind.INPUT_REJECT for record in run.feed())


def test_limits_change_what_buckets_hold() -> None:
    run = Run(base(risk(max_orders_per_second=5)))
    run.stream.quote(100, 101).control(K.SET_LIMITS, limits=base(risk(max_orders_per_second=1)).risk)
    for score in (1.0, 0.9, 0.8):
        run.stream.signal(score, after=0)
    created = [o.code for o in run.orders() if o.state_from == 1]
    assert created == [0, 0, Code.MESSAGE_RATE]


def test_risk_prices_are_renewed_by_the_risk_clock() -> None:
    run = Run(base(risk(risk_clock_ns=SECOND, max_portfolio_var_ppb=470_000)))
    start = run.stream.time
    # The first mark, 100, is the risk price through this second whatever the mark does.
    run.stream.quote(100, 100, ts=start).quote(200, 200, ts=start + SECOND - 1).signal(1.0, after=0)
    assert [o.code for o in run.orders() if o.state_from == 1] == [0]
    run.stream.signal(0.0, after=0).clock(ts=start + SECOND).signal(1.0, after=0)
    assert [o.code for o in run.orders() if o.state_from == 1] == [0, Code.PORTFOLIO_VAR]
