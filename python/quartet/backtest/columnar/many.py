"""Many accounts over the same bars at once: blocks of them on threads, equity as floats, fills as they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import FillColumn, OrderColumn, RuleColumn
from quartet.backtest.columnar.running import (
    accounts_of,
    kernel,
    market_of,
    refusal,
    room_for,
    rules_of,
)
from quartet.backtest.outcome import floats_of
from quartet.backtest.plan import Plan
from quartet.core.errors import ConfigError
from quartet.engines.config import machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_ROOM: Final = 512
"""Orders that a column has room for at first; a run that needs more is run again."""


@dataclass(frozen=True, eq=False)
class ManyOutcomes:
    """What A accounts did over T stamps."""

    equity: Floats
    """(T, A) in units of currency, an account's stamps beside each other; (0, 0) where it was not wanted."""
    fills: Ints
    """(fills, FillColumn), by account; the column COLUMN is the symbol."""
    owner: Ints
    """(fills,) the account of each."""
    orders: Ints
    """(A,) how many there were."""
    owed: Floats
    """(A, 3) borrow, funding and interest of the whole run, in units of currency; earned is negative."""


@dataclass(frozen=True, eq=False)
class _Block:
    """Accounts that one thread runs."""

    shares: Floats
    """(T, S)."""
    signals: Ints
    """(C,) columns of shares."""
    prices: Ints
    rules: Ints
    commissions: Ints
    width: int
    """Columns of an account."""


def run_many(plans: Sequence[Plan]) -> ManyOutcomes:
    """Each plan on an account of its own. All are of the same prices, terms, fill price, impact and time costs.

    ConfigError where the mode cannot run one of them.
    """
    for plan in plans:
        _check(plan)
    symbols = len(plans[0].prices.symbols)

    def block(first: int, last: int) -> _Block:
        own = plans[first:last]
        rules = np.stack([rules_of(plan) for plan in own])
        shares = np.concatenate([plan.shares for plan in own], axis=1)
        columns = np.arange(shares.shape[1])
        return _Block(shares, columns, columns % symbols, rules, _commissions(own, rules), symbols)

    # Borrow is known by a plan that sells short; it costs the others nothing.
    lead = next((plan for plan in plans if plan.borrow is not None), plans[0])
    return _in_blocks(lead, len(plans), block, equity=True)


def run_columns(plan: Plan, *, equity: bool = True) -> ManyOutcomes:
    """Every symbol of the plan on an account of its own, each with the whole initial capital."""
    _check(plan)
    commissions = plan.commission.rows

    def block(first: int, last: int) -> _Block:
        rules = np.repeat(rules_of(plan)[None, :], last - first, axis=0)
        columns = np.arange(first, last)
        return _Block(plan.shares, columns, columns, rules, commissions, 1)

    return _in_blocks(plan, len(plan.prices.symbols), block, equity=equity)


def _check(plan: Plan) -> None:
    reason = refusal(plan)
    if reason:
        raise ConfigError(f"mode: columnar: {reason}")


def _in_blocks(plan: Plan, accounts: int, block: Callable[[int, int], _Block], *, equity: bool) -> ManyOutcomes:
    count = min(machine.processors(), accounts)
    edges = np.linspace(0, accounts, count + 1).astype(int).tolist()
    market = market_of(plan)
    values = np.empty((accounts, len(market.close))) if equity else np.zeros((0, 0))

    def run(ends: tuple[int, int]) -> ManyOutcomes:
        return _run_block(plan, market, block(*ends), values[slice(*ends)])

    with ThreadPoolExecutor(count) as pool:
        done = list(pool.map(run, pairwise(edges)))
    return ManyOutcomes(
        values.T,
        np.concatenate([each.fills for each in done]),
        np.concatenate([each.owner + first for each, first in zip(done, edges[:-1], strict=True)]),
        np.concatenate([each.orders for each in done]),
        np.concatenate([each.owed for each in done]),
    )


def _run_block(plan: Plan, market: Any, block: _Block, values: Floats) -> ManyOutcomes:
    columns = len(block.prices)
    count = columns // block.width
    starts = np.arange(count + 1) * block.width
    accounts = accounts_of(plan, block.shares, block.signals, block.prices, starts, block.rules, block.commissions)
    room = _ROOM * columns
    while True:
        written = room_for(len(market.close), count, columns, room, exact=False, values=values)
        kernel().run_block(market, accounts, written, kernel().new_book(accounts))
        most = int(written.counts[:2].max())
        if most <= room:
            break
        room = most
    fills = written.fills[: written.counts[0]]
    owner = fills[:, FillColumn.COLUMN] // block.width
    fills[:, FillColumn.COLUMN] = block.prices[fills[:, FillColumn.COLUMN]]
    made = np.bincount(written.orders[: written.counts[1], OrderColumn.COLUMN] // block.width, minlength=count)
    owed = floats_of(written.owed.reshape(-1, 2)).reshape(count, -1)
    return ManyOutcomes(values, fills, owner, made, owed)


def _commissions(plans: Sequence[Plan], rules: Ints) -> Ints:
    """The different commissions, (tiers of all, T or 1, PlanColumn), and in the rules where each one's begin."""
    different: dict[bytes, int] = {}
    kept: list[Ints] = []
    longest = max(plan.commission.rows.shape[1] for plan in plans)
    for row, plan in zip(rules, plans, strict=True):
        tiers = plan.commission.rows
        table = np.repeat(tiers, longest, axis=1) if tiers.shape[1] < longest else tiers
        place = different.setdefault(table.tobytes(), len(kept))
        if place == len(kept):
            kept.extend(table)
        row[RuleColumn.PLAN] = place
    return np.ascontiguousarray(np.stack(kept))
