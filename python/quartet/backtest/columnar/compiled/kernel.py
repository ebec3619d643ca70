"""The kernel: the stamps of a block of accounts, one after the other (S-121).

In a stamp time is charged, dividends are paid, all bars come, positions are funded, what waited too long is canceled,
then columns decide in their order.
"""

import numpy as np

from quartet.backtest.columnar.compiled.arrays import Accounts, Market, Written, new_book
from quartet.backtest.columnar.compiled.cache import compiled
from quartet.backtest.columnar.compiled.deciding import decide
from quartet.backtest.columnar.compiled.filling import close_order, meet_bar
from quartet.backtest.columnar.compiled.funding import fund
from quartet.backtest.columnar.compiled.int128 import as_float, high, low
from quartet.backtest.columnar.compiled.memory import fetch
from quartet.backtest.columnar.compiled.parts import inlined
from quartet.backtest.columnar.compiled.worth import charge_time, equity_of, pay
from quartet.backtest.columnar.layout import BarState, RuleColumn
from quartet.core.contract import Code, OrderState

__all__ = ["Accounts", "Market", "Written", "new_book", "run_block"]

_PRESENT = int(BarState.PRESENT)
_MAX_WAIT = int(RuleColumn.MAX_WAIT)
_CANCELED, _USER_CANCEL = int(OrderState.CANCELED), int(Code.USER_CANCEL)


@inlined
def _bars(market, accounts, written, book, t):
    """Marks move, orders meet their bars or wait on."""
    if market.complete:
        for place in range(book.tally[0]):
            meet_bar(market, accounts, written, book, book.working[place], t)
        book.tally[0] = 0
        return
    for k in range(len(accounts.prices)):
        p = accounts.prices[k]
        if market.state[t, p] & _PRESENT:
            book.mark[k] = market.close[t, p]
    if book.tally[0]:
        book.tally[0] = _orders_with_gaps(market, accounts, written, book, t)


@inlined
def _orders_with_gaps(market, accounts, written, book, t):
    """Orders in the order of their columns, some of which have no bar; how many wait on."""
    waiting = 0
    for k in range(len(accounts.prices)):
        if book.leaves[k] == 0:
            continue
        if market.state[t, accounts.prices[k]] & _PRESENT:
            meet_bar(market, accounts, written, book, k, t)
        elif t - book.since[k] > accounts.rules[accounts.owner[k], _MAX_WAIT]:
            close_order(written, book, k, t, _CANCELED, _USER_CANCEL, 0)
        else:
            waiting += 1
    return waiting


@inlined
def _account_rows(market, accounts, written, book, t):
    """The equity of every account at the stamp, where it is wanted."""
    exact, values = written.equity.shape[0] > 0, written.values.shape[0] > 0
    if not (exact or values):
        return
    for a in range(len(accounts.starts) - 1):
        equity = equity_of(market, accounts, book, a, t)
        if values:
            written.values[a, t] = as_float(equity) / 1e18
        if exact:
            written.equity[t, a, 0] = low(equity)
            written.equity[t, a, 1] = high(equity)
            written.cash[t, a, 0] = book.cash[a, 0]
            written.cash[t, a, 1] = book.cash[a, 1]


@inlined
def _asking(market, accounts, book, t):
    """Find the columns that decide; how many they are."""
    count = 0
    for k in range(len(accounts.prices)):
        x = accounts.scores[t, accounts.signals[k]]
        if x != book.settled[k] and x >= -1.0 and x <= 1.0:
            book.asking[count] = k
            count += 1
            fetch(market.close, t, accounts.prices[k])
    return count


@compiled("the kernel of backtests")
def run_block(market, accounts, written, book):
    """All stamps of a block; it lets other threads run."""
    time_costs = accounts.borrow.shape[0] > 0 or accounts.interest.shape[0] > 0
    # A plain 0 would be a type of its own, and compiled for.
    payment, funded = np.int64(0), np.int64(0)
    for t in range(market.close.shape[0]):
        if time_costs and t > 0:
            for a in range(len(accounts.starts) - 1):
                charge_time(market, accounts, written, book, a, t)
        payment = pay(accounts, written, book, t, payment)
        funded = fund(market, accounts, written, book, t, funded, 0)
        _bars(market, accounts, written, book, t)
        funded = fund(market, accounts, written, book, t, funded, 1)
        _account_rows(market, accounts, written, book, t)
        for place in range(_asking(market, accounts, book, t)):
            k = book.asking[place]
            decide(market, accounts, written, book, k, t, accounts.scores[t, accounts.signals[k]])
    for k in range(len(accounts.prices)):
        written.positions[k] = book.position[k]
        if book.leaves[k] != 0:
            close_order(written, book, k, market.close.shape[0] - 1, _CANCELED, _USER_CANCEL, 0)
