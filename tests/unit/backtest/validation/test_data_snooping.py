"""Reality check, SPA and StepM: against arch itself, size over noise, power."""

from __future__ import annotations

import numpy as np
import pytest
from arch.bootstrap import SPA, StationaryBootstrap

from quartet.backtest.validation.best_of_many import chance_of_best, long_run_variances
from quartet.backtest.validation.data_snooping import data_snooping_test
from quartet.backtest.validation.intervals import Resampling
from quartet.backtest.validation.samples import Floats
from quartet.core.errors import ConfigError, DataError

FEW = Resampling(replications=300)


def noise(seed: int, periods: int = 250, trials: int = 20) -> Floats:
    return np.random.default_rng(seed).standard_normal((periods, trials)) * 0.01


def test_it_is_arch_with_losses() -> None:
    returns, benchmark = noise(1), noise(2, trials=1)[:, 0]
    found = data_snooping_test(returns, benchmark, resampling=Resampling(300, block_periods=5, seed=9))
    arch = SPA(-benchmark, -returns, block_size=5, reps=300, seed=np.random.default_rng(9))
    arch.compute()
    assert (found.spa_lower, found.spa_consistent, found.spa_upper) == tuple(arch.pvalues)
    assert found.spa_lower <= found.spa_consistent <= found.spa_upper
    assert found.best == int((returns - benchmark[:, None]).mean(axis=0).argmax())


def test_noise_is_seldom_found_good() -> None:
    # 30 sets of 40 strategies: at most 5 % true, two deviations above are 13 %.
    found = [data_snooping_test(noise(seed, trials=40), resampling=Resampling(200, 1, seed)) for seed in range(30)]
    assert sum(bool(each.superior) for each in found) <= 4
    assert sum(each.spa_consistent <= 0.05 for each in found) <= 4
    assert sum(each.reality_check <= 0.05 for each in found) <= 4
    assert np.mean([each.spa_consistent for each in found]) == pytest.approx(0.5, abs=0.2)


def test_two_hundred_strategies_of_noise_are_refused_in_one_set_of_twenty() -> None:
    # 60 sets of 200 strategies: 5 % of them, two deviations above are 10.6 %.
    found = [chance_of_best(noise(seed, trials=200), resampling=Resampling(100, 1, seed)) for seed in range(60)]
    assert np.mean(np.array(found) <= 0.05) <= 0.107
    assert np.mean(found) == pytest.approx(0.5, abs=0.12)


def test_of_two_hundred_and_one_the_good_one_is_named() -> None:
    """A Sharpe ratio of 3 a year over four years, among 200 that are worth nothing and look like something."""
    returns = noise(11, periods=1000, trials=201)
    returns[:, 77] += 0.01 * 3 / np.sqrt(252)
    found = data_snooping_test(returns, resampling=FEW)
    assert found.superior == (77,)
    assert found.best == 77
    assert found.spa_consistent < 0.01
    assert chance_of_best(returns) < 0.01


@pytest.mark.parametrize("block", [1, 5, 40])
def test_the_fast_way_is_arch_on_trials_of_equal_deviation(block: int) -> None:
    """To the last resample; and no trial's unit matters, which it does to arch."""
    returns = noise(21, trials=15) - 0.0005 * np.arange(15)
    returns[1:] += 0.3 * returns[:-1]
    resampling = Resampling(300, block_periods=block, seed=4)
    for shift in (0.0, 0.001, -0.003):
        moved = returns + shift
        expected = data_snooping_test(moved / np.sqrt(long_run_variances(moved, block)), resampling=resampling)
        assert chance_of_best(moved, resampling=resampling) == expected.spa_consistent
        assert chance_of_best(moved * 2.0 ** np.arange(15), resampling=resampling) == expected.spa_consistent


def test_long_run_variances_are_those_of_resampled_means() -> None:
    returns = noise(5, periods=200, trials=3)
    returns[1:] += 0.5 * returns[:-1]
    drawn = StationaryBootstrap(8, returns, seed=np.random.default_rng(1))
    means = np.array([sample.mean(axis=0) for (sample,), _ in drawn.bootstrap(4000)])
    assert long_run_variances(returns, 8) == pytest.approx(200 * means.var(axis=0), rel=0.08)
    assert long_run_variances(returns, 1) == pytest.approx(returns.var(axis=0))


def test_poor_strategies_weigh_on_the_reality_check_only() -> None:
    good = noise(12, periods=500, trials=1) + 0.0012
    poor = noise(13, periods=500, trials=60) * 5 - 0.02
    found = data_snooping_test(np.hstack([good, poor]), resampling=FEW)
    assert found.spa_consistent < 0.05 < found.reality_check


def test_equal_arguments_give_equal_bits() -> None:
    assert data_snooping_test(noise(5), resampling=FEW) == data_snooping_test(noise(5), resampling=FEW)


def test_what_cannot_be_is_refused() -> None:
    returns = noise(1, trials=3)
    with pytest.raises(DataError, match="column 1 over the benchmark"):
        data_snooping_test(returns, returns[:, 1])
    with pytest.raises(DataError, match="the same periods"):
        data_snooping_test(returns, returns[:-1, 1])
    with pytest.raises(DataError, match="column 2 over the benchmark"):
        chance_of_best(np.column_stack([returns[:, :2], np.full(len(returns), 0.01)]))
    with pytest.raises(DataError, match="no column"):
        data_snooping_test(returns[:, :0])
    with pytest.raises(DataError, match="shape"):
        data_snooping_test(returns[:, 0])
    with pytest.raises(ConfigError, match="size"):
        data_snooping_test(returns, size=5)
