"""One kind of output as a small table: names instead of numbers, decimals or floats, in the forms others read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from rich.table import Table as RichTable

from quartet.core.contract import (
    NO_SYMBOL,
    RECORDS,
    AccountCause,
    Code,
    EventKind,
    FillReason,
    HaltAction,
    Liquidity,
    OrderState,
    OrderType,
    Side,
    Trigger,
)
from quartet.core.lazy import lazy_module
from quartet.data.times import text_of
from quartet.engines.record_rows import RecordRows
from quartet.engines.records import UNITS_OF_BOUNDS, decimal_column, in_unit, money_type, unit_of, units_type

if TYPE_CHECKING:
    import pandas
    import polars as pl
    import pyarrow as pa
else:
    pl = lazy_module("polars")
    pa = lazy_module("pyarrow")

Numbers = Literal["decimal", "float"]
Names = Literal["dictionary", "text"]

_TIMES: Final = {"ts_init", "ts_signal", "ts_venue", "ts_event"}
_UNITS: Final = {"price", "quantity", "leaves", "cum", "position", "mark"}
_BOUNDS: Final = ("limit", "value")
_ENUMS: Final[dict[str, type[IntEnum]]] = {
    "side": Side,
    "order_type": OrderType,
    "state": OrderState,
    "state_from": OrderState,
    "state_to": OrderState,
    "trigger": Trigger,
    "liquidity": Liquidity,
    "reason": FillReason,
    "cause": AccountCause,
    "code": Code,
    "action": HaltAction,
    "input_kind": EventKind,
}
_TIMESTAMP: Final = pa.timestamp("ns", "UTC")
_SHOWN: Final = 20
_CODES: Final = max(Code) + 2


class ResultTable:
    """Rows of one record kind. Times are ns UTC, prices and quantities have nine places, money has eighteen."""

    def __init__(
        self,
        name: str,
        rows: RecordRows,
        symbols: Sequence[str] = (),
        columns: Sequence[str] | None = None,
        latest: RecordRows | None = None,
        renewed: Mapping[str, str] | None = None,
    ) -> None:
        """columns: those of the table. renewed: columns that come from `latest`, and the fields that they are there."""
        self.name = name
        self._rows = rows
        self._symbols = symbols
        self._latest = latest
        self._renewed = dict(renewed or {})
        own = [field.name for field in RECORDS[rows.kind] if field.name != "kind"]
        self._own = own if columns is None else list(columns)

    @property
    def raw(self) -> NDArray[np.void]:
        """The records as they are, a NumPy structured array."""
        return self._rows.array

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def __getitem__(self, row: int) -> dict[str, Any]:
        place = range(len(self))[row]
        return self._part(slice(place, place + 1)).to_dicts()[0]

    def where(self, mask: NDArray[np.bool_], name: str | None = None) -> ResultTable:
        """The rows for which the mask is true."""
        return self._part(np.flatnonzero(mask), name)

    def _part(self, rows: NDArray[np.intp] | slice, name: str | None = None) -> ResultTable:
        latest = None if self._latest is None else self._latest.at(rows)
        return ResultTable(name or self.name, self._rows.at(rows), self._symbols, self._own, latest, self._renewed)

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self._part(slice(0, 0))._arrow_columns("decimal"))

    def to_arrow(self, numbers: Numbers = "decimal", names: Names = "dictionary") -> Any:
        """An Arrow table.

        numbers: prices, quantities and money as exact decimals, or as floats. names: symbols, sides, states and codes
        as places in a dictionary, or each as text, as the other forms have them.
        """
        columns = self._arrow_columns(numbers)
        if names == "text":
            columns = {
                name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
                for name, column in columns.items()
            }
        return pa.table(columns)

    def to_polars(self, numbers: Numbers = "decimal") -> pl.DataFrame:
        """A Polars frame."""
        frame = pl.from_arrow(self.to_arrow(numbers, "text"))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def to_pandas(self, numbers: Numbers = "decimal") -> pandas.DataFrame:
        """A pandas frame; decimals are Python's. Needs the extra `pandas`."""
        try:
            import pandas  # noqa: F401
        except ImportError as error:
            raise ImportError("pandas is not installed: pip install quartet[pandas]") from error
        frame: pandas.DataFrame = self.to_arrow(numbers, "text").to_pandas()
        return frame

    def to_dicts(self, numbers: Numbers = "decimal") -> list[dict[str, Any]]:
        """One dict a row; times are integers of nanoseconds."""
        table = self.to_arrow(numbers)
        for at, field in enumerate(table.schema):
            if field.type == _TIMESTAMP:
                table = table.set_column(at, field.name, table[field.name].cast(pa.int64()))
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    def _arrow_columns(self, numbers: Numbers) -> dict[str, Any]:
        values = self._rows.columns({name: _width(name) for name in self._own if name not in self._renewed})
        if self._latest is not None:
            fields = self._latest.columns({field: _width(name) for name, field in self._renewed.items()})
            values |= {name: fields[field] for name, field in self._renewed.items()}
        out = {name: self._column(name, values[name]) for name in self._own if name not in _BOUNDS}
        if set(_BOUNDS) <= values.keys():
            out |= _bounds(values["code"], values["limit"], values["value"])
        if numbers == "float":
            out = {
                name: column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column
                for name, column in out.items()
            }
        return out

    def _column(self, name: str, values: NDArray[Any]) -> Any:
        if name == "symbol":
            return _names(values, self._symbols)
        if name in _TIMES:
            return pa.Array.from_buffers(_TIMESTAMP, len(values), [None, pa.py_buffer(values)])
        if name in _ENUMS:
            return _enum_names(values, _ENUMS[name])
        if values.ndim == 2:
            return decimal_column(values, units_type() if name in _UNITS else money_type())
        return pa.array(values)

    def __rich__(self) -> RichTable:
        return self.rich_table()

    def rich_table(self, rows_max: int = _SHOWN) -> RichTable:
        """A table for the terminal, of at most rows_max rows."""
        shown = self._part(slice(0, rows_max)).to_dicts()
        left = len(self) - len(shown)
        table = RichTable(title=f"{self.name} ({len(self):,})", caption=f"{left:,} more" if left else None)
        names = self.columns
        for name in names:
            numeric = name not in _ENUMS and name not in ("symbol", "unit")
            table.add_column(name, justify="right" if numeric else "left", no_wrap=True)
        for row in shown:
            table.add_row(*(_cell_text(name, row[name]) for name in names))
        return table

    def __repr__(self) -> str:
        lines = [f"<{self.name}: {len(self):,} rows of {', '.join(self.columns)}>"]
        for row in self._part(slice(0, 5)).to_dicts():
            lines.append("  " + " ".join(f"{name}={_cell_text(name, value)}" for name, value in row.items()))
        if len(self) > 5:
            lines.append(f"  ... {len(self) - 5:,} more")
        return "\n".join(lines)


def _width(name: str) -> int:
    """How wide a field is in its column: places in a dictionary have four bytes, decimals sixteen."""
    return 4 if name in _ENUMS else 16 if name in _UNITS else 0


def _bounds(codes: NDArray[np.int32], *raw: NDArray[np.int64]) -> dict[str, Any]:
    """limit and value in the unit that the code means, and the unit; most are zero, and those cost nothing."""
    which = _unit_places()[np.minimum(codes, _CODES - 1)]
    missing = [np.zeros(len(codes), np.bool_) for _ in raw]
    said = np.flatnonzero((raw[0] | raw[1]).any(axis=1)) if any(words.any() for words in raw) else ()
    for row in said:
        pair = [int.from_bytes(words[row].tobytes(), "little", signed=True) for words in raw]
        unit = unit_of(int(codes[row]), *pair)
        which[row] = UNITS_OF_BOUNDS.index(unit)
        for words, gone, number in zip(raw, missing, (in_unit(each, unit) for each in pair), strict=True):
            gone[row] = number is None or abs(number) >= 10**38
            kept = 0 if gone[row] or number is None else number
            words[row] = np.frombuffer(kept.to_bytes(16, "little", signed=True), np.int64)
    out = {name: _decimals(words, gone) for name, words, gone in zip(_BOUNDS, raw, missing, strict=True)}
    return out | {"unit": _coded(which, _texts(UNITS_OF_BOUNDS))}


@cache
def _unit_places() -> NDArray[np.uint8]:
    """For each code the place of its unit in UNITS_OF_BOUNDS where the numbers are zero; the last is for others."""
    return np.array([UNITS_OF_BOUNDS.index(unit_of(code, 0, 0)) for code in range(_CODES)], np.uint8)


def _decimals(words: NDArray[np.int64], missing: NDArray[np.bool_]) -> Any:
    """Decimals of 128-bit integers of 1e-18, two words each."""
    present = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    return decimal_column(words, money_type(), present)


@lru_cache(maxsize=8)  # every table of an engine has the same symbols
def _texts(names: tuple[str, ...]) -> Any:
    return pa.array(names, pa.string())


def _names(ids: NDArray[Any], symbols: Sequence[str]) -> Any:
    """Names of symbol ids; ids without a name in digits, NO_SYMBOL as missing."""
    if len(symbols) <= len(ids) and ids.max(initial=0) < len(symbols):
        return _coded(ids, _texts(tuple(symbols)))
    return _looked_up(ids, lambda n: None if n == NO_SYMBOL else symbols[n] if n < len(symbols) else str(n))


def _enum_names(numbers: NDArray[Any], enum: type[IntEnum]) -> Any:
    names = _names_of(enum)
    if numbers.max(initial=0) < len(names):
        return _coded(numbers, names)
    return _looked_up(numbers, lambda n: names[n].as_py() if 0 <= n < len(names) else str(n))


@cache
def _names_of(enum: type[IntEnum]) -> Any:
    """Names by value; a value between others that has none is in digits."""
    named = {member.value: member.name for member in enum}
    return pa.array([named.get(number, str(number)) for number in range(max(named) + 1)], pa.string())


def _looked_up(numbers: NDArray[Any], name: Callable[[int], str | None]) -> Any:
    """The name of every number, looked up once a distinct number."""
    distinct, which = np.unique(numbers, return_inverse=True)
    names = pa.array([name(number) for number in distinct.tolist()], pa.string())
    return names.take(pa.array(which)).dictionary_encode()


def _coded(places: NDArray[Any], names: Any) -> Any:
    """Names that stand at these places of an Arrow array, each of which is one of its own."""
    four_bytes = places.dtype.itemsize == 4
    indices = pa.array(places.view(np.int32) if four_bytes else places.astype(np.int32))
    return pa.DictionaryArray.from_arrays(indices, names, safe=False)


def _cell_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _TIMES:
        return text_of(value) if value else ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.6g}" if isinstance(value, float) else str(value)
