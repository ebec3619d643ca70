"""Where text goes, and how it looks: answers on stdout, all else on stderr, one JSON object where asked for."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from rich.console import Console, RenderableType
from rich.table import Table
from rich.theme import Theme

from quartet.report.fitting_table import FittingTable

_STYLES: Final = Theme(
    {
        "good": "green",
        "bad": "red",
        "warn": "yellow",
        "quiet": "dim",
        "name": "bold",
        "off": "dim",
    }
)
_WIDTH_PIPED: Final = 160
"""Columns where the output is no terminal: tables are not squeezed into a width that nobody has."""


def answers() -> Console:
    """The console of stdout."""
    return Console(theme=_STYLES, highlight=False, width=None if sys.stdout.isatty() else _WIDTH_PIPED)


def messages() -> Console:
    """The console of stderr: warnings, progress, errors."""
    return Console(theme=_STYLES, highlight=False, stderr=True, width=None if sys.stderr.isatty() else _WIDTH_PIPED)


def say(text: str) -> None:
    """A line for people on stderr."""
    messages().print(text, markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """A warning on stderr."""
    messages().print("warning:", text, style="warn", markup=False, soft_wrap=True)


def show(*parts: RenderableType) -> None:
    """Text or tables on stdout."""
    console = answers()
    for part in parts:
        console.print(part)


def show_json(values: dict[str, Any]) -> None:
    """One JSON object on one line of stdout."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def table(*columns: str, title: str = "", caption: str = "") -> FittingTable:
    """An empty table; marks of the columns are those of `FittingTable`."""
    return FittingTable(*columns, title=title or None, caption=caption or None, header_style="quiet")


def facts(rows: list[tuple[str, str]], title: str = "") -> Table:
    """Names and values, two columns."""
    made = Table(
        box=None,
        show_header=False,
        pad_edge=False,
        title=f"\n{title}" if title else None,
        title_justify="left",
        title_style="bold",
    )
    made.add_column(style="quiet", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in rows:
        made.add_row(name, value)
    return made
