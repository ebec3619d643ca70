"""Marks, fills, loaded positions and cash flows (spec 6.3, 6.4, 8.1, 11.4, 11.5)."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import NO_SYMBOL, AccountCause, Side
from quartet.core.fixed import cap, mul_div, sign
from quartet.engines.reference.core.state import State, Symbol

MONEY_END: Final = 1 << 120
"""Cash, fees, realised profit and equity stay below this (spec 11, 12.1)."""


def set_mark(state: State, symbol: Symbol, mark: int) -> None:
    """Move the mark; a symbol's first one is its risk price too (spec 8.3)."""
    old = symbol.mark
    if symbol.position:
        state.position_value += symbol.position * (mark - (old or 0)) * symbol.instrument.multiplier
    symbol.mark = mark
    if symbol.risk_price is None:
        symbol.risk_price = mark


def _set_position(state: State, symbol: Symbol, position: int) -> None:
    mark = symbol.mark or 0
    state.position_value += (position - symbol.position) * mark * symbol.instrument.multiplier
    symbol.position = position
    if position:
        state.held.add(symbol.id)
    else:
        state.held.discard(symbol.id)


def book_fill(state: State, symbol: Symbol, side: int, price: int, quantity: int, fee_ppb: int) -> int:
    """Enter a fill (spec 8.1) and return its fee."""
    direction = 1 if side == Side.BUY else -1
    unit = price * symbol.instrument.multiplier
    fee = cap(fee_ppb, quantity * unit)
    state.cash -= direction * quantity * unit + fee
    state.fees += fee
    position = symbol.position
    if position == 0 or sign(position) == direction:
        symbol.cost += direction * quantity * unit
    else:
        closed = min(quantity, abs(position))
        gone = mul_div(symbol.cost, closed, abs(position))
        state.realised += sign(position) * closed * unit - gone
        symbol.cost -= gone
        if quantity > closed:
            symbol.cost += direction * (quantity - closed) * unit
    if symbol.mark is None:
        set_mark(state, symbol, price)
    _set_position(state, symbol, position + direction * quantity)
    if max(abs(state.cash), abs(state.fees), abs(state.realised), abs(state.equity)) >= MONEY_END:
        raise OverflowError("a fill has brought money to 2^120 (spec 12.1)")
    return fee


def position_change(symbol: Symbol, quantity: int, price: int) -> int:
    """What loading a position would add to the equity; price is the mark where there is none."""
    mark = price if symbol.mark is None else symbol.mark
    return (quantity - symbol.position) * mark * symbol.instrument.multiplier


def load_position(state: State, symbol: Symbol, quantity: int, price: int) -> None:
    """Set a position; the high and the open move with the equity, so that no halt follows (spec 11.4)."""
    change = position_change(symbol, quantity, price)
    if symbol.mark is None:
        set_mark(state, symbol, price)
    _set_position(state, symbol, quantity)
    symbol.cost = quantity * price * symbol.instrument.multiplier
    state.equity_high += change
    state.equity_open += change
    record_account(state, symbol, AccountCause.POSITION)


def cash_flow(state: State, amount: int) -> None:
    """Add cash or take it away (spec 11.5)."""
    state.cash += amount
    state.equity_high += amount
    state.equity_open += amount
    record_account(state, None, AccountCause.CASH)


def record_account(state: State, symbol: Symbol | None, cause: int) -> None:
    """Write the account, with the symbol's position, cost and mark where there is a symbol."""
    state.records.account(
        symbol.id if symbol else NO_SYMBOL,
        cause,
        symbol.position if symbol else 0,
        state.cash,
        state.equity,
        state.fees,
        state.realised,
        symbol.cost if symbol else 0,
        (symbol.mark or 0) if symbol else 0,
    )
