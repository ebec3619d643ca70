"""B1, B2 and B3 in plain floats and as few words as can be: what ours is held against, with or without a peer."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.bench.backtest_work import CAPITAL, BacktestWork, Costs, Floats, cross_scores, rolling_mean

_SAMPLED: Final = 8
"""Columns or members that are worked out one by one."""
_LOTS: Final = 1e9


def plain_answer(work: BacktestWork) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Places, orders and total returns of some columns or members of B1 and B3, and of the account of B2."""
    if work.name == "B2":
        orders, gained = plain_account(work.close, work.scores, work.costs)
        return np.zeros(1, np.int64), np.array([orders]), np.array([gained])
    places = np.unique(np.linspace(0, work.columns - 1, _SAMPLED).astype(np.int64))
    each = [_column(work, int(place)) for place in places]
    return places, np.array([orders for orders, _ in each]), np.array([gained for _, gained in each])


def plain_column(close: Floats, score: Floats, costs: Costs) -> tuple[int, float]:
    """Orders and total return of one symbol on an account of its own."""
    cash, held, orders = CAPITAL, 0.0, 0
    for price, told in zip(close.tolist(), score.tolist(), strict=True):
        if told == 1.0 and not held:
            held = costs.share * cash / price
            cash -= held * price * (1 + costs.slippage) * (1 + costs.fee)
            orders += 1
        elif told == 0.0 and held:
            cash += held * price * (1 - costs.slippage) * (1 - costs.fee)
            held, orders = 0.0, orders + 1
    return orders, (cash + held * float(close[-1])) / CAPITAL - 1


def plain_account(close: Floats, score: Floats, costs: Costs) -> tuple[int, float]:
    """Orders and total return of all symbols in one account: those of a bar are sized on the same equity."""
    cash, held, orders = CAPITAL, np.zeros(close.shape[1]), 0
    for price, told in zip(close, score, strict=True):
        equity = cash + held @ price
        bought = np.where((told == 1.0) & (held == 0.0), np.floor(costs.share * equity / price * _LOTS) / _LOTS, 0.0)
        sold = np.where(told == 0.0, held, 0.0)
        cash -= float(bought @ price) * (1 + costs.slippage) * (1 + costs.fee)
        cash += float(sold @ price) * (1 - costs.slippage) * (1 - costs.fee)
        held += bought - sold
        orders += int(np.count_nonzero(bought) + np.count_nonzero(sold))
    return orders, float(cash + held @ close[-1]) / CAPITAL - 1


def _column(work: BacktestWork, place: int) -> tuple[int, float]:
    if work.name != "B3":
        return plain_column(work.close[:, place], work.scores[:, place], work.costs)
    price = work.close[:, 0]
    means = [rolling_mean(price, int(windows[place])) for windows in (work.fast, work.slow)]
    return plain_column(price, cross_scores(*means)[:, 0], work.costs)
