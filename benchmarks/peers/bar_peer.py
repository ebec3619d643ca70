"""What the peers of B4 share: the command line, the bars that the harness wrote, and the row that they print.

bars.npz: close (T, N) in cents, windows fast and slow, capital in cents. Each bar opens at the close before it. A
symbol is bought for its part of half of the equity, in whole units, when its fast mean of closes is above the slow
one, and sold when it is not; orders are market orders without costs. At the last bar nothing can be filled any more.
"""

import argparse
import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Bars(NamedTuple):
    """The work."""

    close: np.ndarray
    fast: int
    slow: int
    capital: int

    @property
    def opens(self) -> np.ndarray:
        return np.vstack([self.close[:1], self.close[:-1]])

    def units(self, equity: int, close: int) -> int:
        """How many a part of so much equity buys."""
        return equity // (2 * self.close.shape[1] * close)


class Outcome(NamedTuple):
    """Bar, symbol and signed units of every fill, and the last equity."""

    fills: list[tuple[int, int, int]]
    equity_cents: int


Prepare = Callable[[Bars], tuple[Callable[[], object], Callable[[], Outcome]]]
"""Makes a fresh engine with its data, outside of the time: what is timed, and what tells the outcome afterwards."""


def main(name: str, version: str, prepare: Prepare) -> None:
    """Time the runs, print the row as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, help="with bars.npz")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with np.load(options.folder / "bars.npz") as file:
        work = Bars(file["close"], int(file["fast"]), int(file["slow"]), int(file["capital"]))
    times = []
    for _ in range(options.runs):
        run, outcome_of = prepare(work)
        gc.collect()
        started = time.perf_counter_ns()
        run()
        times.append(time.perf_counter_ns() - started)
        outcome = outcome_of()
    row = {
        "peer": name,
        "version": version,
        "fills": outcome.fills,
        "equity_cents": outcome.equity_cents,
        "ns_runs": times,
    }
    print(json.dumps(row), flush=True)
