"""Permutation tests: does it matter when positions were held, and in what order the trades came (S-132, S-133)?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from quartet.backtest.validation.compounding import largest_drawdown, log_growth
from quartet.backtest.validation.samples import Floats, checked_count, checked_returns
from quartet.core.errors import DataError

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Where a figure lies among those of random orders."""

    observed: float
    p_value: float
    """(1 + #{as extreme as observed}) / (1 + permutations); one-sided."""
    permuted: Floats
    """The figure of each random order. (permutations,)"""


def random_entry_test(positions: Any, returns: Any, *, permutations: int = 2000, seed: int = 0) -> PermutationTest:
    """Whether entries were timed better than random ones that hold as often, as long, as large and on the same side.

    positions: (T,), exposure as a share of capital held over each period, already lagged. returns: (T,), of the
    instrument over the same periods. The figure is mean(position * return), a fraction per period. Every spell of an
    unchanged position, flat ones too, is kept whole and their order is drawn anew, so that what is made only by the
    direction of the market is made by the random ones too. Raises DataError where the lengths differ or the position
    never changes: nothing can be permuted then.
    """
    held = checked_returns(positions, "positions")
    earned = checked_returns(returns, "returns")
    if len(held) != len(earned):
        raise DataError(f"positions have {len(held)} periods, returns {len(earned)}: give both of the same periods")
    edges = np.concatenate(([0], np.flatnonzero(np.diff(held)) + 1, [len(held)]))
    if len(edges) == 2:
        raise DataError("positions: they never change, so that there is no entry to test")
    sizes, lengths = held[edges[:-1]], np.diff(edges)
    random = np.random.default_rng(seed)
    figures = np.empty(checked_count(permutations, "permutations", 100))
    for number in range(len(figures)):
        order = random.permutation(len(lengths))
        figures[number] = np.repeat(sizes[order], lengths[order]) @ earned / len(held)
    return _tested(float(held @ earned / len(held)), figures)


def trade_order_test(trade_returns: Any, *, permutations: int = 2000, seed: int = 0) -> PermutationTest:
    """Whether the largest drawdown is as deep as random orders of the same trades would have made it.

    trade_returns: (K,), simple return of each closed trade on the equity before it, above -1. The figure is the largest
    drawdown of the compounded trades, a share of the peak; the p-value the share of orders at least as deep. Near 1:
    the order was kind, expect deeper ones. Near 0: losses came together. Raises DataError for fewer than 2 trades and
    for a return of -1 or less.
    """
    growth = log_growth(trade_returns, "trade_returns", 2)
    random = np.random.default_rng(seed)
    figures = np.array(
        [largest_drawdown(random.permutation(growth)) for _ in range(checked_count(permutations, "permutations", 100))]
    )
    return _tested(largest_drawdown(growth), figures)


def _tested(observed: float, figures: Floats) -> PermutationTest:
    """Orders that differ by the rounding of sums only are as extreme as the observed one."""
    near = _ROUNDING * max(abs(observed), float(np.abs(figures).max()))
    reached = int(np.sum(figures >= observed - near))
    return PermutationTest(observed, (1 + reached) / (1 + len(figures)), figures)
