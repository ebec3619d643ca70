"""Intervals and tests by bootstrap: closed forms, coverage under dependence, size, determinism."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as statsmodels
from arch.bootstrap import optimal_block_length

from quartet.backtest.validation.intervals import (
    IntervalMethod,
    Resampling,
    drawdown_interval,
    growth_interval,
    sharpe_interval,
)
from quartet.backtest.validation.long_run import optimal_block, sharpe_influence, sharpe_of, standard_error
from quartet.backtest.validation.samples import Floats
from quartet.backtest.validation.sharpe_test import sharpe_difference, sharpe_p_value
from quartet.core.errors import ConfigError, DataError

FEW = Resampling(replications=300)


def dependent(seed: int, periods: int, rho: float, sharpe: float = 0.0) -> Floats:
    """AR(1) returns of deviation 1 and of that Sharpe ratio."""
    random = np.random.default_rng(seed)
    shocks = random.standard_normal(periods) * math.sqrt(1 - rho**2)
    values = np.empty(periods)
    last = random.standard_normal()
    for number, shock in enumerate(shocks.tolist()):
        last = rho * last + shock
        values[number] = last
    return values + sharpe


def covered(method: IntervalMethod, block: int | None, sets: int, periods: int) -> float:
    """The share of intervals that hold the true ratio of AR(1) returns with correlation 0.2."""
    hits = 0
    for seed in range(sets):
        resampling = Resampling(150, block_periods=block, seed=seed)
        found = sharpe_interval(dependent(seed, periods, 0.2, 0.1), method=method, resampling=resampling)
        assert found.low is not None and found.high is not None
        hits += found.low <= 0.1 <= found.high
    return hits / sets


def test_intervals_cover_the_truth_under_dependence() -> None:
    # Over 400 sets of 1,000 periods, with 1,000 resamples, it is 95.0 %; of 500 or 250 periods 93.5 %.
    assert covered("studentized", None, 150, 1000) == pytest.approx(0.95, abs=0.02)
    # Resampling single periods is too sure of itself.
    assert covered("percentile", 1, 100, 500) < 0.92


def test_the_standard_error_is_that_of_the_closed_forms() -> None:
    # Normal, independent: (1 + SR^2 / 2) / T (Lo, 2002). AR(1), mean: (1 + rho) / (1 - rho) / T.
    values = dependent(1, 100_000, 0.0, 0.5)
    assert standard_error(sharpe_influence(values)) == pytest.approx(math.sqrt(1.125 / 100_000), rel=0.03)
    assert standard_error(dependent(2, 100_000, 0.3)) == pytest.approx(math.sqrt(1.3 / 0.7 / 100_000), rel=0.03)


def test_the_standard_error_is_that_of_statsmodels() -> None:
    values = dependent(14, 300, 0.5)
    lag = math.ceil(4 * 3 ** (2 / 9))
    fitted = statsmodels.OLS(values, np.ones(300)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": False}
    )
    assert standard_error(values) == pytest.approx(float(fitted.bse[0]), rel=1e-9)


def test_influence_is_the_derivative() -> None:
    values = dependent(3, 200, 0.2, 0.1)
    without = np.array([sharpe_of(np.delete(values, each)) for each in range(200)])
    jackknife = 199 * (sharpe_of(values) - without)
    assert sharpe_influence(values) == pytest.approx(jackknife, abs=0.06)


def test_optimal_block_is_that_of_arch() -> None:
    values = dependent(4, 1000, 0.5)
    expected = math.ceil(float(optimal_block_length(values)["stationary"].iloc[0]))
    assert optimal_block(values) == expected > 5
    assert optimal_block(np.column_stack([values] * 3)) == expected
    assert optimal_block(np.zeros(100)) == 1


def test_annualising_scales_the_interval() -> None:
    values = dependent(5, 250, 0.0, 0.1)
    one, year = sharpe_interval(values, resampling=FEW), sharpe_interval(values, 252, resampling=FEW)
    assert one.estimate is not None and one.low is not None and year.low is not None
    assert year.estimate == pytest.approx(one.estimate * math.sqrt(252))
    assert year.low == pytest.approx(one.low * math.sqrt(252))
    assert one.low < one.estimate < (one.high or 0)


@pytest.mark.parametrize("method", ["studentized", "bca", "percentile"])
def test_growth_interval_holds_the_growth(method: IntervalMethod) -> None:
    values = dependent(6, 500, 0.1, 0.05) * 0.01
    found = growth_interval(values, 252, method=method, resampling=FEW)
    assert found.estimate == pytest.approx(float(np.prod(1 + values)) ** (252 / 500) - 1)
    assert found.low is not None and found.high is not None and found.estimate is not None
    assert found.low < found.estimate < found.high


def test_drawdown_by_hand_and_its_interval() -> None:
    # 1 -> 1.1 -> 0.88 -> 0.968 -> 0.7744 -> ...: the deepest is 1 - 0.7744 / 1.1.
    values = np.array([0.1, -0.2, 0.1, -0.2] + [0.5] * 8)
    found = drawdown_interval(values, resampling=FEW)
    assert found.estimate == pytest.approx(1 - 0.7744 / 1.1)
    assert found.low is not None and found.high is not None
    assert 0 <= found.low <= found.high < 1
    at_once = drawdown_interval(np.array([-0.4] + [0.01] * 12), resampling=FEW)
    assert at_once.estimate == pytest.approx(0.4)


def test_equal_arguments_give_equal_bits() -> None:
    values = dependent(7, 300, 0.2)
    assert sharpe_interval(values, resampling=FEW) == sharpe_interval(values, resampling=FEW)
    assert sharpe_p_value(values, resampling=FEW) == sharpe_p_value(values, resampling=FEW)
    assert sharpe_interval(values, resampling=FEW) != sharpe_interval(values, resampling=Resampling(300, seed=1))


def test_p_value_is_uniform_where_nothing_is_there() -> None:
    found = np.array([sharpe_p_value(dependent(seed, 200, 0.2), resampling=FEW) or 0.0 for seed in range(200)])
    assert np.mean(found <= 0.1) == pytest.approx(0.1, abs=0.05)
    assert np.mean(found) == pytest.approx(0.5, abs=0.07)


def test_p_value_is_small_where_something_is_there() -> None:
    values = dependent(8, 1000, 0.0, 0.2)
    assert sharpe_p_value(values, resampling=FEW) == 1 / 301
    against_itself = sharpe_p_value(values, benchmark=sharpe_of(values), resampling=FEW)
    assert against_itself == pytest.approx(0.5, abs=0.1)


def test_a_resample_without_a_ratio_counts_against_the_strategy() -> None:
    once = np.zeros(50)
    once[7] = 1.0
    # Of resamples of single periods .98^50 = 36.4 % lack the one gain, and 7.8 % have it three times or more.
    found = sharpe_p_value(once, resampling=Resampling(2000, block_periods=1))
    assert found == pytest.approx(0.364 + 0.078, abs=0.04)


def test_difference_of_strategies() -> None:
    common = dependent(9, 800, 0.1)
    one = common + 0.1 * dependent(10, 800, 0.0) + 0.15
    found, back = sharpe_difference(one, common, resampling=FEW), sharpe_difference(common, one, resampling=FEW)
    assert found is not None and back is not None and found.low is not None and found.high is not None
    assert found.difference == -back.difference == pytest.approx(sharpe_of(one) - sharpe_of(common))
    assert found.p_value == back.p_value == 1 / 301
    assert 0 < found.low < found.difference < found.high
    same = sharpe_difference(one, one, resampling=FEW)
    assert same is not None
    assert (same.difference, same.p_value, same.low) == (0.0, None, None)


def test_difference_has_its_size_where_both_are_alike() -> None:
    found = []
    for seed in range(120):
        both = np.random.default_rng(seed).multivariate_normal([0.1, 0.1], [[1, 0.6], [0.6, 1]], 200)
        each = sharpe_difference(both[:, 0], both[:, 1], resampling=Resampling(150, seed=seed))
        assert each is not None and each.p_value is not None
        found.append(each.p_value)
    assert np.mean(np.array(found) <= 0.1) == pytest.approx(0.1, abs=0.06)


def test_what_is_undefined_is_none() -> None:
    still = np.full(50, 0.01)
    found = sharpe_interval(still, resampling=FEW)
    assert (found.estimate, found.low, found.high) == (None, None, None)
    assert sharpe_p_value(still, resampling=FEW) is None
    assert sharpe_difference(still, dependent(1, 50, 0.0), resampling=FEW) is None
    once = np.zeros(50)
    once[7] = 0.1  # a third of the resamples have no ratio
    assert sharpe_interval(once, resampling=FEW).low is None


def test_what_cannot_be_is_refused() -> None:
    values = dependent(1, 50, 0.0)
    with pytest.raises(DataError, match="too few"):
        sharpe_interval(values[:9])
    with pytest.raises(DataError, match="place 3 is ruin"):
        growth_interval(np.array([0.1, 0.1, 0.1, -1.0] + [0.1] * 10), 252)
    with pytest.raises(ConfigError, match="standard error"):
        drawdown_interval(values * 0.01, method="studentized")
    with pytest.raises(ConfigError, match="method"):
        sharpe_interval(values, method="normal")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="level"):
        sharpe_interval(values, level=95)
    with pytest.raises(ConfigError, match="periods_per_year"):
        sharpe_interval(values, -1)
    with pytest.raises(ConfigError, match="replications"):
        Resampling(replications=10)
    with pytest.raises(ConfigError, match="block_periods"):
        Resampling(block_periods=0)
    with pytest.raises(DataError, match="the same periods"):
        sharpe_difference(values, values[:-1])
