"""Reality check, SPA and StepM: against arch itself, size over noise, power."""

from __future__ import annotations

import numpy as np
import pytest
from arch.bootstrap import SPA

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
    # 60 sets of 40 strategies: at most 5 % true, two deviations above are 10.6 %.
    found = [data_snooping_test(noise(seed, trials=40), resampling=Resampling(200, 1, seed)) for seed in range(60)]
    assert sum(bool(each.superior) for each in found) <= 6
    assert sum(each.spa_consistent <= 0.05 for each in found) <= 6
    assert sum(each.reality_check <= 0.05 for each in found) <= 6
    assert np.mean([each.spa_consistent for each in found]) == pytest.approx(0.5, abs=0.15)


def test_two_hundred_bad_and_one_good() -> None:
    returns = noise(11, periods=1000, trials=201)
    returns -= returns.mean(axis=0)
    returns[:, 77] += 0.01 * 3 / np.sqrt(252)
    found = data_snooping_test(returns, resampling=FEW)
    assert found.superior == (77,)
    assert found.best == 77
    assert found.spa_consistent < 0.01


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
    with pytest.raises(DataError, match="no column"):
        data_snooping_test(returns[:, :0])
    with pytest.raises(DataError, match="shape"):
        data_snooping_test(returns[:, 0])
    with pytest.raises(ConfigError, match="size"):
        data_snooping_test(returns, size=5)
