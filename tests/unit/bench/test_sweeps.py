"""W3 is compared with single runs before it is timed, and its peers with our orders and returns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from quartet.bench import sweeps
from quartet.bench.plan import Plan
from quartet.bench.settings import CROSS_GRID
from quartet.bench.sweep_peers import peer_row, windows
from quartet.bench.sweeps import measure_sweep, work_of
from quartet.engines.sweep import SweepResult
from tests.unit.bench.test_measuring import ENGINES, nothing

REFERENCE = ENGINES[2]
PLAN = Plan(sweep_events=400, sweep_members=4, sweep_few_of=2, sweep_runs=2, reference_runs=2)


def by_hand(price: np.ndarray, fast: int, slow: int) -> tuple[int, float]:
    """Orders and return of one member, in as few words as can be."""
    held, cash, orders = 0, 1000.0, 0
    for end in range(slow, len(price) + 1):
        means = [price[end - window : end].mean() for window in (fast, slow)]
        wanted = 1 if means[0] > means[1] else -1
        if wanted != held:
            cash -= (wanted - held) * price[end - 1] + abs(wanted - held) * price[end - 1] * 0.001
            held, orders = wanted, orders + 1
    return orders, (cash + held * price[-1]) / 1000 - 1


@pytest.fixture(scope="module")
def swept() -> tuple[sweeps.Work, SweepResult]:
    work = work_of(REFERENCE, PLAN)
    return work, work.run("python").result


def test_members_are_as_worked_by_hand(swept: tuple[sweeps.Work, SweepResult]) -> None:
    work, result = swept
    price = work.stream["bid_price"] / 1e9
    assert (work.stream["bid_price"] == work.stream["ask_price"]).all()
    pairs = list(zip(windows(work, "fast"), windows(work, "slow"), strict=True))
    assert pairs == [(5, 30), (15, 30)]
    for (orders, total_return), row in zip(
        (by_hand(price, *pair) for pair in pairs), result.table.iter_rows(named=True), strict=True
    ):
        assert row["orders"] == row["fills"] == orders > 1
        assert row["total_return"] == pytest.approx(total_return, abs=1e-12)


def test_an_engine_without_a_pass_runs_few_members() -> None:
    [row] = measure_sweep([REFERENCE], PLAN, nothing)
    assert (row.workload, row.kind, row.equal, row.events) == ("W3", "sweep", True, 400)
    assert row.notes == {"members": 2, "how": "one by one"}
    [ns, ms] = (row.measures[name] for name in ("ns_per_member_event", "ms_per_pass"))
    assert ns == pytest.approx([each * 1e6 / 2 / 400 for each in ms])


def altered(monkeypatch: pytest.MonkeyPatch, changes: list[dict[str, Any]]) -> None:
    """Sweeps whose tables are changed, one after the other, by columns."""
    original = sweeps.sweep

    def lying(*arguments: Any, **how: Any) -> SweepResult:
        result = original(*arguments, **how)
        return replace(result, table=result.table.with_columns(**(changes.pop(0) if changes else {})))

    monkeypatch.setattr(sweeps, "sweep", lying)


def test_engines_must_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    altered(monkeypatch, [{}, {"fees": pl.col("fees") + 1}])
    other = replace(REFERENCE, options=replace(REFERENCE.options, threads=2))
    honest, liar = measure_sweep([REFERENCE, other], PLAN, nothing)
    assert honest.equal and honest.measures
    assert not liar.equal and not liar.measures


@pytest.mark.parametrize("column", [None, "orders", "cash", "risk_rejects"])
def test_a_pass_over_all_must_be_as_single_runs(monkeypatch: pytest.MonkeyPatch, column: str | None) -> None:
    monkeypatch.setattr(sweeps, "shares_pass", lambda engine: True)
    altered(monkeypatch, [{column: pl.col(column) + 1}] if column else [])
    [row] = measure_sweep([REFERENCE], PLAN, nothing)
    assert row.notes == {"members": 4, "how": "one pass"}
    assert row.equal == (column is None)


def test_peers_must_make_the_same_orders_and_returns(swept: tuple[sweeps.Work, SweepResult]) -> None:
    _, expected = swept
    answer = {"peer": "p", "version": "1", "events": 400, "ns_runs": [8_000_000]}
    same = {name: expected.table[name].to_list() for name in ("orders", "total_return")}
    row = peer_row(answer | same, expected)
    assert row.equal and row.kind == "sweep peer"
    assert row.measures == {"ns_per_member_event": [10_000.0], "ms_per_pass": [8.0]}
    other = peer_row(answer | same | {"orders": [1, *same["orders"][1:]]}, expected)
    assert not other.equal and not other.measures and "orders of 1 members differ" in str(other.notes["compared"])
    apart = peer_row(answer | same | {"total_return": [share + 2e-9 for share in same["total_return"]]}, expected)
    assert not apart.equal and "within 2e-09" in str(apart.notes["compared"])


def test_the_grid_has_a_thousand_members() -> None:
    assert [len(values) for values in CROSS_GRID.values()] == [20, 50]
