"""The condition of a market at each stamp, by its ratios to medians of the same time of day (R-413)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.backtest.prices import Floats, PricePanel
from quartet.backtest.trailing import daily_volatility

Ints = NDArray[np.int64]

_DAYS: Final = 20
"""Of the medians."""
_DAYS_MIN: Final = 5
_WINDOW: Final = 20
"""Trailing bars of volatility."""


class Condition(IntEnum):
    """In the order in which they are looked for; UNKNOWN is as NORMAL, of low confidence."""

    UNKNOWN = 0
    STRESSED = 1
    ILLIQUID = 2
    HIGH_VOLATILITY = 3
    LOW_VOLATILITY = 4
    NORMAL = 5


MULTIPLIERS: Final = {
    Condition.UNKNOWN: 1.0,
    Condition.STRESSED: 3.0,
    Condition.ILLIQUID: 2.0,
    Condition.HIGH_VOLATILITY: 1.5,
    Condition.LOW_VOLATILITY: 0.8,
    Condition.NORMAL: 1.0,
}


def classify(volatility: Floats, volume: Floats, spread: Floats | None = None) -> NDArray[np.int8]:
    """Conditions of ratios to the usual, NaN: unknown.

    spread: None where no spreads are known at all; where one of a known series is missing the market is ILLIQUID.
    """
    with np.errstate(invalid="ignore"):
        none = np.zeros(volatility.shape, np.bool_)
        far_wider = none if spread is None else spread >= 3.0
        wider = none if spread is None else (spread >= 2.0) | np.isnan(spread)
        found = [
            (Condition.STRESSED, (volatility >= 2.5) & far_wider),
            (Condition.ILLIQUID, wider | (volume <= 0.5)),
            (Condition.UNKNOWN, np.isnan(volatility) | np.isnan(volume)),
            (Condition.HIGH_VOLATILITY, volatility >= 1.5),
            (Condition.LOW_VOLATILITY, volatility < 0.7),
        ]
    names, where = [int(name) for name, _ in found], [cells for _, cells in found]
    return np.select(where, names, int(Condition.NORMAL)).astype(np.int8)


def conditions_of(prices: PricePanel, slots: Ints) -> NDArray[np.int8]:
    """(T, N) Condition of each symbol, of what was known at the stamp; slots: (T,) the time of day of each."""
    volatility = usual_ratio(daily_volatility(prices, _WINDOW), slots)
    volume = np.full(prices.close.shape, np.nan)
    if prices.volume is not None:
        volume = usual_ratio(prices.floats(prices.volume), slots)
    return classify(volatility, volume, _spread_ratio(prices, slots))


def multipliers_of(condition: NDArray[np.int8]) -> Floats:
    """What impact and spread are times in each condition."""
    return np.array([MULTIPLIERS[each] for each in Condition])[condition]


def usual_ratio(values: Floats, slots: Ints) -> Floats:
    """Values over their median at the same time of the last twenty days before, NaN before there are five."""
    out = np.full(values.shape, np.nan)
    for slot in np.unique(slots):
        rows = np.flatnonzero(slots == slot)
        for column in range(values.shape[1]):
            known = rows[~np.isnan(values[rows, column])]
            own = values[known, column]
            before = pl.Series(own).shift(1).rolling_median(_DAYS, min_samples=_DAYS_MIN).fill_null(np.nan).to_numpy()
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = own / before
            out[known, column] = np.where(np.isfinite(ratio), ratio, np.nan)
    return out


def _spread_ratio(prices: PricePanel, slots: Ints) -> Floats | None:
    """Quoted spreads at the stamps over their usual; None where there are none at all."""
    series = None if prices.rates is None else prices.rates.spreads
    if series is None:
        return None
    spread = np.full(prices.close.shape, np.nan)
    for column, symbol in enumerate(prices.symbols):
        times, values = series.of(symbol)
        last = np.searchsorted(times, prices.stamps, side="right") - 1
        # A spread of an earlier bar is not that of this one.
        fresh = (last >= 0) & (np.append(-1, last[:-1]) < last)
        spread[fresh, column] = values[last[fresh], 0]
    return usual_ratio(spread, slots)
