"""Records and events as readable dicts, and back: enum names, decimal prices, money as decimals."""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from enum import IntEnum
from typing import Any

from quartet.core import contract
from quartet.core.contract import COLUMNS, COMMON_COLUMNS, RECORD_SIZE, RECORDS, EventKind, RecordKind

FORMATS = {"u8": "B", "i8": "b", "u16": "H", "u32": "I", "u64": "Q", "i64": "q", "f64": "d"}
MONEY = {"fee", "cash", "equity", "fees", "realised", "cost"}
DECIMAL = {"price", "quantity", "leaves", "cum", "position", "mark"}
NAMES: dict[str, type[IntEnum]] = {
    "kind": contract.RecordKind,
    "side": contract.Side,
    "order_type": contract.OrderType,
    "state_from": contract.OrderState,
    "state_to": contract.OrderState,
    "trigger": contract.Trigger,
    "code": contract.Code,
    "liquidity": contract.Liquidity,
    "reason": contract.FillReason,
    "cause": contract.AccountCause,
    "action": contract.HaltAction,
}
PRICE_COLUMNS = ("price", "size", "open", "high", "low", "close", "volume", "quantity")


def plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: float) -> float | str:
    """JSON has no NaN or infinities; and -0.0 must survive."""
    return value if math.isfinite(value) else str(value)


def read_field(record: bytes, kind: str, offset: int) -> int | float:
    if kind == "i128":
        return int.from_bytes(record[offset : offset + 16], "little", signed=True)
    value: int | float = struct.unpack_from(f"<{FORMATS[kind]}", record, offset)[0]
    return value


def records(stream: bytes) -> list[dict[str, Any]]:
    """Decoded records; fields that are zero are left out, but for the header."""
    return [record(stream[i : i + RECORD_SIZE]) for i in range(0, len(stream), RECORD_SIZE)]


def record(raw: bytes) -> dict[str, Any]:
    kind = RecordKind(raw[20])
    out: dict[str, Any] = {}
    for field in RECORDS[kind]:
        value = read_field(raw, field.type, field.offset)
        if field.name == "symbol" and value == contract.NO_SYMBOL:
            continue
        if value == 0 and field.name not in ("event_index", "ts_init", "symbol") and field.type != "f64":
            continue
        if field.name in NAMES:
            names = NAMES[field.name]
            out[field.name] = names(int(value)).name if value in names._value2member_map_ else int(value)
        elif field.name in MONEY:
            out[field.name] = plain(Decimal(int(value)).scaleb(-18))
        elif field.name in DECIMAL:
            out[field.name] = plain(Decimal(int(value)).scaleb(-9))
        elif field.type == "f64":
            out[field.name] = number(float(value))
        else:
            out[field.name] = int(value)
    return out


def event(raw: dict[str, Any]) -> dict[str, Any]:
    """An event of a Stream as JSON holds it."""
    kinds = EventKind._value2member_map_
    columns = list(COMMON_COLUMNS)
    if raw["kind"] in kinds:
        columns += COLUMNS.get(EventKind(raw["kind"]), ())
    out: dict[str, Any] = {}
    for column in columns:
        value = raw[column.name]
        if column.name == "kind":
            out["kind"] = EventKind(value).name if value in kinds else value
        elif column.width > 1:
            out[column.name] = [plain(Decimal(cell).scaleb(-9)) for cell in value]
        elif is_price(column.name):
            out[column.name] = plain(Decimal(value).scaleb(-9))
        elif column.type == "f64":
            out[column.name] = number(value)
        elif value or column.name in ("ts_event", "ts_init"):
            out[column.name] = value
    if "control" in raw:
        out["control"] = raw["control"].hex()
    return out


def is_price(name: str) -> bool:
    return name.endswith(PRICE_COLUMNS) and name not in ("sequence",)


def parse_event(out: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `event`."""
    kind = EventKind[out["kind"]] if isinstance(out["kind"], str) else out["kind"]
    columns = list(COMMON_COLUMNS) + list(COLUMNS.get(kind, ()) if isinstance(kind, EventKind) else ())
    raw: dict[str, Any] = {}
    for column in columns:
        value = out.get(column.name, 0)
        if column.name == "kind":
            raw["kind"] = int(kind)
        elif column.width > 1:
            raw[column.name] = [int(Decimal(cell).scaleb(9)) for cell in value]
        elif is_price(column.name):
            raw[column.name] = int(Decimal(value).scaleb(9))
        else:
            raw[column.name] = float(value) if column.type == "f64" else value
    if "control" in out:
        raw["control"] = bytes.fromhex(out["control"])
    return raw
