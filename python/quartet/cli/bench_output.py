"""How a measurement ends: the files that were asked for, the tables or the JSON, the exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import typer
from rich.table import Table

from quartet.bench.report import BenchReport
from quartet.cli.console import facts, say, show, show_json
from quartet.cli.failures import DIFFERENT


def deliver(
    report: BenchReport,
    tables: Sequence[Table],
    *,
    save: Path | None,
    html: Path | None,
    page: Callable[[BenchReport, Path], Path],
    as_json: bool,
) -> None:
    """Write and show a report; exit code 1 where an engine was not equal. page: writes it as a page."""
    if save is not None:
        report.save(save)
        say(f"report: {save}")
    if html is not None:
        say(f"page: {page(report, html)}")
    if as_json:
        show_json(report.to_json())
    else:
        show(*tables, facts([*report.machine.items(), *report.engines.items()]))
    if not report.all_equal:
        raise typer.Exit(DIFFERENT)
