"""Batches as they go over the wire: columns to protobuf's bytes and back, and long batches cut into shorter ones.

Whoever calls an engine writes requests and reads answers by hand: protobuf's objects would copy each twice more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from quartet.core.errors import DataError
from quartet.core.pb import engine_pb2, market_data_pb2
from quartet.data.batch import DTYPES, EventBatch
from quartet.engines.protocol import Buffer


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _tag(field: int) -> bytes:
    """What stands before the length and the bytes of a field."""
    return _varint(field << 3 | 2)


_FIELDS: Final = market_data_pb2.EventBatch.DESCRIPTOR.fields_by_name
_COLUMN_TAGS: Final = tuple(_tag(_FIELDS[name].number) for name in DTYPES)
_CONTROL_TAG: Final = _tag(_FIELDS["controls"].number)
_BATCH_TAG: Final = _tag(engine_pb2.ProcessRequest.BATCH_FIELD_NUMBER)
_RECORDS_TAG: Final = _tag(engine_pb2.ProcessResponse.RECORDS_FIELD_NUMBER)


def request_of(columns: Sequence[Buffer], controls: Sequence[bytes]) -> bytes:
    """A request with this batch, serialised: that of Process, ProcessStream and Evaluate, which are of one form."""
    given = [(tag, values) for tag, values in zip(_COLUMN_TAGS, columns, strict=True) if len(values)]
    given += [(_CONTROL_TAG, control) for control in controls]
    parts: list[Any] = [b""]
    size = 0
    for tag, values in given:
        length = _bytes_of(values)
        head = tag + _varint(length)
        parts += (head, values)
        size += len(head) + length
    parts[0] = _BATCH_TAG + _varint(size)
    return b"".join(parts)


def _bytes_of(buffer: Any) -> int:
    return memoryview(buffer).nbytes


class Answer(NamedTuple):
    """What Process and ProcessStream answer."""

    records: bytes
    processing_ns: int


def answer_of(message: bytes) -> Answer:
    """The answer of its bytes: records that come first are cut out, and protobuf reads what is left."""
    start, end = _first_field(message, _RECORDS_TAG)
    rest = engine_pb2.ProcessResponse.FromString(message[end:])
    if rest.ByteSize() == len(message) - end and not rest.records:
        return Answer(message[start:end], rest.processing_ns)
    whole = engine_pb2.ProcessResponse.FromString(message)
    return Answer(whole.records, whole.processing_ns)


def _first_field(message: bytes, tag: bytes) -> tuple[int, int]:
    """Where the bytes of the first field begin and end, nowhere if it has another tag or is not whole."""
    length, place = 0, len(tag)
    if message.startswith(tag):
        for shift, byte in zip(range(0, 63, 7), message[place : place + 9], strict=False):
            place += 1
            length |= (byte & 127) << shift
            if byte < 128:
                return (place, place + length) if place + length <= len(message) else (0, 0)
    return 0, 0


def from_message(batch: market_data_pb2.EventBatch) -> tuple[list[Buffer], list[bytes]]:
    """The columns and controls of a protobuf batch."""
    return [getattr(batch, name) for name in DTYPES], list(batch.controls)


def split(
    columns: Sequence[Buffer], controls: Sequence[bytes], events_max: int
) -> Iterator[tuple[Sequence[Buffer], Sequence[bytes]]]:
    """Cut a batch into batches of at most events_max events; a wrong frame stays whole, for its refusal."""
    if len(columns[0]) <= events_max:  # kinds are bytes, one an event
        yield columns, controls
        return
    try:
        named = zip(DTYPES.items(), columns, strict=True)
        arrays = {name: np.frombuffer(values, dtype) for (name, dtype), values in named}
        batch = EventBatch(arrays, controls)
    except (DataError, ValueError):
        yield columns, controls
        return
    for part in batch.split(events_max):
        yield part.to_columns(), part.controls
