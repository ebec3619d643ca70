"""`quartet bench`: the engines against each other on the same input, and reports against each other."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from quartet.bench.backtest_peers import measure_backtest_peers
from quartet.bench.backtests import WAYS
from quartet.bench.bar_peers import measure_bar_peers
from quartet.bench.harness import Task, tasks_of
from quartet.bench.machine import load_text, machine_facts
from quartet.bench.native import native_rows
from quartet.bench.peers import measure_peers
from quartet.bench.plan import FULL, QUICK, Plan
from quartet.bench.report import BenchReport
from quartet.bench.row import Row
from quartet.bench.sweep_peers import measure_sweep_peers
from quartet.bench.tables import tables_of
from quartet.bench.workloads import DEFAULT, NAMES
from quartet.cli.bench_command import command_text
from quartet.cli.bench_compare import compare
from quartet.cli.bench_engines import bench_engines, numbers_of, words_of
from quartet.cli.bench_files import file_workload
from quartet.cli.bench_growth import growth
from quartet.cli.bench_output import deliver
from quartet.cli.options import Json
from quartet.cli.progress import progress_bar
from quartet.core.errors import ConfigError
from quartet.engines.engine_run import ChosenEngine

app: Final = typer.Typer(invoke_without_command=True)
app.command()(compare)
app.command()(growth)
_PEERS: Final = Path("benchmarks/peers")
_PEERED: Final = ("W1", "W3", "B1", "B2", "B3", "B4")


@app.callback()
def bench(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer events and runs: a look, not a measurement.")] = False,
    workload: Annotated[
        list[str] | None,
        typer.Option(
            "--workload",
            "-w",
            metavar="NAME",
            help=f"What is run, with commas or several: {', '.join(NAMES)}, or a data file. "
            f"Default: {', '.join(DEFAULT)}.",
        ),
    ] = None,
    engines: Annotated[
        list[str] | None,
        typer.Option(
            "--engines", metavar="NAME", help="Engines to compare; commas or several; default: all that are here."
        ),
    ] = None,
    symbols: Annotated[
        str, typer.Option("--symbols", metavar="N", help="Numbers of symbols of W1 and default, with commas.")
    ] = "100,1",
    threads: Annotated[
        str, typer.Option("--threads", metavar="N", help="Numbers of threads of each engine, with commas.")
    ] = "1",
    mode: Annotated[
        str, typer.Option("--mode", metavar="MODE", help="auto, event or block; several with commas.")
    ] = "auto",
    simd: Annotated[
        str, typer.Option("--simd", metavar="LEVEL", help="auto, scalar or a level; several with commas.")
    ] = "auto",
    runs: Annotated[
        int | None, typer.Option("--runs", metavar="N", min=1, help="Interleaved runs of each engine.")
    ] = None,
    events: Annotated[
        int | None, typer.Option("--events", metavar="N", min=100, help="Events of W1, default and edges.")
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option("--rate", metavar="N", min=1, help="Events a second in latency; default: by the kind of engine."),
    ] = None,
    pin: Annotated[
        str | None, typer.Option("--pin", metavar="CORES", help="Run on these processors only: 0 or 0,1.")
    ] = None,
    peers: Annotated[
        bool,
        typer.Option(
            "--peers",
            help="Other engines on W1, W3, B1 to B4 too, as far as benchmarks/peers/setup.sh has set them up.",
        ),
    ] = False,
    native: Annotated[
        list[Path] | None,
        typer.Option(
            "--native", metavar="FILE", help="Rows of a native benchmark: JSON of Google Benchmark, go test -bench."
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", help="Configuration for data files; default: that of default."),
    ] = None,
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Write the report as JSON.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with charts.")] = None,
    as_json: Json = False,
) -> None:
    """Measure the engines against each other on the same input.

    First the records, orders and cash are compared, with the Python reference too, and an engine that is not equal
    gets no time (exit code 1). Then the runs are interleaved; shown are medians with least and most, and the word
    noisy where they cannot be relied on. [bold]quartet bench compare[/bold] sets two saved reports against each other,
    [bold]quartet bench growth[/bold] shows how cost grows.

    [bold]Examples[/bold]

      quartet bench --quick

      quartet bench --workload W1,default --symbols 1,100 --threads 1,2 --save results/today.json

      quartet bench --workload W1,W3 --peers

      quartet bench --workload B1,B2,B3 --peers --pin 0

      quartet bench --workload B4 --peers

      quartet bench --engines rust,cpp --workload ticks.parquet --json
    """
    if context.invoked_subcommand is not None:
        return
    names = [name for text in workload or DEFAULT for name in words_of(text)]
    if peers and not set(_PEERED) & set(names):
        raise ConfigError(f"--peers: there are peers of {', '.join(_PEERED)}; add one of them to --workload")
    plan = _plan(quick, runs, events, rate)
    _pin(pin)
    chosen, left_out = bench_engines(engines or [], numbers_of("--threads", threads), words_of(mode), words_of(simd))
    files = {name: file_workload(name, config) for name in names if _is_file(name)}
    counts = numbers_of("--symbols", symbols)
    tasks = tasks_of(
        [_shown(name) for name in names],
        plan,
        counts,
        {_shown(name): made for name, made in files.items()},
    )
    about = machine_facts()
    rows = _run(tasks, chosen)
    if peers:
        with progress_bar("peers") as bar:
            rows += measure_peers(chosen[0], plan, counts, _PEERS, bar.step) if "W1" in names else []
            rows += measure_sweep_peers(chosen[0], plan, _PEERS, bar.step) if "W3" in names else []
            for name in sorted(set(names) & set(WAYS)):
                rows += measure_backtest_peers(name, plan, _PEERS, bar.step)
            rows += measure_bar_peers(plan, _PEERS, bar.step) if "B4" in names else []
    rows += [row for file in native or () for row in native_rows(file)]
    about["load after"] = load_text()
    builds = {engine.name: f"{engine.version} ({engine.build})" for engine in chosen}
    report = BenchReport(about, builds, rows, quick, command_text(sys.argv[1:]), left_out)
    deliver(report, tables_of(rows), save=save, html=html, page=_write_page, as_json=as_json)


def _write_page(report: BenchReport, path: Path) -> Path:
    from quartet.bench.page import bench_page, write_page

    return write_page(bench_page(report), path)


def _run(tasks: list[Task], chosen: list[ChosenEngine]) -> list[Row]:
    rows: list[Row] = []
    for task in tasks:
        with progress_bar(task.name) as bar:
            rows += task.run(chosen, bar.step)
    return rows


def _plan(quick: bool, runs: int | None, events: int | None, rate: int | None) -> Plan:
    plan = replace(QUICK if quick else FULL, rate_per_second=rate)
    if runs is not None:
        plan = replace(
            plan,
            runs=runs,
            reference_runs=min(runs, plan.reference_runs),
            latency_runs=runs,
            sweep_runs=runs,
            backtest_runs=runs,
        )
    if events is not None:
        plan = replace(plan, events=events, reference_events=min(events, plan.reference_events))
    return plan


def _pin(cores: str | None) -> None:
    """Keep this process, and those that it starts, on these processors."""
    if cores is None:
        return
    wanted = set(numbers_of("--pin", cores))
    if not hasattr(os, "sched_setaffinity"):
        raise ConfigError("--pin: this system cannot keep a process on chosen processors; leave it out")
    allowed = os.sched_getaffinity(0)
    if not wanted <= allowed:
        raise ConfigError(
            f"--pin {cores}: this process may run on {', '.join(map(str, sorted(allowed)))}; choose of these"
        )
    os.sched_setaffinity(0, wanted)


def _is_file(name: str) -> bool:
    return name not in NAMES or name.startswith("C5=")


def _shown(name: str) -> str:
    """How the workload of a file is called."""
    if name.startswith("C5="):
        return "C5"
    return name if name in NAMES else Path(name).name
