"""Quartet's side of run.py: makes the data, runs, and leaves its quantities and prices for the other side."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from quartet.backtest.columnar.layout import FillColumn
from quartet.backtest.columnar.many import ManyOutcomes, run_columns, run_many
from quartet.backtest.columnar.running import run
from quartet.backtest.outcome import Outcome, floats_of
from quartet.backtest.plan import Plan
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signals import SignalPanel

# Half of the equity: vectorbt cuts an order that cash does not pay, and the next price may be higher.
KEYS = {
    "max_participation": None, "gap_safe": False, "max_gross": None, "lot": "0.000001", "tick": "0.000001",
    "borrow_rate": 0,
}  # fmt: skip
Made = TypeVar("Made")
DAY_NS = 86_400 * 10**9
PAIRS = [(fast, slow) for fast in range(5, 45) for slow in range(50, 100, 2)]


def closes(bars: int, columns: int) -> np.ndarray:
    """Random walks with four places."""
    steps = np.random.default_rng(0).normal(0.0, 0.01, (bars, columns))
    return np.round(np.clip(100 * np.exp(np.cumsum(steps, axis=0)), 1.0, 10_000.0), 4)


def scores(shape: tuple[int, int]) -> np.ndarray:
    """Enter in one bar of fifty, leave in one of fifty."""
    drawn = np.random.default_rng(1).random(shape)
    return np.where(drawn < 0.02, 1.0, np.where(drawn > 0.98, 0.0, np.nan))


def timed(times: dict[str, list[float]], part: str, call: Callable[[], Made]) -> Made:
    """Call it and note how long it took."""
    begun = time.perf_counter()
    made = call()
    times.setdefault(part, []).append(time.perf_counter() - begun)
    return made


def averages(close: np.ndarray, window: int) -> np.ndarray:
    """Means of the last so many."""
    sums = np.concatenate([[0.0], np.cumsum(close)])
    return np.concatenate([np.full(window - 1, np.nan), (sums[window:] - sums[:-window]) / window])


def sweep(
    settings: BacktestSettings, panel: PricePanel, price: np.ndarray, pairs: list[tuple[int, int]]
) -> ManyOutcomes:
    """Averages, signals and runs of all pairs."""
    means = {window: averages(price, window) for pair in pairs for window in pair}
    told = (np.sign(means[fast] - means[slow])[:, None] for fast, slow in pairs)
    return run_many([Plan.of(settings, panel, SignalPanel.of(each, panel)) for each in told])


def main() -> None:
    """Print one JSON line."""
    workload, folder, runs = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    bars, columns = (1000, 100) if "--small" in sys.argv else (10_000, 1000)
    pairs = PAIRS[:columns]
    close = closes(bars, 1 if workload == "averages" else columns)
    stamps, names = np.arange(1, bars + 1) * DAY_NS, [f"S{at:04d}" for at in range(close.shape[1])]
    told = scores(close.shape)
    times: dict[str, list[float]] = {}
    settings = BacktestSettings.of(KEYS, max_position_size="0.001" if workload == "account" else "0.5")

    def plan() -> Plan:
        return Plan.of(settings, panel, SignalPanel.of(told, panel))

    def averaged() -> ManyOutcomes:
        return sweep(settings, panel, close[:, 0], pairs)

    for _ in range(runs + 1):
        panel = timed(times, "prices to exact panel", lambda: PricePanel.of_arrays(stamps, names, close))
        if workload == "averages":
            outcome = timed(times, "averages to fills and equity", averaged)
        elif workload == "columns":
            timed(times, "signals to fills", lambda: run_columns(plan(), equity=False))
            outcome = timed(times, "signals to fills and equity", lambda: run_columns(plan()))
        else:
            outcome = timed(times, "signals to exact equity", lambda: run(plan()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    final = leave(folder, close, outcome, len(pairs) if workload == "averages" else columns)
    seconds = {part: each[1:] for part, each in times.items()}
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "final": final, "fills": len(outcome.fills)}))


def leave(folder: Path, close: np.ndarray, outcome: ManyOutcomes | Outcome, width: int) -> float:
    """Signed quantities and prices for the other side; the sum of final values."""
    size, price = np.full((len(close), width), np.nan), np.full((len(close), width), np.nan)
    if isinstance(outcome, ManyOutcomes):
        at = outcome.fills[:, FillColumn.STAMP], outcome.owner
        size[at], price[at] = outcome.fills[:, FillColumn.QUANTITY] / 1e9, outcome.fills[:, FillColumn.PRICE] / 1e9
        final = float(outcome.equity[-1].sum())
    else:
        at = outcome.fills["stamp"], outcome.fills["symbol"]
        size[at], price[at] = outcome.fills["quantity"] / 1e9, outcome.fills["price"] / 1e9
        final = float(floats_of(outcome.equity[-1:])[0])
    for name, values in (("close", close), ("size", size), ("price", price)):
        np.save(folder / f"{name}.npy", values)
    return final


if __name__ == "__main__":
    main()
