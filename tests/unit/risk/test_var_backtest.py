"""Tests of forecasts: published statistics, order of hits, zones, shortfall."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.errors import DataError
from quartet.risk import TrackRecord, judge_forecasts, measure_all, rolling_forecasts
from quartet.risk.tail_formulas import normal_cvar, normal_var, sample_var
from quartet.risk.var_backtest import (
    Z2_CRITICAL,
    acerbi_szekely_z2,
    basel_multiplier,
    basel_zone,
    christoffersen,
    conditional_coverage,
    kupiec,
    z2_critical,
)


@pytest.mark.parametrize(
    ("periods", "hits", "level", "statistic"),
    [(250, 7, 0.99, 5.4969904478), (60, 4, 0.95, 0.3191039445), (250, 0, 0.99, 5.0251679268)],
)
def test_kupiec(periods, hits, level, statistic):
    found = kupiec(hits, periods, level)
    assert found.statistic == pytest.approx(statistic, abs=5e-11)
    assert found.p_value == pytest.approx(scipy.stats.chi2.sf(statistic, 1), rel=1e-9)


def test_kupiec_at_its_own_rate_and_at_hits_only():
    assert kupiec(5, 100, 0.95).statistic == 0.0
    assert kupiec(5, 100, 0.95).p_value == 1.0
    assert kupiec(10, 10, 0.95).statistic == pytest.approx(-20 * math.log(0.05))


def test_only_the_order_of_hits_tells_clustered_from_spread():
    spread, clustered = np.zeros(250, bool), np.zeros(250, bool)
    spread[np.arange(20, 250, 36)] = True
    clustered[100:107] = True
    assert spread.sum() == clustered.sum() == 7
    apart, together = christoffersen(spread), christoffersen(clustered)
    assert together.statistic > 30 > 1 > apart.statistic
    both = conditional_coverage(clustered, 0.99)
    assert both.statistic == pytest.approx(5.4969904478 + together.statistic)
    assert both.p_value == pytest.approx(scipy.stats.chi2.sf(both.statistic, 2), rel=1e-9)


def test_christoffersen_by_hand():
    hits = np.array([0, 1, 1, 0, 0, 0, 1, 0], bool)  # moves: 00 twice, 01 twice, 11 once, 10 twice
    own = 2 * math.log(2 / 4) + 2 * math.log(2 / 4) + math.log(1 / 3) + 2 * math.log(2 / 3)
    pooled = 3 * math.log(3 / 7) + 4 * math.log(4 / 7)
    assert christoffersen(hits).statistic == pytest.approx(2 * (own - pooled))
    assert christoffersen(np.zeros(10, bool)).statistic == 0.0
    assert christoffersen(np.ones(1, bool)).p_value == 1.0


@given(st.lists(st.booleans(), min_size=1, max_size=80))
def test_statistics_are_never_negative_and_chances_never_beyond_one(values):
    hits = np.array(values)
    for found in (kupiec(int(hits.sum()), len(hits), 0.95), christoffersen(hits), conditional_coverage(hits, 0.95)):
        assert found.statistic >= 0.0 and 0.0 <= found.p_value <= 1.0


def test_zones_and_multipliers():
    assert [basel_zone(hits) for hits in (0, 4, 5, 9, 10, 40)] == ["green", "green", "yellow", "yellow", "red", "red"]
    plus = [round(3 * basel_multiplier(hits) - 3, 9) for hits in range(12)]
    assert plus == [0, 0, 0, 0, 0, 0.4, 0.5, 0.65, 0.75, 0.85, 1, 1]


def test_z2_is_zero_for_right_forecasts_and_below_for_small_ones():
    losses = np.random.default_rng(1).standard_normal(500_000)
    var, es = normal_var(0, 1, 0.975), normal_cvar(0, 1, 0.975)
    right = acerbi_szekely_z2(losses, np.full_like(losses, var), np.full_like(losses, es), 0.975)
    assert right == pytest.approx(0.0, abs=0.03)
    small = acerbi_szekely_z2(losses, np.full_like(losses, 0.8 * var), np.full_like(losses, 0.8 * es), 0.975)
    assert small < Z2_CRITICAL[0.975][0]
    by_hand = acerbi_szekely_z2(np.array([3.0, 1.0]), np.array([2.0, 2.0]), np.array([2.5, 2.5]), 0.75)
    assert by_hand == pytest.approx(1 - (3 / 2.5) / (2 * 0.25))
    with pytest.raises(DataError, match="above zero"):
        acerbi_szekely_z2(np.ones(2), np.ones(2), np.array([1.0, 0.0]), 0.75)


@pytest.mark.parametrize("level", sorted(Z2_CRITICAL))
def test_simulated_critical_values_are_the_published_ones(level):
    normal, heavy = Z2_CRITICAL[level]
    assert z2_critical(level, 250) == pytest.approx(normal, abs=0.035)
    assert z2_critical(level, 250, freedom=3) == pytest.approx(heavy, abs=0.035)
    once = z2_critical(level, 50, seed=3, draws=500)
    z2_critical.cache_clear()
    assert z2_critical(level, 50, seed=3, draws=500) == once


def test_shortfalls_that_are_too_small_are_refused_where_hits_are_right():
    """As many hits as there should be, in no order, each of them twice as large as was forecast."""
    losses, var = np.zeros(1000), np.full(1000, 1.0)
    losses[np.random.default_rng(4).choice(1000, 50, replace=False)] = 3.0
    right, small = (judge_forecasts(losses, var, np.full(1000, each), level=0.95) for each in (3.0, 1.5))
    assert right.coverage.p_value == small.coverage.p_value == 1.0
    assert right.accepted and right.z2 == pytest.approx(0.0)
    assert not small.accepted and small.z2 == pytest.approx(-1.0) and small.z2_critical > -0.5


def test_the_verdict_puts_them_together():
    ranks = np.random.default_rng(2).permutation((np.arange(1000) + 0.5) / 1000)
    losses = scipy.stats.norm.ppf(ranks)
    var = np.full(1000, normal_var(0, 1, 0.99))
    right = judge_forecasts(losses, var, np.full(1000, normal_cvar(0, 1, 0.99)), level=0.99)
    assert right.accepted and right.zone == "green" and right.z2 == pytest.approx(0, abs=1)
    assert (right.periods, right.hits) == (1000, 10)
    wrong = judge_forecasts(losses, var / 3, level=0.99)
    assert not wrong.accepted and wrong.zone == "red" and wrong.z2 is None
    assert judge_forecasts(losses, var, level=0.95).zone is None
    with pytest.raises(DataError, match="3 losses, 2 forecasts"):
        judge_forecasts(losses[:3], var[:2], level=0.99)


def test_plain_forecasts_are_accepted_on_independent_losses():
    losses = np.random.default_rng(3).standard_normal(3000)
    made = rolling_forecasts(losses, lambda past: sample_var(past, 0.95), 500, 500)
    assert np.isnan(made[:500]).all()
    assert made[700] == sample_var(losses[200:700], 0.95)  # nothing of period 700
    assert judge_forecasts(losses[500:], made[500:], level=0.95).accepted
    assert rolling_forecasts(losses[:4], lambda past: past.sum(), 1, 1)[1:].tolist() == losses[:3].tolist()
    assert rolling_forecasts(losses[:4], len, None, 1)[1:].tolist() == [1, 2, 3]
    for window, start in ((3, 5), (3, 0), (0, 2)):
        with pytest.raises(DataError, match="leave periods on both sides"):
            rolling_forecasts(losses[:5], lambda past: 0.0, window, start)


def test_a_record_with_forecasts_has_their_figures():
    returns = np.random.default_rng(4).normal(0, 0.01, 400)
    var = np.full(400, normal_var(0, 0.01, 0.99))
    var[:100] = np.nan
    record = TrackRecord.of_returns(returns).beside(var_forecasts=var, es_forecasts=var * 1.15)
    names = ["var_hit_rate", "kupiec_p", "christoffersen_p", "conditional_coverage_p", "basel_multiplier"]
    table = measure_all(record, [*names, "acerbi_szekely_z2"])
    hits = -returns[100:] > var[100:]
    assert table["var_hit_rate"] == hits.mean()
    assert table["kupiec_p"] == kupiec(int(hits.sum()), 300, 0.99).p_value
    assert table["conditional_coverage_p"] == conditional_coverage(hits, 0.99).p_value
    assert table["christoffersen_p"] == christoffersen(hits).p_value
    assert table["basel_multiplier"] == basel_multiplier(int(hits[-250:].sum()))
    assert basel_zone(int(hits[-250:].sum())) in table.row("basel_multiplier").flags
    short = TrackRecord.of_returns(returns[:300]).beside(var_forecasts=var[:300])
    assert measure_all(short, ["basel_multiplier"]).row("basel_multiplier").why.startswith("INSUFFICIENT_DATA: 200")
    with pytest.raises(DataError, match=r"var_forecasts from row 100, row 5: nan"):
        gap = var.copy()
        gap[105] = np.nan
        TrackRecord.of_returns(returns).beside(var_forecasts=gap)
