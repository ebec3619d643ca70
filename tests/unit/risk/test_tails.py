"""Value at risk and expected shortfall: the published numbers, laws, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pandas
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.errors import ConfigError, DataError
from quartet.core.registry import entry
from quartet.risk import tail_formulas as formulas
from quartet.risk.ewma import EwmaVariance, aged_weights, ewma_covariance, ewma_variances
from quartet.risk.measures import parametric_tail, sample_tail
from quartet.risk.measures.parametric_tail import Decay, Law
from quartet.risk.measures.sample_tail import AgedLevel, FilteredLevel, SampleLevel
from quartet.risk.measures.tail_level import Level

HUNDRED = np.random.default_rng(1).permutation(np.arange(1.0, 101.0))
samples = st.lists(st.floats(-1, 1), min_size=25, max_size=200).map(np.array)


def test_a_hundred_losses():
    assert sample_tail.var(HUNDRED).value == 95.0
    assert sample_tail.cvar(HUNDRED).value == 98.0  # of 96, 97, 98, 99, 100
    assert sample_tail.var(HUNDRED, SampleLevel(interpolation="linear")).value == pytest.approx(95.05)
    assert formulas.sample_var(HUNDRED, 0.945) == 95.0
    assert formulas.sample_cvar(HUNDRED, 0.945) == pytest.approx((0.5 * 95 + 96 + 97 + 98 + 99 + 100) / 5.5)


@pytest.mark.parametrize(("count", "level", "rank"), [(100, 0.95, 95), (1000, 0.99, 990), (20, 0.95, 19), (7, 0.9, 7)])
def test_ranks_are_exact_where_floats_are_not(count, level, rank):
    assert formulas.rank_of(count, level) == rank


def test_the_tail_needs_losses_and_few_are_told():
    short = sample_tail.var(HUNDRED[:20])
    assert (short.value, short.why) == (None, "INSUFFICIENT_DATA: 20 losses, 21 needed")
    assert sample_tail.var(HUNDRED[:21]).flags == ("low_confidence",)
    assert sample_tail.var(np.tile(HUNDRED, 2)).flags == ()
    assert sample_tail.cvar(HUNDRED, SampleLevel(level=0.99)).why == "INSUFFICIENT_DATA: 100 losses, 101 needed"
    assert sample_tail.var(HUNDRED[:5], SampleLevel(horizon=10)).why == "INSUFFICIENT_DATA: 0 losses, 21 needed"
    with pytest.raises(ConfigError, match=r"measure 'var': level = 1\.0: must be"):
        entry("measure", "var")(HUNDRED, level=1.0)


@pytest.mark.parametrize(("count", "level"), [(100, 0.95), (252, 0.99), (1000, 0.99), (60, 0.9)])
def test_the_interval_has_ranks_of_the_binomial_law(count, level):
    low, high = formulas.order_interval(count, level)
    law = scipy.stats.binom(count, level)
    assert low is not None and law.cdf(low - 1) <= 0.025 < law.cdf(low)
    if high is None:
        assert law.cdf(count - 1) < 0.975
    else:
        assert law.cdf(high - 2) < 0.975 <= law.cdf(high - 1)


def test_the_interval_of_a_hundred_losses_is_its_ranks():
    reading = sample_tail.var(HUNDRED)
    assert (reading.low, reading.high) == formulas.order_interval(100, 0.95) == (90, 100)


def test_a_year_of_days_does_not_bound_its_worst_percent_from_above():
    losses = np.random.default_rng(2).standard_normal(252)
    reading = sample_tail.var(losses, SampleLevel(level=0.99))
    assert reading.high is None and reading.low < reading.value
    assert "low_confidence" in reading.flags
    bounded = sample_tail.var(losses)
    assert bounded.low < bounded.value < bounded.high


def test_losses_of_several_periods_overlap():
    losses = -np.array([0.1, -0.1, 0.2] * 10)
    held = sample_tail.var(losses, SampleLevel(horizon=2))
    # 1.1 * .9, .9 * 1.2, 1.2 * 1.1: a third of the 29 pairs loses 1 %.
    assert held.value == pytest.approx(0.01)
    assert (held.low, held.high) == (None, None)


def test_normal_formulas():
    assert formulas.normal_var(0.0005, 0.012, 0.99) == pytest.approx(0.0274161745, abs=5e-11)
    assert formulas.normal_cvar(0.0005, 0.012, 0.99) == pytest.approx(0.0314825706, abs=5e-11)


def test_students_t_has_the_deviation_and_becomes_normal():
    assert formulas.t_var(0.0005, 0.012, 0.99, 1e7) == pytest.approx(0.0274161745, rel=1e-6)
    assert formulas.t_cvar(0.0005, 0.012, 0.99, 1e7) == pytest.approx(0.0314825706, rel=1e-6)
    draws = np.random.default_rng(5).standard_t(5, 1_000_000) * math.sqrt(3 / 5)
    assert formulas.t_var(0.0, 1.0, 0.99, 5) == pytest.approx(formulas.sample_var(-draws, 0.99), rel=0.01)
    assert formulas.t_cvar(0.0, 1.0, 0.99, 5) == pytest.approx(formulas.sample_cvar(-draws, 0.99), rel=0.015)
    assert formulas.t_freedom(draws[:50_000]) == pytest.approx(5, rel=0.1)
    assert formulas.t_freedom(np.random.default_rng(6).standard_normal(5000)) > 30


def test_cornish_fisher():
    assert formulas.cornish_fisher(0.99, -0.7, 4.5) == pytest.approx(-3.7087081736, abs=5e-11)
    assert formulas.modified_var(0.0003, 0.012, -0.7, 4.5, 0.99) == pytest.approx(0.0442044981, abs=5e-11)
    assert formulas.modified_var(0.0005, 0.012, 0.0, 0.0, 0.99) == formulas.normal_var(0.0005, 0.012, 0.99)
    # The example of CornishFisherVaR in R's package Dowd, whose kurtosis of 3 is no excess.
    assert formulas.modified_var(3.2, 5.6, 2.0, 0.0, 0.9) == pytest.approx(4.145348, abs=5e-7)


@given(st.floats(-2, 2), st.floats(-1, 12))
def test_the_domain_of_cornish_fisher_is_where_it_rises(skew, kurtosis):
    q = np.linspace(-8, 8, 4001)
    rise = (kurtosis / 8 - skew**2 / 6) * q**2 + skew / 3 * q + 1 - kurtosis / 8 + 5 * skew**2 / 36
    if formulas.cornish_fisher_holds(skew, kurtosis):
        assert rise.min() >= -1e-9
    bend = kurtosis / 8 - skew**2 / 6
    if bend > 0.01 and abs(skew / 6 / bend) < 8 and not formulas.cornish_fisher_holds(skew, kurtosis):
        assert 1 - kurtosis / 8 + 5 * skew**2 / 36 - (skew / 6) ** 2 / bend < 0


def test_the_flag_says_when_cornish_fisher_does_not_hold():
    calm = np.random.default_rng(7).standard_t(8, 2000) * 0.01
    assert parametric_tail.modified_var(calm).flags == ()
    wild = np.append(calm, -0.5)
    reading = parametric_tail.modified_var(wild, Level(level=0.99))
    assert reading.flags == ("out_of_domain",) and "filtered_var" in reading.why and reading.value is not None
    assert parametric_tail.modified_var(np.zeros(10)).value is None
    assert parametric_tail.modified_var(calm[:3]).why.startswith("INSUFFICIENT_DATA")


def test_laws_of_returns():
    returns = np.random.default_rng(8).normal(0.001, 0.01, 500)
    deviation = returns.std(ddof=1)
    assert parametric_tail.parametric_var(returns, Law(level=0.99)).value == formulas.normal_var(0, deviation, 0.99)
    ten = parametric_tail.parametric_var(returns, Law(horizon=10)).value
    assert ten == pytest.approx(math.sqrt(10) * parametric_tail.parametric_var(returns).value)
    twenty = parametric_tail.parametric_cvar(returns, Law(horizon=20)).value
    assert twenty == formulas.normal_cvar(20 * returns.mean(), math.sqrt(20) * deviation, 0.95)
    heavy = np.random.default_rng(9).standard_t(3, 3000) * 0.01
    student = parametric_tail.parametric_var(heavy, Law(level=0.99, distribution="student_t")).value
    assert student > parametric_tail.parametric_var(heavy, Law(level=0.99)).value
    assert parametric_tail.parametric_var(np.zeros(50)).why == "the returns do not vary"
    assert parametric_tail.parametric_var(returns[:1]).why == "INSUFFICIENT_DATA: 1 returns, 2 needed"


@given(samples, st.sampled_from([0.9, 0.95]))
def test_shortfall_is_at_least_value_at_risk(losses, level):
    assert formulas.sample_cvar(losses, level) >= formulas.sample_var(losses, level)
    aged = aged_weights(len(losses), 0.97)
    assert formulas.weighted_cvar(losses, aged, level) >= formulas.weighted_var(losses, aged, level)
    even = np.full(len(losses), 1 / len(losses))
    assert formulas.weighted_var(losses, even, level) == formulas.sample_var(losses, level)
    assert formulas.weighted_cvar(losses, even, level) == pytest.approx(formulas.sample_cvar(losses, level), abs=1e-9)


@given(samples, st.floats(0.1, 10), st.floats(-1, 1))
def test_tails_scale_and_shift(losses, scale, shift):
    for figure in (formulas.sample_var, formulas.sample_cvar):
        moved = figure(losses * scale + shift, 0.95)
        assert moved == pytest.approx(figure(losses, 0.95) * scale + shift, abs=1e-9)


def test_shortfall_is_the_least_of_its_linear_programme():
    losses = np.random.default_rng(10).standard_t(4, 73)
    count, tail = len(losses), 0.05
    costs = np.concatenate(([1.0], np.full(count, 1 / (count * tail))))
    rows = np.hstack([-np.ones((count, 1)), -np.eye(count)])
    solved = scipy.optimize.linprog(costs, rows, -losses, bounds=[(None, None)] + [(0, None)] * count)
    assert formulas.sample_cvar(losses, 0.95) == pytest.approx(solved.fun, rel=1e-9)


def test_exponential_weights_are_those_of_pandas_after_the_seed():
    returns = np.random.default_rng(12).normal(0, 0.01, 200)
    seeded = np.append(returns[:30].var(ddof=1), returns**2)
    expected = pandas.Series(seeded).ewm(alpha=0.06, adjust=False).mean().to_numpy()
    np.testing.assert_allclose(ewma_variances(returns, 0.94), expected, rtol=1e-12)
    own = parametric_tail.ewma_var(returns, Decay(level=0.99)).value
    assert own == pytest.approx(2.3263478740408408 * math.sqrt(expected[-1]), rel=1e-12)
    assert parametric_tail.ewma_cvar(returns).value > parametric_tail.ewma_var(returns).value
    assert parametric_tail.ewma_var(returns[:29]).why == "INSUFFICIENT_DATA: 29 returns, 30 needed"


def test_streaming_weights_are_the_whole_to_the_last_bit():
    returns = np.random.default_rng(13).normal(0, 0.01, 100)
    stream = EwmaVariance(0.94)
    seen = [stream.update(value) for value in returns.tolist()]
    assert seen[:29] == [None] * 29
    assert seen[29:] == ewma_variances(returns, 0.94)[30:].tolist()


def test_missing_returns_carry_the_variance_until_it_is_stale():
    stream = EwmaVariance(0.94)
    for value in np.linspace(-0.01, 0.01, 30).tolist():
        carried = stream.update(value)
    assert [stream.update(None) for _ in range(5)] == [carried] * 5 and not stream.stale
    assert stream.update(None) is None and stream.stale
    with pytest.raises(DataError, match="finite"):
        stream.update(math.nan)
    assert stream.stale
    assert stream.update(0.0) == 0.94 * carried and not stream.stale


def test_a_book_has_one_covariance_by_weights():
    returns = np.random.default_rng(14).normal(0, 0.01, (80, 3))
    matrix = ewma_covariance(returns, 0.94)
    weights = np.array([0.5, -0.2, 0.7])
    assert weights @ matrix @ weights == pytest.approx(ewma_variances(returns @ weights, 0.94)[-1], rel=1e-12)


def test_aged_losses_follow_their_weights():
    weights = aged_weights(3, 0.5)
    np.testing.assert_allclose(weights, np.array([1, 2, 4]) / 7)
    assert formulas.weighted_var(np.array([3.0, 1.0, 2.0]), weights, 0.8) == 2.0
    assert formulas.weighted_var(np.array([3.0, 1.0, 2.0]), weights, 0.9) == 3.0
    old, new = np.zeros(100), np.zeros(100)
    old[:5], new[-5:] = 1.0, 1.0
    params = AgedLevel(decay=0.9)
    assert sample_tail.aged_var(old, params).value == 0.0
    assert sample_tail.aged_var(new, params).value == 1.0
    assert sample_tail.aged_cvar(new, params).value == 1.0


def test_a_filter_that_is_off_changes_nothing():
    losses = np.random.default_rng(15).standard_normal(300)
    off = FilteredLevel(filter="none")
    assert sample_tail.filtered_var(losses, off).value == sample_tail.var(losses, SampleLevel(level=0.99)).value
    assert sample_tail.filtered_cvar(losses, off).value == sample_tail.cvar(losses, SampleLevel(level=0.99)).value
