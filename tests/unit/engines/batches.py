"""Batches for tests of what carries them."""

from __future__ import annotations

from quartet.core.contract import EventKind
from quartet.data.batch import DTYPES, EventBatch
from quartet.engines.protocol import Buffer

EMPTY: list[Buffer] = [b""] * len(DTYPES)


def clocks(count: int) -> tuple[list[Buffer], list[bytes]]:
    """A batch of so many CLOCK events, a nanosecond apart."""
    times = b"".join(i.to_bytes(8, "little") for i in range(1, count + 1))
    own: dict[str, Buffer] = {
        "kind": bytes([EventKind.CLOCK]) * count,
        "symbol": bytes(4 * count),
        "ts_event": times,
        "ts_init": times,
    }
    return [own.get(name, b"") for name in DTYPES], []


def control(message: bytes) -> tuple[list[Buffer], list[bytes]]:
    """A batch of one CONTROL event."""
    columns, _ = clocks(1)
    columns[0] = bytes([EventKind.CONTROL])
    return columns, [message]


def columns_of(batch: EventBatch) -> tuple[list[Buffer], list[bytes]]:
    """The batch as engines take it."""
    return list(batch.to_columns()), list(batch.controls)
