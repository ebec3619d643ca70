"""The kernel: the stamps of a block of accounts, one after the other (S-121).

In a stamp time is charged, dividends are paid, all bars come, what waited too long is canceled, then columns decide in
their order.
"""

import hashlib
from pathlib import Path
from typing import Any

from numba import njit

from quartet.backtest.columnar.compiled.arrays import Accounts, Market, Written, new_book
from quartet.backtest.columnar.compiled.deciding import decide
from quartet.backtest.columnar.compiled.filling import close_order, meet_bar
from quartet.backtest.columnar.compiled.int128 import as_float, high, low
from quartet.backtest.columnar.compiled.worth import charge_time, equity_of, pay
from quartet.backtest.columnar.layout import BarState, RuleColumn
from quartet.core.contract import Code, OrderState

__all__ = ["Accounts", "Market", "Written", "new_book", "run_block"]

_PRESENT = int(BarState.PRESENT)
_MAX_WAIT = int(RuleColumn.MAX_WAIT)
_CANCELED, _USER_CANCEL = int(OrderState.CANCELED), int(Code.USER_CANCEL)


@njit(forceinline=True, _nrt=False)
def _bars(market, accounts, written, book, t):
    """Marks move, orders meet their bars or wait on."""
    for k in range(len(accounts.prices)):
        p = accounts.prices[k]
        if market.complete or market.state[t, p] & _PRESENT:
            book.mark[k] = market.close[t, p]
    if market.complete:
        for place in range(book.tally[0]):
            meet_bar(market, accounts, written, book, book.working[place], t)
        book.tally[0] = 0
    elif book.tally[0]:
        book.tally[0] = _orders_with_gaps(market, accounts, written, book, t)


@njit(forceinline=True, _nrt=False)
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


@njit(forceinline=True, _nrt=False)
def _account_rows(accounts, written, book, t):
    """The equity of every account at the stamp, where it is wanted."""
    exact, values = written.equity.shape[0] > 0, written.values.shape[0] > 0
    if not (exact or values):
        return
    for a in range(len(accounts.starts) - 1):
        equity = equity_of(accounts, book, a, t)
        if values:
            written.values[t, a] = as_float(equity) / 1e18
        if exact:
            written.equity[t, a, 0] = low(equity)
            written.equity[t, a, 1] = high(equity)
            written.cash[t, a, 0] = book.cash[a, 0]
            written.cash[t, a, 1] = book.cash[a, 1]


def _entry(sources: str) -> Any:
    @njit(nogil=True, cache=True, _nrt=False)
    def run_block(market, accounts, written, book):
        """All stamps of a block; it lets other threads run."""
        compiled_from = sources  # noqa: F841 - a closure's values are part of the key of Numba's cache
        time_costs = accounts.borrow.shape[0] > 0 or accounts.interest.shape[0] > 0
        payment = 0
        for t in range(market.close.shape[0]):
            if time_costs and t > 0:
                for a in range(len(accounts.starts) - 1):
                    charge_time(accounts, written, book, a, t)
            payment = pay(accounts, written, book, t, payment)
            _bars(market, accounts, written, book, t)
            _account_rows(accounts, written, book, t)
            for k in range(len(accounts.prices)):
                x = accounts.scores[t, accounts.signals[k]]
                if x != book.settled[k] and x >= -1.0 and x <= 1.0:
                    decide(market, accounts, written, book, k, t, x)
        for k in range(len(accounts.prices)):
            written.positions[k] = book.position[k]
            if book.leaves[k] != 0:
                close_order(written, book, k, market.close.shape[0] - 1, _CANCELED, _USER_CANCEL, 0)

    return run_block


def _sources() -> str:
    """A hash of every file that is compiled in: Numba itself looks at this file alone."""
    whole = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()


run_block = _entry(_sources())
