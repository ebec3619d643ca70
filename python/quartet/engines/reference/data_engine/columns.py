"""A batch of columns as events (spec 2.2): its frame is checked whole before the first event is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple

import numpy as np

from quartet.core.contract import COLUMNS, COMMON_COLUMNS, Column, ErrorCode, EventKind
from quartet.core.errors import EngineError

_DTYPES: Final[dict[str, np.dtype[Any]]] = {
    "u8": np.dtype("<u1"),
    "i8": np.dtype("<i1"),
    "u16": np.dtype("<u2"),
    "u32": np.dtype("<u4"),
    "u64": np.dtype("<u8"),
    "i64": np.dtype("<i8"),
    "f64": np.dtype("<f8"),
}
# These may be empty, which means zeros.
_OPTIONAL: Final = frozenset({"source", "flags", "sequence"})
ALL_COLUMNS: Final = COMMON_COLUMNS + tuple(c for kind in COLUMNS.values() for c in kind)


class Event(NamedTuple):
    """The common part of an event."""

    kind: int
    symbol: int
    source: int
    flags: int
    ts_event: int
    ts_init: int
    sequence: int


# The values of an event's own columns, in the order of the table; a book's sides are lists of ten.
Payload = tuple[Any, ...]


class Batch(NamedTuple):
    """Events in order; payload rows are drawn from the kind's iterator, one per event of the kind."""

    events: list[Event]
    rows: dict[int, Iterator[Payload]]


def _bad(message: str) -> EngineError:
    return EngineError(ErrorCode.BAD_BATCH, message)


def _contiguous(name: str, buffer: object) -> memoryview:
    try:
        view = memoryview(buffer)  # type: ignore[arg-type]
    except (TypeError, ValueError, BufferError) as error:
        raise _bad(f"{name} is not a buffer: {error}") from error
    if not view.c_contiguous:
        raise _bad(f"{name} is not contiguous")
    return view.cast("B") if view.nbytes else memoryview(b"")


def _values(column: Column, data: memoryview, rows: int) -> list[Any]:
    """The column's values, a list of lists where a row has more than one."""
    dtype = _DTYPES[column.type]
    wanted = rows * column.width * dtype.itemsize
    if data.nbytes != wanted:
        raise _bad(f"column {column.name} has {data.nbytes} bytes, not {wanted} for {rows} rows")
    if rows == 0:
        return []
    array = np.frombuffer(data, dtype)
    values: list[Any] = (array if column.width == 1 else array.reshape(rows, column.width)).tolist()
    return values


def _common(columns: dict[str, memoryview]) -> list[Event]:
    count = columns["kind"].nbytes
    lists: list[Any] = []
    for column in COMMON_COLUMNS:
        data = columns[column.name]
        absent = column.name in _OPTIONAL and data.nbytes == 0
        lists.append(repeat(0, count) if absent else _values(column, data, count))
    return [Event(*row) for row in zip(*lists, strict=True)]


def read_batch(buffers: Sequence[object], controls: Sequence[object]) -> Batch:
    """Check the frame and return the events with their rows."""
    if len(buffers) != len(ALL_COLUMNS):
        raise _bad(f"{len(buffers)} columns, not {len(ALL_COLUMNS)}")
    columns = {c.name: _contiguous(f"column {c.name}", buffer) for c, buffer in zip(ALL_COLUMNS, buffers, strict=True)}
    events = _common(columns)
    counts = dict.fromkeys(EventKind, 0)
    for event in events:
        if event.kind in counts:
            counts[event.kind] += 1  # type: ignore[index]
    rows: dict[int, Iterator[Payload]] = {}
    for kind, table in COLUMNS.items():
        lists = [_values(column, columns[column.name], counts[kind]) for column in table]
        rows[kind] = iter(list(zip(*lists, strict=True)))
    if len(controls) != counts[EventKind.CONTROL]:
        raise _bad(f"{len(controls)} controls, not {counts[EventKind.CONTROL]} as there are CONTROL events")
    rows[EventKind.CONTROL] = iter([(_contiguous("controls", control).tobytes(),) for control in controls])
    rows[EventKind.CLOCK] = repeat(())
    return Batch(events, rows)
