"""What a page is made of: sections of charts, tables, facts and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from quartet.report.charts import Chart

Tone = Literal["", "good", "bad", "warn"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    text: str
    tone: Tone = ""
    heat: float = 0.0
    """Colour behind it, from -1 (a loss) to 1 (a profit)."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a column whose name ends in > is of numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    note: str = ""
    dense: bool = False

    @property
    def heads(self) -> tuple[tuple[str, bool], ...]:
        """Names, and whether they are of numbers."""
        return tuple((name.rstrip(">"), name.endswith(">")) for name in self.columns)


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values; those in code are hashes."""

    rows: tuple[tuple[str, str], ...]
    code: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Several charts, one of which is shown at a time."""

    label: str
    charts: tuple[tuple[str, Chart], ...]


Part = Chart | Choices | Table | Facts | Words


@dataclass(frozen=True, slots=True)
class Section:
    """A card of the page."""

    title: str
    parts: tuple[Part, ...]
    half: bool = False
    """Whether two such stand beside each other."""
    wide_break: bool = False
    """Whether it may be broken between two sheets of paper."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure at the head of a page."""

    name: str
    value: str
    detail: str
    tone: Tone = ""


def kind_of(part: Part) -> str:
    """What a template calls it."""
    return "chart" if isinstance(part, Chart) else type(part).__name__.lower()
