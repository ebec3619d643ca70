"""What was known of a symbol at each stamp: volatility and volume of a day over trailing bars."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from quartet.backtest.prices import Floats, PricePanel

_DAY_NS: Final = 86_400 * 10**9


def bars_a_day(prices: PricePanel) -> float:
    """Stamps a day on which there are any; 1 for bars of a day or longer."""
    days = np.unique(prices.stamps // _DAY_NS)
    return max(1.0, len(prices.stamps) / len(days))


def daily_volatility(prices: PricePanel, window: int) -> Floats:
    """(T, N) standard deviation (ddof 1) of the last `window` returns, of a day; NaN until there are so many."""
    closes = prices.closes
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = _filled(closes)
        returns = np.vstack([np.full((1, closes.shape[1]), np.nan), returns[1:] / returns[:-1] - 1.0])
    return np.asarray(_rolled(returns, window, "std") * np.sqrt(bars_a_day(prices)), np.float64)


def daily_volume(prices: PricePanel, window: int) -> Floats:
    """(T, N) mean volume of the last `window` bars in units, brought to a day; NaN until there are so many, or zero."""
    assert prices.volume is not None
    volume = _rolled(prices.floats(prices.volume), window, "mean") * bars_a_day(prices)
    return np.where(volume > 0.0, volume, np.nan)


def _filled(closes: Floats) -> Floats:
    """The last close that there was."""
    frame = pl.DataFrame(closes, schema=[str(at) for at in range(closes.shape[1])])
    filled = frame.fill_nan(None).fill_null(strategy="forward").fill_null(np.nan).to_numpy()
    return np.asarray(filled, np.float64)


def _rolled(values: Floats, window: int, how: str) -> Floats:
    """A trailing figure of each column over stamps that have one."""
    frame = pl.DataFrame(values, schema=[str(at) for at in range(values.shape[1])]).fill_nan(None)
    each = pl.all().rolling_std(window, min_samples=window) if how == "std" else pl.all().rolling_mean(
        window, min_samples=window
    )  # fmt: skip
    rolled: Floats = frame.select(each.fill_null(np.nan)).to_numpy()
    return rolled
