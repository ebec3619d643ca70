"""`quartet replay-diff`: the first event at which two replays part."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from quartet.cli.console import show, show_json, table
from quartet.cli.failures import DIFFERENT
from quartet.cli.options import Json
from quartet.cli.replay_files import records_file, symbols_beside
from quartet.engines.replay_diff import ReplayDifference
from quartet.engines.replay_diff import replay_diff as compare


def replay_diff(
    left: Annotated[
        Path, typer.Argument(metavar="A", help="A folder of `quartet replay --out`, or a file of records.")
    ],
    right: Annotated[Path, typer.Argument(metavar="B", help="The other one.")],
    as_json: Json = False,
) -> None:
    """Compare two replays, bit for bit: the first event whose output differs, and what differs.

    Exits with 0 where they are equal, with 1 where they are not.

    [bold]Examples[/bold]

      quartet replay-diff results/rust results/cpp

      quartet replay-diff a/records.bin b/records.bin --json
    """
    files = records_file(left), records_file(right)
    symbols = symbols_beside(files[0]) or symbols_beside(files[1])
    found = compare(*files, symbols=symbols, names=("A", "B"))
    if as_json:
        show_json({"equal": found is None, "difference": None if found is None else _json(found)})
    elif found is None:
        show(f"[good]equal[/good]: {files[0].stat().st_size:,} bytes of records, bit for bit")
    else:
        show(f"[bad]different[/bad] from event {found.event_index} on (record {found.record}, {found.kind})")
        rows = table("Field", "A ~", "B ~", title="What differs")
        for field in found.fields:
            rows.add_row(field.name, str(field.left), str(field.right))
        show(rows, str(found))
    if found is not None:
        raise typer.Exit(DIFFERENT)


def _json(found: ReplayDifference) -> dict[str, Any]:
    return {
        "event_index": found.event_index,
        "record": found.record,
        "kind": found.kind,
        "fields": [{"name": field.name, "a": _plain(field.left), "b": _plain(field.right)} for field in found.fields],
        "a": [_plain(row) for row in found.left],
        "b": [_plain(row) for row in found.right],
    }


def _plain(value: Any) -> Any:
    """A value as JSON can carry it: decimals and non-finite floats as text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float) and value - value != 0.0:
        return repr(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
