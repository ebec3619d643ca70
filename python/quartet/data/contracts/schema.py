"""How a contract of columns is declared: columns with type, unit and bound, key, order, and laws within a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from quartet.data.verdict import Severity

TIME: Final = pl.Datetime("ns", "UTC")
"""The type of every instant."""


class Bound(StrEnum):
    """What values a numeric column may have; NaN and infinity are in none."""

    ANY = "any"
    PRICE = "price"
    """Above 0; where negative prices are said to be possible, any."""
    SIZE = "size"
    """0 or more."""
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    type: pl.DataType | type[pl.DataType]
    doc: str
    unit: str = ""
    needed: bool = True
    """Whether the column must be there."""
    null: bool = False
    """Whether a value may be missing."""
    bound: Bound = Bound.ANY
    choices: tuple[str | int, ...] = ()
    """The values that may occur; empty: all."""
    aliases: tuple[str, ...] = ()
    """Names that others use, lower case without signs."""


@dataclass(frozen=True, slots=True)
class Law:
    """Something that holds within every row."""

    rule: str
    broken: Callable[[], pl.Expr]
    """True where it does not hold; nulls count as kept."""
    reads: tuple[str, ...]
    """Its columns; it is not looked at where one is absent."""
    what: str
    remedy: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Schema:
    """The contract of one kind of frame. Columns beyond it are allowed and left alone."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """No two rows are equal in these; empty: rows may repeat."""
    order: tuple[str, ...]
    """Rows never go back in these."""
    laws: tuple[Law, ...] = ()

    @property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.needed)

    @property
    def prices(self) -> tuple[str, ...]:
        """Names of the columns that hold prices."""
        return tuple(column.name for column in self.columns if column.bound is Bound.PRICE)

    @property
    def owner(self) -> str:
        """The column that says whose row it is; empty where all rows are of one thing."""
        return next((name for name in ("symbol", "underlying") if name in self.by_name), "")

    @property
    def time(self) -> str:
        """The column of the time by which rows are ordered."""
        return "timestamp" if "timestamp" in self.by_name else self.order[0]

    def empty(self) -> pl.DataFrame:
        """A frame without rows, of all needed columns."""
        return pl.DataFrame(schema={each.name: each.type for each in self.columns if each.needed})
