"""Fills, positions and cash, and the identity that always holds (spec 8.1, 11.4, 11.5)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quartet.core.contract import NO_SYMBOL, AccountCause, ControlKind, OrderType, RecordKind, Sizing
from tests.conformance.configs import account, base, external_venue, risk, target, venue
from tests.conformance.random_case import random_config, random_stream
from tests.conformance.stream import money as money_bytes
from tests.conformance.stream import units
from tests.unit.reference.harness import Run, money


def traded(*targets: tuple[float, Any], **instrument: Any) -> list[Any]:
    """ACCOUNT records after moving to each target (in tenths) at a price, without spread or fees."""
    run = Run(base(venue(taker_fee_ppb=0, maker_fee_ppb=0), **instrument))
    for score, price in targets:
        run.stream.quote(price, price, 1000, 1000).signal(score)
    return run.kinds(RecordKind.ACCOUNT)


def test_a_round_trip_by_hand() -> None:
    # Buy 10 at 100, sell 4 at 110, buy 2 at 105, sell 8 at 90.
    records = traded((1.0, 100), (0.6, 110), (0.8, 105), (0.0, 90))
    assert [r.position for r in records] == [units(10), units(6), units(8), 0]
    assert [r.cost for r in records] == [money(1000), money(600), money(810), 0]
    assert [r.realised for r in records] == [0, money(40), money(40), money(-50)]
    assert [r.cash for r in records] == [money(v) for v in (99_000, 99_440, 99_230, 99_950)]
    assert [r.equity for r in records] == [money(v) for v in (100_000, 100_100, 100_070, 99_950)]
    assert records[-1].mark == units(90)


def test_a_turn_through_zero() -> None:
    # Long 10 at 100, then short 10 at 120: 20 are sold, 200 are realised, the new cost is -1200.
    records = traded((1.0, 100), (-1.0, 120))
    assert (records[1].position, records[1].cost, records[1].realised) == (units(-10), money(-1200), money(200))
    records = traded((-1.0, 100), (1.0, 120), (0.0, 130))
    assert [r.realised for r in records] == [0, money(-200), money(-100)]


def test_the_multiplier() -> None:
    (record,) = traded((1.0, 100), multiplier=50)
    assert (record.cost, record.cash) == (money(50_000), money(50_000))


def test_a_loaded_position_moves_no_halt() -> None:
    run = Run(base(risk(max_drawdown_ppb=1, max_daily_loss_ppb=1)))
    run.stream.quote(90, 90).control(ControlKind.LOAD_POSITION, symbol=0, quantity=-10, price=100).clock()
    (record,) = run.feed()
    assert (record.record, record.cause) == (RecordKind.ACCOUNT, AccountCause.POSITION)
    assert (record.position, record.cost, record.mark) == (units(-10), money(-1000), units(90))
    assert (record.cash, record.equity, record.realised) == (money(100_000), money(99_100), 0)


def test_a_loaded_position_gives_a_mark_where_there_is_none() -> None:
    run = Run(base())
    run.stream.control(ControlKind.LOAD_POSITION, symbol=0, quantity=10, price=100)
    (record,) = run.feed()
    assert (record.mark, record.equity) == (units(100), money(101_000))


def test_cash_flows_move_no_halt() -> None:
    run = Run(base(risk(max_drawdown_ppb=10_000_000, max_daily_loss_ppb=10_000_000)))
    run.stream.control(ControlKind.CASH_FLOW, cash=-50_000)
    (record,) = run.feed()
    assert (record.cause, record.symbol, record.cash, record.equity) == (
        AccountCause.CASH,
        NO_SYMBOL,
        money(50_000),
        money(50_000),
    )


def test_fees_are_rounded_half_to_even() -> None:
    # 1e-9 of quantity at 1e-9 of price is one unit of money; half of it is none, of three of it two.
    for lots, fee in ((1, 0), (3, 2)):
        config = base(target(max_quantity=lots, order_type=OrderType.LIMIT), venue(taker_fee_ppb=500_000_000))
        config.instruments[0].tick = config.instruments[0].lot = 1
        config.instruments[0].price_min = 1
        run = Run(config)
        run.stream.quote("0.000000001", "0.000000001").signal(1.0)
        (record,) = run.kinds(RecordKind.FILL)
        assert record.fee == fee


def test_weights_use_the_equity_of_the_moment() -> None:
    # A tenth of 100 000 at 100.05 is 99.95: 99 lots.
    run = Run(base(target(sizing=Sizing.WEIGHT)))
    run.stream.quote(100, "100.10").signal(1.0)
    assert run.orders()[0].quantity == units(99)
    run = Run(base(target(sizing=Sizing.WEIGHT), account(initial_cash=money_bytes(-5))))
    run.stream.quote(100, "100.10").signal(1.0)
    assert run.orders() == []


def identity(run: Run, flows: int, loaded: int) -> bool:
    state = run.engine._runtime.state
    left = state.cash + sum(symbol.cost for symbol in state.symbols)
    right = state.settings.initial_cash + flows + state.realised - state.fees + loaded
    marked = sum(s.position * (s.mark or 0) * s.instrument.multiplier for s in state.symbols)
    return left == right and state.equity == state.cash + marked


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_the_books_close_after_every_event(seed: int) -> None:
    """cash + sum(cost) = initial cash + flows + realised - fees + loaded cost, whatever happens."""
    draw = random.Random(seed)
    config = random_config(draw)
    run = Run(config)
    flows = loaded = 0
    for event in random_stream(draw, config, 80).events:
        state = run.engine._runtime.state
        before, costs = state.cash, [symbol.cost for symbol in state.symbols]
        run.stream.events.append(event)
        for record in run.feed():
            if record.record == RecordKind.ACCOUNT and record.cause == AccountCause.CASH:
                flows += record.cash - before
            if record.record == RecordKind.ACCOUNT and record.cause == AccountCause.POSITION:
                loaded += record.cost - costs[record.symbol]
            if record.record == RecordKind.ACCOUNT:
                before = record.cash
        assert identity(run, flows, loaded)


@pytest.mark.parametrize("kind", [ControlKind.CASH_FLOW, ControlKind.LOAD_POSITION])
def test_money_has_an_end(kind: ControlKind) -> None:
    run = Run(base())
    most = (1 << 118).to_bytes(16, "little", signed=True)
    for _ in range(3):
        run.stream.control(ControlKind.CASH_FLOW, cash=most)
    run.feed()
    if kind == ControlKind.CASH_FLOW:
        run.stream.control(kind, cash=most)
    else:
        wide = (1 << 118) - money(100_001)
        run.stream.control(ControlKind.CASH_FLOW, cash=wide.to_bytes(16, "little", signed=True))
        run.stream.control(kind, symbol=0, quantity=1000, price=1000)
    records = run.feed()
    assert records[-1].record == RecordKind.INPUT_REJECT


def test_an_external_fill_pays_the_venues_fee() -> None:
    run = Run(base(external_venue))
    run.stream.quote(100, 101).signal(1.0).report(1, 6, exec_id=1, liquidity=1, price=101, quantity=10)
    (record,) = run.kinds(RecordKind.ACCOUNT)
    assert record.fees == money("-0.0101")
