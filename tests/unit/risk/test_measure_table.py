"""The table of all measures: what it has, what it says where it has nothing, and its intervals."""

from __future__ import annotations

import io
import sys

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from quartet.core import registry
from quartet.core.errors import ConfigError
from quartet.core.parameters import checked, describe
from quartet.risk import Bootstrap, TrackRecord, measure, measure_all
from quartet.risk.bootstrap import block_length, intervals
from quartet.risk.measure_table import HEADLINE
from quartet.risk.measures import reward
from quartet.risk.measuring import INPUTS
from quartet.risk.scenarios import ScenarioParameters

RETURNS = np.random.default_rng(31).normal(0.0006, 0.01, 400)
RECORD = TrackRecord.of_returns(RETURNS, periods_a_year=252)
QUICK = Bootstrap(replications=200)


def test_every_measure_says_what_it_is():
    for name, entry in registry.entries("measure").items():
        assert entry.doc.endswith(".") and entry.source and entry.facts["unit"], name
        assert set(entry.facts["needs"]) <= set(INPUTS) and entry.facts["rows"], name
        assert all(info.doc and info.default is not None for info in describe(entry.parameters)), name
        for values in entry.facts["rows"].values():
            entry.configure(values)


@pytest.mark.parametrize(
    ("name", "edges"),
    [
        ("sharpe_ratio", {"risk_free_rate": (-1.0, -0.99, None)}),
        ("sharpe_lo", {"lags": (0, 1, None)}),
        ("sharpe_hac", {"lags": (-1, 0, None)}),
        ("alpha_t", {"lags": (-1, 0, None)}),
        ("kelly_fraction", {"fraction": (0.0, 1.0, 1.01), "shrinkage": (-0.01, 0.0, 1.0)}),
        ("kelly_of_trades", {"fraction": (0.0, 1.0, 1.01), "trips_min": (0, 1, None)}),
        ("tail_ratio", {"share": (0.0, 0.49, 0.5)}),
        ("var", {"level": (0.5, 0.51, 1.0), "horizon": (0, 1, None)}),
        ("parametric_var", {"horizon": (0, 1, None)}),
        ("aged_var", {"decay": (0.0, 1.0, 1.01)}),
        ("ewma_var", {"decay": (0.0, 0.5, 1.0)}),
        ("filtered_var", {"decay": (0.0, 0.5, 1.0), "observations_min": (49, 50, None), "refit_every": (0, 1, None)}),
        ("cdar", {"level": (-0.01, 0.0, 1.0)}),
        ("kupiec_p", {"level": (0.5, 0.51, 1.0)}),
    ],
)
def test_parameters_have_bounds(name, edges):
    entry = registry.entry("measure", name)
    for key, (below, inside, beyond) in edges.items():
        entry.configure({key: inside})
        for value in (below, beyond):
            if value is not None:
                with pytest.raises(ConfigError, match=f"measure '{name}': {key} = "):
                    entry.configure({key: value})


@pytest.mark.parametrize(
    ("of", "key", "inside", "outside"),
    [
        (Bootstrap, "replications", 100, 99),
        (Bootstrap, "confidence", 0.01, 0.0),
        (Bootstrap, "confidence", 0.99, 1.0),
        (Bootstrap, "seed", 0, -1),
        (Bootstrap, "block_length", 0.0, -0.1),
        (ScenarioParameters, "lookback", 1, 0),
        (ScenarioParameters, "coverage_min", 0.0, -0.1),
        (ScenarioParameters, "coverage_min", 1.0, 1.1),
    ],
)
def test_other_parameters_have_bounds_too(of, key, inside, outside):
    assert getattr(checked(of, {key: inside}, "test"), key) == inside
    with pytest.raises(ConfigError, match=f"test: {key} = "):
        checked(of, {key: outside}, "test")


def test_by_default_everything_is_there_and_nothing_is_silent():
    table = measure_all(RECORD)
    usual = {row for entry in registry.entries("measure").values() for row in entry.facts["rows"]}
    assert set(table) == usual and {"var_95", "cvar_99", "kelly_quarter", "sharpe_ratio"} <= usual
    for row in table.rows:
        assert np.isfinite(row.value) if row.value is not None else row.why, row
    assert table.row("win_rate").why == "the record has no trades"
    assert (table.flags, table.periods, table.periods_per_year) == ((), 400, 252)
    assert set(HEADLINE) <= usual


def test_few_periods_are_told():
    table = measure_all(TrackRecord.of_returns(RETURNS[:29], periods_a_year=252))
    assert table.flags == ("low_sample",)
    assert "low_sample" in table.row("sharpe_ratio").flags and table["sharpe_ratio"] is not None
    assert "low_sample" not in table.row("win_rate").flags
    assert measure_all(TrackRecord.of_returns(RETURNS[:30])).flags == ()


def test_rows_are_chosen_by_name_and_with_parameters():
    table = measure_all(RECORD, ["var_99", "sharpe_ratio", "var"])
    assert list(table) == ["var_99", "sharpe_ratio", "var"]
    own = measure_all(RECORD, {"var_975": {"measure": "var", "level": 0.975}, "var_99": {"horizon": 5}, "omega": {}})
    assert own["var_975"] == np.quantile(-RETURNS, 0.975, method="inverted_cdf")
    assert own.row("var_99").measure == "var" and own["var_99"] > table["var_99"]
    assert table["var"] == measure_all(RECORD, ["var_95"])["var_95"]


def test_shared_parameters_reach_those_that_have_them():
    table = measure_all(RECORD, risk_free_rate=0.04)
    free = reward.RiskFree(risk_free_rate=0.04)
    assert table["sharpe_ratio"] == reward.sharpe_ratio(RETURNS, 252, free)
    assert table["sortino_ratio"] == reward.sortino_ratio(RETURNS, 252, free)
    assert table["total_return"] == reward.total_return(RETURNS)
    # What a row says itself comes before what all share.
    assert measure_all(RECORD, ["var_99"], level=0.9)["var_99"] == measure_all(RECORD, ["var_99"])["var_99"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: measure_all(RECORD, ["sharp_ratio"]),
            "measure 'sharp_ratio' is not registered, did you mean 'sharpe_ratio'",
        ),
        (
            lambda: measure_all(RECORD, ["omega"], level=0.9),
            "no chosen measure has a parameter level; there are: threshold",
        ),
        (
            lambda: measure_all(RECORD, {"var": {"lvel": 0.9}}),
            "measure 'var': unknown parameter 'lvel', did you mean 'level'",
        ),
        (lambda: measure_all(RECORD, risk_free_rate="x"), "risk_free_rate = 'x': must be"),
        (lambda: Bootstrap(replications=10), "replications"),
    ],
)
def test_bad_choices_are_named(call, message):
    with pytest.raises((ConfigError, ValueError), match=message):
        call()


@pytest.fixture
def own_measures(monkeypatch):
    """Measures of a test that go away afterwards."""
    registry.entries("measure")
    kind = registry._kinds["measure"]
    monkeypatch.setattr(kind, "entries", dict(kind.entries))


def test_measures_of_others_are_in_the_table(own_measures):
    @measure(unit="fraction", source="nobody")
    def best_period(returns):
        """The largest return."""
        return returns.max()

    assert measure_all(RECORD)["best_period"] == RETURNS.max()
    assert measure_all(RECORD, ["best_period"]).row("best_period").unit == "fraction"


def test_what_is_not_finite_is_undefined_and_told(own_measures):
    @measure(unit="none", source="nobody", null_where="always")
    def endless(returns):
        """Never a number."""
        return float("inf")

    assert measure_all(RECORD, ["endless"]).row("endless")[2:] == (None, None, None, "none", (), "always")


def test_arguments_that_nobody_has_are_refused(own_measures):
    with pytest.raises(ConfigError, match="measure 'odd' reads moon; there are: returns, losses"):

        @measure(unit="none", source="nobody")
        def odd(moon):
            """Odd."""

    @registry.register("measure", "silent")
    def silent(values):
        """Says nothing of what it reads."""

    with pytest.raises(ConfigError, match=r"measure 'silent' of .* does not say what it reads"):
        measure_all(RECORD)


def test_a_missing_extra_is_named_and_the_rest_is_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels.api", None)
    table = measure_all(RECORD.beside(benchmark=RETURNS + 0.001 * np.sin(np.arange(400))))
    assert table["alpha_t"] is None and "pip install quartet[research]" in table.row("alpha_t").why
    assert table["beta"] is not None


def test_intervals_stand_beside_the_headline():
    table = measure_all(RECORD, bootstrap=QUICK)
    for name in HEADLINE:
        row = table.row(name)
        assert row.low < row.high, name
    for name in ("annual_return", "annual_volatility", "sharpe_ratio", "sortino_ratio"):
        assert table.row(name).low < table[name] < table.row(name).high
    assert table.row("skew").low is None
    chosen = measure_all(RECORD, ["skew", "var_95"], intervals_of=["skew"], bootstrap=QUICK)
    assert chosen.row("skew").low < chosen["skew"] < chosen.row("skew").high
    assert chosen.row("var_95").low < chosen["var_95"]  # its own, from ranks
    assert measure_all(RECORD, ["skew"], intervals_of=["skew"], bootstrap=QUICK) == measure_all(
        RECORD, ["skew"], intervals_of=["skew"], bootstrap=QUICK
    )
    other = measure_all(RECORD, ["skew"], intervals_of=["skew"], bootstrap=Bootstrap(replications=200, seed=1))
    assert other.row("skew").low != chosen.row("skew").low


def test_there_is_no_interval_without_ground():
    short = measure_all(TrackRecord.of_returns(RETURNS[:29], periods_a_year=252), bootstrap=QUICK)
    ruined = measure_all(TrackRecord.of_returns([*RETURNS, -1.0], periods_a_year=252), bootstrap=QUICK)
    still = measure_all(TrackRecord.of_returns(np.zeros(50), periods_a_year=252), ["sharpe_ratio"], bootstrap=QUICK)
    for table in (short, ruined, still):
        assert table.row("sharpe_ratio")[3:5] == (None, None)


def test_a_wide_interval_is_the_normal_one_for_a_mean():
    values = np.random.default_rng(32).normal(0, 1, 2000)
    ((low, high),) = intervals(lambda rows: np.array([values[rows].mean()]), values, Bootstrap(block_length=1.0))
    error = values.std(ddof=1) / np.sqrt(2000)
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.15 * error)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.15 * error)


def dependent(seed: int, count: int = 400, rho: float = 0.2) -> np.ndarray:
    """A first-order autoregression with deviation 1 and mean 0.1."""
    draws = np.random.default_rng(seed).standard_normal(count + 50) * np.sqrt(1 - rho * rho)
    path = np.empty(count + 50)
    path[0] = draws[0]
    for at in range(1, count + 50):
        path[at] = rho * path[at - 1] + draws[at]
    return path[50:] + 0.1


def test_blocks_cover_where_single_periods_do_not():
    covered = {0.0: 0, 1.0: 0}  # the automatic length of blocks, and single periods
    for seed in range(150):
        path = dependent(seed)
        for length in covered:
            ((low, high),) = intervals(
                lambda rows, path=path: np.array([path[rows].mean() / path[rows].std(ddof=1)]),
                path,
                Bootstrap(replications=200, block_length=length),
            )
            covered[length] += low <= 0.1 <= high
    assert covered[0.0] / 150 >= 0.9  # 0.95 less two standard errors of 150 draws, and of 200 resamples
    assert covered[1.0] < covered[0.0]


def test_blocks_are_longer_where_periods_depend():
    assert block_length(dependent(1, 2000, 0.8)) > block_length(dependent(1, 2000, 0.0)) >= 1.0
    assert block_length(np.zeros(100)) == 1.0


def test_forms_of_the_table():
    table = measure_all(RECORD, bootstrap=QUICK)
    frame = table.to_polars()
    assert frame.columns == ["name", "measure", "value", "low", "high", "unit", "why", "flags"]
    assert frame.filter(pl.col("name") == "win_rate")["value"].item() is None
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(table)
    text = console.export_text()
    assert "sharpe_ratio" in text and "Not stated, the record has no trades: avg_hold, expectancy" in text
    with pytest.raises(KeyError):
        table.row("nothing")
