"""Batches as they go over the wire: columns to protobuf and back, and long batches cut into shorter ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from quartet.core.errors import DataError
from quartet.core.pb import market_data_pb2
from quartet.data.batch import DTYPES, EventBatch
from quartet.engines.protocol import Buffer


def to_message(columns: Sequence[Buffer], controls: Sequence[bytes]) -> market_data_pb2.EventBatch:
    """The protobuf batch of the columns."""
    batch = market_data_pb2.EventBatch(controls=list(controls))
    for name, values in zip(DTYPES, columns, strict=True):
        setattr(batch, name, values if isinstance(values, bytes) else bytes(values))
    return batch


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
