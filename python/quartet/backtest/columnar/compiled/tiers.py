"""The tier of a commission by what an account has traded; quartet.backtest.costs.tiers is the same in Python."""

from quartet.backtest.columnar.compiled.int128 import add, high, join, less, low, product, subtract, times, wide
from quartet.backtest.columnar.compiled.parts import called
from quartet.backtest.columnar.layout import PlanColumn, RuleColumn

_PLAN, _TIERS = int(RuleColumn.PLAN), int(RuleColumn.TIERS)
_DAYS, _UNITS = int(RuleColumn.TIER_DAYS), int(RuleColumn.TIER_UNITS)
_FROM = int(PlanColumn.TIER_FROM)
_BILLION = 10**9


@called
def tier_of(accounts, book, a, t, notional, quantity):
    """The tier of a fill of so much (1e-18) and so many (1e-9, positive), which counts from the next one on."""
    days = accounts.rules[a, _DAYS]
    width = days + 1
    period = accounts.calendar[0 if days else 1, t]
    window = join(book.tier_window[a, 0], book.tier_window[a, 1])
    if period - book.tier_period[a] > width:
        for slot in range(width):
            book.tier_days[a, slot, 0] = 0
            book.tier_days[a, slot, 1] = 0
        window = wide(0)
        book.tier_period[a] = period
    while book.tier_period[a] < period:
        ended = book.tier_period[a] % width
        book.tier_period[a] += 1
        slot = book.tier_period[a] % width
        # The day that ended comes in, and the one whose place the new day takes goes out.
        window = add(window, join(book.tier_days[a, ended, 0], book.tier_days[a, ended, 1]))
        window = subtract(window, join(book.tier_days[a, slot, 0], book.tier_days[a, slot, 1]))
        book.tier_days[a, slot, 0] = 0
        book.tier_days[a, slot, 1] = 0
    book.tier_window[a, 0] = low(window)
    book.tier_window[a, 1] = high(window)
    slot = period % width
    here = join(book.tier_days[a, slot, 0], book.tier_days[a, slot, 1])
    measured = window if days else here
    tier = 0
    for each in range(1, accounts.rules[a, _TIERS]):
        start = times(product(accounts.plans[accounts.rules[a, _PLAN] + each, 0, _FROM], _BILLION), _BILLION)
        if not less(measured, start):
            tier = each
    volume = notional
    if accounts.rules[a, _UNITS]:
        volume = product(quantity, _BILLION)
    elif less(notional, wide(0)):
        volume = subtract(wide(0), notional)
    here = add(here, volume)
    book.tier_days[a, slot, 0] = low(here)
    book.tier_days[a, slot, 1] = high(here)
    return tier
