"""What the peers of W3 share: the command line, the windows and prices that the harness wrote, and the row printed.

The file is an .npz: price, f8, a bid that is the ask too; fast and slow, i8, the windows of each member. The work is
W3: from the first price on which both means stand, one unit long while the fast mean is above the slow one, else one
short, turned round at the price itself by one order, for a fee of a share of what changes hands.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

FEE = 0.001
CASH = 1000.0


class Work(NamedTuple):
    """The prices, and the windows of every member."""

    price: np.ndarray
    fast: np.ndarray
    slow: np.ndarray


class Answer(NamedTuple):
    """What every member made: orders, and gain over the first cash."""

    orders: np.ndarray
    total_return: np.ndarray


def main(name: str, version: str, run: Callable[[Work], Answer]) -> None:
    """Compile, time the runs, print the row as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", help="prices and windows, .npz")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with np.load(options.file) as file:
        work = Work(file["price"], file["fast"], file["slow"])
    run(work)
    times = []
    for _ in range(options.runs):
        started = time.perf_counter_ns()
        answer = run(work)
        times.append(time.perf_counter_ns() - started)
    row = {
        "peer": name,
        "version": version,
        "events": len(work.price),
        "orders": [int(count) for count in answer.orders],
        "total_return": [float(share) for share in answer.total_return],
        "ns_runs": times,
    }
    print(json.dumps(row), flush=True)
