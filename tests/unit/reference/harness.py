"""Runs the reference engine over streams and shows its records as plain values."""

from __future__ import annotations

import struct
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from quartet.core.contract import RECORD_SIZE, RECORDS, RecordKind
from quartet.core.pb import config_pb2
from quartet.engines.reference import Engine
from tests.conformance.stream import FORMATS, Stream, to_batch, to_columns


def money(value: str | int) -> int:
    """Money of a decimal, 1e-18."""
    return int(Decimal(str(value)) * 10**18)


def decoded(data: bytes) -> list[SimpleNamespace]:
    """The records of a call; `record` is the kind, the fields are integers and floats."""
    out = []
    for start in range(0, len(data), RECORD_SIZE):
        raw = data[start : start + RECORD_SIZE]
        kind = RecordKind(raw[20])
        values: dict[str, Any] = {"record": kind}
        for field in RECORDS[kind]:
            if field.type == "i128":
                cell = raw[field.offset : field.offset + 16]
                values[field.name] = int.from_bytes(cell, "little", signed=True)
            else:
                values[field.name] = struct.unpack_from("<" + FORMATS[field.type], raw, field.offset)[0]
        out.append(SimpleNamespace(**values))
    return out


class Run:
    """An engine that is fed a stream piece by piece."""

    def __init__(self, config: config_pb2.EngineConfig) -> None:
        self.engine = Engine(config.SerializeToString(deterministic=True))
        self.stream = Stream()
        self._fed = 0

    def feed(self) -> list[SimpleNamespace]:
        """Process what was added to the stream since the last call."""
        events = self.stream.events[self._fed :]
        self._fed = len(self.stream.events)
        return decoded(self.engine.process(*to_columns(to_batch(events))))

    def kinds(self, kind: RecordKind) -> list[SimpleNamespace]:
        """Feed, and keep the records of a kind."""
        return [record for record in self.feed() if record.record == kind]

    def orders(self) -> list[SimpleNamespace]:
        """Feed, and keep the ORDER records."""
        return self.kinds(RecordKind.ORDER)

    def fills(self) -> list[tuple[int, int, int, int]]:
        """Feed, and show the fills as price, quantity, liquidity, reason."""
        return [(f.price, f.quantity, f.liquidity, f.reason) for f in self.kinds(RecordKind.FILL)]

    def path(self) -> list[tuple[int, int, int, int]]:
        """Feed, and show the transitions as order id, trigger, state after, code."""
        return [(o.order_id, o.trigger, o.state_to, o.code) for o in self.orders()]


def process(config: config_pb2.EngineConfig, stream: Stream) -> bytes:
    """The records of a whole stream in one batch."""
    engine = Engine(config.SerializeToString(deterministic=True))
    return engine.process(*to_columns(to_batch(stream.events)))
