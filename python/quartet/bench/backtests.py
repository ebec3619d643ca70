"""B1, B2 and B3: columnar backtests, each in a process of its own; equal to plain floats first, then timed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from quartet.bench.backtest_work import BacktestWork
from quartet.bench.measuring import Tick
from quartet.bench.peers import answer_of
from quartet.bench.plain_backtests import plain_answer
from quartet.bench.plan import Plan
from quartet.bench.row import MS_PER_PASS, NS_PER_BAR, Row
from quartet.core.extras import needed
from quartet.engines.config import machine
from quartet.engines.engine_run import ChosenEngine

KIND: Final = "backtest"
ENGINE: Final = "columnar"
MS_PRICES: Final = "ms_prices_in"
MS_CPU: Final = "ms_cpu"
"""Of the processors, all threads together: what other programs on the machine change least."""
RETURNS_WITHIN: Final = 1e-9
"""Total returns that are made of floats may differ from ours by so much."""
WAYS: Final = {"B1": ("B1", "B1, equity"), "B2": ("B2",), "B3": ("B3", "B3, bare")}
"""How each workload is run."""
_ONE_THREAD: Final = ("B2",)
"""One account is one thread's."""


def measure_backtests(name: str, engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """A row for each way and number of threads; the engines have no part in it. ConfigError without the extra."""
    del engines
    needed("numba", "research", f"--workload {name}")
    work = BacktestWork.of(name, plan)
    rows = []
    with tempfile.TemporaryDirectory(prefix="quartet-backtests-") as folder:
        work.save(Path(folder))
        for way in WAYS[name]:
            for threads in (1,) if way in _ONE_THREAD else sorted({1, machine.processors()}):
                values = ours(way, Path(folder), plan.backtest_runs, threads)
                rows.append(backtest_row(way, values, work, threads))
                tick()
    return rows


MEASURES: Final = {name: partial(measure_backtests, name) for name in WAYS}


def ours(way: str, folder: Path, runs: int, threads: int) -> dict[str, Any]:
    """What our process says of the work in a folder; ConfigError where it fails."""
    command = [sys.executable, "-m", "quartet.bench.backtest_process", way, str(folder), str(runs), str(threads)]
    return answer_of(ENGINE, command)


def backtest_row(way: str, values: Mapping[str, Any], work: BacktestWork, threads: int) -> Row:
    """The row of what our process said, compared with plain floats: equal orders, and returns within RETURNS_WITHIN."""
    places, orders, gained = plain_answer(work)
    apart = differences(np.array(values["orders"])[places], np.array(values["total_return"])[places], orders, gained)
    return row_of(way, ENGINE, values, work, apart, KIND, threads)


def differences(orders: Any, gained: Any, expected_orders: Any, expected_gained: Any) -> tuple[int, float]:
    """How many accounts differ in orders, and by how much returns do at most; infinity for one that is no number."""
    apart = np.abs(np.asarray(gained) - np.asarray(expected_gained))
    return int(np.count_nonzero(np.asarray(orders) != np.asarray(expected_orders))), float(
        np.nan_to_num(apart, nan=np.inf).max()
    )


def row_of(
    way: str,
    engine: str,
    values: Mapping[str, Any],
    work: BacktestWork,
    apart: tuple[int, float],
    kind: str,
    threads: int = 1,
) -> Row:
    """The row of a process; without times where it is not equal."""
    others, returns = apart
    equal = not others and returns <= RETURNS_WITHIN
    cells = len(work.close) * work.columns
    measures = {
        MS_PER_PASS: [ns / 1e6 for ns in values["ns_runs"]],
        NS_PER_BAR: [ns / cells for ns in values["ns_runs"]],
        MS_CPU: [ns / 1e6 for ns in values["ns_cpu_runs"]],
    }
    if "ns_prices_runs" in values:
        measures[MS_PRICES] = [ns / 1e6 for ns in values["ns_prices_runs"]]
    said = f"orders of {others:,} accounts differ" if others else "equal"
    return Row(
        way,
        engine,
        work.close.shape[1],
        threads,
        events=len(work.close),
        orders=int(np.sum(values["orders"])),
        equal=equal,
        sha256=values.get("sha256", ""),
        kind=kind,
        measures=measures if equal else {},
        notes={
            "columns": work.columns,
            "peak_mb": round(values["peak_mb"]),
            "compared": f"{said}, returns within {returns:.0e}",
        },
    )
