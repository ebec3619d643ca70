"""Probabilistic and deflated Sharpe ratio, and the shortest track record that could show one (S-130).

All Sharpe ratios here are per period, never annualised: the formulas hold in that unit only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from quartet.backtest.validation.samples import LOW_SAMPLE, checked_returns, checked_share, is_constant
from quartet.core.errors import ConfigError, DataError

_NORMAL: Final = NormalDist()
_EULER_GAMMA: Final = 0.5772156649015329
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class SharpeMoments:
    """What the formulas need to know of a series; DataError where no series can have such moments."""

    sharpe: float | None
    """Mean over deviation (ddof 1), per period; None where the returns do not vary."""
    periods: int
    skewness: float = 0.0
    kurtosis: float = 3.0
    """Not in excess: 3 for a normal distribution."""

    def __post_init__(self) -> None:
        if self.periods < 2:
            raise DataError(f"periods = {self.periods}: a Sharpe ratio needs at least 2")
        if self.sharpe is not None and not math.isfinite(self.sharpe):
            raise DataError(f"sharpe = {self.sharpe}: not a finite number")
        bound = 1 + self.skewness**2
        if not self.kurtosis >= bound - _ROUNDING * bound:
            raise DataError(
                f"kurtosis = {self.kurtosis}, skewness = {self.skewness}: kurtosis is at least 1 + skewness squared "
                f"({bound:g}); give it not in excess, 3 for a normal distribution"
            )

    @property
    def is_low_sample(self) -> bool:
        """Whether there are fewer than 30 periods."""
        return self.periods < LOW_SAMPLE

    @property
    def variance_factor(self) -> float:
        """1 - skewness * SR + (kurtosis - 1) / 4 * SR^2: the variance of the estimate times (periods - 1)."""
        sharpe = self.sharpe or 0.0
        return 1 - self.skewness * sharpe + (self.kurtosis - 1) / 4 * sharpe**2


def sharpe_moments(returns: Any) -> SharpeMoments:
    """The moments of returns per period, (T,), in excess of what the benchmark earned.

    Skewness and kurtosis are those of the sample (ddof 0), as in Bailey and Lopez de Prado. Raises DataError for fewer
    than 2 periods and for values that are not finite.
    """
    values = checked_returns(returns)
    if is_constant(values):
        return SharpeMoments(None, len(values))
    centred = values - values.mean()
    scaled = centred / np.abs(centred).max()  # so that no power overflows or vanishes
    squares = scaled * scaled
    variance = np.mean(squares)
    return SharpeMoments(
        float(values.mean() / values.std(ddof=1)),
        len(values),
        float(np.mean(squares * scaled) / variance**1.5),
        float(np.mean(squares * squares) / variance**2),
    )


def probabilistic_sharpe_ratio(moments: SharpeMoments, benchmark: float = 0.0) -> float | None:
    """The probability that the true Sharpe ratio is above the benchmark, both per period.

    Phi((SR - SR*) sqrt(T - 1) / sqrt(1 - skewness SR + (kurtosis - 1) / 4 SR^2)). None where SR is undefined, or
    where its variance is 0. Source: Bailey and Lopez de Prado (2012), equation 7.
    """
    factor = moments.variance_factor
    if moments.sharpe is None or factor <= 0:
        return None
    z = (moments.sharpe - benchmark) * math.sqrt((moments.periods - 1) / factor)
    return 0.5 * math.erfc(-z / math.sqrt(2))


def expected_maximum_sharpe(trials: float, variance: float) -> float:
    """The Sharpe ratio per period that the best of `trials` worthless, independent trials is expected to have.

    sqrt(V) ((1 - g) Phi^-1(1 - 1/N) + g Phi^-1(1 - 1/(N e))), g = 0.5772...; 0 for one trial, and never less.
    trials: the number N of independent trials, at least 1, a whole number or not. variance: V, that of the trials'
    Sharpe ratios per period. Raises ConfigError where either cannot be. Source: Bailey and Lopez de Prado (2014).
    """
    if not (math.isfinite(trials) and trials >= 1):
        raise ConfigError(f"trials = {trials}: must be a finite number of at least 1")
    if not (math.isfinite(variance) and variance >= 0):
        raise ConfigError(f"variance = {variance}: must be a finite number of at least 0")
    if trials == 1:
        return 0.0
    low, high = _upper_quantile(1 / trials), _upper_quantile(1 / (trials * math.e))
    return math.sqrt(variance) * max(0.0, (1 - _EULER_GAMMA) * low + _EULER_GAMMA * high)


def deflated_sharpe_ratio(moments: SharpeMoments, trials: float, variance: float) -> float | None:
    """The probability that the true Sharpe ratio is above what the best of so many worthless trials would show.

    The probabilistic ratio against `expected_maximum_sharpe(trials, variance)`. trials: of the whole research question,
    those that failed included; effective where they are correlated. None where the ratio is undefined. Source: Bailey
    and Lopez de Prado (2014).
    """
    return probabilistic_sharpe_ratio(moments, expected_maximum_sharpe(trials, variance))


def minimum_track_record(moments: SharpeMoments, benchmark: float = 0.0, confidence: float = 0.95) -> float | None:
    """How many periods are needed for the probabilistic ratio to reach the confidence; not rounded.

    1 + (1 - skewness SR + (kurtosis - 1) / 4 SR^2) (Phi^-1(confidence) / (SR - SR*))^2. None where SR is undefined or
    not above the benchmark: no length would do. Below a confidence of one half any length does: 1. Raises ConfigError
    for a confidence outside (0, 1). Source: Bailey and Lopez de Prado (2012), equation 11.
    """
    z = max(0.0, _NORMAL.inv_cdf(checked_share(confidence, "confidence")))
    if moments.sharpe is None or moments.sharpe <= benchmark:
        return None
    return 1 + max(0.0, moments.variance_factor) * (z / (moments.sharpe - benchmark)) ** 2


def _upper_quantile(share: float) -> float:
    """Phi^-1(1 - share), exact for small shares too."""
    return -_NORMAL.inv_cdf(share)
