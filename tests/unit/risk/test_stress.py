"""A book under stress: its own returns, shocks by hand, what moves together, and the nearest way to a loss."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.errors import ConfigError, DataError
from quartet.risk.stress import (
    Book,
    Shock,
    StressLimits,
    StressScenarios,
    Window,
    conditional_moves,
    correlations_raised,
    load_scenarios,
    reverse_stress,
    stress_book,
)

DAY = 86_400 * 10**9


def days(first: str, count: int) -> np.ndarray:
    """Ends of days."""
    return np.datetime64(first, "ns").astype(np.int64) + DAY * np.arange(1, count + 1) - 1


def of_windows(**windows: Window) -> StressScenarios:
    return StressScenarios(windows=windows)


def of_shocks(**shocks: Shock) -> StressScenarios:
    return StressScenarios(shocks=shocks)


STAMPS = days("2020-02-01", 60)
RETURNS = np.random.default_rng(1).normal(-0.004, 0.02, (60, 3))
CRASH = Window(first="2020-02-19", last="2020-03-23", what="It fell.")
INSIDE = slice(18, 52)


def test_a_book_of_one_asset_has_its_return():
    book = Book(["SPY"], [80_000.0], 100_000.0, RETURNS[:, :1], STAMPS)
    (row,) = stress_book(book, scenarios=of_windows(crash=CRASH)).rows
    fall = np.prod(1 + RETURNS[INSIDE, 0]) - 1
    assert row.loss == pytest.approx(-80_000 * fall) and row.share_of_equity == pytest.approx(-0.8 * fall)
    assert row.worst[0][0] == "SPY" and row.kind == "loss" and row.what == "It fell." and row.proxied == ()


def test_what_did_not_exist_has_its_sector_else_the_worst():
    returns = RETURNS.copy()
    returns[INSIDE, 2] = np.nan
    moves = np.prod(1 + returns[INSIDE, :2], axis=0) - 1
    held = [0.0, 0.0, 1000.0]
    for sectors, expected in ((["a", "b", "a"], moves[0]), (["a", "b", "c"], moves.min()), (None, moves.min())):
        book = Book(["A", "B", "NEW"], held, 10_000.0, returns, STAMPS, sectors=sectors)
        (row,) = stress_book(book, scenarios=of_windows(crash=CRASH)).rows
        assert row.loss == pytest.approx(-1000 * expected) and row.proxied == ("NEW",)


def test_windows_that_the_returns_do_not_cover_are_left_out():
    book = Book(["A"], [1.0], 10.0, RETURNS[30:, :1], STAMPS[30:])
    report = stress_book(book, scenarios=of_windows(crash=CRASH))
    assert report.rows == () and report.left_out == {"crash": "the returns do not have 2020-02-19 to 2020-03-23"}


def test_shocks_by_hand():
    """60 of shares with a beta of 1.2, 40 of bonds of seven years, 20 short of an oil share."""
    book = Book(
        ["SHARES", "BONDS", "OIL"],
        [60.0, 40.0, -20.0],
        100.0,
        exposures={"equity": [1.2, 0.0, 1.0], "rates": [0.0, -7.0, 0.0], "oil": [0.0, 0.0, 0.8]},
        spreads=[0.001, 0.002, 0.003],
        volumes=[100.0, 40.0, 20.0],
    )
    shocks = of_shocks(
        shares=Shock(factors={"equity": -0.2}),
        both=Shock(factors={"rates": 0.02, "oil": 0.25}),
        gap=Shock(gap=0.05),
        drought=Shock(spread=5.0, volume=0.5),
        dollar=Shock(factors={"usd": 0.1}),
    )
    report = stress_book(book, scenarios=shocks, limits=StressLimits(loss=0.09))
    rows = {row.scenario: row for row in report.rows}
    assert rows["shares"].loss == pytest.approx(60 * 0.24 - 20 * 0.2)
    assert rows["shares"].worst == (("SHARES", pytest.approx(14.4)),)
    assert rows["both"].loss == pytest.approx(40 * 0.14 + 20 * 0.2)
    assert rows["gap"].loss == pytest.approx(120 * 0.05)
    assert rows["drought"].loss == pytest.approx(5 * (0.06 + 0.08 + 0.06))
    assert rows["shares"].liquidation_days == pytest.approx(40 / (0.1 * 40))
    assert rows["drought"].liquidation_days == pytest.approx(2 * 40 / (0.1 * 40))
    assert rows["both"].what == "rates +200 bp; oil +25%"
    assert rows["shares"].breaches == rows["both"].breaches == ("loses more than 9 % of equity",) and not report.passed
    assert rows["gap"].breaches == () and report.left_out == {"dollar": "the book has no exposures to usd"}
    assert report.table["scenario"].to_list() == ["shares", "both", "gap", "drought"]


def test_the_broker_calls_when_what_is_left_is_less_than_its_share():
    """Twice the equity in shares that fall by 40 %: 20 are left under 120, of which a quarter is 30."""
    book = Book(["A"], [200.0], 100.0, exposures={"equity": [1.0]})
    chosen = of_shocks(fall=Shock(factors={"equity": -0.4}))
    (row,) = stress_book(book, scenarios=chosen, limits=StressLimits(gross=4.0)).rows
    assert row.margin_call == pytest.approx(10.0)
    assert row.breaches == ("loses more than 25 % of equity", "gross exposure above 4 times equity")


def test_factors_move_together_where_that_is_known():
    """Oil has a beta of 0.5 to shares: a fall of 20 % is expected to take 10 % of oil along."""
    covariance = np.array([[0.04, 0.02], [0.02, 0.09]])
    exposures = {"equity": [1.0, 0.0], "oil": [0.0, 1.0]}
    book = Book(["S", "O"], [50.0, 50.0], 100.0, exposures=exposures, factor_covariance=(["equity", "oil"], covariance))
    shock = of_shocks(fall=Shock(factors={"equity": -0.2}))
    assert stress_book(book, scenarios=shock).rows[0].loss == pytest.approx(50 * 0.2 + 50 * 0.1)
    alone = Book(["S", "O"], [50.0, 50.0], 100.0, exposures=exposures)
    assert stress_book(alone, scenarios=shock).rows[0].loss == pytest.approx(50 * 0.2)


def test_changed_markets_change_the_value_at_risk():
    book = Book(["A", "B"], [60.0, -60.0], 100.0, RETURNS[:, :2], STAMPS)
    same, wild, bound = (
        stress_book(book, scenarios=of_shocks(s=shock)).rows[0]
        for shock in (Shock(correlation=0.0), Shock(volatility=2.0), Shock(correlation=0.9))
    )
    held = np.array([60.0, -60.0])
    plain = 2.3263478740408408 * math.sqrt(held @ np.cov(RETURNS[:, :2], rowvar=False) @ held)
    assert wild.kind == "value at risk" and wild.loss == pytest.approx(2 * plain)
    assert bound.loss < same.loss <= plain * 1.0001  # a long-short book is safer where all moves together
    assert sum(loss for _, loss in wild.worst) == pytest.approx(wild.loss)


def test_all_of_quartets_own_are_told_or_left_out():
    chosen = load_scenarios()
    assert chosen.version == 1 and len(chosen.windows) == 18 and len(chosen.shocks) == 17
    assert (chosen.windows["crisis_2008"].first, chosen.windows["crisis_2008"].last) == ("2008-09-15", "2009-03-09")
    book = Book(["A", "B", "C"], [1.0, 2.0, 3.0], 10.0, RETURNS, STAMPS, exposures={"equity": [1.0, 1.0, 1.0]})
    report = stress_book(book)
    assert {row.scenario for row in report.rows} | set(report.left_out) == {*chosen.windows, *chosen.shocks}
    assert {"pandemic_2020", "crypto_2020", "equity_down_35", "gap_10", "volatility_doubled"} <= {
        row.scenario for row in report.rows
    }
    assert report.version == 1 and report.table.height == len(report.rows)


def test_definitions_of_ones_own(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("version: 7\nshocks:\n  mine: {factors: {equity: -0.5}}\n")
    assert load_scenarios(path).shocks["mine"].factors == {"equity": -0.5}
    path = tmp_path / "wrong.yaml"
    for text, told in (
        ("shocks: {mine: {factor: {equity: 1}}}", r"shocks\.mine: unknown parameter 'factor', did you mean 'factors'"),
        ("windows: 5", "windows = 5"),
        ("shocks: {mine: 5}", "mine = 5"),
        ("windows: {mine: {first: yesterday, last: 2020-01-01}}", "'yesterday' is no day"),
        ("windows: {mine: {first: '2020-01-02', last: '2020-01-01'}}", "is no span of days"),
    ):
        load_scenarios.cache_clear()
        path.write_text(text)
        with pytest.raises(ConfigError, match=told):
            load_scenarios(path)


factors = st.integers(2, 6).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(-2, 2), min_size=n, max_size=n),
        st.lists(st.floats(-1, 1), min_size=n * n, max_size=n * n),
        st.lists(st.floats(-1, 1), min_size=n, max_size=n),
    )
)


@given(factors, st.floats(0.01, 0.9))
def test_reverse_stress_loses_exactly_that_and_nothing_nearer_does(drawn, loss):
    weights, root, other = (np.array(each) for each in drawn)
    covariance = root.reshape(len(weights), -1) @ root.reshape(len(weights), -1).T + 0.01 * np.eye(len(weights))
    if np.abs(weights).max() < 0.05:
        return
    found = reverse_stress(weights, covariance, loss)
    assert -(weights @ found.moves) == pytest.approx(loss, rel=1e-9)
    inverse = np.linalg.inv(covariance)
    assert math.sqrt(found.moves @ inverse @ found.moves) == pytest.approx(found.distance, rel=1e-6)
    norm = math.sqrt(other @ inverse @ other)
    if norm > 1e-6:
        nearer = other * (0.99 * found.distance / norm)
        assert -(weights @ nearer) < loss


def test_expected_moves_are_those_of_a_regression():
    draws = np.random.default_rng(3).multivariate_normal(np.zeros(3), [[4, 2, 1], [2, 9, -1], [1, -1, 1]], 200_000)
    covariance = np.cov(draws, rowvar=False)
    slopes = np.linalg.lstsq(draws[:, [0, 2]], draws[:, 1], rcond=None)[0]
    found = conditional_moves(covariance, [0, 2], [-1.0, 0.5])
    assert found[[0, 2]].tolist() == [-1.0, 0.5]
    assert found[1] == pytest.approx(slopes @ [-1.0, 0.5], rel=0.02)
    assert conditional_moves(covariance, [], []).tolist() == [0.0] * 3


def test_raised_correlations_belong_together():
    covariance = np.diag([0.01, 0.04, 0.09, 0.01])
    covariance[0, 1] = covariance[1, 0] = -0.015
    raised = correlations_raised(covariance, 0.9)
    deviations = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(np.sqrt(np.diag(raised)), deviations)
    np.testing.assert_allclose((raised / np.outer(deviations, deviations))[np.triu_indices(4, 1)], 0.9)
    assert np.linalg.eigvalsh(raised).min() > 0


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: Book(["A"], [1.0, 2.0], 10.0), "notionals has 2 rows, 1 wanted"),
        (lambda: Book(["A"], [1.0], 0.0), "equity = 0.0"),
        (lambda: Book(["A"], [1.0], 1.0, RETURNS[:, :1]), "returns and stamps: give both"),
        (lambda: Book(["A"], [1.0], 1.0, RETURNS, STAMPS), r"returns are \(60, 3\): give 60 x 1"),
        (lambda: reverse_stress([1.0, -1.0], np.full((2, 2), 0.04), 0.2), "has no variance"),
        (lambda: conditional_moves(np.full((2, 2), 0.04), [0, 1], [1.0, 1.0]), "determine each other"),
        (lambda: conditional_moves(np.eye(2), [2], [1.0]), "give different places from 0 to 1"),
        (lambda: correlations_raised(np.eye(2), 1.0), "from 0 to below 1"),
    ],
)
def test_what_cannot_be_is_refused(call, told):
    with pytest.raises(DataError, match=told):
        call()
