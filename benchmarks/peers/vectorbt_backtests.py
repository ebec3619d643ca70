"""B1, B2 and B3 in vectorbt, on the arrays that the harness wrote.

    .build/peers/vectorbt/bin/python benchmarks/peers/vectorbt_backtests.py B1|"B1, equity"|B2|B3 FOLDER

It fills at the close of a signal; ours at the next open, which in this work is that close. A percentage of its cash
counts fee and slippage in, ours comes before them: the shares differ by that factor. In B2 it is handed our
quantities, as it has no way to size the orders of a bar on one equity; in B1 and B3 it sizes them itself. What is
timed: means, signals, portfolio, count of orders, total returns; in "B1, equity" and B2 the value of every bar too.
"""

import argparse
import gc
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import vectorbt

CASH = 100_000.0
FEE = 0.001
SLIPPAGE = 0.0005


def portfolio_of(way: str, work: dict, quantity: np.ndarray) -> vectorbt.Portfolio:
    """Orders of a workload."""
    price = work["price"]
    if way == "B2":
        return vectorbt.Portfolio.from_orders(
            price, size=quantity, fees=FEE, slippage=SLIPPAGE, init_cash=CASH, cash_sharing=True, group_by=True
        )
    entries, exits, slippage = work["enter"], work["leave"], SLIPPAGE
    if way == "B3":
        fast = vectorbt.MA.run(price, work["fast"], short_name="fast").ma.to_numpy()
        slow = vectorbt.MA.run(price, work["slow"], short_name="slow").ma.to_numpy()
        entries, exits, slippage = fast > slow, fast <= slow, 0.0
        entries[-1] = exits[-1] = False
    return vectorbt.Portfolio.from_signals(
        price,
        entries,
        exits,
        size=0.5 * (1 + FEE) * (1 + slippage),
        size_type="percent",
        fees=FEE,
        slippage=slippage,
        init_cash=CASH,
    )


def run(way: str, work: dict, quantity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Orders and total return of every account."""
    portfolio = portfolio_of(way, work, quantity)
    if way == "B2":
        return np.array([portfolio.orders.count()]), portfolio.value().to_numpy()[-1:] / CASH - 1
    orders = portfolio.orders.count().to_numpy()
    if way == "B1, equity":
        return orders, portfolio.value().to_numpy()[-1] / CASH - 1
    return orders, portfolio.total_return().to_numpy()


def read(folder: Path, way: str) -> tuple[dict, np.ndarray]:
    """The work, prices as a frame, and our quantities where they are needed."""
    with np.load(folder / "work.npz") as file:
        work = dict(file)
    close = work["close"]
    work["price"] = pd.Series(close[:, 0]) if way == "B3" else pd.DataFrame(close)
    quantity = np.full(close.shape if way == "B2" else (0, 0), np.nan)
    if way == "B2":
        stamp, column, filled = np.load(folder / "fills.npy").T
        quantity[stamp - 1, column] = filled / 1e9
    return work, quantity


def peak_megabytes() -> float:
    """The most that this process has held, in 1e6 bytes; 0 where the system does not tell."""
    file = Path("/proc/self/status")
    lines = file.read_text().splitlines() if file.is_file() else []
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), 0.0)


def main() -> None:
    """Compile, time the runs, print the row as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=("B1", "B1, equity", "B2", "B3"))
    parser.add_argument("folder", type=Path, help="with work.npz, and fills.npy for B2")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    work, quantity = read(options.folder, options.way)
    times, used = [], []
    for _ in range(1 + options.runs):
        gc.collect()
        started, before = time.perf_counter_ns(), time.process_time_ns()
        orders, total_return = run(options.way, work, quantity)
        times.append(time.perf_counter_ns() - started)
        used.append(time.process_time_ns() - before)
    row = {
        "peer": "vectorbt",
        "version": vectorbt.__version__,
        "orders": orders.tolist(),
        "total_return": total_return.tolist(),
        "ns_runs": times[1:],
        "ns_cpu_runs": used[1:],
        "peak_mb": peak_megabytes(),
    }
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
