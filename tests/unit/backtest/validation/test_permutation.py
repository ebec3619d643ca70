"""Permutation tests: small cases counted by hand, size, power."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from quartet.backtest.validation.permutation import random_entry_test, trade_order_test
from quartet.core.errors import ConfigError, DataError


def test_three_spells_have_six_orders() -> None:
    # Flat, long for two periods, flat for one: held over periods 1 and 2, which are the good ones.
    returns = [0.01, 0.05, 0.04, -0.02]
    found = random_entry_test([0, 1, 1, 0], returns, permutations=6000)
    assert found.observed == pytest.approx(0.09 / 4)
    # Six orders: long first (two of them), in the middle (two), last (two).
    values, counts = np.unique(found.permuted.round(9), return_counts=True)
    assert values == pytest.approx([0.02 / 4, 0.06 / 4, 0.09 / 4])
    assert counts / 6000 == pytest.approx([1 / 3] * 3, abs=0.03)
    assert found.p_value == pytest.approx(1 / 3, abs=0.03)


def test_a_market_that_only_rises_proves_no_timing() -> None:
    positions = np.tile([1, 1, 1, 0], 50)
    found = random_entry_test(positions, np.full(200, 0.01))
    assert found.p_value == 1.0


def test_foresight_is_found_and_chance_is_not() -> None:
    random = np.random.default_rng(3)
    returns = random.standard_normal(400) * 0.01
    assert random_entry_test((returns > 0).astype(float), returns).p_value < 0.001
    blind = [
        random_entry_test(
            np.repeat(random.integers(0, 2, 40), 5), random.standard_normal(200), permutations=200
        ).p_value
        for _ in range(200)
    ]
    assert np.mean(np.array(blind) <= 0.1) == pytest.approx(0.1, abs=0.05)


def test_drawdowns_of_all_orders_of_three_trades() -> None:
    trades = [0.5, -0.2, -0.1]
    # Losses together: 1 - 0.8 * 0.9; apart by the gain: 0.2 in either order.
    found = trade_order_test(trades, permutations=6000)
    assert found.observed == pytest.approx(0.28)
    deep = sum(order.index(0.5) != 1 for order in itertools.permutations(trades)) / 6
    assert found.p_value == pytest.approx(deep, abs=0.03)
    assert sorted(set(found.permuted.round(9))) == pytest.approx([0.2, 0.28])
    assert trade_order_test([-0.2, 0.5, -0.1]).p_value == 1.0


def test_equal_seeds_give_equal_bits() -> None:
    positions, returns = [0, 1, 0, 1, 1, 0, -1], [0.1, 0.2, -0.1, 0.3, 0.0, 0.1, -0.2]
    one, same, other = (random_entry_test(positions, returns, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.permuted, same.permuted)
    assert not np.array_equal(one.permuted, other.permuted)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(DataError, match="never change"):
        random_entry_test([1, 1, 1], [0.1, 0.2, 0.3])
    with pytest.raises(DataError, match="same periods"):
        random_entry_test([1, 0, 1], [0.1, 0.2])
    with pytest.raises(ConfigError, match="permutations"):
        random_entry_test([1, 0, 1], [0.1, 0.2, 0.1], permutations=10)
    with pytest.raises(DataError, match="in place 1 is ruin"):
        trade_order_test([0.1, -1.0])
