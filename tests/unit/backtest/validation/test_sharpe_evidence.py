"""Probabilistic and deflated Sharpe ratio: published numbers, hand-computed values, laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quartet.backtest.validation.sharpe_evidence import (
    SharpeMoments,
    deflated_sharpe_ratio,
    expected_maximum_sharpe,
    minimum_track_record,
    probabilistic_sharpe_ratio,
    sharpe_moments,
)
from quartet.core.errors import ConfigError, DataError

# Bailey and Lopez de Prado (2014): annual ratio 2.5 over 1250 days of which a year has 250, variance 1/2 a year.
PAPER = SharpeMoments(2.5 / math.sqrt(250), 1250, skewness=-3, kurtosis=10)
PAPER_VARIANCE = 0.5 / 250

ratios = st.floats(-0.5, 0.5)
lengths = st.integers(2, 5000)


def test_numbers_of_the_paper() -> None:
    assert expected_maximum_sharpe(100, PAPER_VARIANCE) == pytest.approx(0.11317, abs=5e-6)
    assert deflated_sharpe_ratio(PAPER, 100, PAPER_VARIANCE) == pytest.approx(0.9004, abs=5e-5)
    assert deflated_sharpe_ratio(PAPER, 46, PAPER_VARIANCE) == pytest.approx(0.9505, abs=5e-5)
    assert probabilistic_sharpe_ratio(PAPER) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("trials", "maximum"), [(1, 0), (10, 1.5746), (100, 2.5306), (1000, 3.2551)])
def test_expected_maximum_of_normal_draws(trials: int, maximum: float) -> None:
    assert expected_maximum_sharpe(trials, 1.0) == pytest.approx(maximum, abs=5e-5)
    assert expected_maximum_sharpe(trials, 4.0) == pytest.approx(2 * maximum, abs=1e-4)


def test_expected_maximum_is_never_negative() -> None:
    # The formula itself is -0.32 there.
    assert expected_maximum_sharpe(1.1, 1.0) == 0


def test_expected_maximum_is_near_that_of_simulated_draws() -> None:
    best = np.random.default_rng(5).standard_normal((20_000, 100)).max(axis=1)
    assert expected_maximum_sharpe(100, 1.0) == pytest.approx(best.mean(), abs=0.03)


def test_moments_by_hand() -> None:
    moments = sharpe_moments([1.0, 2.0, 3.0, 6.0])
    # Mean 3, squares of the deviations 4, 1, 0, 9: variance 14/3; third powers -8 - 1 + 27 = 18, fourth 16 + 1 + 81.
    assert moments.sharpe == pytest.approx(3 / math.sqrt(14 / 3))
    assert moments.skewness == pytest.approx((18 / 4) / 3.5**1.5)
    assert moments.kurtosis == pytest.approx((98 / 4) / 3.5**2)
    assert moments.periods == 4
    assert moments.is_low_sample


def test_probabilistic_ratio_by_hand() -> None:
    # Normal moments: variance factor 1 + SR^2 / 2 = 1.02; (0.2 - 0.1) sqrt(102 / 1.02) = 1; Phi(1).
    assert probabilistic_sharpe_ratio(SharpeMoments(0.2, 103), 0.1) == pytest.approx(0.8413447460685429, rel=1e-12)


def test_track_record_agrees_with_another_implementation() -> None:
    # purgedcv 0.1.11: min_track_record_length(.1, .02, .05, -.5, 4.) is 449, rounded up from 448.05.
    found = minimum_track_record(SharpeMoments(0.1, 100, -0.5, 4.0), benchmark=0.02)
    assert found == pytest.approx(448.0488, abs=1e-4)


def test_what_is_undefined_is_none() -> None:
    still = sharpe_moments([0.01] * 50)
    assert still.sharpe is None
    assert probabilistic_sharpe_ratio(still) is None
    assert deflated_sharpe_ratio(still, 10, 0.1) is None
    assert minimum_track_record(still) is None
    assert minimum_track_record(SharpeMoments(0.1, 100), benchmark=0.1) is None
    # Two values only, and a ratio at which the variance of the estimate vanishes.
    assert probabilistic_sharpe_ratio(SharpeMoments(1.0, 10, skewness=2.0, kurtosis=5.0)) is None


@pytest.mark.parametrize("wrong", [[0.1, math.nan], [0.1], [[0.1, 0.2]], ["a", "b"], [0.1, math.inf]])
def test_bad_returns_are_refused(wrong: object) -> None:
    with pytest.raises(DataError, match="returns"):
        sharpe_moments(wrong)


def test_bad_arguments_are_refused() -> None:
    for trials, variance in ((0.5, 1.0), (math.inf, 1.0), (10, -1.0), (10, math.nan)):
        with pytest.raises(ConfigError, match=r"trials|variance"):
            expected_maximum_sharpe(trials, variance)
    with pytest.raises(ConfigError, match="confidence"):
        minimum_track_record(PAPER, confidence=1.0)
    with pytest.raises(DataError, match="not in excess"):
        SharpeMoments(0.1, 100, kurtosis=0.0)
    with pytest.raises(DataError, match="periods"):
        SharpeMoments(0.1, 1)


@given(ratios, lengths, ratios, ratios)
def test_it_falls_with_the_benchmark(sharpe: float, periods: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    moments = SharpeMoments(sharpe, periods)
    above_low, above_high = probabilistic_sharpe_ratio(moments, low), probabilistic_sharpe_ratio(moments, high)
    assert above_low is not None and above_high is not None
    assert 0 <= above_high <= above_low <= 1
    assert probabilistic_sharpe_ratio(moments, sharpe) == 0.5


@given(ratios, st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0, 1))
def test_more_trials_never_help(sharpe: float, one: float, other: float, variance: float) -> None:
    few, many = sorted((one, other))
    moments = SharpeMoments(sharpe, 500)
    less, more = deflated_sharpe_ratio(moments, few, variance), deflated_sharpe_ratio(moments, many, variance)
    assert less is not None and more is not None
    assert more <= less + 1e-12
    assert deflated_sharpe_ratio(moments, 1, variance) == probabilistic_sharpe_ratio(moments)


@given(st.floats(0.01, 0.5), st.floats(-1, 1), st.floats(0.51, 0.999))
def test_a_track_record_of_the_minimum_length_reaches_the_confidence(
    sharpe: float, skewness: float, confidence: float
) -> None:
    needed = minimum_track_record(SharpeMoments(sharpe, 100, skewness, 4.0), confidence=confidence)
    assert needed is not None
    assume(1e6 > needed > 3)
    below, above = (
        probabilistic_sharpe_ratio(SharpeMoments(sharpe, periods, skewness, 4.0))
        for periods in (math.floor(needed), math.ceil(needed))
    )
    assert below is not None and above is not None
    assert below <= confidence + 1e-9
    assert above >= confidence - 1e-9


@given(st.lists(st.floats(-0.1, 0.1), min_size=3, max_size=50), st.floats(0.1, 100))
def test_moments_do_not_depend_on_the_unit(returns: list[float], scale: float) -> None:
    values = np.array(returns)
    assume(values.std() > 1e-6)
    one, other = sharpe_moments(values), sharpe_moments(values * scale)
    assert one.sharpe is not None
    assert other.sharpe == pytest.approx(one.sharpe, rel=1e-6, abs=1e-9)
    assert other.kurtosis == pytest.approx(one.kurtosis, rel=1e-6)
    assert one.variance_factor >= -1e-9
