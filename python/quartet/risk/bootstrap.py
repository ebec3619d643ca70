"""Intervals of any measure of returns by resampling blocks of periods, so that dependence is kept.

Sources: Politis, Romano (1994), the stationary bootstrap; Politis, White (2004, corrected 2009), the length of blocks;
Efron (1987), bias correction and acceleration; Kuensch (1989), leaving out blocks for the acceleration.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist
from typing import Final

import numpy as np

from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.risk.measuring import Floats, Ints
from quartet.risk.moments import varies

PERIODS_MIN: Final = 30
"""Fewer periods give no interval."""
_LEFT_OUT: Final = 50
"""How many blocks are left out in turn for the acceleration."""
_NORMAL: Final = NormalDist()


class Bootstrap(Parameters):
    """How intervals are made."""

    replications: int = parameter(2000, "Resamples that are drawn.", ge=100)
    confidence: float = parameter(0.95, "Share of intervals that hold the truth.", gt=0, lt=1)
    seed: int = parameter(12345, "Seed of the draws: the same one gives the same intervals.", ge=0)
    block_length: float = parameter(
        0.0, "Mean length of a block; 0: the optimal one of the returns.", unit="periods", ge=0
    )


STANDARD: Final = Bootstrap()

Statistics = Callable[[Ints], Floats]
"""From rows of periods (T,) to k figures, NaN where one is undefined."""


def block_length(returns: Floats) -> float:
    """The optimal mean length of a block in periods, at least 1; returns (T,). Needs the extra research."""
    library = needed("arch.bootstrap", "research", "the length of blocks")
    if not varies(returns):
        return 1.0
    return max(1.0, float(library.optimal_block_length(returns)["stationary"].iloc[0]))


def intervals(statistics: Statistics, returns: Floats, parameters: Bootstrap = STANDARD) -> list[tuple[float, float]]:
    """Low and high of each statistic, bias-corrected and accelerated; NaN where a resample leaves one undefined.

    returns (T,) give the length of the blocks; statistics takes rows of them. Needs the extra research.
    """
    length = parameters.block_length or block_length(returns)
    count = len(returns)
    estimate = statistics(np.arange(count))
    draws = np.array([statistics(rows) for rows in resamples(count, length, parameters)])
    groups = max(2, min(_LEFT_OUT, int(count / length)))
    left_out = np.array([statistics(_without(count, group, groups)) for group in range(groups)])
    return [
        _accelerated(float(estimate[at]), draws[:, at], left_out[:, at], parameters.confidence)
        for at in range(len(estimate))
    ]


def resamples(count: int, length: float, parameters: Bootstrap) -> Iterator[Ints]:
    """Rows (T,) of each resample of T periods, in blocks of that mean length."""
    library = needed("arch.bootstrap", "research", "an interval by resampling")
    drawn = library.StationaryBootstrap(length, np.arange(count), seed=np.random.default_rng(parameters.seed))
    for places, _ in drawn.bootstrap(parameters.replications):
        yield places[0]


def _without(count: int, group: int, groups: int) -> Ints:
    """All rows but the group-th of so many blocks."""
    edges = np.linspace(0, count, groups + 1).astype(np.int64)
    return np.concatenate((np.arange(edges[group]), np.arange(edges[group + 1], count)))


def _accelerated(estimate: float, draws: Floats, left_out: Floats, confidence: float) -> tuple[float, float]:
    if not (math.isfinite(estimate) and np.isfinite(draws).all() and np.isfinite(left_out).all()):
        return math.nan, math.nan
    below = float(np.count_nonzero(draws < estimate)) + 0.5 * float(np.count_nonzero(draws == estimate))
    bias = _NORMAL.inv_cdf(min(max(below, 0.5), len(draws) - 0.5) / len(draws))
    away = left_out.mean() - left_out
    spread = float((away**2).sum())
    acceleration = float((away**3).sum()) / (6.0 * spread**1.5) if spread > 0.0 else 0.0
    tail = _NORMAL.inv_cdf((1.0 - confidence) / 2.0)
    shares = [_shifted(bias, acceleration, each) for each in (tail, -tail)]
    low, high = np.quantile(draws, shares).tolist()
    return low, high


def _shifted(bias: float, acceleration: float, z: float) -> float:
    return _NORMAL.cdf(bias + (bias + z) / (1.0 - acceleration * (bias + z)))


def undefined_as_nan(values: Sequence[float | None]) -> Floats:
    """Figures as floats, None as NaN."""
    return np.array([math.nan if value is None else value for value in values], np.float64)
