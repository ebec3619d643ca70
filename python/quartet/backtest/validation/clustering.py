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
    spatial = needed("scipy.spatial.distance", "research", "the clustering of trials")
    made: Floats = spatial.squareform(spatial.pdist(np.sqrt(np.maximum((1 - correlations) / 2, 0.0))))
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
    sums, sizes, labels = distance.copy(), np.ones(trials), np.arange(trials)
    row_of = list(range(trials))
    for one, other, _, _ in tree[:-1].tolist():
        kept, gone = row_of[int(one)], row_of[int(other)]
        row_of.append(kept)
        sums[kept] += sums[gone]
        sizes[kept] += sizes[gone]
        sizes[gone] = 0
        labels[labels == gone] = kept
        yield labels, _silhouettes(sums, sizes, labels)


def _silhouettes(sums: Floats, sizes: Floats, labels: Labels) -> Floats:
    """(b - a) / max(a, b) by trial; 0 for one alone in its cluster. Source: Rousseeuw (1987).

    sums: (clusters, N) of the distances from each trial to all of a cluster; sizes: (clusters,), 0 for none.
    """
    there = np.flatnonzero(sizes)
    trials = np.arange(len(labels))
    own = sizes[labels]
    inside = sums[labels, trials] / np.maximum(own - 1, 1)
    means = sums[there] / sizes[there, np.newaxis]
    means[np.searchsorted(there, labels), trials] = np.inf
    others = means.min(axis=0)
    larger = np.maximum(inside, others)
    return np.where((own > 1) & (larger > 0), (others - inside) / np.where(larger > 0, larger, 1.0), 0.0)
