"""Equity, exposure, and what time costs (spec 6.4, 9.5)."""

from quartet.backtest.columnar.compiled.int128 import (
    add,
    cap,
    high,
    join,
    less,
    low,
    over_billion,
    product,
    subtract,
    times,
    wide,
)
from quartet.backtest.columnar.compiled.parts import inlined
from quartet.backtest.columnar.layout import TermColumn

_MULTIPLIER = int(TermColumn.MULTIPLIER)


@inlined
def value_of(accounts, k, quantity, price):
    """Money of a quantity of the column's symbol at a price."""
    value = product(quantity, price)
    multiplier = accounts.terms[accounts.prices[k], _MULTIPLIER]
    return value if multiplier == 1 else times(value, multiplier)


@inlined
def mark_of(market, accounts, book, k, t):
    """The last close that the column's symbol has at a stamp."""
    # Where every bar is there nobody need keep it.
    return market.close[t, accounts.prices[k]] if market.complete else book.mark[k]


@inlined
def equity_of(market, accounts, book, a, t):
    """Cash and positions of an account at their marks; summed once a stamp."""
    if book.equity_at[a] != t:
        equity = join(book.cash[a, 0], book.cash[a, 1])
        for k in range(accounts.starts[a], accounts.starts[a + 1]):
            # A position of 0 is no exception: to look costs more than to multiply.
            equity = add(equity, value_of(accounts, k, book.position[k], mark_of(market, accounts, book, k, t)))
        book.equity[a, 0] = low(equity)
        book.equity[a, 1] = high(equity)
        book.equity_at[a] = t
    return join(book.equity[a, 0], book.equity[a, 1])


@inlined
def _exposure(market, accounts, book, k, t):
    """The magnitude of the column's worst position, with or without its order, at its mark."""
    worst = book.position[k]
    after = worst + book.leaves[k]
    if abs(after) > abs(worst) or (book.leaves[k] > 0 and abs(after) == abs(worst)):
        worst = after
    value = value_of(accounts, k, worst, mark_of(market, accounts, book, k, t))
    return subtract(wide(0), value) if less(value, wide(0)) else value


@inlined
def gross_with(market, accounts, book, k, signed, t):
    """Gross exposure of the column's account with an order of so much more, and remember it."""
    a = accounts.owner[k]
    gross = wide(0)
    if book.gross_at[a] == t:
        gross = join(book.gross[a, 0], book.gross[a, 1])
    else:
        for j in range(accounts.starts[a], accounts.starts[a + 1]):
            gross = add(gross, _exposure(market, accounts, book, j, t))
    gross = subtract(gross, _exposure(market, accounts, book, k, t))
    book.leaves[k] = signed
    gross = add(gross, _exposure(market, accounts, book, k, t))
    book.leaves[k] = 0
    return gross


@inlined
def remember_gross(book, a, gross, t):
    """The gross exposure of an account at a stamp."""
    book.gross[a, 0] = low(gross)
    book.gross[a, 1] = high(gross)
    book.gross_at[a] = t


@inlined
def owe(written, a, what, money):
    """Add to what time has cost an account, where no row of each stamp is kept."""
    whole = add(join(written.owed[a, what, 0], written.owed[a, what, 1]), money)
    written.owed[a, what, 0] = low(whole)
    written.owed[a, what, 1] = high(whole)


@inlined
def charge_time(market, accounts, written, book, a, t):
    """What borrowed shares cost and cash earned since the stamp before."""
    exact = written.equity.shape[0] > 0
    cash = join(book.cash[a, 0], book.cash[a, 1])
    earned, due = wide(0), wide(0)
    if accounts.interest.shape[0] > 0:
        earned = cap(accounts.interest[t], over_billion(cash))
    if accounts.borrow.shape[0] > 0:
        short = wide(0)
        for k in range(accounts.starts[a], accounts.starts[a + 1]):
            if book.position[k] < 0:
                mark = mark_of(market, accounts, book, k, t - 1)
                short = subtract(short, value_of(accounts, k, book.position[k], mark))
        due = cap(accounts.borrow[t], over_billion(short))
    cash = subtract(add(cash, earned), due)
    book.cash[a, 0] = low(cash)
    book.cash[a, 1] = high(cash)
    if exact:
        written.borrowed[t, a, 0] = low(due)
        written.borrowed[t, a, 1] = high(due)
        written.earned[t, a, 0] = low(earned)
        written.earned[t, a, 1] = high(earned)
        return
    if accounts.borrow.shape[0] > 0:
        owe(written, a, 0, due)
    if accounts.interest.shape[0] > 0:
        owe(written, a, 2, subtract(wide(0), earned))


@inlined
def pay(accounts, written, book, t, place):
    """Payments of a stamp, from that place on; the place of the next one."""
    exact = written.equity.shape[0] > 0
    while place < accounts.payments.shape[0] and accounts.payments[place, 0] == t:
        for k in range(len(accounts.prices)):
            if accounts.prices[k] != accounts.payments[place, 1] or book.position[k] == 0:
                continue
            a = accounts.owner[k]
            money = value_of(accounts, k, book.position[k], accounts.payments[place, 2])
            cash = add(join(book.cash[a, 0], book.cash[a, 1]), money)
            book.cash[a, 0] = low(cash)
            book.cash[a, 1] = high(cash)
            if exact:
                paid = add(join(written.paid[t, a, 0], written.paid[t, a, 1]), money)
                written.paid[t, a, 0] = low(paid)
                written.paid[t, a, 1] = high(paid)
            if accounts.payments[place, 3]:
                row = written.counts[2]
                written.counts[2] += 1
                if row < written.ended.shape[0]:
                    written.ended[row, 0] = t
                    written.ended[row, 1] = k
                    written.ended[row, 2] = book.position[k]
                    written.ended[row, 3] = accounts.payments[place, 2]
                book.position[k] = 0
        place += 1
    return place
