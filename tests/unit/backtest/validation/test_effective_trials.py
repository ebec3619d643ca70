"""Effective number of trials: published value, planted clusters, gaps, laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quartet.backtest.validation import clustering
from quartet.backtest.validation.clustering import trial_clusters
from quartet.backtest.validation.effective_trials import (
    effective_trials_by_clusters,
    effective_trials_by_mean,
    trial_correlations,
)
from quartet.backtest.validation.samples import Floats
from quartet.core.errors import DataError


def planted(seed: int, rho: float, sizes: list[int], periods: int = 1000) -> Floats:
    """Trials in groups: within a group the correlation is rho, between groups 0."""
    random = np.random.default_rng(seed)
    columns = []
    for size in sizes:
        idea = random.standard_normal(periods)
        columns += [np.sqrt(rho) * idea + np.sqrt(1 - rho) * random.standard_normal(periods) for _ in range(size)]
    return np.column_stack(columns)


def equal(trials: int, rho: float) -> Floats:
    return np.full((trials, trials), rho) + (1 - rho) * np.eye(trials)


def test_the_mean_correlation() -> None:
    assert effective_trials_by_mean(equal(100, 0.5)) == pytest.approx(50.5)
    assert effective_trials_by_mean(equal(100, 0.0)) == pytest.approx(100)
    assert effective_trials_by_mean(equal(100, 1.0)) == pytest.approx(1)
    assert effective_trials_by_mean(np.array([[1, -0.9], [-0.9, 1]])) == 2
    assert effective_trials_by_mean(np.empty((0, 0))) == 0


@pytest.mark.parametrize("rho", [0.6, 0.8, 0.95])
def test_planted_clusters_are_found(rho: float) -> None:
    sizes = [3, 20, 7, 1, 1, 8]
    labels = trial_clusters(trial_correlations(planted(1, rho, sizes)))
    assert labels.tolist() == np.repeat(np.arange(6), sizes).tolist()


def test_clusters_do_not_depend_on_the_order() -> None:
    returns = planted(2, 0.7, [4, 6, 10])
    order = np.random.default_rng(0).permutation(20)
    truth = np.repeat(np.arange(3), [4, 6, 10])[order]
    labels = trial_clusters(trial_correlations(returns[:, order]))
    assert len({(int(a), int(b)) for a, b in zip(labels, truth, strict=True)}) == 3
    assert labels[0] == 0


def test_noise_is_worth_every_trial() -> None:
    found = [effective_trials_by_clusters(trial_correlations(planted(seed, 0.0, [1] * 30))) for seed in range(5)]
    assert min(found) > 29


def test_variants_of_one_idea_only() -> None:
    assert effective_trials_by_clusters(trial_correlations(planted(3, 0.9, [30]))) == pytest.approx(3.9, abs=0.3)
    assert effective_trials_by_clusters(np.ones((12, 12))) == 1
    assert effective_trials_by_clusters(equal(2, 0.5)) == 1.5
    assert effective_trials_by_clusters(np.ones((1, 1))) == 1
    assert effective_trials_by_clusters(np.empty((0, 0))) == 0


def test_silhouettes_are_those_of_another_library() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn, which comes with the extra demo")
    correlations = trial_correlations(planted(4, 0.5, [4, 5, 6]))
    distance = clustering._row_distances(correlations)
    for labels, silhouettes in clustering._cuts(distance):
        assert silhouettes == pytest.approx(metrics.silhouette_samples(distance, labels, metric="precomputed"))


def test_correlations_are_those_of_numpy_where_nothing_is_missing() -> None:
    returns = planted(5, 0.4, [3, 4])
    assert trial_correlations(returns) == pytest.approx(np.corrcoef(returns.T), abs=1e-12)


def test_a_pair_is_taken_over_the_periods_of_both() -> None:
    returns = planted(6, 0.8, [3], periods=200)
    gaps = returns.copy()
    gaps[:50, 0] = np.nan
    gaps[150:, 1] = np.nan
    found = trial_correlations(gaps)
    assert found[0, 1] == pytest.approx(np.corrcoef(returns[50:150, 0], returns[50:150, 1])[0, 1])
    assert found[0, 2] == pytest.approx(np.corrcoef(returns[50:, 0], returns[50:, 2])[0, 1])


def test_what_is_not_known_to_be_alike_counts() -> None:
    returns = planted(7, 0.9, [3], periods=100)
    returns[:80, 0] = np.nan  # 20 periods in common with the others
    returns[:, 1] = 0.01
    assert trial_correlations(returns) == pytest.approx(np.eye(3))


def test_bad_matrices_are_refused() -> None:
    for wrong in ([1.0], [[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.2], [0.3, 1.0]], [[1.0, np.nan], [np.nan, 1.0]], [[0.5]]):
        with pytest.raises(DataError, match="correlations"):
            effective_trials_by_mean(wrong)
    with pytest.raises(DataError, match="infinite"):
        trial_correlations([[np.inf, 1.0]])
    with pytest.raises(DataError, match="shape"):
        trial_correlations([1.0, 2.0])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0, 0.99), st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_between_one_and_all(seed: int, rho: float, sizes: list[int]) -> None:
    correlations = trial_correlations(planted(seed, rho, sizes, periods=120))
    for found in (effective_trials_by_mean(correlations), effective_trials_by_clusters(correlations)):
        assert 1 - 1e-9 <= found <= sum(sizes) + 1e-9
