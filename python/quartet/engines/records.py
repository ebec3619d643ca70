"""Canonical records (spec 13) as arrays: dtypes with the contract's offsets, and 128-bit integers made usable."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quartet.core.contract import RECORD_SIZE, RECORDS, Code, ErrorCode, RecordKind
from quartet.core.errors import EngineError

_FORMATS: Final = {
    "u8": "u1",
    "i8": "i1",
    "u16": "<u2",
    "u32": "<u4",
    "u64": "<u8",
    "i64": "<i8",
    "f64": "<f8",
    "i128": "V16",
}
MONEY: Final = pa.decimal128(38, 18)
UNITS: Final = pa.decimal128(28, 9)
_FLOAT_MAX: Final = 1e19

RECORD_DTYPES: Final[dict[RecordKind, np.dtype[np.void]]] = {
    kind: np.dtype(
        {
            "names": [field.name for field in fields],
            "formats": [_FORMATS[field.type] for field in fields],
            "offsets": [field.offset for field in fields],
            "itemsize": RECORD_SIZE,
        }
    )
    for kind, fields in RECORDS.items()
}
"""Layout of each record kind; 128-bit integers are 16 raw bytes."""
_HEADER: Final = np.dtype(
    {"names": ["event_index", "kind"], "formats": ["<u8", "u1"], "offsets": [0, 20], "itemsize": RECORD_SIZE}
)
I128_FIELDS: Final[dict[RecordKind, tuple[str, ...]]] = {
    kind: tuple(field.name for field in fields if field.type == "i128") for kind, fields in RECORDS.items()
}


def headers(records: bytes) -> NDArray[np.void]:
    """event_index and kind of every record; EngineError where the bytes are no whole number of known records."""
    if len(records) % RECORD_SIZE:
        raise EngineError(
            ErrorCode.ENGINE_FAILED,
            f"{len(records)} bytes of output are no whole number of records of {RECORD_SIZE} bytes",
        )
    rows = np.frombuffer(records, _HEADER)
    unknown = np.flatnonzero(~np.isin(rows["kind"], list(RecordKind)))
    if len(unknown):
        at = int(unknown[0])
        raise EngineError(
            ErrorCode.ENGINE_FAILED, f"record {at} is of the unknown kind {int(rows['kind'][at])}; rebuild the engine"
        )
    return rows


def split_records(records: bytes) -> dict[RecordKind, NDArray[np.void]]:
    """The records of each kind, in their order."""
    kinds = headers(records)["kind"]
    return {kind: np.frombuffer(records, dtype)[kinds == kind] for kind, dtype in RECORD_DTYPES.items()}


def integers(column: NDArray[np.void]) -> list[int]:
    """Python integers of a 128-bit field."""
    raw = np.ascontiguousarray(column).tobytes()
    return [int.from_bytes(raw[at : at + 16], "little", signed=True) for at in range(0, len(raw), 16)]


def integer(cell: np.void) -> int:
    """The Python integer of one 128-bit cell."""
    return int.from_bytes(cell.tobytes(), "little", signed=True)


def money_column(column: NDArray[np.void]) -> Any:
    """decimal128(38, 18) of a 128-bit field of money: the very same bytes."""
    raw = np.ascontiguousarray(column).tobytes()
    return pa.Array.from_buffers(MONEY, len(column), [None, pa.py_buffer(raw)])


def units_column(column: NDArray[np.int64]) -> Any:
    """Prices or quantities as decimals with nine places."""
    words = np.zeros((len(column), 2), np.int64)
    words[:, 0] = column
    words[:, 1] = column >> 63
    return pa.Array.from_buffers(UNITS, len(column), [None, pa.py_buffer(words.tobytes())])


# In what the limit and the value of a risk record are measured (spec 9.3).
_UNIT_OF: Final[dict[Code, str]] = {
    Code.STALE_DATA: "ns",
    Code.PRICE_COLLAR: "price",
    Code.ORDER_SIZE: "quantity",
    Code.ORDER_NOTIONAL: "money",
    Code.ADV_SHARE: "quantity",
    Code.MESSAGE_RATE: "tokens",
    Code.OPEN_ORDERS: "orders",
    Code.BUYING_POWER: "money",
    Code.MAX_POSITION: "money",
    Code.MAX_POSITIONS: "symbols",
    Code.CONCENTRATION: "money",
    Code.LEVERAGE: "money",
    Code.VAR_STALE: "ns",
    Code.POSITION_VAR: "float",
    Code.PORTFOLIO_VAR: "float",
    Code.DRAWDOWN: "money",
    Code.DAILY_LOSS: "money",
}
# Quantities stay below 2^61 (spec 1.8); the same integer as money would be two units of currency.
_QUANTITY_MAX: Final = 2**61
_TO_MONEY_SCALE: Final = {
    "price": 10**9,
    "quantity": 10**9,
    "tokens": 10**9,
    "ns": 10**18,
    "orders": 10**18,
    "symbols": 10**18,
}


def unit_of(code: int, limit: int, value: int) -> str:
    """The unit of a record's limit and value, empty where they say nothing.

    MAX_POSITION limits money or quantity, BUYING_POWER of a cash account money or, for a sell, quantity: the size
    of the numbers tells.
    """
    unit = _UNIT_OF.get(Code(code), "") if code in Code._value2member_map_ else ""
    if unit and Code(code) in (Code.MAX_POSITION, Code.BUYING_POWER):
        return "quantity" if max(abs(limit), abs(value)) <= _QUANTITY_MAX else "money"
    return unit


def in_unit(raw: int, unit: str) -> int | None:
    """A limit or value times 10^18 in its unit, None for a float too large for that."""
    if unit == "float":
        number = float(np.frombuffer((raw & (2**64 - 1)).to_bytes(8, "little"), np.float64)[0])
        return round(Fraction(number) * 10**18) if abs(number) < _FLOAT_MAX else None
    return raw * _TO_MONEY_SCALE.get(unit, 1)
