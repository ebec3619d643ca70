"""Track records: what is checked, where they end, how columns come in."""

from __future__ import annotations

import math

import numpy as np
import pandas
import polars as pl
import pytest

from quartet.core.errors import DataError
from quartet.risk import TrackRecord, measure_all

DAY = 86_400 * 10**9
STAMPS = np.arange(4) * DAY


def test_equity_and_returns_are_two_views_of_one_record():
    of_equity = TrackRecord.of_equity([100, 110, 99, 99])
    of_returns = TrackRecord.of_returns([0.1, -0.1, 0.0], initial=100)
    np.testing.assert_allclose(of_equity.returns, of_returns.returns, atol=1e-15)
    np.testing.assert_allclose(of_equity.equity, of_returns.equity)
    assert of_equity.losses.tolist() == (-of_equity.returns).tolist()


def test_flows_are_no_returns():
    record = TrackRecord.of_equity([100, 160, 88, 88], flows=[0, 50, -66, 0])
    np.testing.assert_allclose(record.returns, [0.1, 154 / 160 - 1, 0.0])
    np.testing.assert_allclose(record.equity, [100, 110, 110 * 154 / 160, 110 * 154 / 160])


@pytest.mark.parametrize(
    "column",
    [
        [0.1, -0.1, 0.2],
        np.array([0.1, -0.1, 0.2]),
        pl.Series([0.1, -0.1, 0.2]),
        pandas.Series([0.1, -0.1, 0.2]),
    ],
)
def test_columns_of_any_library_are_taken(column):
    assert TrackRecord.of_returns(column).returns.tolist() == [0.1, -0.1, 0.2]


@pytest.mark.parametrize(
    "stamps",
    [
        STAMPS,
        STAMPS.tolist(),
        STAMPS.astype("datetime64[ns]"),
        STAMPS.astype("datetime64[ns]").astype("datetime64[us]"),
        pl.Series(STAMPS).cast(pl.Datetime("ns", "UTC")),
        pl.Series(STAMPS)
        .cast(pl.Datetime("ns", "UTC"))
        .dt.convert_time_zone("America/New_York")
        .dt.cast_time_unit("ms"),
        pandas.date_range("1970-01-01", periods=4, tz="UTC"),
    ],
)
def test_times_of_any_library_are_nanoseconds_of_utc(stamps):
    assert TrackRecord.of_returns([0.1, -0.1, 0.2], timestamps=stamps).timestamps.tolist() == STAMPS.tolist()


def test_the_begin_of_the_first_period_is_added():
    assert TrackRecord.of_returns([0.1, -0.1, 0.2], timestamps=STAMPS[1:]).timestamps.tolist() == STAMPS.tolist()


@pytest.mark.parametrize(
    ("stamps", "message"),
    [
        (STAMPS[::-1], "timestamps, row 1: 1970-01-03T00:00:00.000000000Z is not later than 1970-01-04"),
        ([0, 0, 1, 2], "row 1: .* is not later"),
        (STAMPS[:2], "timestamps has 2 rows, 4 wanted"),
        (pl.Series(STAMPS).cast(pl.Datetime("ns")), "timestamps names no time zone"),
        (pl.Series([None, 1, 2, 3]), "timestamps, row 0: no time"),
        (np.array([0.5, 1, 2, 3]), "timestamps is of float64"),
        (np.array(["NaT", 1, 2, 3], "datetime64[ns]"), "timestamps, row 0: no time"),
        (np.zeros((2, 2), np.int64), "timestamps has 2 dimensions"),
    ],
)
def test_bad_times_are_named(stamps, message):
    with pytest.raises(DataError, match=message):
        TrackRecord.of_returns([0.1, -0.1, 0.2], timestamps=stamps)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TrackRecord.of_returns([0.1, math.nan]), "returns, row 1: nan is not a finite number"),
        (lambda: TrackRecord.of_returns([]), "returns: give at least one"),
        (lambda: TrackRecord.of_returns([[0.1]]), "returns has 2 dimensions, 1 wanted"),
        (lambda: TrackRecord.of_returns(["x"]), "returns: not a column of numbers"),
        (lambda: TrackRecord.of_returns([0.1], initial=0), "initial equity above zero"),
        (lambda: TrackRecord.of_returns([0.1], periods_a_year=0), "periods_a_year = 0"),
        (lambda: TrackRecord.of_returns([0.1], trading_year="crypto"), "only with timestamps"),
        (lambda: TrackRecord.of_equity([100]), "equity: give at least two values"),
        (lambda: TrackRecord.of_equity([0, 100]), "the first above zero"),
        (lambda: TrackRecord.of_equity([100, math.inf]), "equity, row 1: inf"),
        (lambda: TrackRecord.of_equity([100, 0, 5], flows=[0, -100, 5]), "row 1: a withdrawal left 0"),
        (lambda: TrackRecord.of_equity([100, 50], flows=[0]), "flows has 1 rows, 2 wanted"),
        (lambda: TrackRecord.of_returns([0.1]).beside(benchmark=[1, 2]), "benchmark has 2 rows, 1 wanted"),
        (lambda: TrackRecord.of_returns([0.1]).beside(positions=[[1, 2]]), "positions has 1 rows, 2 wanted"),
        (lambda: TrackRecord.of_returns([0.1]).beside(positions=[[1, 2], [1, math.nan]]), "positions, row 1, column 1"),
        (lambda: TrackRecord.of_returns([0.1]).beside(var_forecasts=["x"]), "var_forecasts: not a column of numbers"),
        (lambda: TrackRecord.of_returns([0.1]).beside(var_forecasts=[[0.1]]), "var_forecasts.* has 2 dimensions"),
        (lambda: TrackRecord.of_returns([0.1]).beside(var_forecasts=[0.1, 0.1]), "var_forecasts from row 0 has 2 rows"),
    ],
)
def test_bad_rows_are_named(make, message):
    with pytest.raises(DataError, match=message):
        make()


@pytest.mark.parametrize("bottom", [0.0, -20.0])
def test_the_record_ends_with_ruin(bottom):
    record = TrackRecord.of_equity([100, 50, bottom, 70, 80], timestamps=np.arange(5) * DAY, periods_a_year=365)
    record = record.beside(
        benchmark=[0.1, 0.2, 0.3, 0.4], positions=np.ones((5, 2)), var_forecasts=[np.nan, 0.1, 0.1, 0.1]
    )
    assert record.ruined and record.returns.tolist() == [-0.5, bottom / 50 - 1]
    assert (len(record.equity), len(record.timestamps), len(record.positions)) == (3, 3, 3)
    assert (len(record.benchmark), len(record.var_forecasts)) == (2, 2)
    table = measure_all(record)
    assert table.flags == ("low_sample", "ruin")
    assert all("ruin" in row.flags for row in table.rows)
    assert table["max_drawdown"] == 1.0 and table["annual_return"] == -1.0
    assert table["total_return"] == pytest.approx(bottom / 100 - 1)
    same = TrackRecord.of_returns([*record.returns.tolist(), 0.5])
    assert same.ruined and same.returns.tolist() == record.returns.tolist()


def test_positions_by_hand():
    positions = np.array([[0.0, 0.0], [0.6, -0.2], [0.5, 0.0], [0.0, 0.0]])
    record = TrackRecord.of_returns([0.01, -0.02, 0.03], periods_a_year=252)
    record = record.beside(positions=positions, gross_returns=[0.011, -0.0195, 0.0305])
    table = measure_all(record)
    traded = 0.8 + 0.3 + 0.5
    expected = {
        "turnover": traded / 6,
        "annual_turnover": traded / 6 * 252,
        "gross_exposure": (0.8 + 0.5) / 3,
        "net_exposure": (0.4 + 0.5) / 3,
        "max_gross_exposure": 0.8,
        "time_in_market": 2 / 3,
        "cost_bp": 0.002 / traded * 1e4,
        "breakeven_cost_bp": 0.022 / traded * 1e4,
    }
    assert {name: table[name] for name in expected} == pytest.approx(expected)
    assert table["gross_sharpe"] > table["sharpe_ratio"]
    flat = record.beside(positions=np.zeros(4))
    idle = measure_all(flat, ["turnover", "cost_bp", "breakeven_cost_bp", "time_in_market"])
    assert list(idle.values()) == [0.0, None, None, 0.0]
