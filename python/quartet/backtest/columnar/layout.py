"""The arrays that the kernel reads and writes: which column is what. Prices and quantities in 1e-9, rates in ppb."""

from enum import IntEnum


class BarState(IntEnum):
    """Bits of a bar's state."""

    PRESENT = 1
    HALTED = 2


class TermColumn(IntEnum):
    """Of a symbol."""

    LOT = 0
    TICK = 1
    MULTIPLIER = 2
    PRICE_MIN = 3
    PRICE_MAX = 4
    QUANTITY_MAX = 5


class RuleColumn(IntEnum):
    """Of an account."""

    CASH_LOW = 0
    CASH_HIGH = 1
    WEIGHT_PPB = 2
    ALWAYS = 3
    GROSS_PPB = 4
    """-1: none."""
    PARTICIPATION_PPB = 5
    SLIPPAGE_PPB = 6
    PLAN = 7
    """Row of the commission plans."""
    MAX_WAIT = 8
    BAND_PPB = 9
    """A position within this share of its target stays; 0: none."""
    TIERS = 10
    """Rows of the commission plans, from PLAN on, that volume chooses among; 1: no tiers."""
    TIER_DAYS = 11
    """Days before that of the fill whose volume counts; 0: the month of the fill so far."""
    TIER_UNITS = 12
    """Whether volume is counted in units; else in money."""


class PlanColumn(IntEnum):
    """Of a commission at a stamp. Money in 1e-9; -1: no bound."""

    RATE_PPB = 0
    PER_UNIT = 1
    PER_ORDER = 2
    MINIMUM = 3
    MAXIMUM = 4
    MAXIMUM_PPB = 5
    SELL_RATE_PPB = 6
    SELL_PER_UNIT = 7
    SELL_MAXIMUM = 8
    SELL_ROUNDING = 9
    """What is due on sales is rounded up to this."""
    TIER_FROM = 10
    """The volume from which the row holds, whole money or units."""
    MAKER_PPB = 11
    """RATE_PPB of an order that rested, which is in an engine alone."""


class FundingColumn(IntEnum):
    """Of a funding payment."""

    STAMP = 0
    SYMBOL = 1
    RATE_PPB = 2
    """Of the position's value: longs pay it, shorts receive it."""
    AFTER = 3
    """1: of the position after the stamp's fills at its close; 0: of what was held before."""


class FillColumn(IntEnum):
    """Of a fill."""

    STAMP = 0
    COLUMN = 1
    PRICE = 2
    QUANTITY = 3
    """Signed."""
    FEE_LOW = 4
    FEE_HIGH = 5
    ORDER = 6


class OrderColumn(IntEnum):
    """Of an order."""

    DECIDED = 0
    COLUMN = 1
    QUANTITY = 2
    """Signed."""
    LIMIT = 3
    STATE = 4
    CODE = 5
    FILLED = 6
    DONE = 7
    """The stamp at which it was."""
    NUMBER = 8
    """Counted from 1 in its account."""


FILL_WIDTH = len(FillColumn)
ORDER_WIDTH = len(OrderColumn)
PLAN_WIDTH = len(PlanColumn)
FUNDING_WIDTH = len(FundingColumn)
