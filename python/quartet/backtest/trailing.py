"""What was known of a symbol at each stamp: volatility and volume of a day over trailing bars."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from quartet.backtest.prices import Floats, PricePanel

_DAY_NS: Final = 86_400 * 10**9


def bars_a_day(prices: PricePanel) -> Floats:
    """(T, 1) stamps a day, over the days that were over; within the first, the stamps so far. 1 for longer bars."""
    days = prices.stamps // _DAY_NS
    first = np.searchsorted(days, days)
    whole = np.cumsum(np.append(False, np.diff(days) > 0))
    there = np.where(whole > 0, first / np.maximum(whole, 1), np.arange(1, len(days) + 1))
    return np.maximum(1.0, there)[:, None]


def returns_of(prices: PricePanel) -> Floats:
    """(T, N) returns from one stamp to the next at the last known closes; NaN before the second."""
    closes = _filled(prices.closes)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.vstack([np.full((1, closes.shape[1]), np.nan), closes[1:] / closes[:-1] - 1.0])


def daily_volatility(prices: PricePanel, window: int) -> Floats:
    """(T, N) standard deviation (ddof 1) of the last `window` returns, of a day; NaN until there are so many."""
    return np.asarray(rolled(returns_of(prices), window, "std") * np.sqrt(bars_a_day(prices)), np.float64)


def daily_volume(prices: PricePanel, window: int) -> Floats:
    """(T, N) mean volume of the last `window` bars that there were, units a day; NaN until there are so many, or 0."""
    assert prices.volume is not None
    volume = rolled(prices.floats(prices.volume), window, "mean") * bars_a_day(prices)
    return np.where(volume > 0.0, volume, np.nan)


def _filled(closes: Floats) -> Floats:
    """The last close that there was."""
    frame = pl.DataFrame(closes, schema=[str(at) for at in range(closes.shape[1])])
    filled = frame.fill_nan(None).fill_null(strategy="forward").fill_null(np.nan).to_numpy()
    return np.asarray(filled, np.float64)


def rolled(values: Floats, window: int, how: str) -> Floats:
    """A trailing figure (std with ddof 1, var, mean) of each column over its last `window` stamps that have a value.

    NaN until there are so many, and where there is no value.
    """
    columns = []
    for column in range(values.shape[1]):
        own = values[:, column]
        known = ~np.isnan(own)
        series = pl.Series(own[known])
        figure: pl.Series = getattr(series, f"rolling_{how}")(window, min_samples=window)
        out = np.full(len(own), np.nan)
        out[known] = figure.fill_null(np.nan).to_numpy()
        columns.append(out)
    return np.stack(columns, axis=1)
