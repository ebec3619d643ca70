"""Which column of a table is which column of a contract: by a map, by a known form of file, or by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from quartet.core.errors import DataError
from quartet.data.contracts.schema import Schema
from quartet.data.dialects import Dialect
from quartet.data.fields import TIME_FIELDS, Source, guess_fields, parse_source

BY_NAME: Final = "columns by their names"
_UNNAMED: Final = ("", "index", "unnamed0", "level0")
"""What the first column is called where a data frame's index was written to a file."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where the columns of a contract come from."""

    columns: dict[str, Source]
    times: dict[str, Source]
    """The fields of time that give the contract's timestamp: timestamp, or date and a time of day."""


def resolve(schema: Schema, columns: Iterable[str], given: Mapping[str, str], dialect: Dialect | None) -> Resolved:
    """Where each column of the contract comes from; DataError where a map names what is not there."""
    present = list(columns)
    fields = {**_by_names(schema, present), **_of_dialect(schema, dialect)}
    unknown = given.keys() - {*schema.by_name, *TIME_FIELDS}
    if unknown:
        known = ", ".join((*schema.by_name, *TIME_FIELDS))
        raise DataError(f"map: {sorted(unknown)[0]!r} is no column of {schema.name}; columns are {known}")
    fields.update({name: parse_source(text, present) for name, text in given.items() if text})
    for name, text in given.items():
        if not text:
            fields.pop(name, None)
    times = _times(schema, present, given, dialect) if "timestamp" in schema.by_name else {}
    wanted = {name: source for name, source in fields.items() if name in schema.by_name and name != "timestamp"}
    return Resolved(wanted, times)


def _by_names(schema: Schema, present: list[str]) -> dict[str, Source]:
    bare: dict[str, str] = {}
    for column in present:
        bare.setdefault(bare_name(column), column)
    found: dict[str, Source] = {}
    taken: set[str] = set()
    # A column's own name comes before every alias, so that `last` beside `close` is not taken for it.
    own = [(column.name, bare_name(column.name)) for column in schema.columns]
    others = [(column.name, alias) for column in schema.columns for alias in column.aliases]
    for name, alias in (*own, *others):
        if name not in found and alias in bare and bare[alias] not in taken:
            found[name] = Source(bare[alias], Fraction(1))
            taken.add(bare[alias])
    return found


def _of_dialect(schema: Schema, dialect: Dialect | None) -> dict[str, Source]:
    """The columns of a form of file that more is known of than names say: units, which of two volumes counts."""
    if dialect is None or dialect.name == BY_NAME:
        return {}
    texts = {name: text for name, text in dialect.fields.items() if name in schema.by_name}
    return {name: parse_source(text, [re.split(r"[*/](?=[0-9.eE+-]+$)", text)[0]]) for name, text in texts.items()}


def _times(schema: Schema, present: list[str], given: Mapping[str, str], dialect: Dialect | None) -> dict[str, Source]:
    mapped = {name: parse_source(text, present) for name, text in given.items() if name in TIME_FIELDS and text}
    if mapped.keys() - {"ts_init"}:
        return mapped
    fields = dialect.fields if dialect is not None and dialect.name != BY_NAME else guess_fields(present)
    times = {name: parse_source(text, present) for name, text in fields.items() if name in TIME_FIELDS}
    times.pop("ts_init", None)
    if times:
        return times
    aliases = schema.by_name["timestamp"].aliases
    named = next((column for alias in aliases for column in present if bare_name(column) == alias), None)
    if named is None and present and bare_name(present[0]) in _UNNAMED:
        named = present[0]
    if named is None:
        raise DataError(
            f"no column holds the time; columns are {', '.join(present)}. Name it: map={{'timestamp': COLUMN}}"
        )
    return {"timestamp": Source(named, Fraction(1))}


def bare_name(name: str) -> str:
    """A name in lower case without signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
