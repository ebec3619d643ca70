"""Canonical records (spec 13) as arrays: dtypes with the contract's offsets, and 128-bit integers made usable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import RECORD_SIZE, RECORDS, Code, ErrorCode, RecordKind
from quartet.core.errors import EngineError
from quartet.core.lazy import lazy_module

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")

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
_KNOWN: Final = bytes(RecordKind)
_WHOLE: Final = np.dtype((np.void, RECORD_SIZE))
_KIND_AT: Final = next(field.offset for field in RECORDS[RecordKind.ORDER] if field.name == "kind")
_HEADER: Final = np.dtype(
    {"names": ["event_index", "kind"], "formats": ["<u8", "u1"], "offsets": [0, _KIND_AT], "itemsize": RECORD_SIZE}
)
I128_FIELDS: Final[dict[RecordKind, tuple[str, ...]]] = {
    kind: tuple(field.name for field in fields if field.type == "i128") for kind, fields in RECORDS.items()
}


def headers(records: bytes) -> NDArray[np.void]:
    """event_index and kind of every record; EngineError where the bytes are no whole number of known records."""
    known_kinds(records)
    return np.frombuffer(records, _HEADER)


def known_kinds(records: bytes) -> bytes:
    """The kind of every record, a byte each; EngineError as for headers."""
    count_of(records)
    kinds = records[_KIND_AT::RECORD_SIZE]
    unknown = kinds.translate(None, _KNOWN)
    if unknown:
        raise EngineError(
            ErrorCode.ENGINE_FAILED,
            f"record {kinds.index(unknown[0])} is of the unknown kind {unknown[0]}; rebuild the engine",
        )
    return kinds


def count_of(records: bytes) -> int:
    """How many records there are; EngineError where the bytes are no whole number of them."""
    if len(records) % RECORD_SIZE:
        raise EngineError(
            ErrorCode.ENGINE_FAILED,
            f"{len(records)} bytes of output are no whole number of records of {RECORD_SIZE} bytes",
        )
    return len(records) // RECORD_SIZE


def has_kind(records: bytes, kind: RecordKind) -> bool:
    """Whether any record is of this kind."""
    return kind in records[_KIND_AT::RECORD_SIZE]


class SplitRecords(Mapping[RecordKind, NDArray[np.void]]):
    """The records of each kind, in their order; a kind is taken out when it is first asked for."""

    def __init__(self, records: bytes) -> None:
        """EngineError where the bytes are no whole number of known records."""
        self._records = records
        self._kinds = np.frombuffer(known_kinds(records), np.uint8)
        self._taken: dict[RecordKind, NDArray[np.void]] = {}

    def places(self, kind: RecordKind) -> NDArray[np.intp]:
        """Where the records of a kind are."""
        return np.flatnonzero(self._kinds == kind)

    def __getitem__(self, kind: RecordKind) -> NDArray[np.void]:
        if kind not in self._taken:
            rows = np.frombuffer(self._records, RECORD_DTYPES[kind])
            self._taken[kind] = taken(rows, self.places(kind))
        return self._taken[kind]

    def __iter__(self) -> Iterator[RecordKind]:
        return iter(RECORD_DTYPES)

    def __len__(self) -> int:
        return len(RECORD_DTYPES)


def split_records(records: bytes) -> SplitRecords:
    """The records of each kind, in their order."""
    return SplitRecords(records)


def taken(rows: NDArray[np.void], at: NDArray[np.intp]) -> NDArray[np.void]:
    """The records at these places. They move as 128 bytes; NumPy would move a structure field by field."""
    return rows.view(_WHOLE).take(at).view(rows.dtype)


def integers(column: NDArray[np.void]) -> list[int]:
    """Python integers of a 128-bit field."""
    raw = np.ascontiguousarray(column).tobytes()
    return [int.from_bytes(raw[at : at + 16], "little", signed=True) for at in range(0, len(raw), 16)]


def integer(cell: np.void) -> int:
    """The Python integer of one 128-bit cell."""
    return int.from_bytes(cell.tobytes(), "little", signed=True)


def money_type() -> Any:
    """Arrow's type of money: 18 places."""
    return pa.decimal128(38, 18)


def decimal_column(words: NDArray[np.int64], kind: Any, present: Any = None) -> Any:
    """Decimals of 128-bit integers, two words each: the very same bytes. present: Arrow's bits of what is there."""
    return pa.Array.from_buffers(kind, len(words), [present, pa.py_buffer(words)])


def money_column(column: NDArray[np.void]) -> Any:
    """decimal128(38, 18) of a 128-bit field of money: the very same bytes."""
    return decimal_column(np.ascontiguousarray(column).view(np.int64).reshape(-1, 2), money_type())


def units_column(column: NDArray[np.int64]) -> Any:
    """Prices or quantities as decimals with nine places."""
    return decimal_column(np.stack([column, column >> 63], axis=1), units_type())


def units_type() -> Any:
    """Arrow's type of prices and quantities: nine places."""
    return pa.decimal128(28, 9)


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
UNITS_OF_BOUNDS: Final = ("", *dict.fromkeys(_UNIT_OF.values()))
"""What a limit and a value may be measured in; the first: they say nothing."""
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
