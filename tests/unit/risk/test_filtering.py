"""Filtered scenarios: the GARCH fit, its schedule, what stands in for it, and whether forecasts hold."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from quartet.risk import filtering, judge_forecasts, rolling_forecasts
from quartet.risk.filtering import FilterParameters, FilterSchedule, GarchFit, filtered_scenarios
from quartet.risk.measures import sample_tail
from quartet.risk.measures.sample_tail import FilteredLevel
from quartet.risk.tail_formulas import sample_var


def garch_path(count: int, seed: int, alpha: float = 0.12, beta: float = 0.86) -> np.ndarray:
    """Returns of a GARCH(1,1) process with a deviation of 1 % in the long run."""
    draws = np.random.default_rng(seed).standard_normal(count)
    omega = 1e-4 * (1 - alpha - beta)
    variance, out = 1e-4, np.empty(count)
    for at, draw in enumerate(draws.tolist()):
        out[at] = draw * variance**0.5
        variance = omega + alpha * out[at] ** 2 + beta * variance
    return out


def test_the_fit_finds_the_process():
    fit = filtering.fit_garch(garch_path(4000, 1))
    assert isinstance(fit, GarchFit)
    assert fit.alpha == pytest.approx(0.12, abs=0.03) and fit.beta == pytest.approx(0.86, abs=0.04)
    assert fit.omega / (1 - fit.alpha - fit.beta) == pytest.approx(1e-4, rel=0.5)


def test_variances_follow_the_recursion():
    fit = GarchFit(0.1, 0.2, 0.5, 0)
    first = 0.1 / 0.3
    second = 0.1 + 0.2 * 4.0 + 0.5 * first
    np.testing.assert_allclose(fit.variances(np.array([2.0, -1.0])), [first, second, 0.1 + 0.2 + 0.5 * second])


def test_losses_are_brought_to_the_variance_of_the_next_period():
    losses = np.array([1.0, -2.0, 3.0])
    fit = GarchFit(0.1, 0.2, 0.5, 3)
    made = filtered_scenarios(losses, FilterParameters(observations_min=50), fit)
    assert made.used == "ewma" and "3 returns, 50 needed" in made.why
    long = np.tile(losses, 20)
    made = filtered_scenarios(long, FilterParameters(observations_min=50), fit)
    variances = fit.variances(-long)
    np.testing.assert_allclose(made.losses, long / np.sqrt(variances[:-1]) * np.sqrt(variances[-1]))
    assert (made.used, made.why) == ("garch11", "")


def test_few_returns_are_filtered_by_weights_and_say_so():
    reading = sample_tail.filtered_var(-garch_path(300, 2))
    assert "ewma_filter" in reading.flags and reading.why == "300 returns, 500 needed for GARCH"
    chosen = sample_tail.filtered_var(-garch_path(300, 2), FilteredLevel(filter="ewma"))
    assert chosen.value == reading.value and "ewma_filter" not in chosen.flags


def test_periods_before_the_first_return_have_no_scenario():
    losses = np.concatenate((np.zeros(40), garch_path(100, 3)))
    made = filtered_scenarios(losses, FilterParameters(filter="ewma"))
    assert len(made.losses) == 99 and np.isfinite(made.losses).all()  # its first return meets no variance either
    assert filtered_scenarios(np.zeros(60), FilterParameters(filter="ewma")).losses.tolist() == [0.0] * 60


def test_a_failed_fit_is_not_hidden(monkeypatch):
    monkeypatch.setattr(filtering, "fit_garch", lambda returns: "the GARCH fit did not converge")
    reading = sample_tail.filtered_cvar(-garch_path(600, 4))
    assert reading.why == "the GARCH fit did not converge" and "ewma_filter" in reading.flags


def test_an_old_fit_serves_twice_its_time_and_no_longer(monkeypatch):
    outcome: list[GarchFit | str] = []
    asked: list[int] = []

    def fit(returns):
        asked.append(len(returns))
        return GarchFit(1e-6, 0.1, 0.85, len(returns)) if not outcome else outcome[0]

    monkeypatch.setattr(filtering, "fit_garch", fit)
    losses = garch_path(600, 5)
    schedule = FilterSchedule(FilterParameters(observations_min=500, refit_every=21))
    used = {}
    for count in range(495, 600):
        if count == 510:
            outcome.append("no luck")
        used[count] = schedule.scenarios(losses[:count])
    assert asked == [500, 521, 542, 563, 584]
    assert used[499].used == "ewma" and "499 returns" in used[499].why
    assert {used[count].used for count in range(500, 543)} == {"garch11"}
    assert used[541].fit.fitted_on == 500
    assert used[543].used == "ewma" and used[543].why == "the last GARCH fit is too old"
    assert used[563].why == "no luck"


def filtered_at_95(schedule: FilterSchedule, past: np.ndarray) -> float:
    return sample_var(schedule.scenarios(past).losses, 0.95)


def test_filtered_forecasts_hold_where_plain_ones_fail():
    accepted = {"filtered": 0, "plain": 0}
    for seed in range(1, 6):
        losses = -garch_path(2200, seed, 0.2, 0.78)
        schedule = FilterSchedule(FilterParameters(refit_every=126))
        made = {
            "filtered": rolling_forecasts(losses, partial(filtered_at_95, schedule), None, 600),
            "plain": rolling_forecasts(losses, lambda past: sample_var(past, 0.95), 500, 600),
        }
        for name, forecast in made.items():
            accepted[name] += judge_forecasts(losses[600:], forecast[600:], level=0.95).accepted
    # Each of the two tests refuses right forecasts once in twenty.
    assert accepted["filtered"] >= 4 and accepted["plain"] <= 1, accepted
