"""Funding of perpetual futures at its times, of the positions that are held (R-474)."""

from quartet.backtest.columnar.compiled.int128 import add, cap, high, join, low, subtract
from quartet.backtest.columnar.compiled.parts import called
from quartet.backtest.columnar.compiled.worth import mark_of, owe, value_of
from quartet.backtest.columnar.layout import FundingColumn

_STAMP, _SYMBOL = int(FundingColumn.STAMP), int(FundingColumn.SYMBOL)
_RATE, _AFTER = int(FundingColumn.RATE_PPB), int(FundingColumn.AFTER)


@called
def fund(market, accounts, written, book, t, place, after):
    """Payments of a stamp before or after its fills, from that place on; the place of the next one."""
    exact = written.equity.shape[0] > 0
    rows, symbols = accounts.funding, market.close.shape[1]
    while place < rows.shape[0] and rows[place, _STAMP] == t and rows[place, _AFTER] == after:
        # Columns are symbols in their order, again and again: there are far more payments than of dividends.
        first = (rows[place, _SYMBOL] - accounts.prices[0]) % symbols
        for k in range(first, len(accounts.prices), symbols):
            if book.position[k] == 0:
                continue
            a = accounts.owner[k]
            mark = mark_of(market, accounts, book, k, t - 1 + after)
            due = cap(rows[place, _RATE], value_of(accounts, k, book.position[k], mark))
            cash = subtract(join(book.cash[a, 0], book.cash[a, 1]), due)
            book.cash[a, 0] = low(cash)
            book.cash[a, 1] = high(cash)
            if not exact:
                owe(written, a, 1, due)
            else:
                funded = add(join(written.funded[t, a, 0], written.funded[t, a, 1]), due)
                written.funded[t, a, 0] = low(funded)
                written.funded[t, a, 1] = high(funded)
        place += 1
    return place
