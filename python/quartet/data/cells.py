"""A chunk of rows on its way to events: named columns with their factors, and the faults found in them so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import Code
from quartet.core.errors import DataError
from quartet.core.lazy import lazy_module
from quartet.data.decimals import Bools, Ints, Places, to_nanos
from quartet.data.rejects import EdgeRejects
from quartet.data.symbols import SymbolTable

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")


@dataclass(frozen=True, slots=True)
class Cells:
    """One column as it came, and the factor that brings it to our unit."""

    values: Any
    factor: Fraction = Fraction(1)

    def at(self, row: int) -> object:
        """The cell of a row, as a Python value."""
        value = self.values[row]
        return value.as_py() if hasattr(value, "as_py") else value


@dataclass(frozen=True, slots=True)
class Manner:
    """How rows are read."""

    places: Places = Places.EXACT
    lenient: bool = False
    """A price that is missing or 0 means an absent side, as files have it; else a missing one is a fault."""
    zero_size_missing: bool = False
    """A size of 0 beside a price means that the source has no sizes."""


@dataclass(slots=True)
class Chunk:
    """Rows of one event kind; a row is taken out at its first fault, and the fault is noted."""

    cells: Mapping[str, Cells]
    rows: NDArray[np.int64]
    """The number of each row in the input, for messages."""
    ids: NDArray[np.uint32]
    symbols: SymbolTable
    manner: Manner
    rejects: EdgeRejects
    good: Bools = field(init=False)
    mended: int = 0
    defaulted: int = 0
    """Sizes that the source did not have."""

    def __post_init__(self) -> None:
        self.good = np.ones(len(self.rows), np.bool_)

    def refuse(self, where: Bools, code: Code, name: str) -> None:
        """Take out the rows that are still good."""
        hit = np.flatnonzero(where & self.good)
        if len(hit):
            cells = self.cells.get(name)
            shown = [None if cells is None else cells.at(int(row)) for row in hit[:1000]]
            shown += [None] * (len(hit) - len(shown))
            self.rejects.add(self.rows[hit], code, name, shown)
            self.good[hit] = False

    def numbers(self, name: str) -> tuple[Ints, Bools]:
        """A column in 1e-9, and where it is missing; what cannot be read is a fault, and no column is all missing."""
        cells = self.cells.get(name)
        if cells is None:
            return np.zeros(len(self.rows), np.int64), np.ones(len(self.rows), np.bool_)
        nanos = to_nanos(cells.values, cells.factor, self.manner.places)
        self.mended += nanos.mended
        self.refuse(nanos.bad, Code.BAD_DECIMAL, name)
        return nanos.values, nanos.missing

    def required(self, name: str) -> Ints:
        """A column in 1e-9 in which every cell must be there."""
        values, missing = self.numbers(name)
        self.refuse(missing, Code.MISSING_FIELD, name)
        return values

    def sizes(self, name: str, present: Bools | None = None) -> Ints:
        """A column of sizes in the instrument's size unit; where one is missing, the instrument's default size.

        present: where there is a price beside the size; elsewhere the size is 0.
        """
        values, missing = self._in_units(name)
        if present is not None:
            values = np.where(present, values, 0)
            missing &= present
            if self.manner.zero_size_missing:
                missing |= present & (values == 0)
        if missing.any():
            defaults = self.symbols.default_sizes_of(self.ids)
            self.refuse(missing & (defaults == 0), Code.MISSING_FIELD, name)
            self.defaulted += int((missing & (defaults != 0)).sum())
            values = np.where(missing, defaults, values)
        return values

    def _in_units(self, name: str) -> tuple[Ints, Bools]:
        cells = self.cells.get(name)
        units = self.symbols.units_of(self.ids)
        if units is None or cells is None:
            return self.numbers(name)
        values = np.zeros(len(self.rows), np.int64)
        missing = np.zeros(len(self.rows), np.bool_)
        bad = np.zeros(len(self.rows), np.bool_)
        for unit in np.unique(units).tolist():
            at = np.flatnonzero(units == unit)
            nanos = to_nanos(chosen(cells.values, at), cells.factor / unit, self.manner.places)
            values[at], missing[at], bad[at] = nanos.values, nanos.missing, nanos.bad
            self.mended += nanos.mended
        self.refuse(bad, Code.BAD_DECIMAL, name)
        return values, missing

    def floats(self, name: str, default: float | None = None) -> NDArray[np.float64]:
        """A column of floats (scores, confidences), which may be NaN; text is read as a float.

        default: what a missing one is; without it, a fault.
        """
        cells = self.cells.get(name)
        if cells is None:
            return np.full(len(self.rows), np.nan if default is None else default)
        values = cells.values.to_pylist() if isinstance(cells.values, pa.Array) else list(cells.values)
        out = np.zeros(len(values))
        wrong = np.zeros(len(values), np.bool_)
        for row, value in enumerate(values):
            try:
                out[row] = (0.0 if default is None else default) if value is None else float(value)
            except (TypeError, ValueError):
                wrong[row] = True
        if default is None:
            self.refuse(np.array([value is None for value in values], np.bool_), Code.MISSING_FIELD, name)
        self.refuse(wrong, Code.BAD_DECIMAL, name)
        return out

    def whole(self, name: str, low: int, high: int) -> Ints:
        """A column of whole numbers between low and high, 0 where missing; any other is a fault."""
        cells = self.cells.get(name)
        if cells is None:
            return np.zeros(len(self.rows), np.int64)
        nanos = to_nanos(cells.values, Fraction(1, 10**9))
        self.refuse(nanos.bad | (nanos.values < low) | (nanos.values > high), Code.BAD_DECIMAL, name)
        return np.where(nanos.bad, 0, nanos.values)


def arrow_table(data: Any) -> Any:
    """An Arrow table of a data frame or of any Arrow producer; NaN of pandas counts as missing."""
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    if type(data).__module__.partition(".")[0] == "pandas":
        return pa.Table.from_pandas(data, preserve_index=False)
    if hasattr(data, "__arrow_c_stream__"):
        return pa.table(data)
    if hasattr(data, "__arrow_c_array__"):
        return pa.Table.from_batches([pa.record_batch(data)])
    raise DataError(f"{type(data).__name__} is no table: give a data frame or an Arrow producer")


def arrow_array(column: Any) -> Any:
    """One Arrow array of a column; views of strings, which few kernels take, become strings."""
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column.cast(pa.string()) if pa.types.is_string_view(column.type) else column


def chosen(values: Any, rows: NDArray[np.intp]) -> Any:
    """The cells of these rows, of any kind of column."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.take(pa.array(rows))
    if isinstance(values, np.ndarray):
        return values[rows]
    return [values[int(row)] for row in rows]
