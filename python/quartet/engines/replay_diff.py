"""Where two runs part: the first event at which their records differ, and which fields differ with both values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import RECORD_SIZE, RECORDS, RecordKind
from quartet.core.errors import DataError
from quartet.engines.record_rows import RecordRows
from quartet.engines.records import headers
from quartet.engines.result_table import ResultTable

_FIELD_BYTES: Final = {"u8": 1, "i8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8, "f64": 8, "i128": 16}


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field with its two values."""

    name: str
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class ReplayDifference:
    """The first difference of two record streams."""

    event_index: int
    """The first input event whose records differ."""
    record: int
    """The first record that differs, counted from 0 over the stream."""
    kind: str
    """Kind of the left record, of the right one where the left has no more."""
    fields: tuple[FieldDifference, ...]
    """The fields that differ; the whole record where one side has none."""
    left: tuple[dict[str, Any], ...]
    """All records of the event on the left."""
    right: tuple[dict[str, Any], ...]
    """All records of the event on the right."""
    names: tuple[str, str] = ("left", "right")

    def __str__(self) -> str:
        lines = [f"event {self.event_index}: the runs differ from record {self.record} on ({self.kind})"]
        for each in self.fields:
            lines.append(f"  {each.name}: {self.names[0]} {_text(each.left)}, {self.names[1]} {_text(each.right)}")
        for name, side in zip(self.names, (self.left, self.right), strict=True):
            lines.append(f"  {name}: {len(side)} records of this event")
            for row in side:
                lines.append("    " + " ".join(f"{key}={_text(value)}" for key, value in row.items()))
        return "\n".join(lines)


def replay_diff(
    left: bytes | str | Path,
    right: bytes | str | Path,
    symbols: Sequence[str] = (),
    names: tuple[str, str] = ("left", "right"),
) -> ReplayDifference | None:
    """Compare two record streams, given as bytes or as files of them; None where they are equal bit for bit."""
    a, b = _bytes(left), _bytes(right)
    if a == b:
        return None
    record = _first_difference(a, b)
    heads = (headers(a), headers(b))
    event = min(int(head["event_index"][record]) for head in heads if record < len(head))
    raws = (_raw(a, record), _raw(b, record))
    one, two = (_named(raw, symbols) for raw in raws)
    return ReplayDifference(
        event_index=event,
        record=record,
        kind=one.get("kind") or two["kind"],
        fields=_differences(raws, one, two),
        left=_event(a, heads[0], event, symbols),
        right=_event(b, heads[1], event, symbols),
        names=names,
    )


def _bytes(stream: bytes | str | Path) -> bytes:
    if isinstance(stream, bytes):
        return stream
    path = Path(stream)
    if not path.is_file():
        raise DataError(f"{path}: there is no such file of records")
    data = path.read_bytes()
    if len(data) % RECORD_SIZE:
        raise DataError(f"{path}: {len(data)} bytes are no whole number of records of {RECORD_SIZE} bytes")
    return data


def _first_difference(a: bytes, b: bytes) -> int:
    shared = min(len(a), len(b)) // RECORD_SIZE
    rows = [np.frombuffer(data, np.uint8)[: shared * RECORD_SIZE].reshape(shared, RECORD_SIZE) for data in (a, b)]
    differ = np.flatnonzero((rows[0] != rows[1]).any(axis=1))
    return int(differ[0]) if len(differ) else shared


def _raw(data: bytes, record: int) -> bytes:
    """One record, empty where there is none."""
    return data[record * RECORD_SIZE : (record + 1) * RECORD_SIZE]


def _named(raw: bytes, symbols: Sequence[str]) -> dict[str, Any]:
    """A record as names and exact values."""
    if not raw:
        return {}
    kind = RecordKind(int(headers(raw)["kind"][0]))
    rows = RecordRows(kind, raw, np.zeros(1, np.intp))
    return {"kind": kind.name, **ResultTable(kind.name, rows, symbols).to_dicts()[0]}


def _event(data: bytes, head: NDArray[np.void], event: int, symbols: Sequence[str]) -> tuple[dict[str, Any], ...]:
    at = np.flatnonzero(head["event_index"] == event)
    return tuple(_named(_raw(data, int(record)), symbols) for record in at)


def _differences(raws: tuple[bytes, bytes], left: dict[str, Any], right: dict[str, Any]) -> tuple[FieldDifference, ...]:
    """Fields whose bytes differ; all fields where the kinds differ or one side has no record."""
    if left.get("kind") != right.get("kind"):
        return tuple(FieldDifference(name, left.get(name), right.get(name)) for name in dict.fromkeys([*left, *right]))
    found = []
    covered = bytearray(RECORD_SIZE)
    for each in RECORDS[RecordKind[left["kind"]]]:
        place = slice(each.offset, each.offset + _FIELD_BYTES[each.type])
        covered[place] = b"\1" * _FIELD_BYTES[each.type]
        one, two = raws[0][place], raws[1][place]
        if one != two:
            values = (left[each.name], right[each.name])
            if _text(values[0]) == _text(values[1]):  # two NaNs, for example
                values = (f"0x{one[::-1].hex()}", f"0x{two[::-1].hex()}")
            found.append(FieldDifference(each.name, *values))
    for at in range(RECORD_SIZE):
        if not covered[at] and raws[0][at] != raws[1][at]:
            found.append(FieldDifference(f"byte {at}, which no field covers", raws[0][at], raws[1][at]))
    return tuple(found)


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return repr(value) if isinstance(value, float) else str(value)
