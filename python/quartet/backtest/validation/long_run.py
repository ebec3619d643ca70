"""How much the Sharpe ratio of dependent returns scatters: influence values and their long-run deviation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from quartet.backtest.validation.samples import Floats, checked_returns, is_constant
from quartet.core.extras import needed


def sharpe_of(values: Floats) -> float:
    """Mean over deviation (ddof 1), per period; NaN where the values do not vary."""
    return math.nan if is_constant(values) else float(values.mean() / values.std(ddof=1))


def sharpe_influence(values: Floats) -> Floats:
    """By how much each period moves the Sharpe ratio: z - SR (z^2 - 1) / 2, (T,). Source: Ledoit and Wolf (2008)."""
    z = (values - values.mean()) / values.std()
    influence: Floats = z - sharpe_of(values) * (z**2 - 1) / 2
    return influence


def standard_error(values: Floats) -> float:
    """Of the mean of dependent values, (T,): Newey and West (1987), Bartlett weights, lag 4 (T / 100)^(2/9)."""
    periods = len(values)
    lag = min(periods - 1, math.ceil(4 * (periods / 100) ** (2 / 9)))
    centred = values - values.mean()
    variance = centred @ centred
    for step in range(1, lag + 1):
        variance += 2 * (1 - step / (lag + 1)) * (centred[step:] @ centred[:-step])
    return math.sqrt(max(0.0, variance)) / periods


def optimal_block(returns: Any) -> int:
    """The mean block length, in periods, for a stationary bootstrap of the returns, (T,) or (T, N); at least 1.

    That of Politis and White (2004) as corrected in 2009; of several series the median. Raises ConfigError without
    the extra `research`, DataError for values that are not finite and for fewer than 10 periods.
    """
    matrix = np.asarray(returns, dtype=np.float64)
    columns = [matrix] if matrix.ndim == 1 else list(matrix.T)
    bootstrap = needed("arch.bootstrap", "research", "the optimal block length")
    lengths = []
    for column in columns:
        values = checked_returns(column, periods_min=10)
        if not is_constant(values):
            lengths.append(float(bootstrap.optimal_block_length(values)["stationary"].iloc[0]))
    return max(1, math.ceil(float(np.median(lengths)))) if lengths else 1
