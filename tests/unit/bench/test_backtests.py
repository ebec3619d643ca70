"""B1 to B3: ours, plain floats and a peer make the same orders and returns before any of them is timed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quartet.bench import backtest_peers, backtests
from quartet.bench.backtest_peers import measure_backtest_peers
from quartet.bench.backtest_work import BacktestWork
from quartet.bench.backtests import WAYS, backtest_row, differences, measure_backtests
from quartet.bench.plain_backtests import plain_answer
from quartet.bench.plan import Plan
from quartet.bench.tables import cells_of
from quartet.core.errors import ConfigError
from tests.unit.bench.test_measuring import nothing

PLAN = Plan(backtest_bars=300, backtest_columns=6, backtest_members=4, backtest_runs=1)
WORKS = {name: BacktestWork.of(name, PLAN) for name in WAYS}
SCRIPTS = Path(__file__).parents[3] / "benchmarks" / "peers"
WAY_OF = [(name, way) for name, ways in WAYS.items() for way in ways]


@pytest.mark.parametrize(("name", "way"), WAY_OF)
def test_ours_is_as_plain_floats(name: str, way: str, tmp_path: Path) -> None:
    process = pytest.importorskip("quartet.bench.backtest_process", reason="numba is not installed")
    answer, times = process.measured(way, WORKS[name], tmp_path, 2)
    places, orders, gained = plain_answer(WORKS[name])
    others, apart = differences(answer.orders[places], answer.total_return[places], orders, gained)
    assert others == 0 and apart < 1e-11
    assert min(orders) > 1 and np.count_nonzero(gained) == len(gained)
    assert [len(each) for each in times.values()] == [2, 2, 2]


def test_the_rows_of_a_workload() -> None:
    pytest.importorskip("numba", reason="numba is not installed")
    [row] = measure_backtests("B2", (), PLAN, nothing)
    assert (row.workload, row.engine, row.kind, row.events, row.symbols) == ("B2", "columnar", "backtest", 300, 6)
    assert row.equal and row.orders == plain_answer(WORKS["B2"])[1][0]
    [ms], [ns], [prices] = (row.measures[name] for name in ("ms_per_pass", "ns_per_bar", "ms_prices_in"))
    assert ns == pytest.approx(ms * 1e6 / 300 / 6) and 0 < prices < ms
    assert "not timed" not in map(str, cells_of(row.kind, row))


@pytest.mark.skipif(not Path(".build/peers/vectorbt/bin/python").exists(), reason="vectorbt is not set up")
@pytest.mark.parametrize("name", WAYS)
def test_vectorbt_makes_the_same_orders_and_returns(name: str) -> None:
    pytest.importorskip("numba", reason="numba is not installed")
    rows = measure_backtest_peers(name, PLAN, SCRIPTS, nothing)
    assert [row.workload for row in rows] == [way for way in WAYS[name] if way != "B3, bare"]
    for row in rows:
        assert row.equal and row.measures and row.kind == "backtest peer", row.notes["compared"]


def said_by(work: BacktestWork) -> dict[str, Any]:
    """What a process would say that is right about the places that are looked at."""
    places, orders, gained = plain_answer(work)
    every, returns = np.zeros(work.columns, np.int64), np.zeros(work.columns)
    every[places], returns[places] = orders, gained
    said = {"orders": every.tolist(), "total_return": returns.tolist(), "peak_mb": 5.0}
    return said | {"ns_runs": [1_800_000], "ns_cpu_runs": [2_000_000]}


def test_what_differs_gets_no_time() -> None:
    work, said = WORKS["B1"], said_by(WORKS["B1"])
    row = backtest_row("B1", said, work, 2)
    assert row.equal and row.threads == 2
    assert row.measures == {
        "ms_per_pass": [1.8],
        "ns_per_bar": [1000.0],
        "ms_cpu": [2.0],
    }
    more = backtest_row("B1", said | {"orders": [said["orders"][0] + 1, *said["orders"][1:]]}, work, 2)
    assert not more.equal and not more.measures and "orders of 1 accounts differ" in str(more.notes["compared"])
    for wrong in (2e-9, float("nan")):
        apart = backtest_row(
            "B1", said | {"total_return": [said["total_return"][0] + wrong, *said["total_return"][1:]]}, work, 2
        )
        assert not apart.equal and not apart.measures


def test_peers_are_held_against_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    said = said_by(WORKS["B3"]) | {"peer": "p", "version": "1"}
    monkeypatch.setattr(backtest_peers, "installed_peers", lambda scripts, peers: {"p": ["p"]})
    monkeypatch.setattr(backtest_peers, "ours", lambda *arguments: said)
    monkeypatch.setattr(backtest_peers, "answer_of", lambda name, command: said)
    [row] = measure_backtest_peers("B3", PLAN, SCRIPTS, nothing)
    assert row.equal and (row.engine, row.notes["columns"]) == ("p 1", 4)
    other = said | {"orders": [0, *said["orders"][1:]]}
    monkeypatch.setattr(backtest_peers, "answer_of", lambda name, command: other)
    [row] = measure_backtest_peers("B3", PLAN, SCRIPTS, nothing)
    assert not row.equal


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*arguments: str) -> None:
        raise ConfigError("numba: extra research")

    monkeypatch.setattr(backtests, "needed", absent)
    with pytest.raises(ConfigError, match="research"):
        measure_backtests("B1", (), PLAN, nothing)


@pytest.mark.parametrize("name", WAYS)
def test_the_work_survives_its_file_and_decides_nothing_last(name: str, tmp_path: Path) -> None:
    work = WORKS[name]
    work.save(tmp_path)
    again = BacktestWork.load(tmp_path)
    assert again.name == name and again.columns == work.columns == (4 if name == "B3" else 6)
    for each in ("close", "enter", "leave", "fast", "slow"):
        np.testing.assert_array_equal(getattr(again, each), getattr(work, each))
    assert not work.enter[-1:].any() and not work.leave[-1:].any()
    np.testing.assert_array_equal(work.opens[1:], work.close[:-1])


def test_plain_floats_by_hand() -> None:
    """One entry and one exit, worked on paper: half of 100,000 at 100, out at 110, without costs and with a fee."""
    work = replace(
        WORKS["B1"],
        close=np.array([[100.0], [110.0], [120.0]]),
        enter=np.array([[True], [False], [False]]),
        leave=np.array([[False], [True], [False]]),
    )
    _, [orders], [gained] = plain_answer(work)
    held, bought, sold = 500.0, 100.0 * 1.0005 * 1.001, 110.0 * 0.9995 * 0.999
    assert orders == 2 and gained == pytest.approx(held * (sold - bought) / 100_000, rel=1e-12)
