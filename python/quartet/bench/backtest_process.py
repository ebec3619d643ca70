"""Ours in B1, B2 and B3, in a process of its own, so that its peak of memory is its own.

python -m quartet.bench.backtest_process HOW FOLDER RUNS THREADS reads FOLDER/work.npz, prints a line of JSON and leaves
FOLDER/fills.npy.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from quartet.backtest.columnar.layout import FillColumn
from quartet.backtest.columnar.many import ManyOutcomes, run_columns, run_many
from quartet.backtest.columnar.running import run
from quartet.backtest.plan import Plan
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signals import SignalPanel
from quartet.backtest.sweep import sweep
from quartet.bench.backtest_work import CAPITAL, BacktestWork, Floats, Ints, cross_scores, rolling_mean

FILLS: Final = "fills.npy"
_FINEST: Final = "0.000000001"
_DAY_NS: Final = 86_400 * 10**9
_NANO: Final = 1e9


class Answer(NamedTuple):
    """What came out."""

    orders: Ints
    """(accounts,)."""
    total_return: Floats
    fills: Ints
    """(fills, 3) stamp, column, signed quantity in 1e-9."""


class Given(NamedTuple):
    """What a run finds ready: signals come as they are, prices are taken in by the run."""

    work: BacktestWork
    scores: Floats
    folder: Path


Run = Callable[[Given, PricePanel], Answer]


def settings_of(work: BacktestWork) -> BacktestSettings:
    """The costs of the work, lots and ticks as fine as can be, and nothing that holds an order back."""
    return BacktestSettings.of(
        initial_capital=int(CAPITAL),
        commission=str(work.costs.fee),
        slippage_bps=round(work.costs.slippage * 1e4),
        max_position_size=str(work.costs.share),
        lot=_FINEST,
        tick=_FINEST,
        max_gross=None,
        max_participation=None,
        gap_safe=False,
        borrow_rate=0,
        study=work.name,
    )


def panel_of(work: BacktestWork, opens: Floats) -> PricePanel:
    """The bars as ours has them: integers that are exact, checked."""
    names = [f"S{place:04d}" for place in range(work.close.shape[1])]
    return PricePanel.of_arrays(_DAY_NS * np.arange(1, len(work.close) + 1), names, work.close, open=opens)


def _columns(given: Given, panel: PricePanel) -> Answer:
    """Every column an account: orders and total returns."""
    outcomes = run_columns(_plan(given, panel), equity=False)
    fills = outcomes.fills
    price, quantity = fills[:, FillColumn.PRICE] / _NANO, fills[:, FillColumn.QUANTITY] / _NANO
    accounts = len(panel.symbols)
    fees = (fills[:, FillColumn.FEE_HIGH] * 2.0**64 + fills[:, FillColumn.FEE_LOW].view(np.uint64)) / 1e18
    paid = np.bincount(outcomes.owner, price * quantity + fees, accounts)
    held = np.bincount(outcomes.owner, quantity, accounts)
    gained = (held * given.work.close[-1] - paid) / CAPITAL
    return Answer(outcomes.orders, gained, _placed(outcomes))


def _columns_with_equity(given: Given, panel: PricePanel) -> Answer:
    """Every column an account: orders and the equity of every bar."""
    return _answer(run_columns(_plan(given, panel)))


def _account(given: Given, panel: PricePanel) -> Answer:
    """One account: orders and the exact equity of every bar."""
    outcome = run(_plan(given, panel))
    low, high = outcome.equity[-1].view(np.uint64)[0], outcome.equity[-1, 1]
    final = (int(high) * 2**64 + int(low)) / 1e18
    fills = np.stack([outcome.fills[name].astype(np.int64) for name in ("stamp", "symbol", "quantity")], axis=1)
    return Answer(np.array([len(outcome.orders)]), np.array([final / CAPITAL - 1.0]), fills)


def _swept(given: Given, panel: PricePanel) -> Answer:
    """`quartet.backtest.sweep`: figures of every member, each a trial of a ledger."""
    price = panel.closes[:, 0]
    mean = cache(lambda window: rolling_mean(price, window))
    pairs = [
        {"fast": int(fast), "slow": int(slow)} for fast, slow in zip(given.work.fast, given.work.slow, strict=True)
    ]
    with tempfile.TemporaryDirectory(dir=given.folder) as own:
        table = sweep(
            settings_of(given.work),
            pairs,
            lambda prices, fast, slow: cross_scores(mean(fast), mean(slow)),
            panel,
            ledger=str(Path(own, "trials.sqlite")),
        ).table
    return Answer(table["num_orders"].to_numpy(), table["total_return"].to_numpy(), np.zeros((0, 3), np.int64))


def _bare(given: Given, panel: PricePanel) -> Answer:
    """The same members without figures and ledger: orders and the equity of every bar."""
    price = panel.closes[:, 0]
    mean = cache(lambda window: rolling_mean(price, window))
    settings = settings_of(given.work)
    made = (cross_scores(mean(fast), mean(slow)) for fast, slow in zip(given.work.fast, given.work.slow, strict=True))
    return _answer(run_many([Plan.of(settings, panel, SignalPanel.of(each, panel)) for each in made]))


RUNS: Final[dict[str, Run]] = {
    "B1": _columns,
    "B1, equity": _columns_with_equity,
    "B2": _account,
    "B3": _swept,
    "B3, bare": _bare,
}


def peak_megabytes() -> float:
    """The most that this process has held, in 1e6 bytes; 0 where the system does not tell."""
    file = Path("/proc/self/status")
    # Not getrusage: there a process starts with the peak of the one that started it.
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), 0.0)


def measured(how: str, work: BacktestWork, folder: Path, runs: int) -> tuple[Answer, dict[str, list[int]]]:
    """The answer, and nanoseconds of each run after the first, which compiles."""
    opens, given = work.opens, Given(work, work.scores, folder)
    answer, _ = _timed(how, given, opens)
    times: dict[str, list[int]] = {"ns_runs": [], "ns_prices_runs": [], "ns_cpu_runs": []}
    for _ in range(runs):
        answer, each = _timed(how, given, opens)
        for name, own in zip(times, each, strict=True):
            times[name].append(own)
    return answer, times


def _timed(how: str, given: Given, opens: Floats) -> tuple[Answer, tuple[int, int, int]]:
    """An answer; nanoseconds of it all, of the prices, of the processors."""
    gc.collect()
    started, used = time.perf_counter_ns(), time.process_time_ns()
    panel = panel_of(given.work, opens)
    ready = time.perf_counter_ns()
    answer = RUNS[how](given, panel)
    return answer, (time.perf_counter_ns() - started, ready - started, time.process_time_ns() - used)


def main() -> None:
    """Run what the command line says."""
    how, place, runs, threads = sys.argv[1:]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(threads)])
    folder = Path(place)
    answer, times = measured(how, BacktestWork.load(folder), folder, int(runs))
    np.save(folder / FILLS, answer.fills)
    row = {
        "orders": answer.orders.tolist(),
        "total_return": answer.total_return.tolist(),
        "sha256": hashlib.sha256(answer.fills.tobytes() + answer.total_return.tobytes()).hexdigest(),
        "peak_mb": peak_megabytes(),
    }
    sys.stdout.write(json.dumps(row | times) + "\n")


def _plan(given: Given, panel: PricePanel) -> Plan:
    return Plan.of(settings_of(given.work), panel, SignalPanel.of(given.scores, panel))


def _answer(outcomes: ManyOutcomes) -> Answer:
    return Answer(outcomes.orders, outcomes.equity[-1] / CAPITAL - 1.0, _placed(outcomes))


def _placed(outcomes: ManyOutcomes) -> Ints:
    fills = outcomes.fills
    return np.stack([fills[:, FillColumn.STAMP], outcomes.owner, fills[:, FillColumn.QUANTITY]], axis=1)


if __name__ == "__main__":
    main()
