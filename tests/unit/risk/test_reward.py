"""Return and return for risk: a case of ten returns worked by hand, scaling, and figures that are undefined."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.risk import TrackRecord, measure_all
from quartet.risk.annualisation import rate_per_period
from quartet.risk.measures import relative, reward, shape
from quartet.risk.measures.reward import HacSharpe, Kelly, LoSharpe, RiskFree

TEN = np.array([0.01, -0.02, 0.03, 0.0, -0.01, 0.02, -0.03, 0.01, 0.02, -0.01])
"""Mean .002; squares add up to .0034, those of losses to .0015; gains to .09, losses to .07."""
ROOT = math.sqrt(252)


def test_ten_returns_by_hand():
    variance = (0.0034 - 10 * 0.002**2) / 9
    grown = math.prod(Fraction(str(1 + each)).limit_denominator(1000) for each in TEN.tolist())
    assert reward.total_return(TEN) == pytest.approx(float(grown) - 1, rel=1e-12)
    assert reward.annual_return(TEN, 252) == pytest.approx(float(grown) ** 25.2 - 1, rel=1e-12)
    assert reward.annual_volatility(TEN, 252) == pytest.approx(math.sqrt(variance) * ROOT)
    assert reward.sharpe_ratio(TEN, 252) == pytest.approx(0.002 / math.sqrt(variance) * ROOT)
    assert reward.sortino_ratio(TEN, 252) == pytest.approx(0.002 / math.sqrt(0.0015 / 10) * ROOT)
    assert reward.kelly_fraction(TEN, 252) == pytest.approx(0.002 / variance)
    assert reward.kelly_fraction(TEN, 252, Kelly(fraction=0.25, shrinkage=0.5)) == pytest.approx(0.00025 / variance)
    assert shape.omega(TEN) == pytest.approx(9 / 7)
    assert shape.gain_to_pain(TEN) == pytest.approx(2 / 7)
    assert shape.bar_win_rate(TEN) == 0.5


def test_excess_returns_use_a_rate_that_compounds_to_a_year():
    rate = rate_per_period(0.05, 252)
    assert (1 + rate) ** 252 == pytest.approx(1.05, rel=1e-12)
    shifted = reward.sharpe_ratio(TEN + rate, 252, RiskFree(risk_free_rate=0.05))
    assert shifted == pytest.approx(reward.sharpe_ratio(TEN, 252), rel=1e-9)
    assert reward.sortino_ratio(TEN + rate, 252, RiskFree(risk_free_rate=0.05)) == pytest.approx(
        reward.sortino_ratio(TEN, 252), rel=1e-9
    )


def test_lo_has_his_factor_for_first_order_dependence():
    rho = np.array([0.1])
    assert reward.lo_scale(rho, 252, True) == pytest.approx(14.36, abs=0.005)
    assert reward.lo_scale(rho, 252, False) == pytest.approx(252 / math.sqrt(252 + 2 * 251 * 0.1), rel=1e-12)
    assert reward.lo_scale(np.zeros(1), 252, True) == pytest.approx(15.8745, abs=5e-5)
    assert reward.lo_scale(np.array([-0.9, -0.9]), 12, False) is None


def test_dependence_shrinks_the_sharpe_ratio_and_both_corrections_see_it():
    draws = np.random.default_rng(3).standard_normal(20_000) * 0.01
    path = np.empty_like(draws)
    path[0] = draws[0]
    for at in range(1, len(path)):
        path[at] = 0.3 * path[at - 1] + draws[at]
    path += 0.002
    factor = math.sqrt(0.7 / 1.3)
    plain = reward.sharpe_ratio(path, 252)
    assert reward.sharpe_lo(path, 252) / plain == pytest.approx(factor, rel=0.03)
    assert reward.sharpe_lo(path, 252, LoSharpe(model="sample", lags=10)) / plain == pytest.approx(factor, rel=0.03)
    assert reward.sharpe_hac(path, 252, HacSharpe(lags=30)) / plain == pytest.approx(factor, rel=0.05)


def test_overlapping_returns_have_the_annual_ratio_of_their_periods_under_hac():
    single = np.random.default_rng(4).normal(0.001, 0.01, 20_000)
    overlapping = np.convolve(single, np.ones(5), "valid")
    correct = reward.sharpe_ratio(single, 252)
    assert reward.sharpe_hac(overlapping, 252, HacSharpe(lags=60)) == pytest.approx(correct, rel=0.1)
    assert reward.sharpe_ratio(overlapping, 252) > 2 * correct


@pytest.mark.parametrize("name", ["sharpe_ratio", "sharpe_lo", "sharpe_hac", "kelly_fraction"])
@pytest.mark.parametrize("still", [np.zeros(50), np.full(50, 0.001), np.full(1, 0.02)])
def test_returns_that_do_not_vary_have_no_ratio(name, still):
    assert getattr(reward, name)(still, 252) is None


def test_growth_at_a_steady_rate_has_no_ratio_after_rounding():
    equity = 100.0 * 1.0007 ** np.arange(300)
    table = measure_all(TrackRecord.of_equity(equity, periods_a_year=252), ["sharpe_ratio", "sortino_ratio"])
    assert (table["sharpe_ratio"], table["sortino_ratio"]) == (None, None)
    assert table.row("sharpe_ratio").why == "the returns do not vary"


def test_a_mean_that_is_not_above_zero_bets_nothing():
    assert reward.kelly_fraction(-TEN, 252) == 0.0


def test_a_loss_of_everything_is_minus_one_a_year():
    assert reward.annual_return(np.array([0.1, -1.0]), 252) == -1.0
    assert reward.annual_return(np.array([0.1, -1.5]), 252) == -1.0


def test_a_gain_that_compounds_beyond_all_bounds_is_null():
    bars = np.array([0.2, -0.01, 0.3])
    assert reward.annual_return(bars, 98_280) is None
    assert reward.calmar_ratio(bars, np.cumprod(np.append(1.0, 1.0 + bars)), 98_280) is None
    assert reward.annual_return(bars, 252) > 1e10
    assert reward.calmar_ratio(bars[:1], np.array([1.0, 1.2]), 1) is None


def test_against_itself_a_benchmark_leaves_nothing():
    assert relative.beta(TEN, TEN) == pytest.approx(1.0)
    assert relative.alpha(TEN, TEN, 252) == pytest.approx(0.0, abs=1e-15)
    assert relative.up_capture(TEN, TEN) == relative.down_capture(TEN, TEN) == 1.0
    assert relative.information_ratio(TEN, TEN, 252) is None
    assert relative.tracking_error(TEN, TEN, 252) == 0.0
    assert relative.beta(TEN, np.zeros(10)) is None
    assert relative.up_capture(TEN, -np.ones(10)) is None
    assert relative.alpha_t(2 * TEN, TEN, 252) is None


def test_twice_the_benchmark_with_a_carry():
    ours = 2 * TEN + 0.001
    assert relative.beta(ours, TEN) == pytest.approx(2.0)
    assert relative.alpha(ours, TEN, 252) == pytest.approx(0.252)
    # With a risk-free rate f the intercept is 0.001 + f: beta times f is borrowed.
    rate = rate_per_period(0.03, 252)
    assert relative.alpha(ours, TEN, 252, RiskFree(risk_free_rate=0.03)) == pytest.approx((0.001 + rate) * 252)
    away = TEN + 0.001
    assert relative.information_ratio(ours, TEN, 252) == pytest.approx(reward.sharpe_ratio(away, 252))


@given(st.lists(st.floats(-0.2, 0.2), min_size=5, max_size=60), st.floats(0.1, 5.0))
def test_leverage_changes_volatility_and_not_the_ratio(values, leverage):
    returns = np.array(values)
    base = reward.sharpe_ratio(returns, 252)
    if base is None or np.ptp(returns) < 1e-6:
        return
    assert reward.sharpe_ratio(leverage * returns, 252) == pytest.approx(base, rel=1e-6, abs=1e-6)
    assert reward.annual_volatility(leverage * returns, 252) == pytest.approx(
        leverage * reward.annual_volatility(returns, 252), rel=1e-9
    )
    kelly = reward.kelly_fraction(returns, 252)
    assert reward.kelly_fraction(leverage * returns, 252) == pytest.approx(kelly / leverage, rel=1e-6, abs=1e-6)
