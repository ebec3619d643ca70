"""A sweep answers, member by member, as single engines do."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

import quartet
from quartet.bench.quotes import w1_quotes, w1_symbols
from quartet.bench.settings import w1_settings
from quartet.core.errors import ConfigError
from quartet.engines.selection import engine_factory
from quartet.engines.sweep import members, sweep
from quartet.engines.sweep_core import sweep_core
from tests.conformance.engines import ENGINES

GRID = {
    "signal.let.fast": ["ema(mid, 3)", "ema(mid, 10)"],
    "policy.target.max_quantity": [1, 7],
    "risk_management.max_position_quantity": [None, 5],
}
EVENTS = 700
SYMBOLS = w1_symbols(3)


@pytest.fixture(scope="module")
def quotes():
    return w1_quotes(EVENTS, len(SYMBOLS))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_member_is_as_a_single_run(engine, quotes):
    result = quartet.sweep(w1_settings(), GRID, quotes, symbols=SYMBOLS, engine=engine)
    assert result.engine == engine
    assert result.events == EVENTS
    assert result.preparation_ns > 0 and result.elapsed_ns > 0
    assert result.table["error"].null_count() == 8
    for row in result.table.iter_rows(named=True):
        values = w1_settings().effective() | {"performance": {"max_orders_per_second": 10**9}}
        with quartet.open_engine(
            values, symbols=SYMBOLS, engine=engine, overrides={key: row[key] for key in GRID}
        ) as single:
            single.process_market_data(quotes)
            account = single.account()
            stats = single.get_performance_stats()
        assert (row["cash"], row["equity"], row["fees"]) == (account.cash, account.equity, account.fees)
        assert row["equity_high"] == account.equity_high
        assert row["orders"] - row["risk_rejects"] == stats["orders_submitted"]
        assert row["fills"] == stats["fills"]
        assert row["total_return"] == float(account.equity) / 100_000_000 - 1
    assert result.table["fills"].n_unique() > 2


@pytest.mark.parametrize("engine", ENGINES)
def test_snapshots_of_members_are_those_of_single_engines(engine, quotes):
    settings = [w1_settings(), w1_settings()]
    configs = [each.engine_config(SYMBOLS) for each in settings]
    create = engine_factory(engine)
    core = sweep_core(engine, create, configs, threads=2)
    single = create(configs[1])
    for part in quotes.split(256):
        core.process(part.to_columns(), part.controls)
        single.process(part.to_columns(), part.controls)
    assert core.snapshot(1) == core.snapshot(0) == single.snapshot()


def test_equity_is_looked_at_between_the_parts(quotes):
    result = sweep(w1_settings(), {"policy.target.max_quantity": [1, 3]}, quotes, symbols=SYMBOLS, points=5)
    assert result.equity.shape == (2, 6)
    assert result.equity[:, 0].tolist() == [1e8, 1e8]
    assert result.equity[:, -1].tolist() == [float(amount) for amount in result.table["equity"]]
    peaks = np.maximum.accumulate(result.equity, axis=1)
    assert result.table["max_drawdown"].to_list() == ((peaks - result.equity) / peaks).max(axis=1).tolist()


def test_more_points_than_events(quotes):
    result = sweep(w1_settings(), {"policy.target.max_quantity": [1]}, quotes[:3], symbols=SYMBOLS, points=8)
    assert result.equity.shape == (1, 9)
    assert result.equity[0, 3:].tolist() == [result.equity[0, 3]] * 6


def test_a_refused_member_does_not_stop_the_others(quotes):
    grid = [{"policy.target.max_quantity": 1}, {"policy.target.max_quantity": -1}, {"policy.target.colour": 1}]
    seen = []
    result = sweep(w1_settings(), grid, quotes, symbols=SYMBOLS, points=2, progress=lambda *at: seen.append(at))
    assert result.table["error"].is_null().to_list() == [True, False, False]
    assert "max_quantity" in result.table["error"][1]
    assert "colour" in result.table["error"][2]
    assert result.table["equity"].is_null().to_list() == [False, True, True]
    assert np.isnan(result.equity[1:]).all()
    assert isinstance(result.table["cash"][0], Decimal)
    assert seen == [(1, 2), (2, 2)]


def test_nothing_to_run_is_an_error(quotes):
    with pytest.raises(ConfigError, match=r"no member of the sweep can run.*max_quantity"):
        sweep(w1_settings(), {"policy.target.max_quantity": [-1, -2]}, quotes, symbols=SYMBOLS)
    for grid in ({}, {"policy.target.max_quantity": []}, []):
        with pytest.raises(ConfigError, match="has no member"):
            sweep(w1_settings(), grid, quotes, symbols=SYMBOLS)
    with pytest.raises(ConfigError, match="points is 0"):
        sweep(w1_settings(), GRID, quotes, symbols=SYMBOLS, points=0)


def test_a_grid_is_every_combination_the_last_key_fastest():
    assert members({"a": [1, 2], "b": "xy"}) == [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "y"},
        {"a": 2, "b": "x"},
        {"a": 2, "b": "y"},
    ]
    assert members([{"a": 1}, {"b": 2}]) == [{"a": 1}, {"b": 2}]
