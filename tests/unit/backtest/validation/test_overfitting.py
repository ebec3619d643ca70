"""Probability of backtest overfitting: a slow reading of the definition, another implementation, known worlds."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quartet.backtest.validation.overfitting import backtest_overfitting
from quartet.backtest.validation.samples import Floats
from quartet.core.errors import ConfigError, DataError


def noise(seed: int, periods: int = 960, trials: int = 50) -> Floats:
    return np.random.default_rng(seed).standard_normal((periods, trials))


def waves() -> Floats:
    """Returns that any program can make again: 240 periods, 7 trials."""
    i, j = np.arange(240)[:, None], np.arange(1, 8)[None, :]
    made: Floats = 0.01 * np.sin(1.7 * i * j + j) + 0.004 * np.cos(0.3 * i + j * j) + 0.0004 * j
    return made


def by_definition(returns: Floats, blocks: int) -> list[float]:
    """The logits, from the definition, one split after the other."""
    parts = np.array_split(returns, blocks)
    logits = []
    for chosen in itertools.combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[each] for each in chosen])
        outside = np.concatenate([parts[each] for each in range(blocks) if each not in chosen])
        best = int((inside.mean(axis=0) / inside.std(axis=0, ddof=1)).argmax())
        figures = outside.mean(axis=0) / outside.std(axis=0, ddof=1)
        rank = (figures < figures[best]).sum() + ((figures == figures[best]).sum() + 1) / 2
        share = rank / (returns.shape[1] + 1)
        logits.append(math.log(share / (1 - share)))
    return logits


def test_it_is_the_definition() -> None:
    returns = noise(1, periods=96, trials=9)
    found = backtest_overfitting(returns, blocks=6)
    assert found is not None
    assert found.logits == pytest.approx(by_definition(returns, 6))


def test_it_agrees_with_another_implementation() -> None:
    # purgedcv 0.1.11, probability_of_backtest_overfitting(waves().T, n_splits=8): pbo 3 / 70, slope -0.74317...
    found = backtest_overfitting(waves(), blocks=8)
    assert found is not None
    assert found.probability == pytest.approx(0.04285714285714286)
    assert found.degradation_slope == pytest.approx(-0.7431735680337918)
    assert found.loss_probability == pytest.approx(1 / 70)
    assert sorted(found.out_of_sample)[:2] == pytest.approx([-0.0093759, 0.06485711], abs=1e-8)


def test_noise_is_overfitted_half_of_the_time() -> None:
    # Sixteen blocks; of the 12,870 splits 1,000 are drawn. A single set scatters by 0.16.
    found = [backtest_overfitting(noise(seed), splits_max=1000, seed=seed) for seed in range(60)]
    shares = [each.probability for each in found if each is not None]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.06)
    assert np.std(shares) == pytest.approx(0.16, abs=0.05)


def test_noise_without_mean_is_always_overfitted() -> None:
    returns = noise(7)
    found = backtest_overfitting(returns - returns.mean(axis=0))
    assert found is not None
    assert found.probability == 1
    assert len(found.logits) == 12_870


def test_a_good_trial_is_not_overfitted() -> None:
    returns = noise(3)
    returns[:, 7] += 0.3
    found = backtest_overfitting(returns)
    assert found is not None
    assert found.probability < 0.01


def test_the_median_counts_as_overfitted() -> None:
    # Trial 1 is best in the first half and the median of the second; 2 is best in the second, worst in the first.
    levels = np.repeat([[0.3, 0.4, 0.1], [0.1, 0.2, 0.3]], 20, axis=0)
    returns = levels + np.tile([1.0, -1.0], 20)[:, np.newaxis]
    found = backtest_overfitting(returns, blocks=2)
    assert found is not None
    assert found.logits.tolist() == pytest.approx([0.0, math.log(1 / 3)])
    assert found.probability == 1


def test_one_trial_has_no_figure() -> None:
    assert backtest_overfitting(noise(1, trials=1)) is None


def test_splits_are_drawn_by_seed_without_repetition() -> None:
    returns = noise(2)
    one, same, other = (backtest_overfitting(returns, splits_max=500, seed=seed) for seed in (1, 1, 2))
    whole = backtest_overfitting(returns)
    assert one is not None and same is not None and other is not None and whole is not None
    assert one.is_sampled and not whole.is_sampled
    assert np.array_equal(one.logits, same.logits)
    assert not np.array_equal(one.logits, other.logits)
    assert one.probability == pytest.approx(whole.probability, abs=0.1)
    # Four blocks have six halves; five different ones cannot hold any twice.
    few = backtest_overfitting(returns, blocks=4, splits_max=5)
    assert few is not None
    assert len(np.unique(few.in_sample)) == 5


def test_a_trial_that_stands_still_earns_nothing() -> None:
    returns = noise(4, periods=64, trials=3) * 0.01 - 1.0
    returns[:, 1] = 0.0
    found = backtest_overfitting(returns, blocks=4)
    assert found is not None
    assert np.array_equal(found.in_sample, np.zeros(6))
    assert found.probability == 0
    assert found.degradation_slope is None


def test_what_cannot_be_is_refused() -> None:
    constant = noise(1, periods=64, trials=3)
    constant[:, 2] = 0.01
    with pytest.raises(DataError, match="column 2 is constant"):
        backtest_overfitting(constant, blocks=4)
    assert backtest_overfitting(constant, blocks=4, statistic="mean") is not None
    with pytest.raises(ConfigError, match="even"):
        backtest_overfitting(noise(1), blocks=5)
    with pytest.raises(ConfigError, match="splits_max"):
        backtest_overfitting(noise(1), blocks=30)
    with pytest.raises(ConfigError, match="statistic"):
        backtest_overfitting(noise(1), statistic="median")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="too few"):
        backtest_overfitting(noise(1, periods=31), blocks=16)
    with pytest.raises(DataError, match="period 3 of column 1"):
        wrong = noise(1, periods=64, trials=3)
        wrong[3, 1] = math.nan
        backtest_overfitting(wrong, blocks=4)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.1, 100), st.permutations(range(5)))
def test_neither_unit_nor_order_matter(seed: int, scale: float, order: list[int]) -> None:
    returns = noise(seed, periods=50, trials=5)
    one, other = (backtest_overfitting(each, blocks=6) for each in (returns, returns[:, order] * scale))
    assert one is not None and other is not None
    assert one.logits == pytest.approx(other.logits)
    assert one.probability == other.probability
