"""Columnar backtests beside vectorbt's: the same decisions, fills and costs, equal results first, then times.

    .venv/bin/python benchmarks/backtests/run.py [--runs 5] [--small] [--peer .build/peers/vectorbt/bin/python]

Workloads: `columns`, 1,000 columns of 10,000 bars, each an account; `account`, the same in one account; `averages`,
1,000 pairs of moving averages over 10,000 bars, averages included. Each side runs in a process of its own, after a run
that compiles; vectorbt is handed Quartet's quantities and prices, so that sizing and rounding are not in its time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
WORKLOADS = ("columns", "account", "averages")
TOLERANCE = 1e-9


def side(python: str, script: str, workload: str, folder: str, runs: int, small: bool) -> dict:
    """What one side says of itself."""
    command = [python, str(HERE / script), workload, folder, str(runs), *(["--small"] if small else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{script} {workload}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print a row a workload and side."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="a hundredth of the cells")
    parser.add_argument("--peer", default=str(HERE.parents[1] / ".build/peers/vectorbt/bin/python"))
    parser.add_argument("--workload", choices=WORKLOADS)
    options = parser.parse_args()
    for workload in [options.workload] if options.workload else WORKLOADS:
        with tempfile.TemporaryDirectory() as folder:
            ours = side(sys.executable, "quartet_side.py", workload, folder, options.runs, options.small)
            theirs = side(options.peer, "vectorbt_side.py", workload, folder, options.runs, options.small)
        apart = abs(ours["final"] - theirs["final"]) / abs(ours["final"])
        if apart > TOLERANCE or ours["fills"] != theirs["fills"]:
            sys.exit(f"{workload}: not equal, so no times: {ours} and {theirs}")
        for name, row in (("quartet", ours), ("vectorbt", theirs)):
            for part, seconds in row["seconds"].items():
                print(
                    f"{workload:9} {name:9} {part:28} median {statistics.median(seconds) * 1e3:9.1f} ms"
                    f"  ({min(seconds) * 1e3:.1f} to {max(seconds) * 1e3:.1f})  peak {row['peak_mb']:,.0f} MB"
                )
        print(f"{workload:9} equal     {ours['fills']:,} fills, final values differ by {apart:.1e} of themselves")


if __name__ == "__main__":
    main()
