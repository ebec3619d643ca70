"""The simulated venue on quotes, books and trades (spec 7.4 to 7.8)."""

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
    QueueModel,
    RecordKind,
    Status,
    Trigger,
)
from quartet.core.contract import ControlKind as Control
from tests.conformance.configs import Nodes, base, program, quoting, target, venue
from tests.conformance.stream import units
from tests.unit.reference.harness import Run

MAKER, TAKER = Liquidity.MAKER, Liquidity.TAKER
T, S = Trigger, OrderState


def run_of(order_type: OrderType, offset: int = 0, own: bool = False, **settings: Any) -> Run:
    reference = PriceReference.OWN if own else PriceReference.OPPOSITE
    return Run(base(target(order_type=order_type, price_reference=reference, offset_ticks=offset), venue(**settings)))


def fill(price: Any, quantity: Any, liquidity: int, reason: int) -> tuple[int, int, int, int]:
    return units(price), units(quantity), liquidity, reason


def test_market_takes_level_by_level_and_cancels_the_rest() -> None:
    run = run_of(OrderType.MARKET)
    run.stream.book([(100, 1)], [("100.02", 3), ("100.05", 4), (106, 50)]).signal(1.0)
    records = run.feed()
    fills = [(r.price, r.quantity) for r in records if r.record == 3]
    assert fills == [(units("100.02"), units(3)), (units("100.05"), units(4))]
    orders = [(o.trigger, o.state_to, o.code, o.leaves) for o in records if o.record == 2]
    assert orders == [
        (T.SUBMIT, S.PENDING_NEW, 0, units(10)),
        (T.PARTIAL_FILL, S.PARTIALLY_FILLED, 0, units(7)),
        (T.PARTIAL_FILL, S.PARTIALLY_FILLED, 0, units(3)),
        (T.CANCEL, S.CANCELED, Code.NO_LIQUIDITY, units(3)),
    ]


def test_displayed_size_is_not_taken_twice_before_the_next_quote() -> None:
    run = run_of(OrderType.IOC)
    run.stream.quote(100, 101, 50, 7).signal(0.5).signal(1.0)
    assert run.fills() == [fill(101, 5, TAKER, FillReason.AGGRESSIVE), fill(101, 2, TAKER, FillReason.AGGRESSIVE)]
    run.stream.quote(100, 101, 50, 7).signal(0.99)
    assert run.fills() == [fill(101, 2, TAKER, FillReason.AGGRESSIVE)]  # 9.9 is 9 lots


@pytest.mark.parametrize(("size", "code"), [(10, 0), (9, Code.FOK_UNFILLABLE)])
def test_fok_takes_all_or_nothing(size: int, code: int) -> None:
    run = run_of(OrderType.FOK)
    run.stream.book([], [(101, 4), (102, 50)]).book([], [(101, size), (102, 50)]).signal(1.0)
    last = run.path()[-1]
    assert last == ((1, T.FILL, S.FILLED, 0) if code == 0 else (1, T.CANCEL, S.CANCELED, code))


def test_post_only_rests_or_is_rejected() -> None:
    run = run_of(OrderType.POST_ONLY)
    run.stream.quote(100, 101).signal(1.0)
    assert run.path() == [(1, T.SUBMIT, S.PENDING_NEW, 0), (1, T.VENUE_REJECT, S.REJECTED, Code.POST_ONLY_WOULD_TAKE)]
    run = run_of(OrderType.POST_ONLY, offset=-1)
    run.stream.quote(100, 101).signal(1.0)
    assert run.path()[-1] == (1, T.ACK, S.NEW, 0)


def test_limit_takes_and_rests_with_the_remainder() -> None:
    run = run_of(OrderType.LIMIT)
    run.stream.quote(100, 101, 50, 4).signal(1.0)
    assert run.path() == [
        (1, T.SUBMIT, S.PENDING_NEW, 0),
        (1, T.ACK, S.NEW, 0),
        (1, T.PARTIAL_FILL, S.PARTIALLY_FILLED, 0),
    ]
    # It rests at 101, better than the bids: nothing is ahead of it.
    run.stream.trade(101, 6, -1)
    assert run.fills() == [fill(101, 6, MAKER, FillReason.QUEUE_EXHAUSTED)]


@pytest.mark.parametrize("how", ["flag", "halted", "closed"])
@pytest.mark.parametrize("order_type", [OrderType.MARKET, OrderType.FOK, OrderType.LIMIT, OrderType.POST_ONLY])
def test_frozen(how: str, order_type: OrderType) -> None:
    """The order is sent, and trading stops before it arrives."""
    run = run_of(order_type, order_latency_ns=1)
    run.stream.quote(100, 101).signal(1.0)
    if how == "flag":
        run.stream.quote(100, 101, after=0, flags=8)
    else:
        status = Status.HALTED if how == "halted" else Status.CLOSED
        run.stream.control(Control.SET_STATUS, symbol=0, status=status, after=0)
    run.stream.clock()
    last = run.path()[-1]
    resting = order_type in (OrderType.LIMIT, OrderType.POST_ONLY)
    assert last == ((1, T.ACK, S.NEW, 0) if resting else (1, T.CANCEL, S.CANCELED, Code.MARKET_HALTED))
    if how == "closed" and resting:
        # A closed symbol's resting orders are not matched.
        run.stream.trade(90, 100).quote(90, 91)
        assert run.fills() == []


def resting_bid(price: str = "100", **settings: Any) -> Run:
    """A bid of 10 at 100 behind 50 displayed there."""
    offset = (units(price) - units(100)) // units("0.01")
    run = run_of(OrderType.LIMIT, offset=offset, own=True, **settings)
    run.stream.quote(100, "100.10", 50, 50).signal(1.0)
    assert run.path()[-1] == (1, T.ACK, S.NEW, 0)
    return run


def test_trades_shorten_the_queue() -> None:
    run = resting_bid()
    run.stream.trade(100, 30, -1)
    assert run.fills() == []
    run.stream.trade(100, 24, 0)
    assert run.fills() == [fill(100, 4, MAKER, FillReason.QUEUE_EXHAUSTED)]
    run.stream.trade(100, 100, 1)  # a buyer took: no bid was met
    assert run.fills() == []
    run.stream.trade("99.99", 5, -1)
    assert run.fills() == [fill(100, 5, MAKER, FillReason.TRADED_THROUGH)]
    run.stream.trade(100, 5, -1)
    assert run.fills() == [fill(100, 1, MAKER, FillReason.QUEUE_EXHAUSTED)]


def test_a_quote_that_reaches_us() -> None:
    run = resting_bid()
    run.stream.quote("99.90", 100, 1, 7)
    assert run.fills() == [fill(100, 7, MAKER, FillReason.BOOK_CROSSED)]
    run.stream.quote("99.80", "99.90", 1, 100)
    assert run.fills() == [fill(100, 3, MAKER, FillReason.BOOK_CROSSED)]


def test_displayed_size_below_the_queue_shortens_it() -> None:
    run = resting_bid()
    run.stream.quote(100, "100.10", 80, 50).quote(100, "100.10", 30, 50).trade(100, 32, -1)
    assert run.fills() == [fill(100, 2, MAKER, FillReason.QUEUE_EXHAUSTED)]


def test_cancels_shorten_the_queue_in_proportion() -> None:
    run = resting_bid(queue_model=QueueModel.PROBABILITY)
    # Level 50 -> 70, ahead stays 50. Then 30 are canceled: 30 * 2500/(2500 + 400) of them ahead of us.
    run.stream.quote(100, "100.10", 70, 50).quote(100, "100.10", 40, 50).trade(100, 25, -1)
    gone = 25_862_068_966
    assert run.fills() == [(units(100), units(25) - (units(50) - gone), MAKER, FillReason.QUEUE_EXHAUSTED)]


def test_what_traded_was_not_canceled() -> None:
    run = resting_bid(queue_model=QueueModel.PROBABILITY)
    # 20 of the 50 traded, 30 are shown: nothing was canceled, 30 are still ahead.
    run.stream.trade(100, 20, -1).quote(100, "100.10", 30, 50).trade(100, 31, -1)
    assert run.fills() == [fill(100, 1, MAKER, FillReason.QUEUE_EXHAUSTED)]


def test_behind_the_last_level_the_queue_is_unseen() -> None:
    run = resting_bid("99.99")
    run.stream.trade("99.99", 1000, -1)
    assert run.fills() == []
    run.stream.book([(100, 50), ("99.99", 5)], [("100.10", 1)]).trade("99.99", 6, -1)
    assert run.fills() == [fill("99.99", 1, MAKER, FillReason.QUEUE_EXHAUSTED)]


def test_between_levels_and_without_a_side_nobody_is_ahead() -> None:
    run = run_of(OrderType.LIMIT, offset=-1, own=True)
    run.stream.book([(100, 50), ("99.90", 5)], [("100.10", 1)]).signal(1.0).trade("99.99", 2, -1)
    assert run.fills() == [fill("99.99", 2, MAKER, FillReason.QUEUE_EXHAUSTED)]
    run = resting_bid()
    run.stream.quote(0, "100.10", 0, 50).trade(100, 2, -1)
    assert run.fills() == [fill(100, 2, MAKER, FillReason.QUEUE_EXHAUSTED)]


def test_one_trade_is_shared_by_our_orders() -> None:
    """Bid and ask stand at 100 with nobody ahead: a trade of 7 fills the older one first."""
    nodes = Nodes()
    config = base(quoting(half_spread=0), program(nodes.score(nodes.add("MID"), fair_value=nodes.const(100.0))))
    config.check_risk = False
    run = Run(config)
    run.stream.quote(99, 101).trade(100, 7, 0)
    assert [(f.side, f.quantity) for f in run.kinds(RecordKind.FILL)] == [(1, units(5)), (2, units(2))]


def test_one_trade_fills_no_more_than_its_size() -> None:
    config = base(target(order_type=OrderType.LIMIT, price_reference=PriceReference.OWN), symbols=2)
    run = Run(config)
    run.stream.quote(100, "100.10", 0.5, 1).signal(-1.0).quote(100, 101, symbol=1).signal(1.0, symbol=1)
    run.feed()
    # The ask of 10 at 100.10 stands behind 1; a trade of 3 fills 2 of it, and no order of the other symbol.
    run.stream.trade("100.10", 3, 1)
    assert run.fills() == [fill("100.10", 2, MAKER, FillReason.QUEUE_EXHAUSTED)]
