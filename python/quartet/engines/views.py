"""A snapshot as people read it: positions, account and open orders with names and exact decimals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from quartet.core.contract import Level, OrderState, OrderType, Side
from quartet.core.fixed import half_even
from quartet.data.exact import nano_text
from quartet.engines.snapshot_model import OpenOrder, Snapshot


@dataclass(frozen=True, slots=True)
class Position:
    """One symbol that is held. Quantity is negative where short; money is in the account's currency."""

    symbol: str
    quantity: Decimal
    average_price: Decimal
    mark: Decimal | None
    market_value: Decimal
    cost: Decimal
    unrealised: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """The account at the last event; all but the flags is money."""

    currency: str
    cash: Decimal
    equity: Decimal
    fees: Decimal
    realised: Decimal
    equity_high: Decimal
    equity_open: Decimal
    level: Level
    drawdown_latched: bool
    daily_loss_latched: bool


@dataclass(frozen=True, slots=True)
class Order:
    """One open order. The price of a MARKET order is its collar."""

    order_id: int
    symbol: str
    side: Side
    order_type: OrderType
    state: OrderState
    price: Decimal
    quantity: Decimal
    leaves: Decimal
    cum: Decimal
    created_ns: int
    signal_id: int


def positions(snapshot: Snapshot) -> dict[str, Position]:
    """Every symbol with a position, by name."""
    held = {}
    for state, instrument in zip(snapshot.symbols, snapshot.config.instruments, strict=True):
        two = state.phase_two
        if two.position:
            value = two.position * (two.mark or 0) * instrument.multiplier
            held[state.symbol] = Position(
                state.symbol,
                units(two.position),
                units(half_even(abs(two.cost), abs(two.position) * instrument.multiplier)),
                None if two.mark is None else units(two.mark),
                money(value),
                money(two.cost),
                money(value - two.cost),
            )
    return held


def account(snapshot: Snapshot) -> Account:
    """The account."""
    state = snapshot.engine
    return Account(
        snapshot.config.account.currency,
        money(state.cash),
        money(snapshot.equity),
        money(state.fees),
        money(state.realised),
        money(state.equity_high),
        money(state.equity_open),
        state.level,
        state.drawdown_latched,
        state.daily_loss_latched,
    )


def open_orders(snapshot: Snapshot) -> list[Order]:
    """The open orders in the order of their ids."""
    return [_order(order) for order in snapshot.orders]


def _order(order: OpenOrder) -> Order:
    return Order(
        order.order_id,
        order.symbol,
        order.side,
        order.order_type,
        order.state,
        units(order.price),
        units(order.quantity),
        units(order.leaves),
        units(order.cum),
        order.created,
        order.signal_id,
    )


def units(nano: int) -> Decimal:
    """A price or quantity of 1e-9 units, exactly."""
    return Decimal(nano_text(nano))


def money(amount: int) -> Decimal:
    """An amount of 1e-18 units, exactly."""
    whole, rest = divmod(abs(amount), 10**18)
    sign = "-" if amount < 0 else ""
    # From text, as Decimal arithmetic would round to its context's digits.
    return Decimal(f"{sign}{whole}" + (f".{rest:018d}".rstrip("0") if rest else ""))
