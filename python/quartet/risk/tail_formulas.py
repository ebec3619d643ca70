"""Value at risk and expected shortfall as formulas: of a sample, of the normal law, of Student's t, Cornish-Fisher.

Losses are fractions of equity, positive where it hurts; a level alpha is the share of outcomes that are not worse.
"""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist
from typing import Final

import numpy as np

from quartet.core.extras import needed
from quartet.risk.measuring import Floats

FREEDOM_MIN: Final = 2.1
FREEDOM_MAX: Final = 60.0
_NORMAL: Final = NormalDist()
_EDGE: Final = 1e-12
"""Weights that add up to the level but for rounding reach it."""


def tail_of(level: float) -> Fraction:
    """1 - level, exactly as it is written: 1 - 0.95 is 1/20."""
    return 1 - Fraction(str(level))


def rank_of(count: int, level: float) -> int:
    """The rank of the quantile among losses in ascending order, from 1: the smallest whole number >= count * level."""
    return math.ceil(count * Fraction(str(level)))


def sample_var(losses: Floats, level: float) -> float:
    """The inverted empirical distribution at the level: the loss of rank ceil(n * level)."""
    rank = rank_of(len(losses), level) - 1
    return float(np.partition(losses, rank)[rank])


def sample_cvar(losses: Floats, level: float) -> float:
    """Mean of the worst share 1 - level, a fraction of a loss counted as such (Rockafellar, Uryasev 2002)."""
    bound = sample_var(losses, level)
    return bound + float(np.maximum(losses - bound, 0.0).sum()) / (len(losses) * float(tail_of(level)))


def weighted_var(losses: Floats, weights: Floats, level: float) -> float:
    """The smallest loss up to which the weights, which add up to 1, reach the level."""
    order = np.argsort(losses, kind="stable")
    reached = np.cumsum(weights[order])
    return float(losses[order][min(int(np.searchsorted(reached, level - _EDGE)), len(losses) - 1)])


def weighted_cvar(losses: Floats, weights: Floats, level: float) -> float:
    """sample_cvar with weights that add up to 1."""
    bound = weighted_var(losses, weights, level)
    return bound + float((weights * np.maximum(losses - bound, 0.0)).sum()) / float(tail_of(level))


def normal_quantile(level: float) -> float:
    """z of the standard normal law."""
    return _NORMAL.inv_cdf(level)


def normal_var(mean: float, deviation: float, level: float) -> float:
    """-mean + z * deviation, of returns with that mean and deviation."""
    return -mean + normal_quantile(level) * deviation


def normal_cvar(mean: float, deviation: float, level: float) -> float:
    """-mean + deviation * pdf(z) / (1 - level)."""
    return -mean + deviation * _NORMAL.pdf(normal_quantile(level)) / float(tail_of(level))


def t_var(mean: float, deviation: float, level: float, freedom: float) -> float:
    """Of Student's t scaled to that deviation; freedom > 2. Needs the extra research."""
    law = needed("scipy.stats", "research", "Student's t").t
    return -mean + deviation * float(law.ppf(level, freedom)) * math.sqrt((freedom - 2.0) / freedom)


def t_cvar(mean: float, deviation: float, level: float, freedom: float) -> float:
    """The mean of the tail beyond t_var (McNeil, Frey, Embrechts 2015, example 2.15). Needs the extra research."""
    law = needed("scipy.stats", "research", "Student's t").t
    q = float(law.ppf(level, freedom))
    tail = float(law.pdf(q, freedom)) / float(tail_of(level)) * (freedom + q * q) / (freedom - 1.0)
    return -mean + deviation * tail * math.sqrt((freedom - 2.0) / freedom)


def t_freedom(returns: Floats) -> float:
    """Degrees of freedom of greatest likelihood in [2.1, 60], mean and deviation those of the sample.

    Needs the extra research, and returns that vary.
    """
    scipy_stats = needed("scipy.stats", "research", "Student's t")
    minimize = needed("scipy.optimize", "research", "Student's t").minimize_scalar
    z = (returns - returns.mean()) / returns.std(ddof=1)

    def against(freedom: float) -> float:
        scale = math.sqrt((freedom - 2.0) / freedom)
        return -float(scipy_stats.t.logpdf(z, freedom, scale=scale).sum())

    return float(minimize(against, bounds=(FREEDOM_MIN, FREEDOM_MAX), method="bounded").x)


def cornish_fisher(level: float, skew: float, excess_kurtosis: float) -> float:
    """The quantile of standardised returns at 1 - level, negative in the loss tail (Cornish, Fisher 1938)."""
    q = -normal_quantile(level)
    return (
        q
        + (q**2 - 1.0) * skew / 6.0
        + (q**3 - 3.0 * q) * excess_kurtosis / 24.0
        - (2.0 * q**3 - 5.0 * q) * skew**2 / 36.0
    )


def cornish_fisher_holds(skew: float, excess_kurtosis: float) -> bool:
    """Whether the expansion rises everywhere, so that it is a quantile (Maillard 2012)."""
    bend = excess_kurtosis / 8.0 - skew**2 / 6.0
    return skew**2 / 9.0 - 4.0 * bend * (1.0 - excess_kurtosis / 8.0 + 5.0 * skew**2 / 36.0) <= 0.0


def modified_var(mean: float, deviation: float, skew: float, excess_kurtosis: float, level: float) -> float:
    """-(mean + deviation * cornish_fisher)."""
    return -(mean + deviation * cornish_fisher(level, skew, excess_kurtosis))


def order_interval(count: int, level: float, confidence: float = 0.95) -> tuple[int | None, int | None]:
    """Ranks, from 1, of the losses that hold the quantile with that confidence; None where no loss bounds it.

    The number of losses below the quantile is binomial; each tail keeps (1 - confidence) / 2.
    """
    counts = np.arange(count + 1)
    factorial = np.concatenate(([0.0], np.cumsum(np.log(counts[1:]))))
    chance = factorial[count] - factorial - factorial[::-1]
    chance = np.cumsum(np.exp(chance + counts * math.log(level) + (count - counts) * math.log1p(-level)))
    tail = (1.0 - confidence) / 2.0
    low = int(np.searchsorted(chance, tail, side="right"))
    high = int(np.searchsorted(chance, 1.0 - tail)) + 1
    return (low if low >= 1 else None), (high if high <= count else None)
