"""What every peer shares: the command line, the quotes that the harness wrote, and the row that it prints.

The file is an .npy of records: symbol u4, ts_ns i8, bid_ticks, ask_ticks, bid_size, ask_size i8; a tick is 0.01.
The work is W1: mid; EMA 10 and 20, seeded by the first value; from the 20th quote of a symbol on one unit long while
the fast one is not below, else one short; market orders filled at the touch, without latency and without fees.
"""

import argparse
import gc
import json
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

FAST, SLOW = 10, 20
TICK = 0.01


class Outcome(NamedTuple):
    """What a run gave: orders, and cash gained in ticks, both for the comparison."""

    orders: int
    net_cash_ticks: int


Prepare = Callable[[], tuple[Callable[[], object], Callable[[], Outcome]]]
"""Makes a fresh engine, outside of the time: what is timed, and what tells the outcome afterwards."""


def arguments(events_max: int) -> argparse.Namespace:
    """FILE, and how much of it; events_max: what the peer takes where nothing else is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", help="quotes, .npy")
    parser.add_argument("--events", type=int, default=events_max, help="the first so many quotes")
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def load(options: argparse.Namespace) -> tuple[np.ndarray, int]:
    """The quotes and the number of symbols."""
    quotes = np.load(options.file)[: options.events]
    return quotes, int(quotes["symbol"].max()) + 1


def measure(prepare: Prepare, runs: int) -> tuple[list[int], Outcome]:
    """Nanoseconds of each run, and what the last one gave."""
    times = []
    for _ in range(runs):
        run, outcome_of = prepare()
        gc.collect()
        started = time.perf_counter_ns()
        run()
        times.append(time.perf_counter_ns() - started)
        outcome = outcome_of()
    return times, outcome


def show(name: str, version: str, quotes: np.ndarray, symbols: int, measured: tuple[list[int], Outcome]) -> None:
    """Print the row as one line of JSON."""
    times, outcome = measured
    row = {
        "peer": name,
        "version": version,
        "symbols": symbols,
        "events": len(quotes),
        "orders": outcome.orders,
        "net_cash_ticks": outcome.net_cash_ticks,
        "ns_per_quote_runs": [ns / len(quotes) for ns in times],
    }
    print(json.dumps(row), flush=True)
