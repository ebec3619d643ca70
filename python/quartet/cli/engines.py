"""`quartet engines`: which of the four can run here, and what to do about those that cannot."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from quartet.cli.console import show, show_json, table
from quartet.cli.options import Json
from quartet.core.contract import CONTRACT_HASH
from quartet.engines.selection import EngineStatus, availability


def engines(
    tested: Annotated[bool, typer.Option("--test/--no-test", help="Run the self-test of ten events in each.")] = True,
    as_json: Json = False,
) -> None:
    """List the engines: version, build, and why one is not available.

    An engine counts as available when it loads, is built from this contract, and gives the known answer to the
    self-test. The order is the one in which engine.type auto tries them.

    [bold]Examples[/bold]

      quartet engines

      quartet engines --no-test --json
    """
    found = availability(tested)
    if as_json:
        show_json({"contract_hash": CONTRACT_HASH, "engines": [asdict(status) for status in found]})
        return
    rows = table("Engine", "Available", "Version", "Build ~", "Why not, and the fix ~")
    for status in found:
        rows.add_row(
            status.name,
            _answer(status),
            status.version,
            status.build,
            ": ".join(filter(None, (status.reason, status.fix))),
        )
    show(rows)


def _answer(status: EngineStatus) -> Text:
    return Text("yes", style="green") if status.available else Text("no", style="red")
