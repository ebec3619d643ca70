"""`quartet bench`: the engines against each other on the same input."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from quartet.cli.benching import FULL, QUICK, Plan, Timing, bench_workload, machine, steps
from quartet.cli.console import facts, show, show_json, table, warn
from quartet.cli.engine_run import ChosenEngine, choose_engine
from quartet.cli.failures import DIFFERENT
from quartet.cli.options import Json
from quartet.cli.progress import progress_bar
from quartet.core.errors import EngineUnavailable
from quartet.engines.selection import PREFERENCE

_SYMBOLS = (100, 1)


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer events and runs: a look, not a measurement.")] = False,
    engines: Annotated[
        list[str] | None,
        typer.Option(
            "--engines", metavar="NAME", help="Engines to compare; commas or several; default: all that are here."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the engines against each other on the same input.

    Workload W1: quotes of 100 symbols, and of one, that walk at random from a fixed seed; an EMA 10/20 cross; market
    orders at the touch; every row of the gate on. First the records are compared, with the Python reference too, and an
    engine whose records are not equal gets no time (exit code 1). Then the runs are interleaved; shown are medians with
    least and most. Times are those of the calls, the bridge to the engine included, in batches of 65,536 events.

    [bold]Examples[/bold]

      quartet bench --quick

      quartet bench --engines rust,cpp --json
    """
    chosen = _chosen(engines)
    plan = QUICK if quick else FULL
    about = machine()
    timings: list[Timing] = []
    each = steps(len(chosen), plan)
    with progress_bar("runs", each * len(_SYMBOLS)) as bar:
        for place, symbols in enumerate(_SYMBOLS):
            timings += bench_workload(chosen, symbols, plan, bar, place * each)
    builds = {engine.name: f"{engine.version} ({engine.build})" for engine in chosen}
    if as_json:
        show_json({"machine": about, "engines": builds, "quick": quick, "rows": [row.to_json() for row in timings]})
    else:
        show(_table(timings, plan), facts([*about.items(), *builds.items()]))
    if not all(row.equal for row in timings):
        raise typer.Exit(DIFFERENT)


def _chosen(names: list[str] | None) -> list[ChosenEngine]:
    """The engines asked for, or all that are here."""
    asked = [name for text in names or () for name in text.split(",") if name]
    if asked:
        return [choose_engine(name) for name in dict.fromkeys(asked)]
    found = []
    for name in PREFERENCE:
        try:
            found.append(choose_engine(name))
        except EngineUnavailable as error:
            warn(f"left out: {error}")
    return found


def _table(timings: list[Timing], plan: Plan) -> Table:
    rows = table(
        "Workload",
        "Engine",
        "Equal",
        "Events>",
        "Orders>",
        "ns an event>",
        "min - max>",
        "Inside>",
        "Events a second>",
        "p50 / p99 of one>",
        caption=f"Medians of {plan.repetitions} interleaved runs; of {plan.reference_repetitions} for python.",
    )
    for row in timings:
        equal = Text("yes", "green") if row.equal else Text("NO", "bold red")
        median = row.median_ns
        if median is None:
            rows.add_row(row.workload, row.engine, equal, "", "", Text("not timed", style="dim"))
            continue
        inside = sorted(row.inside_ns)[len(row.inside_ns) // 2]
        rows.add_row(
            row.workload,
            row.engine,
            equal,
            f"{row.events:,}",
            f"{row.orders:,}",
            Text(f"{median:,.1f}{' noisy' if row.noisy else ''}", style="yellow" if row.noisy else "bold"),
            f"{min(row.ns):,.1f} - {max(row.ns):,.1f}",
            f"{inside:,.1f}",
            f"{1e9 / median:,.0f}",
            f"{row.latency_ns[0]:,} / {row.latency_ns[1]:,} ns",
        )
    return rows
