"""The trace of a run ends where the engine ends, whatever the blocks, and its drawdown is that of every event."""

from __future__ import annotations

import numpy as np
import pytest

from quartet.engines.reference import Engine
from quartet.engines.snapshot_reader import read_snapshot
from tests.unit.report.runs import CaseRun, run_case, traced, walk_run

SEEDS = range(30)


@pytest.fixture(scope="module")
def runs() -> list[CaseRun]:
    return [walk_run(), *(run for run in map(run_case, SEEDS) if run is not None)]


@pytest.mark.parametrize("block", [29, 10_000])
def test_equity_is_the_engines_own(runs: list[CaseRun], block: int) -> None:
    for run in runs:
        assert traced(run, block).equity == pytest.approx(run.snapshot.equity / 1e18, rel=1e-12, abs=1e-6)


def test_some_runs_trade(runs: list[CaseRun]) -> None:
    assert sum(run.snapshot.engine.counters["fills"] > 0 for run in runs) > 5


def test_drawdown_is_that_of_every_event(runs: list[CaseRun]) -> None:
    for run in runs[1:7]:
        engine = Engine(run.config.SerializeToString(deterministic=True))
        equity = [int.from_bytes(run.config.account.initial_cash, "little", signed=True)]
        for part in run.batch.split(1):
            engine.process(part.to_columns(), part.controls)
            equity.append(read_snapshot(engine.snapshot()).equity)
        values = np.array(equity, np.float64)
        peaks = np.maximum.accumulate(values)
        fallen = np.where(peaks > 0, values / np.where(peaks > 0, peaks, 1.0) - 1.0, 0.0)
        assert traced(run, 50).deepest[0] == pytest.approx(float(fallen.min()), abs=1e-9)


def test_blocks_change_no_point(runs: list[CaseRun]) -> None:
    for run in runs[1:9]:
        one, many = traced(run, 10_000), traced(run, 11)
        assert np.array_equal(one.curve.ts, many.curve.ts)
        assert np.allclose(one.curve.last, many.curve.last, rtol=1e-12)
        assert one.prices.keys() == many.prices.keys()
        for symbol, line in one.prices.items():
            assert np.array_equal(line.last, many.prices[symbol].last)


def test_single_events_change_nothing(runs: list[CaseRun]) -> None:
    for run in runs[1:4]:
        assert traced(run, 1).equity == pytest.approx(traced(run, 10_000).equity, rel=1e-12, abs=1e-6)
