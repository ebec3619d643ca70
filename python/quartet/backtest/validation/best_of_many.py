"""Could the best of many trials be luck: Hansen's test by matrix products, where arch takes minutes (S-133)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from quartet.backtest.validation.data_snooping import refuse_still
from quartet.backtest.validation.intervals import Resampling
from quartet.backtest.validation.long_run import optimal_block
from quartet.backtest.validation.samples import Floats, checked_trials

_PERIODS_MIN: Final = 10
_COLUMNS_OF_BLOCK: Final = 20
"""The length of blocks is the median of so many of the trials."""
_PIECE: Final = 64
"""Trials whose autocovariances are in memory at a time."""
FEW: Final = Resampling(replications=500)


def chance_of_best(returns: Any, *, resampling: Resampling = FEW) -> float:
    """How likely the best of so many trials looks as good, where none is better than earning nothing.

    returns: (T, N), per period, in excess, a column for every trial, the bad ones too. The consistent p-value of
    Hansen (2005), each trial in units of its deviation, so that a wild one does not hide the others; 0 means below
    1 / replications. Raises ConfigError without the extra `research`, DataError for fewer than 10 periods and for
    columns that do not vary.
    """
    excess = checked_trials(returns, periods_min=_PERIODS_MIN)
    refuse_still(excess)
    block = resampling.block_periods or optimal_block(excess[:, :: max(1, excess.shape[1] // _COLUMNS_OF_BLOCK)])
    periods = len(excess)
    means = excess.mean(axis=0)
    variances = long_run_variances(excess, block)
    deviations = np.sqrt(variances)
    relevant = means >= -np.sqrt(variances / periods * 2 * np.log(np.log(periods)))
    drawn = resampling.bootstrap(excess, block)
    counts = np.array(
        [np.bincount(drawn.update_indices(), minlength=periods) for _ in range(resampling.replications)], np.float64
    )
    resampled = counts @ excess / periods
    highest = ((resampled - np.where(relevant, means, 0.0)) / deviations).max(axis=1)
    return float(np.mean(highest > (means / deviations).max()))


def long_run_variances(returns: Floats, block: int) -> Floats:
    """(N,) of the means of stationary resamples, times T (Politis and Romano, 1994, lemma 1)."""
    periods = len(returns)
    lags = np.arange(1, periods)
    kept = 1.0 - 1.0 / block
    weights = (1.0 - lags / periods) * kept**lags + lags / periods * kept ** (periods - lags)
    size = 1 << (2 * periods - 1).bit_length()
    made = np.empty(returns.shape[1])
    for first in range(0, returns.shape[1], _PIECE):
        part = returns[:, first : first + _PIECE].T
        spectrum = np.abs(np.fft.rfft(part - part.mean(axis=1, keepdims=True), size)) ** 2
        covariances = np.fft.irfft(spectrum, size)[:, :periods] / periods
        made[first : first + _PIECE] = covariances[:, 0] + 2.0 * covariances[:, 1:] @ weights
    return made
