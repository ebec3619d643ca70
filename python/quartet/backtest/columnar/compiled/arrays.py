"""What the kernel is handed: bars, accounts, room for what comes out, and the book that it keeps on the way."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import RuleColumn

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Market(NamedTuple):
    """Bars, (T, P)."""

    reference: Ints
    """The price that an order of a stamp before meets."""
    close: Ints
    volume: Ints
    """(0, 0): no bar is too thin."""
    state: NDArray[np.uint8]
    complete: bool
    """Whether no bar is missing."""


class Accounts(NamedTuple):
    """C columns in A accounts; an account's columns lie beside each other."""

    scores: Floats
    """(T, S), from -1 to 1; NaN: no decision."""
    signals: Ints
    """(C,) the column's scores among them."""
    prices: Ints
    """(C,) the column's prices in Market."""
    owner: Ints
    """(C,) its account."""
    starts: Ints
    """(A + 1,) the first column of each account."""
    terms: Ints
    """(P, TermColumn)."""
    rules: Ints
    """(A, RuleColumn)."""
    plans: Ints
    """(plans, T or 1, PlanColumn)."""
    calendar: Ints
    """(2, T) day and month of each stamp; (2, 0): no commission has tiers."""
    conversion: Ints
    """(T or 1, P) share of a fill that changing its money costs, ppb; (0, 0): nothing."""
    impact: Floats
    """(2 or 3, T, P) what slippage grows by with a power of the quantity, with the quantity, and whatever that is;
    (2, 0, 0): it does not."""
    impact_power: float
    borrow: Ints
    """(T,) cost of a short position of 1 since the stamp before, in 1e-18; (0,): none."""
    interest: Ints
    """(T,) interest on cash since then."""
    payments: Ints
    """(K, 4) by stamp: stamp, prices, cash a unit, whether the position ends."""
    funding: Ints
    """(K, FundingColumn) by stamp."""


class Written(NamedTuple):
    """What comes out of a block of accounts; arrays of length 0 are not written."""

    fills: Ints
    """(room, FillColumn)."""
    orders: Ints
    """(room, OrderColumn)."""
    counts: Ints
    """(3,): fills, orders and ends that there were, even where they found no room."""
    equity: Ints
    """(T, A, 2): low and high word."""
    cash: Ints
    borrowed: Ints
    """(T, A, 2): what short positions cost at the stamp."""
    earned: Ints
    paid: Ints
    funded: Ints
    ended: Ints
    """(room, 4): stamp, column, signed quantity, cash a unit; `counts[2]` of them."""
    values: Floats
    """(A, T): equity in units of currency; (0, 0): not wanted."""
    positions: Ints
    """(C,) at the end."""
    owed: Ints
    """(A, 3, 2): borrow, funding, and interest, earned is negative, of the whole run; 0 where rows are kept."""


class Book(NamedTuple):
    """What is known on the way, by column or by account."""

    position: Ints
    mark: Ints
    target: Ints
    aimed: Floats
    """The share that the target was made of."""
    settled: Floats
    """The same where nothing is missing to the target, so that an equal share is no decision; else NaN."""
    leaves: Ints
    """Signed quantity of the working order, 0: none."""
    limit: Ints
    since: Ints
    """The stamp of its decision."""
    row: Ints
    """Its row among the orders."""
    number: Ints
    working: Ints
    """Columns with a working order, in the order of their decisions; `tally[0]` of them."""
    asking: Ints
    """Columns that decide at the stamp, in their order."""
    tally: Ints
    """(1,)."""
    cash: Ints
    """(A, 2): low and high word."""
    equity: Ints
    gross: Ints
    equity_at: Ints
    """(A,) the stamp of equity and of gross; -1: not known."""
    gross_at: Ints
    ordered: Ints
    """(A,) orders so far."""
    tier_days: Ints
    """(A, days and one, 2): volume of the last days, by day modulo their number."""
    tier_window: Ints
    """(A, 2): volume of the days before the last one."""
    tier_period: Ints
    """(A,) the last one."""


def new_book(accounts: Accounts) -> Book:
    """The book before the first stamp."""
    columns, owners = len(accounts.prices), len(accounts.starts) - 1
    longest = int(accounts.rules[:, RuleColumn.TIER_DAYS].max()) + 1 if accounts.calendar.shape[1] else 0
    return Book(
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.full(columns, np.nan),
        np.full(columns, np.nan),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(1, np.int64),
        np.ascontiguousarray(accounts.rules[:, :2]).copy(),
        np.zeros((owners, 2), np.int64),
        np.zeros((owners, 2), np.int64),
        np.full(owners, -1),
        np.full(owners, -1),
        np.zeros(owners, np.int64),
        np.zeros((owners, longest, 2), np.int64),
        np.zeros((owners, 2), np.int64),
        np.zeros(owners, np.int64),
    )
