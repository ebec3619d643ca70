"""`quartet run`: data to signal to risk to order to fills to profit, with a table and a page at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from quartet.cli.console import say, show, show_json, warn
from quartet.cli.data_digest import DataDigest
from quartet.cli.engine_run import choose_engine
from quartet.cli.inputs import Inputs, load_settings, open_inputs, require_events, sources_of
from quartet.cli.options import EngineName, Json, PngOption, PngTheme, checked_png
from quartet.cli.progress import progress_bar
from quartet.core.contract import CONTRACT_HASH, VERSION
from quartet.data.batch import EventBatch
from quartet.data.file_plan import FileOptions
from quartet.engines.engine_run import ChosenEngine, EngineRun
from quartet.engines.records import split_records
from quartet.report.assumptions import assumptions_of
from quartet.report.run_report import RunFacts, RunReport, build_report
from quartet.report.tables import key_figures, reject_table, symbol_table
from quartet.report.trace import RunTrace

_PART_EVENTS: Final = 8192
_CURVE_ERROR_MAX: Final = 1e-6


def run(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="The configuration, a YAML file.")],
    engine: EngineName = None,
    data: Annotated[
        list[str] | None,
        typer.Option("--data", "-d", metavar="FILE", help="A data file, or demo:NAME, in place of data.files."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", help="Stop after so many events.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="PATH", help="Where the page goes, in place of report.path.")
    ] = None,
    no_report: Annotated[bool, typer.Option("--no-report", help="Write no page.")] = False,
    png: PngOption = None,
    png_theme: PngTheme = "light",
    as_json: Json = False,
) -> None:
    """Run a configuration end to end: data, signals, risk, orders, fills, profit.

    Prints a table and writes a page with charts that needs nothing else to be read.

    [bold]Examples[/bold]

      quartet run config/demo.yaml

      quartet run config/demo.yaml --engine cpp --report results/cpp.html

      quartet run config/replay.yaml --data quotes.csv --no-report --json
    """
    checked_png(png)
    settings = load_settings(config)
    chosen = choose_engine(engine or settings.engine.type, settings.engine.fallback_to_python, settings.engine_options)
    inputs = open_inputs(settings, sources_of(settings, config, data), FileOptions(), limit=limit)
    result = run_inputs(inputs, chosen, config.stem)
    _check_curve(result)
    path = None if no_report else report or _configured(settings.report.path)
    if not as_json:
        # Before anything is written: a full disk does not take the answer away.
        _show(result)
    if path is not None:
        from quartet.report.page import write_page

        write_page(result, path)
        say(f"report: {path}")
    if png is not None:
        from quartet.report.page import write_run_pictures

        with progress_bar("pictures"):
            pictures = write_run_pictures(result, png, png_theme)
        say(f"pictures: {len(pictures)} in {png}")
    if as_json:
        show_json({**result.to_json(), "report": None if path is None else str(path)})


def _show(result: RunReport) -> None:
    show(symbol_table(result))
    if result.rejects:
        show(reject_table(result))
    show(key_figures(result))
    for note in result.facts.notes:
        say(f"note: {note}")


def run_inputs(inputs: Inputs, chosen: ChosenEngine, name: str) -> RunReport:
    """Feed everything to the engine, block by block, and report."""
    trace = RunTrace(inputs.config)
    digest = DataDigest()
    records = bytearray()
    running = EngineRun(chosen, inputs.config_bytes)
    try:
        with progress_bar(f"{chosen.name}: rows", inputs.rows) as bar:
            for part, rows in _parts(inputs):
                first = running.events
                output = running.process(part)
                trace.add(part, split_records(output), first)
                digest.add(part)
                records += output
                bar.at(rows)
        require_events(running.events, inputs)
        state = running.state()
    finally:
        running.close()
    facts = RunFacts(
        name=name,
        engine=chosen.name,
        engine_version=chosen.version,
        engine_build=chosen.build,
        degraded=chosen.degraded,
        config_hash=inputs.settings.config_hash,
        data_hash=digest.hexdigest(),
        contract_hash=CONTRACT_HASH,
        quartet_version=VERSION,
        sources=inputs.descriptions,
        notes=inputs.notes,
        assumptions=assumptions_of(inputs.config, inputs.settings.rows_off),
        processing_ns=running.processing_ns,
        edge_rejects=inputs.edge_rejects,
    )
    return build_report(facts, split_records(bytes(records)), state, trace)


def _parts(inputs: Inputs) -> Iterator[tuple[EventBatch, int]]:
    """The stream in parts that even a slow engine takes in about a second, each with the rows done by its end."""
    before = 0
    for block in inputs.blocks():
        rows, done = inputs.rows_read, 0
        for part in block.split(_PART_EVENTS):
            done += len(part)
            yield part, before + (rows - before) * done // len(block)
        before = rows


def _check_curve(result: RunReport) -> None:
    """The curve is followed beside the engine; where both do not end at the same equity, it must not be trusted."""
    drawn, true = result.trace.equity, float(result.equity_end)
    if abs(drawn - true) > _CURVE_ERROR_MAX * max(abs(true), 1.0):
        warn(
            f"the equity curve ends at {drawn:,.2f}, the engine's equity is {true:,.2f}; "
            "drawdown and Sharpe ratio cannot be trusted"
        )


def _configured(path: str | None) -> Path | None:
    return None if path is None else Path(path)
