"""EventBatch: the input events of an engine as columns (spec 2.2), and what can be done with them as a whole.

Every column of the contract is a NumPy array of the contract's type; builders.py makes batches of one kind, concat
and merge put them together, and to_columns and to_proto hand them to an engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import COLUMNS, COMMON_COLUMNS, Column, EventKind
from quartet.core.errors import DataError
from quartet.core.pb import market_data_pb2

Array = NDArray[Any]

_TYPES: Final = {"u8": "<u1", "i8": "<i1", "u16": "<u2", "u32": "<u4", "u64": "<u8", "i64": "<i8", "f64": "<f8"}
_GROUPS: Final[tuple[tuple[EventKind | None, tuple[Column, ...]], ...]] = ((None, COMMON_COLUMNS), *COLUMNS.items())

BATCH_COLUMNS: Final[tuple[Column, ...]] = tuple(column for _, group in _GROUPS for column in group)
"""All columns, in the order in which engines take them."""
GROUP_OF: Final[dict[str, EventKind | None]] = {column.name: kind for kind, group in _GROUPS for column in group}
"""The event kind that a column belongs to; None for the common ones."""
DTYPES: Final[dict[str, np.dtype[Any]]] = {column.name: np.dtype(_TYPES[column.type]) for column in BATCH_COLUMNS}
_WIDTHS: Final = {column.name: column.width for column in BATCH_COLUMNS}
_WIDE: Final = tuple(place for place, column in enumerate(BATCH_COLUMNS) if column.width > 1)
_OPTIONAL: Final = ("source", "flags", "sequence")
_SHARED_ZEROS: Final = 1 << 16


class EventBatch:
    """Events in their order. Columns are reached by name, `batch["bid_price"]`; `batch[i:j]` is a range of events.

    Arrays are shared, not copied: slices are views, and nobody writes into a batch.
    """

    __slots__ = ("_columns", "controls")

    def __init__(self, columns: Mapping[str, Array] | None = None, controls: Iterable[bytes] = ()) -> None:
        """Columns that are not given are empty; source, flags and sequence then count as zeros."""
        given = dict(columns or {})
        unknown = given.keys() - DTYPES.keys()
        if unknown:
            raise DataError(f"a batch has no column {sorted(unknown)[0]!r}; its columns are those of the contract")
        self.controls: tuple[bytes, ...] = tuple(controls)
        self._columns: dict[str, Array] = {name: _typed(name, given.get(name)) for name in DTYPES}
        events = len(self._columns["kind"])
        for name in _OPTIONAL:
            if len(self._columns[name]) == 0:
                self._columns[name] = np.zeros(events, DTYPES[name])
        counts = self.counts()
        for name, kind in GROUP_OF.items():
            rows = events if kind is None else counts[kind]
            if len(self._columns[name]) != rows:
                what = "events" if kind is None else f"{kind.name} events"
                raise DataError(f"column {name} has {len(self._columns[name])} rows, but the batch has {rows} {what}")
        if len(self.controls) != counts[EventKind.CONTROL]:
            raise DataError(
                f"there are {len(self.controls)} control messages for {counts[EventKind.CONTROL]} CONTROL events"
            )

    @classmethod
    def _trusted(cls, columns: dict[str, Array], controls: tuple[bytes, ...]) -> EventBatch:
        """A batch of columns that are known to fit together."""
        batch = object.__new__(cls)
        batch._columns = columns
        batch.controls = controls
        return batch

    @classmethod
    def of_kind(cls, kind: EventKind, columns: Mapping[str, Array]) -> EventBatch:
        """Events of one kind from columns that are known to be the contract's and of one length; nothing is tested."""
        events = len(columns["symbol"])
        optional = {name: _zeros(name, events) for name in _OPTIONAL}
        kinds = np.full(events, kind, np.uint8)
        return cls._trusted({**_NO_EVENTS, **optional, "kind": kinds, **columns}, ())

    def __len__(self) -> int:
        return len(self._columns["kind"])

    @overload
    def __getitem__(self, key: str) -> Array: ...
    @overload
    def __getitem__(self, key: slice) -> EventBatch: ...
    def __getitem__(self, key: str | slice) -> Array | EventBatch:
        if isinstance(key, str):
            return self._columns[key]
        start, stop, step = key.indices(len(self))
        if step != 1:
            raise ValueError("a batch is cut into ranges of events; use take for any other choice")
        return self._range(start, max(start, stop))

    def _range(self, start: int, stop: int) -> EventBatch:
        kinds = self._columns["kind"]
        before = _kind_counts(kinds[:start])
        until = before + _kind_counts(kinds[start:stop])
        cut = {
            name: values[start:stop] if kind is None else values[before[kind] : until[kind]]
            for (name, values), kind in zip(self._columns.items(), GROUP_OF.values(), strict=True)
        }
        return self._trusted(cut, self.controls[before[EventKind.CONTROL] : until[EventKind.CONTROL]])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EventBatch):
            return NotImplemented
        return self.controls == other.controls and all(
            a.tobytes() == b.tobytes() for a, b in zip(self.to_columns(), other.to_columns(), strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        kinds = ", ".join(f"{count:,} {kind.name}" for kind, count in self.counts().items() if count)
        return f"<EventBatch of {len(self):,} events{': ' if kinds else ''}{kinds}>"

    def counts(self) -> dict[EventKind, int]:
        """Events of each kind."""
        counts = _kind_counts(self._columns["kind"])
        return {kind: int(counts[kind]) for kind in EventKind}

    def rows(self, kind: EventKind) -> NDArray[np.intp]:
        """Where in the batch the events of a kind are: row r of the kind's columns is event rows(kind)[r]."""
        return np.flatnonzero(self._columns["kind"] == kind)

    def take(self, events: NDArray[np.integer[Any]]) -> EventBatch:
        """The events at these places, in this order."""
        kinds = self._columns["kind"]
        chosen = kinds[events]
        places: dict[EventKind | None, NDArray[Any]] = {None: events}
        for kind, count in self.counts().items():
            if count:
                row = np.cumsum(kinds == kind) - 1
                places[kind] = row[events[chosen == kind]]
        columns = {
            name: values[places[kind]] if kind in places else values
            for (name, values), kind in zip(self._columns.items(), GROUP_OF.values(), strict=True)
        }
        controls = tuple(self.controls[row] for row in places.get(EventKind.CONTROL, ()))
        return self._trusted(columns, controls)

    def with_columns(self, columns: Mapping[str, Array]) -> EventBatch:
        """The batch with these columns in place of its own."""
        return EventBatch({**self._columns, **columns}, self.controls)

    def split(self, events_max: int) -> Iterator[EventBatch]:
        """The batch in pieces of at most events_max events; how a stream is cut changes nothing (spec 2.2)."""
        if events_max < 1:
            raise ValueError("pieces of at least one event are needed")
        for start in range(0, len(self), events_max):
            yield self[start : start + events_max]

    def to_columns(self) -> list[Array]:
        """The columns as engines take them: contiguous, little-endian, in the contract's order."""
        columns = list(self._columns.values())
        for place in _WIDE:
            columns[place] = columns[place].reshape(-1)
        return columns

    def to_proto(self) -> market_data_pb2.EventBatch:
        """The protobuf message of the batch."""
        message = market_data_pb2.EventBatch(controls=list(self.controls))
        for name, values in zip(DTYPES, self.to_columns(), strict=True):
            setattr(message, name, values.tobytes())
        return message

    @classmethod
    def from_proto(cls, message: market_data_pb2.EventBatch | bytes) -> EventBatch:
        """The batch of a protobuf message; DataError where its frame is wrong."""
        if isinstance(message, bytes):
            message = market_data_pb2.EventBatch.FromString(message)
        columns = {}
        for name, dtype in DTYPES.items():
            data: bytes = getattr(message, name)
            if len(data) % (dtype.itemsize * _WIDTHS[name]):
                raise DataError(f"column {name} has {len(data)} bytes, no whole number of rows")
            columns[name] = np.frombuffer(data, dtype)
        return cls(columns, message.controls)


def _typed(name: str, values: Array | None) -> Array:
    dtype, width = DTYPES[name], _WIDTHS[name]
    if values is None:
        return np.zeros((0, width) if width > 1 else 0, dtype)
    array = np.asarray(values)
    if array.dtype != dtype:
        raise DataError(f"column {name} is {array.dtype}, but the contract says {dtype}")
    # Contiguous once and for all: ranges of it are, too, and engines take nothing else.
    return np.ascontiguousarray(array.reshape(-1, width) if width > 1 else array)


_NO_EVENTS: Final = {name: _typed(name, None) for name in DTYPES}
_SHARED: Final = {name: np.zeros(_SHARED_ZEROS, DTYPES[name]) for name in _OPTIONAL}
for _array in _SHARED.values():
    _array.flags.writeable = False


def _kind_counts(kinds: Array) -> NDArray[np.intp]:
    """How many there are of each of the 256 kinds."""
    if len(kinds) and kinds.min() == kinds.max():
        counts = np.zeros(256, np.intp)
        counts[kinds[0]] = len(kinds)
        return counts
    return np.bincount(kinds, minlength=256)


def _zeros(name: str, events: int) -> Array:
    """Zeros of a column's type; short ones are one array for all, so that its memory is touched once."""
    if events > _SHARED_ZEROS:
        return np.zeros(events, DTYPES[name])
    return _SHARED[name][:events]


def concat(batches: Iterable[EventBatch]) -> EventBatch:
    """The events of the batches, one batch after the other."""
    parts = [batch for batch in batches if len(batch)]
    if not parts:
        return EventBatch()
    if len(parts) == 1:
        return parts[0]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in DTYPES}
    return EventBatch._trusted(columns, tuple(message for part in parts for message in part.controls))


def merge(batches: Sequence[EventBatch]) -> EventBatch:
    """All events by (ts_init, source, sequence); equal ones keep the order of the batches and of their events."""
    return by_time(concat(batches))


def by_time(batch: EventBatch) -> EventBatch:
    """The batch's events by (ts_init, source, sequence), equal ones in the order they have."""
    times = batch["ts_init"]
    if len(batch) < 2 or bool(np.all(times[1:] > times[:-1])):
        return batch
    order = np.lexsort((batch["sequence"], batch["source"], times))
    return batch.take(order)
