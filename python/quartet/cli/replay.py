"""`quartet replay`: files of events through an engine; its last line is one JSON object."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from quartet.cli.console import facts, show, show_json
from quartet.cli.engine_run import choose_engine
from quartet.cli.inputs import BLOCK_EVENTS, load_settings, open_inputs
from quartet.cli.options import ConfigFile, DataFiles, EngineName, Json, with_file_options
from quartet.cli.replay_files import write_replay
from quartet.cli.replaying import Replay, Swap, replay_inputs
from quartet.core.errors import ConfigError
from quartet.data.file_plan import FileOptions


class Mode(StrEnum):
    """How events reach the engine."""

    STREAMING = "streaming"
    COLUMNAR = "columnar"


@with_file_options
def replay(
    config: ConfigFile,
    data: DataFiles,
    engine: EngineName = None,
    mode: Annotated[Mode, typer.Option(help="Event by event, or in columns.")] = Mode.COLUMNAR,
    batch: Annotated[
        str | None,
        typer.Option(metavar="N|all", help=f"Events a call; default: 1 in streaming, {BLOCK_EVENTS} in columnar mode."),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Threads that decode files, and the engine's. Default: performance.max_threads.",
        ),
    ] = None,
    swap_at: Annotated[
        int | None,
        typer.Option("--swap-at", metavar="N", min=0, help="Before event N a snapshot goes to another engine."),
    ] = None,
    swap_to: Annotated[
        str | None, typer.Option("--swap-to", metavar="NAME", help="The engine that takes over.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", help="Stop after so many events.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Write records.bin, tables as Parquet, snapshot.bin, config.yaml, summary.json.",
        ),
    ] = None,
    as_json: Json = False,
    *,
    files: FileOptions,
) -> None:
    """Replay files of events through an engine.

    The last line on stdout is one JSON object: counts, the hash of all records and that of the last state. They depend
    on configuration and events alone, not on engine, mode, batch or swap. events_per_second is over the time of the
    calls to the engine; reading files is not in it.

    [bold]Examples[/bold]

      quartet replay --config config/replay.yaml --data quotes.csv

      quartet replay -c config/replay.yaml -d ticks.parquet --engine rust --mode streaming --out results/a

      quartet replay -c config/replay.yaml -d fx.csv --map bid_price=Bid --map ask_price=Ask --symbol EURUSD

      quartet replay -c config/replay.yaml -d quotes.csv -e rust --swap-at 5000 --swap-to cpp
    """
    size = _batch_size(batch, mode)
    if (swap_at is None) != (swap_to is None):
        raise ConfigError("--swap-at and --swap-to belong together; give both or none")
    settings = load_settings(config)
    options = replace(settings.engine_options, threads=threads or settings.threads)
    chosen = choose_engine(engine or settings.engine.type, settings.engine.fallback_to_python, options)
    pa.set_cpu_count(options.threads)
    swap = None if swap_at is None or swap_to is None else Swap(swap_at, choose_engine(swap_to, options=options))
    inputs = open_inputs(settings, data, files, limit=limit)
    done = replay_inputs(inputs, chosen, mode.value, size, swap)
    summary = done.summary()
    if out is not None:
        write_replay(done, inputs, summary, out)
    if not as_json:
        rows = [("Data", "\n".join(inputs.descriptions)), *(("Note", note) for note in inputs.notes), *_rows(done)]
        show(facts(rows))
    show_json(summary)


def _batch_size(text: str | None, mode: Mode) -> int | None:
    """Events a call, None for all at once."""
    if text is None:
        return 1 if mode is Mode.STREAMING else BLOCK_EVENTS
    if text == "all":
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigError(f"--batch {text}: write a number of events from 1, or all")
    return int(text)


def _rows(done: Replay) -> list[tuple[str, str]]:
    """What the last line says, for people."""
    fired = ", ".join(
        f"{name.replace('_', ' ')} {some}/{every}" for name, (some, every) in done.coverage.share().items()
    )
    seconds = done.call_ns / 1e9
    return [
        ("Engine", f"{done.engine}, {done.mode}"),
        ("Time", f"{seconds:,.3f} s in calls, of these {done.processing_ns / 1e9:,.3f} s inside the engine"),
        ("Coverage", fired),
    ]
