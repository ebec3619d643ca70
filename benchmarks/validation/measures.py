"""Our measures beside those of other libraries on the same returns.

    .venv/bin/python benchmarks/validation/measures.py FIGURES.json

FIGURES.json is what risk_libraries.py prints. The exit status is 1 where a figure of the same definition differs by
more than one part in 10^9.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from quartet.risk import TrackRecord, measure_all

YEAR = 252
OTHER_DEFINITIONS = {("quantstats", "ulcer"): "divides by T - 1, the definition by T"}


def main(path: str) -> int:
    """Show the table; the number of figures that differ."""
    given = json.loads(Path(path).read_text())
    returns = np.array(given["returns"])
    ours = measure_all(TrackRecord.of_returns(returns, periods_a_year=YEAR))
    table = Table("figure", "library", "theirs", "ours", "difference", title=f"{len(returns):,} days of the S&P 500")
    wrong = 0
    for library, figures in given["figures"].items():
        for name, theirs in figures.items():
            mine = ours[name]
            off = abs(mine / theirs - 1.0) if mine is not None else float("inf")
            why = OTHER_DEFINITIONS.get((library, name), "")
            wrong += off > 1e-9 and not why
            table.add_row(name, library, f"{theirs:.10g}", f"{mine:.10g}", f"{off:.1e}" + (f": {why}" if why else ""))
    Console(width=150).print(table)
    return wrong


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(bool(main(sys.argv[1])))
