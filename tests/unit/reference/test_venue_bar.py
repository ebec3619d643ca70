"""The simulated venue on bars, with the worked case (spec 7.9, 10.1)."""

from __future__ import annotations

from typing import Any

import pytest

from quartet.core.contract import (
    Code,
    FillReason,
    Liquidity,
    OrderState,
    OrderType,
    PriceReference,
    RecordKind,
    Sizing,
    Trigger,
)
from quartet.core.pb import config_pb2
from tests.conformance.configs import BAR, Nodes, bars, base, program, target, venue
from tests.conformance.stream import SECOND, units
from tests.conformance.stream import money as money_bytes
from tests.unit.reference.harness import Run, money

DAY = 86_400 * SECOND
MAKER, TAKER = Liquidity.MAKER, Liquidity.TAKER


def worked_config() -> config_pb2.EngineConfig:
    """Capital 100 000, weight a tenth, slippage 5 basis points, fees a tenth of a percent."""
    nodes = Nodes()
    score = nodes.add("EXTERNAL_SCORE", clock=BAR)
    config = base(bars, target(sizing=Sizing.WEIGHT, max_weight_ppb=100_000_000), program(nodes.score(score)))
    config.instruments[0].tick = units("0.0001")
    config.venue.bar_slippage_ppb = 500_000
    config.venue.maker_fee_ppb = config.venue.taker_fee_ppb = 1_000_000
    config.account.initial_cash = money_bytes(100_000)
    config.signals.max_age_ns = DAY
    return config


def test_the_worked_case() -> None:
    run = Run(worked_config())
    accounts = []
    for opened, close, score in ((100, 100, 1.0), (101, 102, 1.0), (103, 104, 0.0), (102, 101, 0.0)):
        run.stream.signal(score, after=DAY)
        run.stream.bar(opened, max(opened, close), min(opened, close), close, after=0).clock(after=0)
        records = run.feed()
        accounts += [r for r in records if r.record == RecordKind.ACCOUNT]
        if opened == 101:
            (fill,) = [r for r in records if r.record == RecordKind.FILL]
            assert (fill.price, fill.quantity, fill.fee) == (units("101.0505"), units(100), money("10.10505"))
            assert (fill.liquidity, fill.reason) == (TAKER, FillReason.BAR_OPEN)
            assert accounts[-1].equity == money("100084.84495")
        if opened == 103:
            # The mark moved from 102 to 104: 200 more.
            assert run.engine._runtime.state.equity == money("100284.84495")
        if opened == 102:
            (fill,) = [r for r in records if r.record == RecordKind.FILL]
            assert (fill.price, fill.quantity, fill.fee) == (units("101.949"), units(100), money("10.1949"))
    assert accounts[-1].equity == accounts[-1].cash == money("100069.55005")
    assert accounts[-1].position == accounts[-1].cost == 0
    assert len(accounts) == 2


def bar_run(order_type: OrderType, offset: int = 0, **settings: Any) -> Run:
    """An order of 10, decided at a close of 100 at the mark plus the offset."""
    policy = target(order_type=order_type, price_reference=PriceReference.MARK, offset_ticks=offset)
    run = Run(base(bars, policy, venue(**settings)))
    run.stream.signal(1.0).bar(100, 100, 100, 100).clock()
    submitted = run.path()
    assert submitted[0] == (1, Trigger.SUBMIT, OrderState.PENDING_NEW, 0)
    return run


def outcome(run: Run, *bar: Any, volume: Any = 1000) -> tuple[list[tuple[int, int, int, int]], int]:
    """Fills of the next bar, and the code of the last transition."""
    run.stream.bar(*bar, volume)
    records = run.feed()
    fills = [(r.price, r.quantity, r.liquidity, r.reason) for r in records if r.record == RecordKind.FILL]
    codes = [r.code for r in records if r.record == RecordKind.ORDER]
    return fills, codes[-1] if codes else 0


def at(price: Any, quantity: Any, liquidity: int, reason: int) -> list[tuple[int, int, int, int]]:
    return [(units(price), units(quantity), liquidity, reason)]


@pytest.mark.parametrize(("slippage", "price"), [(0, "101"), (1, "101.01"), (100_000, "101.02"), (99_009, "101.01")])
def test_slippage_rounds_against_us(slippage: int, price: str) -> None:
    run = bar_run(OrderType.MARKET, bar_slippage_ppb=slippage)
    assert outcome(run, 101, 101, 101, 101) == (at(price, 10, TAKER, FillReason.BAR_OPEN), 0)


def test_a_market_order_beyond_its_collar() -> None:
    assert outcome(bar_run(OrderType.MARKET), 105, 105, 105, 105)[0] == at(105, 10, TAKER, FillReason.BAR_OPEN)
    assert outcome(bar_run(OrderType.MARKET), "105.01", 106, 105, 106) == ([], Code.NO_LIQUIDITY)


def test_the_volume_share() -> None:
    for order_type in (OrderType.MARKET, OrderType.IOC):
        run = bar_run(order_type, max_participation_ppb=100_000_000)
        fills, code = outcome(run, 100, 100, 100, 100, volume=79)
        assert (fills, code) == (at(100, 7, TAKER, FillReason.BAR_OPEN), Code.NOT_ENOUGH_VOLUME)
    run = bar_run(OrderType.MARKET, max_participation_ppb=100_000_000)
    assert outcome(run, 100, 100, 100, 100, volume=9) == ([], Code.NOT_ENOUGH_VOLUME)
    run = bar_run(OrderType.FOK, max_participation_ppb=100_000_000)
    assert outcome(run, 100, 100, 100, 100, volume=99) == ([], Code.FOK_UNFILLABLE)


def test_ioc_and_fok_beyond_their_limit() -> None:
    for order_type in (OrderType.IOC, OrderType.FOK):
        assert outcome(bar_run(order_type), 100, 100, 100, 100)[0] == at(100, 10, TAKER, FillReason.BAR_OPEN)
        assert outcome(bar_run(order_type), "100.01", 101, 99, 100) == ([], Code.NO_LIQUIDITY)


def test_limit_orders_wait_for_a_bar_that_goes_through() -> None:
    run = bar_run(OrderType.LIMIT, max_participation_ppb=100_000_000)
    assert outcome(run, 100, 100, 100, 100) == ([], 0)  # touched is not enough
    assert outcome(run, 101, 101, "99.99", 100, volume=40)[0] == at(100, 4, MAKER, FillReason.TRADED_THROUGH)
    assert outcome(run, "99.5", 101, 99, 100, volume=50)[0] == at("99.5", 5, TAKER, FillReason.BAR_OPEN)
    assert outcome(run, 101, 101, 99, 100)[0] == at(100, 1, MAKER, FillReason.TRADED_THROUGH)


def test_post_only_never_takes_the_open() -> None:
    run = bar_run(OrderType.POST_ONLY)
    assert outcome(run, "99.5", 101, 99, 100)[0] == at(100, 10, MAKER, FillReason.TRADED_THROUGH)


def test_frozen_bars() -> None:
    for order_type, code in ((OrderType.MARKET, Code.MARKET_HALTED), (OrderType.LIMIT, 0)):
        run = bar_run(order_type)
        run.stream.bar(90, 90, 90, 90, flags=8)
        assert [o.code for o in run.orders()] == ([code] if code else [])


def test_a_stamp_is_seen_before_any_decision() -> None:
    config = base(bars, symbols=3)
    run = Run(config)
    for symbol in (2, 0, 1):
        run.stream.signal(1.0, symbol=symbol).bar(100, 100, 100, 100, symbol=symbol)
    assert run.feed() == []
    run.stream.clock()
    assert [o.symbol for o in run.orders()] == [0, 1, 2]


def test_old_bars_expire() -> None:
    for late, expired in ((0, 0), (1, 1)):
        run = Run(base(bars))
        run.stream.signal(1.0).bar(100, 100, 100, 100).clock(after=SECOND + late)
        assert len(run.orders()) == 1 - expired
        assert run.engine.statistics()["counters"]["expired_signals"] == expired


def test_quotes_do_not_meet_orders_of_bars() -> None:
    run = bar_run(OrderType.LIMIT)
    run.stream.quote(90, 91).trade(90, 100)
    assert run.fills() == []
