"""A book of positions: scenario losses, and who carries the risk."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.errors import DataError
from quartet.risk import component_var, grouped, historical_components, incremental_var, scenario_losses
from quartet.risk.decomposition import nearest_covariance
from quartet.risk.scenarios import ScenarioParameters, overlapping_losses
from quartet.risk.tail_formulas import normal_var, sample_var

RNG = np.random.default_rng(21)
PANEL = RNG.normal(0, 0.02, (100, 3))
HELD = np.array([50_000.0, -20_000.0, 10_000.0])


def test_losses_are_the_matrix_product():
    made = scenario_losses(HELD, PANEL, 1e5)
    brute = [-sum(held * r for held, r in zip(HELD, row, strict=True)) / 1e5 for row in PANEL]
    np.testing.assert_allclose(made.losses, brute, atol=1e-12)
    np.testing.assert_allclose(made.losses, -(PANEL @ HELD) / 1e5, atol=1e-12)
    np.testing.assert_allclose(made.by_asset.sum(axis=1), made.losses, atol=1e-15)
    assert made.coverage.tolist() == [1.0] * 3 and made.proxied.tolist() == [0] * 3
    assert len(scenario_losses(HELD, PANEL, 1e5, parameters=ScenarioParameters(lookback=30)).losses) == 30


def test_missing_returns_are_proxied_left_out_or_refused():
    panel = PANEL.copy()
    panel[90:95, 1] = np.nan
    made = scenario_losses(HELD, panel, 1e5)
    assert made.scenarios.tolist() == [*range(90), *range(95, 100)] and made.coverage[1] == 0.95
    proxied = scenario_losses(HELD, panel, 1e5, proxies=PANEL)
    np.testing.assert_allclose(proxied.losses, scenario_losses(HELD, PANEL, 1e5).losses)
    assert proxied.proxied.tolist() == [0, 5, 0]
    panel[:20, 1] = np.nan
    with pytest.raises(DataError, match="INSUFFICIENT_DATA: EURUSD has returns in 75 of 100 scenarios, 90% needed"):
        scenario_losses(HELD, panel, 1e5, names=["SPY", "EURUSD", "GLD"])
    flat = scenario_losses([1.0, 0.0, 1.0], panel, 1e5)
    assert len(flat.losses) == 100  # what is not held needs no returns


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"equity": 0.0}, "equity = 0.0"),
        ({"equity": math.nan}, "equity = nan"),
        ({"returns": PANEL[:, :2]}, r"returns are \(100, 2\): give scenarios x 3 assets"),
        ({"notionals": [1.0, math.nan, 2.0]}, "notionals, row 1: nan"),
        ({"returns": np.where(PANEL[4, 2] == PANEL, np.inf, PANEL)}, "returns, row 4, column 2"),
        ({"proxies": PANEL[:50]}, r"proxies are \(50, 3\), returns \(100, 3\)"),
    ],
)
def test_bad_books_are_refused(changed, message):
    good = {"notionals": HELD, "returns": PANEL, "equity": 1e5}
    with pytest.raises(DataError, match=message):
        scenario_losses(**{**good, **changed})


def test_losses_over_a_horizon_compound():
    held = overlapping_losses(np.array([0.1, -0.1, 0.5]), 2)
    np.testing.assert_allclose(held, [1 - 0.9 * 1.1, 1 - 1.1 * 0.5])
    assert overlapping_losses(held, 1) is held


def test_two_assets_by_hand():
    covariance = np.array([[0.04, 0.006], [0.006, 0.09]])
    table = component_var([0.6, 0.4], covariance, 0.95, ["bonds", "stocks"])
    deviation = math.sqrt(0.36 * 0.04 + 0.16 * 0.09 + 2 * 0.24 * 0.006)
    z = 1.6448536269514722
    assert table.total == pytest.approx(z * deviation)
    assert table.marginal == pytest.approx(
        [z * (0.04 * 0.6 + 0.006 * 0.4) / deviation, z * (0.006 * 0.6 + 0.09 * 0.4) / deviation]
    )
    assert table.standalone == pytest.approx([z * 0.6 * 0.2, z * 0.4 * 0.3])
    assert table.share.sum() == pytest.approx(1.0)
    step = 1e-6
    moved = component_var([0.6 + step, 0.4], covariance).total
    assert (moved - table.total) / step == pytest.approx(table.marginal[0], rel=1e-4)
    assert table.to_polars().columns == ["name", "standalone", "marginal", "component", "share"]


matrices = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(-2, 2), min_size=n, max_size=n), st.lists(st.floats(-1, 1), min_size=n * n, max_size=n * n)
    )
)


@given(matrices)
def test_components_add_up(drawn):
    weights, factors = np.array(drawn[0]), np.array(drawn[1]).reshape(len(drawn[0]), -1)
    table = component_var(weights, factors @ factors.T)
    assert table.component.sum() == pytest.approx(table.total, abs=1e-10)
    assert table.total <= table.standalone.sum() + 1e-9


def test_a_riskless_book_has_no_components():
    table = component_var([1.0, -1.0], np.full((2, 2), 0.04))
    assert (
        table.flags == ("riskless",) and table.component.tolist() == [0.0, 0.0] and table.share.tolist() == [0.0, 0.0]
    )


def test_matrices_are_repaired_a_little_and_no_more():
    almost = np.array([[1.0, 0.9, 0.7], [0.9, 1.0, 0.95], [0.7, 0.95, 1.0]]) * 1e-4
    assert np.linalg.eigvalsh(almost).min() < 0
    repaired, moved = nearest_covariance(almost)
    assert moved and np.linalg.eigvalsh(repaired).min() > -1e-18
    assert component_var([0.5, 0.3, 0.2], almost).flags == ("repaired",)
    wrong = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    with pytest.raises(DataError, match=r"would have to move by .*more than 10% of its scale"):
        nearest_covariance(wrong)
    with pytest.raises(DataError, match="symmetric"):
        nearest_covariance([[1.0, 0.5], [0.499, 1.0]])
    with pytest.raises(DataError, match="weights are of 3 assets, covariance of 2"):
        component_var([1.0, 1.0, 1.0], np.eye(2))
    with pytest.raises(DataError, match="1 names for 2 assets"):
        component_var([1.0, 1.0], np.eye(2), names=["a"])


def test_historical_parts_add_up_and_follow_the_normal_ones():
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]]) / 252
    weights = np.array([0.7, 0.3])
    draws = np.random.default_rng(5).multivariate_normal([0, 0], covariance, 40_000)
    made = scenario_losses(weights, draws, 1.0, parameters=ScenarioParameters(lookback=40_000))
    table = historical_components(made.by_asset)
    assert table.component.sum() == pytest.approx(sample_var(made.losses, 0.95), abs=1e-12)
    np.testing.assert_allclose(table.share, component_var(weights, covariance).share, atol=0.03)
    assert table.to_polars()["marginal"].null_count() == 2
    few = made.by_asset[:50]
    losses = few.sum(axis=1)
    width, at = 1.06 * losses.std() / 50**0.2, sample_var(losses, 0.95)
    near = [math.exp(-0.5 * ((loss - at) / width) ** 2) for loss in losses]
    means = np.array([sum(k * part for k, part in zip(near, few[:, i], strict=True)) for i in (0, 1)])
    np.testing.assert_allclose(historical_components(few).share, means / means.sum(), rtol=1e-9)
    still = historical_components(np.zeros((30, 2)))
    assert still.flags == ("riskless",) and still.component.tolist() == [0.0, 0.0]


def test_groups_add_up_and_stand_alone():
    covariance = np.diag([0.01, 0.04, 0.09])
    weights = np.array([0.5, 0.3, 0.2])
    table = component_var(weights, covariance)
    whole = grouped(
        table, ["tech", "tech", "oil"], lambda at: component_var(weights[at], covariance[np.ix_(at, at)]).total
    )
    assert whole.names == ("tech", "oil")
    assert whole.component.sum() == pytest.approx(table.total)
    assert whole.component[0] == pytest.approx(table.component[:2].sum())
    assert whole.standalone[0] == pytest.approx(normal_var(0, math.sqrt(0.25 * 0.01 + 0.09 * 0.04), 0.95))
    with pytest.raises(DataError, match="2 groups for 3 names"):
        grouped(table, ["tech", "oil"], lambda at: 0.0)


def test_incremental_is_a_full_rerun():
    made = scenario_losses(HELD, PANEL, 1e5)
    expected = sample_var(made.losses, 0.95) - sample_var(made.by_asset[:, [0, 2]].sum(axis=1), 0.95)
    assert incremental_var(made.by_asset, [1], lambda losses: sample_var(losses, 0.95)) == expected
