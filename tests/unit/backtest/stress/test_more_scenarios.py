"""Partial fills, moved parameters, resampled paths and further windows, on cases that can be worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.stress.case import Case, chain
from quartet.backtest.stress.parameters import jittered
from quartet.backtest.stress.stressing import stress
from quartet.core.errors import DataError
from quartet.core.registry import entries, entry
from quartet.graph import close, ema, graph, parse_graph, rolling_mean, zscore
from quartet.risk.stress import load_scenarios
from tests.unit.backtest.frames import bars, signals, walk
from tests.unit.backtest.stress.markets import KEYS, in_and_out, rising
from tests.unit.backtest.stress.test_scenarios import case_of, run

TREND = {"score": "sign(fast - slow)", "let": {"fast": "ema(close, 10)", "slow": "ema(close, 40)"}}


@pytest.mark.parametrize(("name", "values"), [("partial_fills", {"share": 1.0}), ("parameter_jitter", {"share": 0.0})])
def test_a_scenario_that_changes_nothing_gives_the_base(name: str, values: dict[str, Any]) -> None:
    prices = walk(300, seed=4, symbols="AB")
    base, case = case_of(TREND, prices)
    assert run(entry("scenario", name)(case, **values)).hashes["result"] == base.hashes["result"]


@pytest.mark.parametrize("bounded", [True, False])
def test_half_of_an_order_is_filled(bounded: bool) -> None:
    """500 are bought and 250 sold in the base: 250, and at the sale half of it again, are there."""
    frame = bars([100.0] * 6, [100.0] * 6)
    keys: dict[str, Any] = {"slippage_bps": 0, "commission": 0}
    if not bounded:
        keys["max_participation"] = None
    base, case = case_of(signals([1.0, None, None, 0.5, None, None]), frame, **keys)
    assert base.fills["quantity"].to_list() == [500, 250]
    half = entry("scenario", "partial_fills")(case)
    found = run(half)
    # Of a position of 250 nothing is to be sold to hold 250.
    assert found.fills["quantity"].to_list() == [250] and "2 bars" in half.notes[0]
    nothing = run(entry("scenario", "partial_fills")(case, share=0.0))
    assert len(nothing.fills) == 0


def test_what_is_filled_in_part_is_whole_lots_and_both_modes_agree() -> None:
    base, case = case_of(prices=rising(), lot=7)
    part = chain(case, "partial_fills")
    columnar, driven = (
        run(replace(part, settings=BacktestSettings.of(part.settings, **mode)))
        for mode in ({"mode": "columnar"}, {"mode": "engine", "engine": "python"})
    )
    assert columnar.hashes["result"] == driven.hashes["result"]
    assert len(columnar.fills) and all(quantity % 7 == 0 for quantity in columnar.fills["quantity"].to_list())
    assert sum(columnar.fills["quantity"]) < sum(base.fills["quantity"])


def test_windows_and_constants_move_by_a_tenth_and_meanings_stay() -> None:
    made = graph(score=(ema(close, span=20) - 0.5 * zscore(close, 50)) * 1.0 - rolling_mean(close, 3) + 0.0)
    moved, changed = jittered(made, 0.1, seed=3)
    before = {(node.op.name, node.n, node.params) for node in made.nodes}
    after = {(node.op.name, node.n, node.params) for node in moved.nodes}
    kept = {each[:2] for each in before & after}
    assert ("MEAN", 3) in kept and changed == 3
    spans = {node.n for node in moved.nodes if node.op.name == "EMA"}
    assert spans <= {18, 22} and {node.params[0] for node in moved.nodes if node.op.name == "EMA"} == {
        2.0 / (spans.pop() + 1)
    }
    assert {node.n for node in moved.nodes if node.op.name == "ZSCORE"} <= {45, 55}
    assert {node.params for node in moved.nodes if node.op.name == "ZSCORE"} == {(1.0,)}  # ddof
    back, _ = jittered(made, -0.1, seed=3)
    for a, b, c in zip(made.nodes, moved.nodes, back.nodes, strict=True):
        assert (b.n - a.n) == -(c.n - a.n)
    assert jittered(made, 0.1, seed=3)[0] == moved and jittered(made, 0.0, seed=3)[1] == 0


def test_moved_graphs_still_decide_within_bounds() -> None:
    text = parse_graph("select(close > ema(close, 30), 0.95, -0.95)")
    base, case = case_of(text, walk(200, seed=1))
    for name in ("parameter_jitter", "parameter_jitter_back"):
        moved = chain(case, name)
        assert np.nanmax(np.abs(moved.signals.product)) <= 1.0
        assert run(moved).hashes["result"] != base.hashes["result"]


def test_signals_that_are_no_graph_have_no_parameters() -> None:
    _, case = case_of()
    with pytest.raises(DataError, match="sweep them instead"):
        chain(case, "parameter_jitter")


def test_a_resampled_path_is_made_of_the_bars_there_were() -> None:
    _, case = case_of(prices=rising(120))
    path = entry("scenario", "resampled_path")(case, paths=40)
    old, new = (each.prices.close[:, 0] / 1e9 for each in (case, path))
    steps, found = set(np.round(old[1:] / old[:-1], 6)), np.round(new[1:] / new[:-1], 6)
    assert set(found) <= steps and not np.array_equal(old, new)
    assert (path.prices.high >= np.maximum(path.prices.open, path.prices.close)).all()
    assert "path" in path.notes[0] and "2 are worse" in path.notes[0]


def test_worse_paths_are_worse() -> None:
    base, case = case_of(prices=rising(240), given=in_and_out(240), seed=5)
    scenario = entry("scenario", "resampled_path")
    ends = [run(scenario(case, paths=200, worst=each))["total_return"] for each in (0.0, 0.05, 0.5, 0.99)]
    assert ends == sorted(ends) and ends[0] < (base["total_return"] or 0) < ends[-1]
    again = run(scenario(case, paths=200, worst=0.05))
    assert again["total_return"] == ends[1]


def test_the_median_path_of_independent_bars_earns_what_the_base_did() -> None:
    """Bars in any order: money that was made on each of them is made again, up to compounding and blocks cut."""
    prices = walk(600, seed=9, symbols="AB")
    flat = np.ones(prices.height)
    base, case = case_of(prices.select("timestamp", "symbol").with_columns(signal=flat), prices, commission=0)
    path = run(entry("scenario", "resampled_path")(case, paths=200, worst=0.5, block=1.0))
    assert path["annual_volatility"] == pytest.approx(base["annual_volatility"], rel=0.15)


def test_windows_are_replayed_where_the_prices_have_them() -> None:
    begin = datetime(2010, 4, 1, tzinfo=UTC)
    _, case = case_of(in_and_out(60, begin), rising(60, begin))
    crash = chain(case, "flash_crash_2010")
    days = [str(np.datetime64(int(each), "ns").astype("datetime64[D]")) for each in crash.prices.stamps]
    assert days == ["2010-05-04", "2010-05-05", "2010-05-06"] and "replayed" in crash.notes[0]
    with pytest.raises(DataError, match="the prices do not have 1987-10-19 to 1987-10-19"):
        chain(case, "black_monday_1987")


def test_what_does_not_apply_is_not_run_unless_it_is_asked_for() -> None:
    begin = datetime(2010, 4, 1, tzinfo=UTC)
    found = stress(KEYS, in_and_out(60, begin), rising(60, begin))
    names = {row.scenario for row in found.rows}
    assert "flash_crash_2010" in names and not {"black_monday_1987", "parameter_jitter"} & names
    assert not any(row.error for row in found.rows)
    asked = stress(KEYS, in_and_out(60, begin), rising(60, begin), scenarios=["black_monday_1987"])
    assert "do not have 1987-10-19" in asked.rows[1].error and asked.verdict == "fragile"
    graphs = stress(KEYS, TREND, walk(200, seed=2), scenarios=["parameter_jitter", "parameter_jitter_back"])
    assert all(row.scored and not row.error for row in graphs.rows[1:])


def test_there_is_a_scenario_for_every_window_of_the_book() -> None:
    windows, known = load_scenarios().windows, entries("scenario")
    assert windows.keys() <= known.keys()
    for name, window in windows.items():
        days = known[name].facts.get("days") or (
            known[name].configure().first, known[name].configure().last  # type: ignore[attr-defined]
        )  # fmt: skip
        assert tuple(days) == (window.first, window.last), name


def test_a_table_comes_again_to_the_last_byte() -> None:
    prices, keys = walk(300, seed=6, symbols="AB"), {**KEYS, "seed": 11}
    one, other = (stress(keys, TREND, prices).to_dict() for _ in range(2))
    for table in (one, other):
        for row in table["scenarios"]:
            del row["trial"]
    assert one == other


def test_scenarios_of_all_kinds_can_be_chained() -> None:
    _, case = case_of(SignalSource.of(TREND), walk(300, seed=6, symbols="AB"))
    made: Case = chain(case, "parameter_jitter + resampled_path + partial_fills + late_orders")
    assert len(made.notes) == 3 and run(made)["total_return"] is not None
    assert Backtester(case.settings).settings == case.settings
