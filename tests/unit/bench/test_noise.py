"""Percentiles, spread, and the interval of a ratio."""

from __future__ import annotations

import numpy as np
import pytest

from quartet.bench.noise import is_noisy, percentile, ratio_interval, spread


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 1), (0.001, 1), (0.5, 50), (0.505, 51), (0.9, 90), (0.99, 99), (0.999, 100), (1.0, 100)],
)
def test_percentiles_are_values_that_were_measured(share: float, expected: int) -> None:
    assert percentile(np.arange(1, 101, dtype=np.int64), share) == expected


def test_percentiles_of_one_and_of_none() -> None:
    assert percentile([7.0], 0.5) == percentile([7.0], 1.0) == 7.0
    with pytest.raises(ValueError, match="of nothing"):
        percentile([], 0.5)


def test_noise_is_deviation_over_mean() -> None:
    assert spread([5.0]) == 0.0 and not is_noisy([5.0])
    assert spread([90.0, 110.0]) == pytest.approx(0.1414, abs=1e-4)
    assert is_noisy([90.0, 110.0]) and not is_noisy([99.0, 100.0, 101.0])


def test_the_interval_of_a_ratio_holds_it_and_is_always_the_same() -> None:
    old, new = [100.0, 101.0, 99.0, 100.5, 99.5], [120.0, 121.0, 119.0, 122.0, 118.0]
    low, high = ratio_interval(old, new)
    assert low <= 1.2 <= high and low > 1.1
    assert (low, high) == ratio_interval(old, new)
    low, high = ratio_interval(old, old)
    assert low <= 1 <= high
