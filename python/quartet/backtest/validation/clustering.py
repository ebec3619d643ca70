"""Clusters of correlated trials: which of them are variants of one idea (S-130)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.validation.samples import Floats
from quartet.core.extras import needed

Labels: TypeAlias = NDArray[np.int64]

STRUCTURE_MIN: Final = 0.25
"""A mean silhouette up to this shows no substantial structure (Kaufman and Rousseeuw, 1990)."""
CORRELATION_MIN: Final = 0.25
"""A trial whose mean correlation with the rest of its cluster is not above this is put on its own."""
_DEVIATION_MIN: Final = 1e-6
_PLACES: Final = 9
"""Of squared distances, which are sums over all trials of numbers up to 1."""


def trial_clusters(correlations: Floats) -> Labels:
    """The cluster of each trial, (N,), numbered from 0 as they first occur; correlations: (N, N), symmetric.

    The optimal number of clusters (ONC) of Lopez de Prado and Lewis (2019): the distance sqrt((1 - r) / 2), then the
    distance between the rows of that matrix; of all numbers of clusters the one whose silhouettes have the highest
    mean over deviation. It differs in three things: the candidates are the cuts of an average-linkage tree, not k-means
    from random starts, so that equal matrices give equal clusters, and weak clusters need no second division; without
    substantial structure every trial is on its own; and so is a trial that is hardly correlated with the rest of its
    cluster. Raises ConfigError without the extra `research`.
    """
    labels = _best_cut(_row_distances(correlations))
    together = (labels[:, np.newaxis] == labels) & ~np.eye(len(labels), dtype=np.bool_)
    others = together.sum(axis=1)
    mean = np.where(together, correlations, 0.0).sum(axis=1) / np.maximum(others, 1)
    alone = (others > 0) & (mean <= CORRELATION_MIN)
    labels = np.where(alone, len(labels) + np.arange(len(labels)), labels)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int64)


def _row_distances(correlations: Floats) -> Floats:
    rows = np.sqrt(np.maximum((1 - correlations) / 2, 0.0))
    product = rows @ rows.T
    lengths = np.diag(product)
    squares = lengths[:, np.newaxis] + lengths - 2 * product
    # Equal rows are at no distance: what a difference of such sums is off by is rounded away.
    squares = np.maximum(np.round((squares + squares.T) / 2, _PLACES), 0.0)
    np.fill_diagonal(squares, 0.0)
    made: Floats = np.sqrt(squares)
    return made


def _best_cut(distance: Floats) -> Labels:
    """The labels of the best cut of the tree, each trial on its own where none shows structure."""
    if len(distance) and not distance.any():
        return np.zeros(len(distance), dtype=np.int64)
    best, score = np.arange(len(distance)), -np.inf
    for labels, silhouettes in _cuts(distance):
        mean, deviation = silhouettes.mean(), max(silhouettes.std(), _DEVIATION_MIN)
        if mean > STRUCTURE_MIN and mean / deviation > score:
            best, score = labels.copy(), mean / deviation
    return best


def _cuts(distance: Floats) -> Iterator[tuple[Labels, Floats]]:
    """Labels and silhouettes of the cuts from N - 1 clusters down to 2."""
    hierarchy = needed("scipy.cluster.hierarchy", "research", "the clustering of trials")
    spatial = needed("scipy.spatial.distance", "research", "the clustering of trials")
    trials = len(distance)
    if trials < 3:
        return
    tree = hierarchy.linkage(spatial.squareform(distance, checks=False), method="average")
    groups = _Groups(distance)
    row_of = list(range(trials))
    for one, other, _, _ in tree[:-1].tolist():
        kept, gone = row_of[int(one)], row_of[int(other)]
        row_of.append(kept)
        groups.merge(kept, gone)
        yield groups.labels, groups.silhouettes()


class _Groups:
    """Trials in groups that grow together, and for each trial the nearest group of which it is no part."""

    def __init__(self, distance: Floats) -> None:
        count = len(distance)
        self.labels: Labels = np.arange(count)
        self._sums = distance.copy()
        """(groups, N) of the distances from each trial to all of a group."""
        self._sizes = np.ones(count)
        """(groups,), 0 for one that is in another now."""
        self._trials = np.arange(count)
        away = distance + np.diag(np.full(count, np.inf))
        self._nearest = away.argmin(axis=1)
        self._others = away.min(axis=1)

    def merge(self, kept: int, gone: int) -> None:
        """Two groups become one.

        Its mean distance from a trial lies between those of the two: only who was nearest to one of them, or is in
        one, can have another nearest group now.
        """
        self._sums[kept] += self._sums[gone]
        self._sizes[kept] += self._sizes[gone]
        self._sizes[gone] = 0
        self.labels[self.labels == gone] = kept
        touched = (self._nearest == kept) | (self._nearest == gone) | (self.labels == kept)
        trials, there = np.flatnonzero(touched), np.flatnonzero(self._sizes)
        means = self._sums[np.ix_(there, trials)] / self._sizes[there, np.newaxis]
        means[np.searchsorted(there, self.labels[trials]), np.arange(len(trials))] = np.inf
        nearest = means.argmin(axis=0)
        self._nearest[trials] = there[nearest]
        self._others[trials] = means[nearest, np.arange(len(trials))]

    def silhouettes(self) -> Floats:
        """(b - a) / max(a, b) by trial; 0 for one alone in its group. Source: Rousseeuw (1987)."""
        own = self._sizes[self.labels]
        inside = self._sums[self.labels, self._trials] / np.maximum(own - 1, 1)
        larger = np.maximum(inside, self._others)
        return np.where((own > 1) & (larger > 0), (self._others - inside) / np.where(larger > 0, larger, 1.0), 0.0)
