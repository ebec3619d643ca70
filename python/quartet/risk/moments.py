"""Moments of returns: variation beyond rounding, skew, kurtosis, autocorrelation, long-run variance."""

from __future__ import annotations

import math

import numpy as np

from quartet.risk.measuring import Floats

_ROUNDING = 1e-14


def varies(values: Floats) -> bool:
    """Whether there are two values that differ by more than the rounding of ratios near 1."""
    return len(values) > 1 and bool(np.ptp(values) > _ROUNDING * (1.0 + np.abs(values).max()))


def skewness(values: Floats) -> float | None:
    """Third standardised moment, corrected for bias (Joanes, Gill 1998, G1); None below 3 values or where equal."""
    count = len(values)
    if count < 3 or not varies(values):
        return None
    away = values - values.mean()
    raw = float((away**3).mean() / (away**2).mean() ** 1.5)
    return raw * math.sqrt(count * (count - 1.0)) / (count - 2.0)


def excess_kurtosis(values: Floats) -> float | None:
    """Fourth standardised moment less 3, corrected for bias (G2); None below 4 values or without variation."""
    count = len(values)
    if count < 4 or not varies(values):
        return None
    away = values - values.mean()
    raw = float((away**4).mean() / (away**2).mean() ** 2) - 3.0
    return (count - 1.0) / ((count - 2.0) * (count - 3.0)) * ((count + 1.0) * raw + 6.0)


def autocorrelations(values: Floats, lags: int) -> Floats:
    """Sample autocorrelations (lags,) of lags 1 to lags, each over the variance of all values."""
    away = values - values.mean()
    total = float(away @ away)
    return np.array([float(away[lag:] @ away[:-lag]) / total for lag in range(1, lags + 1)])


def automatic_lags(count: int) -> int:
    """Newey and West's (1994) rule of thumb: 4 (T / 100)^(2/9), rounded down."""
    return int(4.0 * (count / 100.0) ** (2.0 / 9.0))


def long_run_variance(values: Floats, lags: int) -> float:
    """Variance of the mean times T under dependence up to so many lags, Bartlett weights (Newey, West 1987)."""
    away = values - values.mean()
    count = len(values)
    total = float(away @ away) / count
    for lag in range(1, min(lags, count - 1) + 1):
        total += 2.0 * (1.0 - lag / (lags + 1.0)) * float(away[lag:] @ away[:-lag]) / count
    return total
