"""vectorbt's side of run.py, in an environment of its own."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import vectorbt

PAIRS = [(fast, slow) for fast in range(5, 45) for slow in range(50, 100, 2)]


def main() -> None:
    """Print one JSON line."""
    workload, folder, runs = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    close, size, price = (np.load(folder / f"{name}.npy") for name in ("close", "size", "price"))
    times, names = {}, {"columns": "orders to records", "account": "orders to value", "averages": "averages to value"}
    value = None
    for _ in range(runs + 1):
        begun = time.perf_counter()
        prices = close
        if workload == "averages":
            windows = sorted({window for pair in PAIRS[: size.shape[1]] for window in pair})
            means = vectorbt.MA.run(pd.Series(close[:, 0]), windows).ma.to_numpy()
            at = {window: place for place, window in enumerate(windows)}
            np.sign(
                means[:, [at[fast] for fast, _ in PAIRS[: size.shape[1]]]]
                - means[:, [at[slow] for _, slow in PAIRS[: size.shape[1]]]]
            )
            prices = np.broadcast_to(close, size.shape)
        portfolio = vectorbt.Portfolio.from_orders(
            pd.DataFrame(prices),
            size=size,
            price=price,
            fees=0.001,
            init_cash=100_000.0,
            cash_sharing=workload == "account",
            group_by=True if workload == "account" else None,
        )
        records = portfolio.order_records
        if workload != "columns":
            value = portfolio.value()
        times.setdefault(names[workload], []).append(time.perf_counter() - begun)
        if workload == "columns":
            value = portfolio.value()
            times.setdefault("orders to records and value", []).append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = {part: each[1:] for part, each in times.items()}
    final = float(np.asarray(value)[-1].sum())
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "final": final, "fills": len(records)}))


if __name__ == "__main__":
    main()
