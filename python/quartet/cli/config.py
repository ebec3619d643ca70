"""`quartet config`: check a configuration, print the schema."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Annotated

import typer

from quartet.cli.console import facts, show, show_json
from quartet.cli.inputs import is_backtest, load_settings
from quartet.cli.options import Json
from quartet.engines.config import EngineSettings
from quartet.engines.config.pages import schema_text

app = typer.Typer(no_args_is_help=True, help="Check configurations; print their schema.")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The configuration, a YAML file.")],
    as_json: Json = False,
) -> None:
    """Check a configuration, of an engine or of a backtest: every key, every bound, the signal graph.

    Exit code 2, and the place in the file, where one is wrong.

    [bold]Examples[/bold]

      quartet config check config/demo.yaml

      quartet config check config/demo.yaml --json
    """
    if is_backtest(file):
        _check_backtest(file, as_json)
        return
    settings = load_settings(file)
    if as_json:
        show_json(
            {
                "file": str(file),
                "config_hash": settings.config_hash,
                "effective": settings.effective(),
                "warnings": list(settings.warnings),
                "rows_off": list(settings.rows_off),
            }
        )
    else:
        show(f"[good]{file} is good[/good]", facts(_rows(settings)))


@app.command()
def schema(
    as_json: Annotated[bool, typer.Option("--json", help="Changes nothing: the schema is JSON.")] = False,
) -> None:
    """Print the JSON Schema of configurations, for editors and other programs.

    [bold]Example[/bold]

      quartet config schema > engine_config.schema.json
    """
    typer.echo(schema_text(), nl=False)


def _check_backtest(file: Path, as_json: bool) -> None:
    # What backtests are made of takes long to load, and other configurations do without.
    from quartet.backtest.backtest_file import BacktestFile
    from quartet.backtest.signal_sources import SignalSource

    document = BacktestFile.read(file)
    kind = SignalSource.of(document.source()).kind
    members = prod(map(len, document.grid.values())) if document.grid else 0
    if as_json:
        settings = document.settings.to_config()
        show_json({"file": str(file), "prices": list(document.prices), "backtest": settings, "grid_members": members})
        return
    rows = [
        ("Prices", ", ".join(document.prices)),
        ("Signal", kind),
        ("Mode", document.settings.mode),
        ("Study", document.settings.study),
        ("Grid", f"{members:,} members" if members else "none"),
    ]
    show(f"[good]{file} is good[/good]", facts(rows))


def _rows(settings: EngineSettings) -> list[tuple[str, str]]:
    graph = settings.graph
    return [
        ("Engine", settings.engine.type),
        ("Instruments", ", ".join(entry.symbol for entry in settings.instruments) or "none"),
        ("Signal", f"{len(graph.nodes)} nodes, {graph.state_words} words of state a symbol" if graph else "none"),
        ("Policy", settings.policy.kind),
        ("Limits off", ", ".join(settings.rows_off) or "none"),
        ("Data", ", ".join(settings.data.files) or "none; give --data"),
        ("Config hash", settings.config_hash),
    ]
