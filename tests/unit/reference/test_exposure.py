"""What the rows measure: worst positions, pending replaces, reserved cash, reducing orders (spec 9.5)."""

from __future__ import annotations

import pytest

from quartet.core.contract import AccountType, Code, OrderState, OrderType, Side
from quartet.core.contract import ControlKind as K
from quartet.core.contract import Level as L
from quartet.engines.reference.core.orders import Order, Pending
from quartet.engines.reference.core.state import State
from quartet.engines.reference.risk_engine.review import Review
from tests.conformance.configs import account, base, risk
from tests.unit.reference.harness import Run


def state_with(position: int, *orders: tuple[int, int, int]) -> State:
    """A state with a position and open orders: side, price, quantity. Mark 10, multiplier 1, no fees."""
    config = base(account(account_type=AccountType.CASH), symbols=2, price_min=1)
    config.venue.taker_fee_ppb = 0
    state = Run(config).engine._runtime.state
    symbol = state.symbols[0]
    symbol.position, symbol.mark = position, 10
    for place, (side, price, quantity) in enumerate(orders, 1):
        order = Order(place, symbol, side, OrderType.LIMIT, price, quantity, 0)
        order.state = OrderState.NEW
        state.orders[place] = symbol.orders[place] = order
    state.last_order_id = len(orders)
    return state


def review(state: State, side: int, quantity: int, replaced: int | None = None, price: int = 10) -> Review:
    order = None if replaced is None else state.orders[replaced]
    return Review(state, state.symbols[0], side, OrderType.LIMIT, price, quantity, replaced=order)


@pytest.mark.parametrize(
    ("position", "side", "quantity", "worst"),
    [
        (0, Side.BUY, 5, 5),
        (0, Side.SELL, 5, -5),
        (3, Side.SELL, 5, 3),
        (3, Side.SELL, 7, -4),
        (-3, Side.BUY, 6, 3),
        (-3, Side.BUY, 7, 4),
    ],
)
def test_the_worst_position(position: int, side: int, quantity: int, worst: int) -> None:
    assert review(state_with(position), side, quantity).own.worst == worst
    assert review(state_with(position), side, quantity).own.notional == 10 * worst


def test_both_sides_count_and_ties_are_long() -> None:
    state = state_with(0, (Side.BUY, 9, 5), (Side.SELL, 11, 3))
    assert review(state, Side.SELL, 2).own.worst == 5
    assert review(state, Side.SELL, 3).own.worst == -6
    assert review(state, Side.SELL, 3).without.worst == 5


@pytest.mark.parametrize(
    ("position", "side", "quantity", "reducing"),
    [
        (5, Side.SELL, 5, True),
        (5, Side.SELL, 6, False),
        (5, Side.BUY, 1, False),
        (0, Side.SELL, 1, False),
        (-5, Side.BUY, 5, True),
        (-5, Side.BUY, 6, False),
    ],
)
def test_reducing(position: int, side: int, quantity: int, reducing: bool) -> None:
    made = review(state_with(position), side, quantity)
    assert made.reducing == reducing
    assert made.short_sale == (side == Side.SELL and position < quantity)


def test_other_open_sells_count_against_reducing() -> None:
    state = state_with(5, (Side.SELL, 11, 3))
    assert review(state, Side.SELL, 2).reducing
    assert not review(state, Side.SELL, 3).reducing
    # A replace takes the old leaves out.
    assert review(state, Side.SELL, 5, replaced=1).reducing


def test_a_pending_replace_counts_at_its_worst() -> None:
    state = state_with(0, (Side.BUY, 9, 5))
    state.orders[1].pending = Pending(8, 7)
    assert review(state, Side.BUY, 1).buys == 8
    assert review(state, Side.SELL, 1).reserved == 7 * 9
    state.orders[1].pending = Pending(12, 3)
    assert review(state, Side.BUY, 1).buys == 6
    assert review(state, Side.SELL, 1).reserved == 5 * 12
    assert review(state, Side.BUY, 1, replaced=1).reserved == 0


def test_closing_passes_where_only_reducing_orders_do() -> None:
    run = Run(base())
    run.stream.quote(100, 101).signal(1.0).control(K.SET_LEVEL, level=L.REDUCE_ONLY).signal(0.0)
    assert [o.code for o in run.orders() if o.state_from == OrderState.CREATED] == [0, 0]


def test_a_symbol_that_is_held_is_no_new_position() -> None:
    run = Run(base(symbols=2))
    run.stream.quote(100, 101).quote(100, 101, symbol=1).signal(0.5)
    run.stream.control(K.SET_LIMITS, limits=base(risk(max_positions=0)).risk).signal(1.0).signal(1.0, symbol=1)
    created = [(o.symbol, o.code, o.value) for o in run.orders() if o.state_from == OrderState.CREATED]
    assert created == [(0, 0, 0), (0, 0, 0), (1, Code.MAX_POSITIONS, 2)]
