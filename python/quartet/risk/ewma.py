"""Variance by exponential weights, for whole series and value by value.

Source: RiskMetrics technical document (J.P. Morgan, 1996); Boudoukh, Richardson, Whitelaw (1998) for aged weights.
"""

from __future__ import annotations

import math

import numpy as np

from quartet.core.errors import DataError
from quartet.risk.measuring import Floats

SEED_COUNT = 30
"""The first variance is the sample variance of so many returns."""
MISSING_MAX = 5
"""More missing returns than this make the variance stale."""


def ewma_variances(returns: Floats, decay: float) -> Floats:
    """Variances (T + 1,): row t is the forecast for period t, from the returns before it; the last is of the next one.

    v_t = decay * v_(t-1) + (1 - decay) * r_(t-1)^2, from the sample variance of the first 30 returns (of all, where
    there are fewer) at row 0: rows before 30 know of returns that come later, and are no forecasts.
    """
    seed = float(returns[:SEED_COUNT].var(ddof=1)) if len(returns) > 1 else 0.0
    out = np.empty(len(returns) + 1)
    out[0] = variance = seed
    for row, square in enumerate((returns * returns).tolist(), 1):
        variance = decay * variance + (1.0 - decay) * square
        out[row] = variance
    return out


def ewma_covariance(returns: Floats, decay: float) -> Floats:
    """The covariance matrix (N, N) forecast for the next period from returns (T, N), T > 1, seeded in the same way."""
    matrix = np.atleast_2d(np.cov(returns[:SEED_COUNT], rowvar=False, ddof=1))
    for row in returns:
        matrix = decay * matrix + (1.0 - decay) * np.outer(row, row)
    return np.asarray(matrix, np.float64)


def aged_weights(count: int, decay: float) -> Floats:
    """Weights (n,) of losses, oldest first, that add up to 1: decay^age, scaled."""
    weights = decay ** np.arange(count - 1, -1, -1, dtype=np.float64)
    return np.asarray(weights / weights.sum(), np.float64)


class EwmaVariance:
    """ewma_variances value by value: equal to the last bit."""

    def __init__(self, decay: float) -> None:
        self._decay = decay
        self._first: list[float] = []
        self.variance: float | None = None
        """Forecast for the next period; None before 30 returns, and while it is stale."""
        self._last = 0.0
        self.missing = 0
        """Periods without a return since the last one."""

    @property
    def stale(self) -> bool:
        """Whether more than five periods in a row had no return."""
        return self.missing > MISSING_MAX

    def update(self, value: float | None) -> float | None:
        """Take a return, or None where a period has none (the variance is carried); gives the variance.

        DataError, with nothing changed, for a value that is not finite.
        """
        if value is None:
            self.missing += 1
            self.variance = None if self.stale else self.variance
            return self.variance
        if not math.isfinite(value):
            raise DataError(f"return {value}: give a finite number, or None where there is none")
        self.missing = 0
        if len(self._first) < SEED_COUNT:
            self._first.append(value)
            if len(self._first) == SEED_COUNT:
                self._last = float(ewma_variances(np.array(self._first), self._decay)[-1])
        else:
            self._last = self._decay * self._last + (1.0 - self._decay) * (value * value)
        self.variance = self._last if len(self._first) == SEED_COUNT else None
        return self.variance
