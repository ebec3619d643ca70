"""Records made by hand, from the contract's layout alone."""

import struct
from typing import Any

from quartet.core.contract import RECORD_SIZE, RECORDS, RecordKind

FORMATS = {"u8": "B", "i8": "b", "u16": "<H", "u32": "<I", "u64": "<Q", "i64": "<q", "f64": "<d"}
NANO = 10**9
MONEY = 10**18


def record(
    kind: RecordKind, event: int = 0, ts: int = 1_700_000_000_000_000_000, symbol: int = 0, **fields: Any
) -> bytes:
    """One canonical record."""
    out = bytearray(RECORD_SIZE)
    values = {"event_index": event, "ts_init": ts, "symbol": symbol, "kind": kind, **fields}
    for field in RECORDS[kind]:
        value = values.pop(field.name, 0)
        raw = (
            value.to_bytes(16, "little", signed=True)
            if field.type == "i128"
            else struct.pack(FORMATS[field.type], value)
        )
        out[field.offset : field.offset + len(raw)] = raw
    assert not values, f"{kind.name} has no {values}"
    return bytes(out)
