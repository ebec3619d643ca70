"""Self-trade prevention (spec 9.9): an own ask rests, the position turns, and a bid could meet the ask."""

from __future__ import annotations

from typing import Any

import pytest

from quartet.core.contract import Code, ControlKind, Level, OrderState, OrderType, PriceReference, SelfTrade, Trigger
from quartet.engines.reference.core.orders import Order
from quartet.engines.reference.risk_engine.review import Review
from quartet.engines.reference.risk_engine.self_trade import self_trade
from tests.conformance.configs import base, external_venue, quoting, risk, target
from tests.conformance.stream import units
from tests.unit.reference.harness import Run

T, S = Trigger, OrderState


def quoted(self_trade: SelfTrade, quantity: Any = 5, state: OrderState = S.NEW) -> Run:
    """Quotes of 5 at 99.98 and 100.02 around 100, order 1 the bid, order 2 the ask, in venue mode EXTERNAL."""
    config = base(quoting(quote_quantity=units(quantity)), external_venue, risk(self_trade=self_trade))
    run = Run(config)
    run.stream.quote("99.99", "100.01").report(1, T.ACK)
    if state != S.PENDING_NEW:
        run.stream.report(2, T.ACK)
    if state == S.PARTIALLY_FILLED:
        run.stream.report(2, T.FILL, exec_id=1, liquidity=1, price=101, quantity=2)
    # The bid is canceled by the venue, and fair value jumps: the new bid of 100.02 meets our ask.
    run.stream.report(1, T.CANCEL)
    run.feed()
    return run


def step(run: Run, bid: str, ask: str) -> list[tuple[int, int, int, int]]:
    run.stream.quote(bid, ask)
    return run.path()


def crossing(self_trade: SelfTrade, **how: Any) -> list[tuple[int, int, int, int]]:
    """What happens when the ask has not yet been canceled (the ask is busy in PENDING_NEW)."""
    run = quoted(self_trade, **how)
    return step(run, "100.05", "100.07")


def test_the_reconciler_cancels_before_it_crosses() -> None:
    """A live ask that no longer matches is canceled first; pending, it is still in the way."""
    path = crossing(SelfTrade.CANCEL_NEWEST)
    assert path == [
        (2, T.REQUEST_CANCEL, S.PENDING_CANCEL, Code.USER_CANCEL),
        (3, T.RISK_REJECT, S.RISK_REJECTED, Code.SELF_TRADE),
    ]


def test_prices_that_do_not_reach_pass() -> None:
    assert step(quoted(SelfTrade.CANCEL_NEWEST), "99.98", "100.00")[-1][:3] == (3, T.SUBMIT, S.PENDING_NEW)


@pytest.mark.parametrize(
    ("mode", "path"),
    [
        (SelfTrade.CANCEL_NEWEST, [(3, T.RISK_REJECT)]),
        (SelfTrade.CANCEL_OLDEST, [(2, T.REQUEST_CANCEL), (3, T.SUBMIT)]),
        (SelfTrade.CANCEL_BOTH, [(3, T.RISK_REJECT), (2, T.REQUEST_CANCEL)]),
        (SelfTrade.DECREMENT, [(3, T.RISK_REJECT)]),
    ],
)
def test_modes_with_a_pending_ask(mode: SelfTrade, path: list[tuple[int, int]]) -> None:
    """The ask is PENDING_NEW: it can be canceled, but not decremented."""
    found = crossing(mode, state=S.PENDING_NEW)
    assert [entry[:2] for entry in found] == path
    assert all(code == Code.SELF_TRADE for _, trigger, _, code in found if trigger == T.RISK_REJECT)


def test_a_flatten_order_waits_for_open_orders() -> None:
    """An ask of 5 rests, the position is -3: the ask is canceled, then 3 are bought."""
    run = Run(base(target(order_type=OrderType.LIMIT, price_reference=PriceReference.OWN)))
    run.stream.quote(100, 101).signal(-0.5)
    assert run.path()[-1] == (1, T.ACK, S.NEW, 0)
    run.stream.control(ControlKind.LOAD_POSITION, symbol=0, quantity=-3, price=100)
    run.stream.control(ControlKind.SET_LEVEL, level=Level.KILLED, flatten=True)
    assert [entry[:2] for entry in run.path()] == [
        (1, T.REQUEST_CANCEL),
        (1, T.CANCEL),
        (2, T.SUBMIT),
        (2, T.FILL),
    ]


def test_decrement_by_hand() -> None:
    """The rule itself, on a review: an ask of 4 and one of 5 against buys of 3, 9 and 10."""
    run = Run(base(risk(self_trade=SelfTrade.DECREMENT)))
    state = run.engine._runtime.state
    symbol = state.symbols[0]
    for order_id, quantity in ((1, 4), (2, 5)):
        order = Order(order_id, symbol, 2, OrderType.LIMIT, 100, quantity, 0)
        order.state = S.NEW
        symbol.orders[order_id] = state.orders[order_id] = order

    def losses(quantity: int) -> tuple[int, list[tuple[int, int | None]], int]:
        review = Review(state, symbol, 1, OrderType.LIMIT, 100, quantity)
        outcome = self_trade(review)
        code = outcome.failure.code if outcome.failure else 0
        return code, [(loss.order.id, loss.quantity) for loss in outcome.losses], review.quantity

    assert losses(3) == (Code.SELF_TRADE, [(1, 3)], 3)
    assert losses(9) == (Code.SELF_TRADE, [(1, 4), (2, 5)], 9)
    assert losses(10) == (0, [(1, 4), (2, 5)], 1)
    symbol.orders[2].state = S.PENDING_CANCEL
    assert losses(3) == (Code.SELF_TRADE, [], 3)
