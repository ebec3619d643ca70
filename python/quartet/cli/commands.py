"""The command `quartet`, put together from the files beside it."""

from __future__ import annotations

from typing import Annotated

import typer

from quartet.cli import (
    backtest,
    bench,
    compare,
    config,
    data,
    doctor,
    engines,
    explain,
    graph,
    registered,
    replay,
    replay_diff,
    run,
    serve,
    stress,
    trials,
)
from quartet.cli.failures import CommandGroup
from quartet.core.contract import CONTRACT_HASH, VERSION

app = typer.Typer(
    name="quartet",
    cls=CommandGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done and equal, 1 runs differ or a check failed, 2 bad input or configuration, "
    "3 engine not available, 4 engine fault, 130 interrupted.",
)
for command in (
    run.run,
    backtest.backtest,
    compare.compare,
    stress.stress,
    replay.replay,
    replay_diff.replay_diff,
    explain.explain,
    engines.engines,
    doctor.doctor,
    serve.serve,
):
    app.command()(command)
app.add_typer(bench.app, name="bench")
app.command("list")(registered.list_registered)
app.command("show")(registered.show_registered)
app.add_typer(config.app, name="config")
app.add_typer(data.app, name="data")
app.add_typer(graph.app, name="graph")
app.add_typer(trials.app, name="trials")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"quartet {VERSION} (contract {CONTRACT_HASH[:16]})")
        raise typer.Exit


@app.callback()
def quartet(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Version and contract.")
    ] = False,
) -> None:
    """Four trading engines, one contract, one answer."""
