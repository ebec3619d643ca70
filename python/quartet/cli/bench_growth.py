"""`quartet bench growth`: how cost grows with symbols, events, resting orders, nodes and threads."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from quartet.bench.growth import QUICK, GrowthPlan, measure_growth
from quartet.bench.machine import load_text, machine_facts
from quartet.bench.report import BenchReport
from quartet.bench.tables import growth_tables
from quartet.cli.bench_command import command_text
from quartet.cli.bench_engines import bench_engines, numbers_of
from quartet.cli.bench_output import deliver
from quartet.cli.options import Json
from quartet.cli.progress import progress_bar
from quartet.engines.selection import PREFERENCE, REFERENCE, availability


def growth(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer points and events: a look, not a measurement.")] = False,
    engines: Annotated[
        list[str] | None,
        typer.Option("--engines", metavar="NAME", help="Engines; default: all that are here but the reference."),
    ] = None,
    threads: Annotated[str, typer.Option("--threads", metavar="N", help="Numbers of threads, with commas.")] = "1,2",
    events_max: Annotated[
        int | None,
        typer.Option(
            "--events-max",
            metavar="N",
            min=1000,
            help="The longest stream: 100000000, say, which takes 7 GB of TMPDIR.",
        ),
    ] = None,
    runs: Annotated[int | None, typer.Option("--runs", metavar="N", min=1, help="Interleaved runs of a point.")] = None,
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Write the report as JSON.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with charts.")] = None,
    as_json: Json = False,
) -> None:
    """Measure how cost grows, beside the time that touching the same bytes of memory takes.

    One thing grows at a time: symbols, events (long streams from disk, so that memory stays bounded), orders that rest,
    nodes of the program, threads. Engines whose records are not equal get no time (exit code 1).

    [bold]Examples[/bold]

      quartet bench growth --save results/growth.json --html results/growth.html

      quartet bench growth --engines rust --events-max 100000000
    """
    names = engines or [each.name for each in availability() if each.available and each.name != REFERENCE]
    names = names or [PREFERENCE[-1]]
    single, _ = bench_engines(names, (1,), ["auto"], ["auto"])
    threaded, left_out = bench_engines(names, numbers_of("--threads", threads), ["auto"], ["auto"])
    plan = _plan(quick, events_max, runs)
    about = machine_facts()
    with progress_bar("runs") as bar:
        rows = measure_growth(single, threaded, plan, bar.step)
    about["load after"] = load_text()
    builds = {engine.name: f"{engine.version} ({engine.build})" for engine in single}
    report = BenchReport(about, builds, rows, quick, command_text(sys.argv[1:]), left_out)
    deliver(report, growth_tables(rows), save=save, html=html, page=_write_page, as_json=as_json)


def _write_page(report: BenchReport, path: Path) -> Path:
    from quartet.bench.growth_page import growth_page
    from quartet.bench.page import write_page

    return write_page(growth_page(report), path)


def _plan(quick: bool, events_max: int | None, runs: int | None) -> GrowthPlan:
    plan = QUICK if quick else GrowthPlan()
    if events_max is not None:
        shorter = tuple(events for events in plan.events if events < events_max)
        plan = replace(plan, events=(*shorter, events_max))
    return plan if runs is None else replace(plan, runs=runs)
