"""From some moves to all of them, and from a loss to the moves that would most likely bring it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quartet.core.errors import DataError
from quartet.risk.decomposition import nearest_covariance
from quartet.risk.measuring import Floats
from quartet.risk.series import floats


def conditional_moves(covariance: Any, shocked: Sequence[int], moves: Any) -> Floats:
    """All moves (N,) that are expected when those at `shocked` are `moves`: S21 S11^-1 s, the shocked ones as they are.

    covariance (N, N) of the moves; means count as zero. DataError for places twice or beyond N, and where those that
    are shocked determine each other. Source: Kupiec (1998), "Stress testing in a value at risk framework".
    """
    matrix, _ = nearest_covariance(covariance)
    places = np.asarray(list(shocked), np.int64)
    given = floats(moves, "moves", length=len(places))
    if len(set(places.tolist())) != len(places) or not ((places >= 0) & (places < len(matrix))).all():
        raise DataError(f"shocked = {list(shocked)}: give different places from 0 to {len(matrix) - 1}")
    inner = matrix[np.ix_(places, places)]
    if len(places) and np.linalg.matrix_rank(inner, hermitian=True) < len(places):
        raise DataError("moves: those that are shocked determine each other; leave one of them out")
    expected = matrix[:, places] @ np.linalg.solve(inner, given)
    expected[places] = given
    return np.asarray(expected, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class ReverseStress:
    """The most likely moves that lose so much."""

    moves: Floats
    """(N,) returns of the assets."""
    loss: float
    """Share of equity."""
    distance: float
    """Mahalanobis norm of the moves: so many deviations of the book; no nearer moves lose as much."""


def reverse_stress(weights: Any, covariance: Any, loss: float) -> ReverseStress:
    """The most likely moves under which weights (N,), signed shares of equity, lose that share of equity.

    -loss * S w / (w' S w). DataError as nearest_covariance, and for a book without variance: nothing likely loses it.
    Source: Breuer, Jandacka, Rheinberger, Summer (2009), "How to find plausible, severe, and useful stress scenarios".
    """
    held = floats(weights, "weights")
    matrix, _ = nearest_covariance(covariance)
    if len(matrix) != len(held):
        raise DataError(f"weights are of {len(held):,} assets, covariance of {len(matrix):,}")
    toward = matrix @ held
    variance = float(held @ toward)
    scale = float(np.abs(held) @ np.sqrt(np.maximum(np.diag(matrix), 0.0)))
    if variance <= (1e-12 * scale) ** 2:
        raise DataError("weights: the book has no variance under this covariance, so that no move is likely to lose")
    return ReverseStress(-loss * toward / variance, loss, abs(loss) / float(np.sqrt(variance)))


def correlations_raised(covariance: Any, least: float) -> Floats:
    """The covariance (N, N) with all correlations of at least that, deviations as they are.

    DataError for a value outside [0, 1), and as nearest_covariance.
    """
    if not 0.0 <= least < 1.0:
        raise DataError(f"correlation {least}: give one from 0 to below 1")
    matrix, _ = nearest_covariance(covariance)
    deviations = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    outer = np.outer(deviations, deviations)
    there = np.divide(matrix, outer, out=np.zeros_like(matrix), where=outer > 0.0)
    raised = np.maximum(there, least)
    np.fill_diagonal(raised, 1.0)
    # Raised one by one they may not belong together; the nearest matrix that does is taken.
    values, vectors = np.linalg.eigh(raised)
    whole = (vectors * np.maximum(values, 0.0)) @ vectors.T
    scale = np.sqrt(np.diag(whole))
    return np.asarray(whole / np.outer(scale, scale) * outer, np.float64)
