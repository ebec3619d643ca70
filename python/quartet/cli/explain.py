"""`quartet explain`: why an event did, or did not, trade."""

from __future__ import annotations

from typing import Annotated

import typer

from quartet.cli.console import show, show_json, warn
from quartet.cli.engine_run import choose_engine
from quartet.cli.explain_json import explanation_json
from quartet.cli.explain_tables import explanation_tables
from quartet.cli.explaining import explain_event
from quartet.cli.failures import DIFFERENT
from quartet.cli.inputs import load_settings, open_inputs, sources_of
from quartet.cli.options import ConfigFile, EngineName, Json, with_file_options
from quartet.core.errors import ConfigError
from quartet.data.file_plan import FileOptions


@with_file_options
def explain(
    config: ConfigFile,
    event: Annotated[int, typer.Option("--event", "-n", metavar="N", min=0, help="Index of the event, from 0.")],
    data: Annotated[
        list[str] | None,
        typer.Option("--data", "-d", metavar="FILE", help="A data file, or demo:NAME, in place of data.files."),
    ] = None,
    engine: EngineName = None,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="SYMBOL", help="This symbol alone, where a clock decides about several."),
    ] = None,
    as_json: Json = False,
    *,
    files: FileOptions,
) -> None:
    """Say why an event did, or did not, trade.

    Runs up to the event, then shows it, every node of the signal graph, the verdict, the wanted and the working orders,
    every row of the risk gate with its limit and value, and what was written. The reasons are those of the Python
    reference engine, which takes the event over from a snapshot; where its output differs, that is said, and the exit
    code is 1.

    [bold]Examples[/bold]

      quartet explain --config config/demo.yaml --event 2500

      quartet explain -c config/replay.yaml -d quotes.csv -n 120000 --engine rust

      quartet explain -c config/demo.yaml -n 2501 --about IBM --json
    """
    settings = load_settings(config)
    chosen = choose_engine(engine or settings.engine.type, settings.engine.fallback_to_python, settings.engine_options)
    inputs = open_inputs(settings, sources_of(settings, config, data), files)
    if about is not None and about not in inputs.symbols:
        raise ConfigError(f"--about {about}: no such symbol; there are {', '.join(inputs.symbols[:20])}")
    found = explain_event(inputs, chosen, event)
    only = None if about is None else inputs.symbols.index(about)
    if as_json:
        show_json(explanation_json(found, only))
    else:
        show(*explanation_tables(found, only))
    if not found.agrees:
        warn(
            f"{found.engine} and the Python reference differ at event {event}; these are the reference's reasons. "
            "Please replay both with --out and compare them by `quartet replay-diff`"
        )
        raise typer.Exit(DIFFERENT)
