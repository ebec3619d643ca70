"""The form of a CSV from its first lines: delimiter, place of the header, and what columns without header are."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from quartet.core.errors import DataError

_DELIMITERS: Final = (",", ";", "\t", "|")
_NUMBER: Final = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")
_DATE_TIME: Final = re.compile(r"\d{8} \d{6}")
_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV is to be read."""

    delimiter: str
    skip_lines: int
    """Lines before the first row of data."""
    columns: tuple[str, ...]


def csv_form(head: bytes, name: str) -> CsvForm:
    """The form that the first bytes show."""
    try:
        text = head.decode("utf-8-sig", "ignore" if len(head) > 1000 else "strict")
    except UnicodeDecodeError as error:
        raise DataError(f"{name}: neither Parquet nor UTF-8 text; give a Parquet or a CSV file") from error
    lines = text.splitlines()[:_LINES]
    if "\0" in text or not any(line.strip() for line in lines):
        raise DataError(f"{name}: neither Parquet nor text with lines; give a Parquet or a CSV file")
    delimiter = max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))
    rows = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
    width = max(len(row) for row in rows[-max(len(rows) // 2, 1) :])
    first = next(place for place, row in enumerate(rows) if len(row) == width)
    header = rows[first]
    if any(_is_value(cell) for cell in header):
        return CsvForm(delimiter, first, _bare_columns(header, name))
    return CsvForm(delimiter, first + 1, _distinct([cell.strip() for cell in header]))


def _is_value(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell) or _DATE_TIME.fullmatch(cell))


def _bare_columns(row: Sequence[str], name: str) -> tuple[str, ...]:
    """Names for the columns of a CSV without header whose first row leaves no doubt of what they are."""
    numbers = [bool(_NUMBER.fullmatch(cell)) for cell in row]
    if len(row) == 3 and all(numbers) and re.fullmatch(r"\d{10}|\d{13}|\d{16}|\d{19}", row[0].strip()):
        return ("timestamp", "price", "size")
    if len(row) == 6 and _DATE_TIME.fullmatch(row[0]) and all(numbers[1:]):
        return ("ninjatrader_time", "open", "high", "low", "close", "volume")
    raise DataError(
        f"{name}: the first row {','.join(row)[:80]!r} is no header, and what its columns are is not clear; "
        "add a header line with their names"
    )


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(out)
