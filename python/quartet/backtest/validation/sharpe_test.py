"""Is a Sharpe ratio above a value, are two different: tests on resamples in which the null hypothesis holds (S-132)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from quartet.backtest.validation.intervals import STANDARD, Resampling
from quartet.backtest.validation.long_run import sharpe_influence, sharpe_of, standard_error
from quartet.backtest.validation.samples import Floats, checked_returns, checked_share, is_constant
from quartet.core.errors import DataError

_PERIODS_MIN = 10


def sharpe_p_value(returns: Any, benchmark: float = 0.0, *, resampling: Resampling = STANDARD) -> float | None:
    """How likely a ratio as high as this one is, where the true one is the benchmark; one-sided.

    (1 + #{SR* >= SR}) / (1 + B) over stationary resamples of the returns shifted so that their ratio is the benchmark.
    returns: (T,), per period, in excess; benchmark: per period. None where the returns do not vary. Raises DataError
    for fewer than 10 periods, ConfigError without the extra `research`.
    """
    values = checked_returns(returns, periods_min=_PERIODS_MIN)
    if is_constant(values):
        return None
    block = resampling.block_for(values)
    null = values - values.mean() + benchmark * values.std(ddof=1)
    observed = sharpe_of(values)
    # A resample without variation has no ratio; it counts against the strategy.
    reached = sum(
        not sharpe_of(drawn) < observed
        for (drawn,), _ in resampling.bootstrap(null, block).bootstrap(resampling.replications)
    )
    return (1 + reached) / (1 + resampling.replications)


@dataclass(frozen=True, slots=True)
class SharpeDifference:
    """The Sharpe ratio of one strategy less that of another over the same periods, per period."""

    difference: float
    p_value: float | None
    """Two-sided; None where the error of the difference is 0, as for a strategy against itself."""
    low: float | None
    high: float | None
    level: float
    block_periods: int
    replications: int


def sharpe_difference(
    returns: Any, others: Any, *, level: float = 0.95, resampling: Resampling = STANDARD
) -> SharpeDifference | None:
    """Whether two strategies differ in their Sharpe ratio, resampled in pairs and studentised.

    returns, others: (T,), per period, in excess, of the same periods. The p-value is (1 + #{|d* - d| / e* >= |d| / e})
    / (1 + B), the interval d -+ q e, q the quantile of the same values. None where one does not vary. Raises
    DataError for different lengths or fewer than 10 periods. Source: Ledoit and Wolf (2008).
    """
    pair = [checked_returns(each, name, _PERIODS_MIN) for each, name in ((returns, "returns"), (others, "others"))]
    if len(pair[0]) != len(pair[1]):
        raise DataError(f"returns have {len(pair[0])} periods, others {len(pair[1])}: give the same periods of both")
    checked_share(level, "level")
    if any(is_constant(each) for each in pair):
        return None
    both = np.column_stack(pair)
    block = resampling.block_for(both)
    difference, error = _difference(both)
    p_value = low = high = None
    if error > 0:
        distances = []
        with np.errstate(all="ignore"):
            for (drawn,), _ in resampling.bootstrap(both, block).bootstrap(resampling.replications):
                theirs, its = _difference(drawn)
                distances.append(abs(theirs - difference) / its if its > 0 else math.inf)
        sizes = np.array(distances)
        p_value = float(1 + np.sum(~(sizes < abs(difference) / error))) / (1 + resampling.replications)
        reach = float(np.quantile(sizes, level, method="higher")) * error
        if math.isfinite(reach):
            low, high = difference - reach, difference + reach
    return SharpeDifference(difference, p_value, low, high, level, block, resampling.replications)


def _difference(pair: Floats) -> tuple[float, float]:
    one, other = np.ascontiguousarray(pair.T)
    if is_constant(one) or is_constant(other):
        return math.nan, math.nan
    if np.array_equal(one, other):
        return 0.0, 0.0
    return sharpe_of(one) - sharpe_of(other), standard_error(sharpe_influence(one) - sharpe_influence(other))
