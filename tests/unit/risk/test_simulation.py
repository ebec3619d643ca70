"""Simulated value at risk: the laws that have a formula, the error that it states, equal bits, books that bend."""

from __future__ import annotations

import math

import numpy as np
import pytest

from quartet.core.errors import DataError
from quartet.risk.scenarios import overlapping_losses
from quartet.risk.simulation import Simulation, bootstrap_tail, simulate_tail
from quartet.risk.tail_formulas import normal_cvar, normal_var, sample_var, t_cvar, t_var

COVARIANCE = np.array([[0.04, 0.006, 0.0], [0.006, 0.09, -0.02], [0.0, -0.02, 0.16]]) / 252
WEIGHTS = np.array([0.6, 0.5, -0.3])
DEVIATION = math.sqrt(float(WEIGHTS @ COVARIANCE @ WEIGHTS))
MEAN = np.array([0.001, 0.0, 0.002])


@pytest.mark.parametrize("antithetic", [True, False])
@pytest.mark.parametrize("level", [0.95, 0.99])
def test_a_normal_book_has_the_normal_figures(level, antithetic):
    found = simulate_tail(WEIGHTS, COVARIANCE, level, mean=MEAN, parameters=Simulation(antithetic=antithetic))
    mean = float(MEAN @ WEIGHTS)
    assert abs(found.var - normal_var(mean, DEVIATION, level)) < 3 * found.var_error
    assert abs(found.cvar - normal_cvar(mean, DEVIATION, level)) < 3 * found.cvar_error
    assert 0 < found.var_error < 0.05 * found.var and len(found.losses) == 10_000 and not found.repaired


def test_students_t_has_its_formula():
    found = simulate_tail(WEIGHTS, COVARIANCE, 0.99, parameters=Simulation(law="student_t", freedom=4.0, paths=200_000))
    assert abs(found.var - t_var(0, DEVIATION, 0.99, 4)) < 3 * found.var_error
    assert abs(found.cvar - t_cvar(0, DEVIATION, 0.99, 4)) < 3 * found.cvar_error


def test_the_error_is_that_between_seeds():
    made = [simulate_tail(WEIGHTS, COVARIANCE, parameters=Simulation(paths=2000, seed=seed)) for seed in range(200)]
    stated = np.mean([each.var_error for each in made])
    assert np.std([each.var for each in made], ddof=1) == pytest.approx(stated, rel=0.2)


def test_equal_seeds_give_equal_bits():
    one, same, other = (simulate_tail(WEIGHTS, COVARIANCE, parameters=Simulation(seed=seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.losses, same.losses) and one.var_error == same.var_error
    assert not np.array_equal(one.losses, other.losses)
    odd = simulate_tail(WEIGHTS, COVARIANCE, parameters=Simulation(paths=1001))
    assert len(odd.losses) == 1001 and odd.losses[0] == -odd.losses[501]


def test_a_book_of_options_is_revalued_and_loses_no_more_than_it_paid():
    """Calls that cost 0.02 of equity, worth what the first asset rises beyond 1 %: no draw loses more than that."""

    def revalue(draws):
        return 0.02 - 5 * np.maximum(draws[:, 0] - 0.01, 0.0)

    found = simulate_tail(WEIGHTS, COVARIANCE, 0.99, revalue=revalue)
    assert found.var == found.cvar == 0.02 and found.losses.min() < -0.1
    with pytest.raises(DataError, match="revalue gave 1 losses for 10,000 paths"):
        simulate_tail(WEIGHTS, COVARIANCE, revalue=lambda draws: np.zeros(1))


def test_blocks_keep_dependence():
    """Losses that come in runs of ten are deeper over ten periods than the same losses in any order."""
    losses = np.repeat(np.random.default_rng(3).normal(0.0, 0.01, 200), 10)
    apart, together = (bootstrap_tail(losses, 0.95, horizon=10, block=block) for block in (1.0, 200.0))
    assert together.var > 2 * apart.var
    assert together.var == pytest.approx(sample_var(overlapping_losses(losses, 10), 0.95), rel=0.05)
    once = bootstrap_tail(losses, 0.95)
    assert abs(once.var - sample_var(losses, 0.95)) <= max(3 * once.var_error, 1e-12)
    with pytest.raises(DataError, match="give a horizon within the losses"):
        bootstrap_tail(losses[:5], horizon=6)


def test_what_does_not_fit_is_refused():
    with pytest.raises(DataError, match="weights are of 2 assets, covariance of 3"):
        simulate_tail(WEIGHTS[:2], COVARIANCE)
    with pytest.raises(DataError, match="mean"):
        simulate_tail(WEIGHTS, COVARIANCE, mean=MEAN[:2])
