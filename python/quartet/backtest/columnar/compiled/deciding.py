"""A share of a full position becomes a target, an order, or a refusal (spec 9.2 to 9.5, 10.3)."""

import numpy as np

from quartet.backtest.columnar.compiled.int128 import cap, less, low, product, quotient_below, wide
from quartet.backtest.columnar.compiled.memory import fetch
from quartet.backtest.columnar.compiled.parts import inlined
from quartet.backtest.columnar.compiled.worth import equity_of, gross_with, mark_of, remember_gross
from quartet.backtest.columnar.layout import BarState, RuleColumn, TermColumn
from quartet.core.contract import Code, OrderState

_HALTED = int(BarState.HALTED)
_LOT, _TICK, _MULTIPLIER = int(TermColumn.LOT), int(TermColumn.TICK), int(TermColumn.MULTIPLIER)
_PRICE_MIN, _PRICE_MAX = int(TermColumn.PRICE_MIN), int(TermColumn.PRICE_MAX)
_QUANTITY_MAX = int(TermColumn.QUANTITY_MAX)
_WEIGHT, _ALWAYS = int(RuleColumn.WEIGHT_PPB), int(RuleColumn.ALWAYS)
_GROSS, _BAND = int(RuleColumn.GROSS_PPB), int(RuleColumn.BAND_PPB)
_WORKING, _REFUSED = int(OrderState.PENDING_NEW), int(OrderState.RISK_REJECTED)
_NOT_TRADING, _LEVERAGE = int(Code.HALTED), int(Code.LEVERAGE)
_COLLAR_PPB = 100 * 10**9
"""So far beyond the mark that a gap does not hold a market order back."""


@inlined
def collar(mark, tick, least, most, buys):
    """The price that a market order carries (spec 9.4)."""
    band = max(low(cap(_COLLAR_PPB, wide(abs(mark)))), 2 * tick)
    price = (mark + band) // tick * tick if buys else -(-(mark - band) // tick) * tick
    if price > most:
        return most // tick * tick
    if price < least:
        return -(-least // tick) * tick
    return price


@inlined
def _sized(market, accounts, book, k, t, x, mark):
    """The signed target of a share x of a full position."""
    a, p = accounts.owner[k], accounts.prices[k]
    equity = equity_of(market, accounts, book, a, t)
    if not less(wide(0), equity):
        return 0
    money = cap(int(np.rint(abs(x) * 1e9)), cap(accounts.rules[a, _WEIGHT], equity))
    unit = product(mark, accounts.terms[p, _MULTIPLIER])
    lot = accounts.terms[p, _LOT]
    quantity = quotient_below(money, unit, accounts.terms[p, _QUANTITY_MAX]) // lot * lot
    return -quantity if x < 0.0 else quantity


@inlined
def decide(market, accounts, written, book, k, t, x):
    """The column's decision at a stamp."""
    a, p = accounts.owner[k], accounts.prices[k]
    always, lot = accounts.rules[a, _ALWAYS] != 0, accounts.terms[p, _LOT]
    if x != book.aimed[k] or always:
        mark = mark_of(market, accounts, book, k, t)
        if mark <= 0:
            return
        goal = _sized(market, accounts, book, k, t, x, mark)
        band = accounts.rules[a, _BAND]
        near = cap(band, wide(abs(goal)))
        if band == 0 or x != book.aimed[k] or less(near, wide(abs(goal - book.position[k]))):
            book.target[k] = goal
        book.aimed[k] = x
    missing = book.target[k] - book.position[k]
    quantity = abs(missing) // lot * lot
    if quantity == 0:
        book.settled[k] = np.nan if always else x
        return
    book.settled[k] = np.nan
    _order(market, accounts, written, book, k, t, quantity if missing > 0 else -quantity)


@inlined
def _order(market, accounts, written, book, k, t, signed):
    """Make an order, test it, and let it work or record why not."""
    a, p = accounts.owner[k], accounts.prices[k]
    held, after = book.position[k], book.position[k] + signed
    reduces = (held > 0 and signed < 0 and after >= 0) or (held < 0 and signed > 0 and after <= 0)
    terms = accounts.terms
    mark = mark_of(market, accounts, book, k, t)
    limit = collar(mark, terms[p, _TICK], terms[p, _PRICE_MIN], terms[p, _PRICE_MAX], signed > 0)
    code = 0
    if market.state[t, p] & _HALTED:
        code, limit = _NOT_TRADING, 0
    elif accounts.rules[a, _GROSS] >= 0 and (not reduces or book.gross_at[a] == t):
        gross = gross_with(market, accounts, book, k, signed, t)
        if not reduces and less(cap(accounts.rules[a, _GROSS], equity_of(market, accounts, book, a, t)), gross):
            code = _LEVERAGE
        else:
            remember_gross(book, a, gross, t)
    book.ordered[a] += 1
    row = written.counts[1]
    written.counts[1] += 1
    if row < written.orders.shape[0]:
        written.orders[row, 0] = t
        written.orders[row, 1] = k
        written.orders[row, 2] = signed
        written.orders[row, 3] = limit
        written.orders[row, 4] = _REFUSED if code else _WORKING
        written.orders[row, 5] = code
        written.orders[row, 6] = 0
        written.orders[row, 7] = t
        written.orders[row, 8] = book.ordered[a]
    if code == 0:
        book.leaves[k] = signed
        book.limit[k] = limit
        book.since[k] = t
        book.row[k] = row
        book.number[k] = book.ordered[a]
        book.working[book.tally[0]] = k
        book.tally[0] += 1
        if t + 1 < market.reference.shape[0]:
            fetch(market.reference, t + 1, p)
