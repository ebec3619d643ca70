"""A working order meets a bar of its symbol (spec 7.9, 8.1)."""

import numpy as np

from quartet.backtest.columnar.compiled.fees import fee_of
from quartet.backtest.columnar.compiled.int128 import (
    add,
    cap,
    floor_over_billion,
    high,
    join,
    less,
    low,
    product,
    subtract,
    wide,
)
from quartet.backtest.columnar.compiled.parts import inlined
from quartet.backtest.columnar.compiled.tiers import tier_of
from quartet.backtest.columnar.compiled.worth import value_of
from quartet.backtest.columnar.layout import BarState, OrderColumn, RuleColumn, TermColumn
from quartet.core.contract import Code, OrderState

_HALTED = int(BarState.HALTED)
_LOT, _TICK = int(TermColumn.LOT), int(TermColumn.TICK)
_PARTICIPATION, _SLIPPAGE = int(RuleColumn.PARTICIPATION_PPB), int(RuleColumn.SLIPPAGE_PPB)
_PLAN, _ALWAYS = int(RuleColumn.PLAN), int(RuleColumn.ALWAYS)
_TIERS = int(RuleColumn.TIERS)
_STATE, _CODE = int(OrderColumn.STATE), int(OrderColumn.CODE)
_FILLED, _DONE = int(OrderColumn.FILLED), int(OrderColumn.DONE)
_FULL, _CANCELED = int(OrderState.FILLED), int(OrderState.CANCELED)
_NO_LIQUIDITY, _THIN = int(Code.NO_LIQUIDITY), int(Code.NOT_ENOUGH_VOLUME)
_MARKET_HALTED = int(Code.MARKET_HALTED)
_BILLION = 10**9
_GROWTH_MAX = 0.5


@inlined
def met_price(reference, slippage, tick, buys):
    """The reference price with slippage, exact, rounded to a tick against us."""
    if buys:
        raw = -floor_over_billion(product(-reference, _BILLION + slippage))
        return -((-raw) // tick) * tick
    return floor_over_billion(product(reference, _BILLION - slippage)) // tick * tick


@inlined
def _slippage(accounts, a, t, p, quantity):
    """Of an order decided at t, in ppb."""
    slippage = accounts.rules[a, _SLIPPAGE]
    if accounts.impact.shape[1] == 0:
        return slippage
    size, power = float(quantity) / 1e9, accounts.impact_power
    root, line = accounts.impact[0, t, p], accounts.impact[1, t, p]
    if np.isnan(root):
        return 2 * slippage
    grown = root * (np.sqrt(size) if power == 0.5 else size**power) + line * size
    if accounts.impact.shape[0] > 2:
        grown += accounts.impact[2, t, p]
    return slippage + int(np.rint(min(grown, _GROWTH_MAX) * 1e9))


@inlined
def close_order(written, book, k, t, state, code, filled):
    """The order is done."""
    book.leaves[k] = 0
    row = book.row[k]
    if row < written.orders.shape[0]:
        written.orders[row, _STATE] = state
        written.orders[row, _CODE] = code
        written.orders[row, _FILLED] = filled
        written.orders[row, _DONE] = t


@inlined
def meet_bar(market, accounts, written, book, k, t):
    """Fill what the bar takes; what remains is canceled."""
    p, a = accounts.prices[k], accounts.owner[k]
    wanted = book.leaves[k]
    if market.state[t, p] & _HALTED:
        close_order(written, book, k, t, _CANCELED, _MARKET_HALTED, 0)
        return
    buys, filled, code = wanted > 0, abs(wanted), 0
    slippage = _slippage(accounts, a, book.since[k], p, filled)
    price = met_price(market.reference[t, p], slippage, accounts.terms[p, _TICK], buys)
    if (price > book.limit[k]) if buys else (price < book.limit[k]):
        close_order(written, book, k, t, _CANCELED, _NO_LIQUIDITY, 0)
        return
    if market.volume.shape[0]:
        share = low(cap(accounts.rules[a, _PARTICIPATION], wide(market.volume[t, p])))
        share = share // accounts.terms[p, _LOT] * accounts.terms[p, _LOT]
        if share < filled:
            filled, code = share, _THIN
    if filled > 0:
        _fill(accounts, written, book, k, t, price, filled if buys else -filled)
    close_order(written, book, k, t, _CANCELED if code else _FULL, code, filled)
    if abs(book.target[k] - book.position[k]) < accounts.terms[p, _LOT] and not accounts.rules[a, _ALWAYS]:
        book.settled[k] = book.aimed[k]


@inlined
def _fill(accounts, written, book, k, t, price, signed):
    """Enter a fill."""
    a = accounts.owner[k]
    quantity = abs(signed)
    notional = value_of(accounts, k, quantity, price)
    plan = accounts.rules[a, _PLAN]
    if accounts.rules[a, _TIERS] > 1:
        plan += tier_of(accounts, book, a, t, notional, quantity)
    fee = fee_of(accounts.plans, plan, t if accounts.plans.shape[1] > 1 else 0, notional, quantity, signed < 0)
    if accounts.conversion.shape[0]:
        share = accounts.conversion[t if accounts.conversion.shape[0] > 1 else 0, accounts.prices[k]]
        fee = add(fee, cap(share, subtract(wide(0), notional) if less(notional, wide(0)) else notional))
    cash = subtract(join(book.cash[a, 0], book.cash[a, 1]), fee)
    cash = subtract(cash, notional) if signed > 0 else add(cash, notional)
    book.cash[a, 0] = low(cash)
    book.cash[a, 1] = high(cash)
    book.position[k] += signed
    row = written.counts[0]
    written.counts[0] += 1
    if row < written.fills.shape[0]:
        written.fills[row, 0] = t
        written.fills[row, 1] = k
        written.fills[row, 2] = price
        written.fills[row, 3] = signed
        written.fills[row, 4] = low(fee)
        written.fills[row, 5] = high(fee)
        written.fills[row, 6] = book.number[k]
