"""Figures of other libraries on the same series: recorded ones, and those that tests can import."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm
from skfolio import measures as theirs

from quartet.risk import TrackRecord, measure_all
from quartet.risk.annualisation import rate_per_period
from quartet.risk.measures import relative
from quartet.risk.measures.relative import Regression
from quartet.risk.moments import automatic_lags, long_run_variance

RECORDED = json.loads((Path(__file__).parent / "oracles.json").read_text())
RETURNS, BENCHMARK, YEAR = np.array(RECORDED["returns"]), np.array(RECORDED["benchmark"]), RECORDED["periods_per_year"]
EMPYRICAL = RECORDED["figures"]["empyrical-reloaded 0.7.1"]
QUANTSTATS = RECORDED["figures"]["quantstats 0.0.86"]
OURS = measure_all(TrackRecord.of_returns(RETURNS, periods_a_year=YEAR).beside(benchmark=BENCHMARK))


@pytest.mark.parametrize(
    ("recorded", "name"),
    [(library, name) for library in (EMPYRICAL, QUANTSTATS) for name in library if name in OURS and name != "ulcer"],
)
def test_figures_of_the_same_definition_are_equal(recorded, name):
    sign = -1.0 if name == "max_drawdown" else 1.0  # both print it negative
    assert OURS[name] == pytest.approx(sign * recorded[name], rel=1e-12)


def test_known_differences_are_the_known_ones():
    record = TrackRecord.of_returns(RETURNS, periods_a_year=YEAR)
    # Their risk-free rate is that of a period, ours a year's.
    free = measure_all(record, ["sharpe_ratio"], risk_free_rate=1.0001**YEAR - 1.0)
    assert free["sharpe_ratio"] == pytest.approx(EMPYRICAL["sharpe_ratio at a rate of 0.0001 a period"], rel=1e-9)
    # quantstats divides squared drawdowns by T - 1, the definition by T.
    assert OURS["ulcer"] == pytest.approx(QUANTSTATS["ulcer"] * math.sqrt((len(RETURNS) - 1) / len(RETURNS)), rel=1e-12)
    # empyrical compounds alpha over the year; a regression's intercept adds up.
    compounded = (1.0 + OURS["alpha"] / YEAR) ** YEAR - 1.0
    assert compounded == pytest.approx(EMPYRICAL["alpha, compounded"], rel=1e-9)
    # empyrical compounds the means of capture to a year of up (down) periods before it divides.
    for name, chosen in (("up_capture", BENCHMARK > 0), ("down_capture", BENCHMARK < 0)):
        means = [math.expm1(np.log1p(each[chosen]).mean()) for each in (RETURNS, BENCHMARK)]
        assert OURS[name] == pytest.approx(means[0] / means[1], rel=1e-12)
        ours, market = ((1.0 + mean) ** YEAR - 1.0 for mean in means)
        assert ours / market == pytest.approx(EMPYRICAL[f"{name}, annualised"], rel=1e-9)


def test_tails_and_drawdowns_are_those_of_skfolio():
    depth = theirs.get_drawdowns(RETURNS, compounded=True)
    expected = {
        "cvar_95": theirs.cvar(RETURNS, beta=0.95),
        "cvar_99": theirs.cvar(RETURNS, beta=0.99),
        "max_drawdown": theirs.max_drawdown(depth),
        "avg_drawdown": theirs.average_drawdown(depth),
        "cdar_95": theirs.cdar(depth, beta=0.95),
        "ulcer": theirs.ulcer_index(depth),
    }
    for name, value in expected.items():
        assert OURS[name] == pytest.approx(value, rel=1e-12), name


def test_value_at_risk_is_numpys_inverted_distribution():
    for level, name in ((0.95, "var_95"), (0.99, "var_99")):
        assert OURS[name] == np.quantile(-RETURNS, level, method="inverted_cdf")


def test_moments_are_those_of_scipy():
    assert OURS["skew"] == pytest.approx(scipy.stats.skew(RETURNS, bias=False), rel=1e-12)
    assert OURS["excess_kurtosis"] == pytest.approx(scipy.stats.kurtosis(RETURNS, bias=False), rel=1e-12)


def test_the_long_run_variance_is_that_of_statsmodels():
    fit = sm.OLS(RETURNS, np.ones(len(RETURNS))).fit(cov_type="HAC", cov_kwds={"maxlags": 6})
    assert long_run_variance(RETURNS, 6) / len(RETURNS) == pytest.approx(float(fit.cov_params().item()), rel=1e-12)


def test_lags_follow_the_rule_of_thumb():
    assert [automatic_lags(count) for count in (50, 100, 252, 1000, 5000)] == [3, 4, 4, 6, 9]


def test_alpha_and_beta_are_those_of_a_regression():
    fit = sm.OLS(RETURNS, sm.add_constant(BENCHMARK)).fit()
    assert OURS["beta"] == pytest.approx(fit.params[1], rel=1e-9)
    assert OURS["alpha"] == pytest.approx(fit.params[0] * YEAR, rel=1e-9)
    rate = rate_per_period(0.08, YEAR)
    robust = sm.OLS(RETURNS - rate, sm.add_constant(BENCHMARK - rate)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 9, "use_correction": True}
    )
    chosen = Regression(risk_free_rate=0.08, lags=9)
    assert relative.alpha_t(RETURNS, BENCHMARK, YEAR, chosen) == pytest.approx(robust.tvalues[0], rel=1e-12)
    assert relative.beta_t(RETURNS, BENCHMARK, chosen) == pytest.approx(robust.tvalues[1], rel=1e-9)
    # Under independent errors of equal spread the robust t is near the plain one.
    assert OURS["beta_t"] == pytest.approx(fit.tvalues[1], rel=0.35)
    assert OURS["alpha_t"] == pytest.approx(fit.tvalues[0], rel=0.35)
