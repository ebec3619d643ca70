"""How many independent trials a number of correlated ones is worth (S-130)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.validation.clustering import trial_clusters
from quartet.backtest.validation.samples import LOW_SAMPLE, Floats
from quartet.core.errors import DataError

_STILL: Final = 1e-12
"""A product of deviations, of returns scaled to 1, that is no more than this a period is that of no variation."""


def trial_correlations(returns: Any) -> Floats:
    """Correlations of trials, (N, N), from returns, (T, N), NaN where a trial has none in that period.

    Each pair is taken over the periods that both have. Where there are fewer than 30, or one does not vary, the
    correlation is 0: what is not known to be the same counts as another trial. Raises DataError for another shape
    and for infinite returns.
    """
    values = np.asarray(returns, dtype=np.float64)
    if values.ndim != 2:
        raise DataError(f"returns: a matrix of shape (T, N), one column a trial, is needed, not shape {values.shape}")
    if np.isfinite(values).all():
        return _correlations_of_whole(values)
    if np.isinf(values).any():
        raise DataError("returns: infinite values; a trial that was ruined ends there")
    there = ~np.isnan(values)
    counts = there.sum(axis=0)
    means = np.where(there, values, 0.0).sum(axis=0) / np.maximum(counts, 1)
    centred = np.where(there, values - means, 0.0)
    scale = np.abs(centred).max(axis=0, initial=0.0)
    centred /= np.where(scale > 0, scale, 1.0)
    shared = there.astype(np.float64)
    common = shared.T @ shared
    sums, squares = centred.T @ shared, (centred**2).T @ shared
    periods = np.maximum(common, 1.0)
    covariance = centred.T @ centred - sums * sums.T / periods
    variance = np.maximum(squares - sums**2 / periods, 0.0)
    norm = np.sqrt(variance * variance.T)
    return _bounded(covariance, norm, (common >= LOW_SAMPLE) & (norm > _STILL * periods))


def _correlations_of_whole(values: Floats) -> Floats:
    """The same where every trial has every period: a product of matrices in place of four."""
    centred = values - values.mean(axis=0)
    scale = np.maximum(centred.max(axis=0, initial=0.0), -centred.min(axis=0, initial=0.0))
    centred /= np.where(scale > 0, scale, 1.0)
    covariance = centred.T @ centred
    deviation = np.sqrt(np.diag(covariance))
    norm = deviation[:, np.newaxis] * deviation
    return _bounded(covariance, norm, (norm > _STILL * len(values)) & (len(values) >= LOW_SAMPLE))


def _bounded(covariance: Floats, norm: Floats, known: NDArray[np.bool_]) -> Floats:
    made: Floats = np.clip(np.divide(covariance, norm, out=np.zeros_like(norm), where=known), -1.0, 1.0)
    made = (made + made.T) / 2
    np.fill_diagonal(made, 1.0)
    return made


def effective_trials_by_mean(correlations: Any) -> float:
    """N (1 - r) + r, r the mean correlation of pairs; between 1 and N. Source: Bailey, Lopez de Prado (2014).

    correlations: (N, N). A negative mean counts as 0. Raises DataError for a matrix that is none of correlations.
    """
    matrix = _checked(correlations)
    trials = len(matrix)
    if trials < 2:
        return float(trials)
    mean = (matrix.sum() - trials) / (trials * (trials - 1))
    mean = min(1.0, max(0.0, float(mean)))
    return trials * (1 - mean) + mean


def effective_trials_by_clusters(correlations: Any) -> float:
    """The number of clusters of correlated trials, (N, N); 0 for no trial.

    The clusters are those of `quartet.backtest.validation.clustering.trial_clusters`. Where these show no structure,
    it is `effective_trials_by_mean`: a silhouette cannot tell one cluster from none. Raises ConfigError without the
    extra `research`, DataError as `effective_trials_by_mean`.
    """
    matrix = _checked(correlations)
    labels = trial_clusters(matrix)
    count = int(labels.max(initial=-1)) + 1
    return float(count) if count < len(matrix) else effective_trials_by_mean(matrix)


def _checked(correlations: Any) -> Floats:
    matrix = np.asarray(correlations, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise DataError(f"correlations: a square matrix is needed, not shape {matrix.shape}")
    if not (np.isfinite(matrix).all() and (np.abs(matrix) <= 1 + 1e-9).all() and np.allclose(matrix, matrix.T)):
        raise DataError("correlations: values outside -1 to 1, missing ones, or not symmetric")
    if len(matrix) and not np.allclose(np.diag(matrix), 1.0):
        raise DataError("correlations: the diagonal must be 1")
    return matrix
