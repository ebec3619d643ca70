"""`quartet bench compare`: two saved reports against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quartet.bench.compare import compare_reports, comparison_table
from quartet.bench.report import BenchReport
from quartet.cli.console import show, show_json, warn
from quartet.cli.failures import DIFFERENT
from quartet.cli.options import Json


def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A report of quartet bench --save.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="A later one.")],
    threshold_percent: Annotated[
        float, typer.Option("--threshold-percent", min=0.0, help="Changes up to this many per cent count as none.")
    ] = 5.0,
    as_json: Json = False,
) -> None:
    """Set two reports against each other; exit code 1 where anything became slower.

    slower and faster are said only where the ratio of the medians is beyond the threshold, and its 95 % interval, by
    bootstrap over the runs, does not hold 1. Otherwise a large change is unclear: measure again, longer.

    [bold]Example[/bold]

      quartet bench compare results/old.json results/new.json --threshold-percent 5
    """
    comparison = compare_reports(BenchReport.load(old), BenchReport.load(new), threshold_percent)
    if comparison.other_machine:
        warn("the reports are of different processors: their times do not compare")
    for text, names in (("old", comparison.only_old), ("new", comparison.only_new)):
        for name in names:
            warn(f"only in the {text} report: {name}")
    if as_json:
        rows = [
            {
                "workload": change.row.workload,
                "engine": change.row.engine,
                "symbols": change.row.symbols,
                "threads": change.row.threads,
                "measure": change.measure,
                "old": change.old,
                "new": change.new,
                "ratio": change.ratio,
                "ratio_low": change.low,
                "ratio_high": change.high,
                "verdict": change.verdict.value,
            }
            for change in comparison.changes
        ]
        show_json({"threshold_percent": threshold_percent, "regression": comparison.has_regression, "rows": rows})
    else:
        show(comparison_table(comparison, threshold_percent))
    if comparison.has_regression:
        raise typer.Exit(DIFFERENT)
