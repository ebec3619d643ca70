"""Market data in memory to one batch: dicts with decimal strings, NumPy structured arrays, frames, Arrow producers.

Rows keep their order. A row that cannot become an event does not stop the others: it is returned beside the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import LEVELS_MAX, EventKind
from quartet.core.errors import DataError
from quartet.core.lazy import lazy_module
from quartet.data.batch import EventBatch
from quartet.data.clean_quotes import clean_quotes
from quartet.data.exact import Places
from quartet.data.fields import Source, apply_map, guess_fields, kind_named
from quartet.data.rejects import EdgeRejects
from quartet.data.symbols import EdgeInstrument, SymbolTable

if TYPE_CHECKING:
    from quartet.data import cells, row_intake
else:
    # Most batches are clean, and reading row by row brings much with it.
    cells = lazy_module("quartet.data.cells")
    row_intake = lazy_module("quartet.data.row_intake")

LADDERS: Final = ("bids", "asks")


class Intake(NamedTuple):
    """What came in."""

    batch: EventBatch
    rejects: EdgeRejects
    """Rows that are not in the batch, with their reason."""


def to_batch(
    data: Any,
    symbols: SymbolTable | Mapping[str, int] | Iterable[str] | None = None,
    instruments: Iterable[EdgeInstrument] | None = None,
    *,
    kind: EventKind | str | None = None,
    map: Mapping[str, str] | None = None,
    places: Places | str = Places.EXACT,
    timezone: str = "UTC",
) -> Intake:
    """The events of `data`, one a row.

    data: a list of dicts (symbol_id or symbol, bid_price, ask_price, bid_size, ask_size, timestamp in ns, venue_id,
    flags; optional sequence, ts_init, trade_price, trade_size, aggressor, bids and asks as lists of [price, size],
    open ... volume, score, confidence, kind), a NumPy structured array, a pandas or Polars frame, or an Arrow table or
    producer.
    symbols: names in the engine's order, or name to id; by default those of the instruments.
    kind: what the rows are; by default each row's `kind`, else what its fields and the TRADE flag say.
    map: our field to a column, `column*factor` or `column/divisor`, for other names and for scaled integers.
    """
    allowed = Places(places)
    columns, rows = _columns(data)
    columns = _with_ladders(columns, rows)
    fields = _fields(tuple(columns), tuple((map or {}).items()))
    table = symbols if isinstance(symbols, SymbolTable) else SymbolTable(symbols, instruments)
    if kind is None or kind_named(kind) is EventKind.QUOTE:
        clean = clean_quotes(columns, fields, table, timezone)
        if clean is not None:
            return Intake(clean, EdgeRejects())
    return Intake(*row_intake.read_rows(columns, rows, fields, table, kind, allowed, timezone))


def _columns(data: Any) -> tuple[dict[str, Any], int]:
    """The data as named columns of equal length: Arrow arrays, NumPy arrays or lists."""
    if isinstance(data, np.ndarray):
        if data.dtype.names is None:
            raise DataError(f"an array of {data.dtype} has no fields; give a structured array")
        return _structured(data.reshape(-1)), data.size
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        for place, row in enumerate(data):
            if not isinstance(row, Mapping):
                raise DataError(f"row {place} is {type(row).__name__}; a list of dicts is wanted")
        if len(data) == 1:
            return {str(name): [cell] for name, cell in data[0].items()}, 1
        names = dict.fromkeys(name for row in data for name in row)
        return {str(name): [row.get(name) for row in data] for name in names}, len(data)
    table = cells.arrow_table(data)
    return {name: cells.arrow_array(table[name]) for name in table.column_names}, table.num_rows


def _structured(data: NDArray[Any]) -> dict[str, Any]:
    """Fields of a structured array; bid_prices, ask_sizes and the like, of several values a row, become levels."""
    columns: dict[str, Any] = {}
    for name in data.dtype.names or ():
        values = data[name]
        if values.ndim == 1:
            columns[name] = np.ascontiguousarray(values)
            continue
        if values.ndim != 2 or values.shape[1] > LEVELS_MAX:
            raise DataError(f"field {name} has shape {values.shape[1:]}; levels of a book are one row of at most ten")
        for level in range(values.shape[1]):
            columns[f"{name.removesuffix('s')}_{level + 1}"] = np.ascontiguousarray(values[:, level])
    return columns


def _with_ladders(columns: dict[str, Any], rows: int) -> dict[str, Any]:
    """Lists of [price, size] under bids and asks become the columns bid_price_1, bid_size_1, ..., bid_levels."""
    for name in LADDERS:
        if name not in columns:
            continue
        side = name.removesuffix("s")
        ladders = columns.pop(name)
        ladders = ladders.to_pylist() if hasattr(ladders, "to_pylist") else list(ladders)
        columns[f"{side}_levels"] = [min(len(ladder), 255) if ladder is not None else None for ladder in ladders]
        for level in range(LEVELS_MAX):
            pairs = [_pair(ladder, level, row, name) for row, ladder in enumerate(ladders)]
            columns[f"{side}_price_{level + 1}"] = [pair[0] for pair in pairs]
            columns[f"{side}_size_{level + 1}"] = [pair[1] for pair in pairs]
    return columns


def _pair(ladder: Any, level: int, row: int, name: str) -> tuple[object, object]:
    if ladder is None or level >= len(ladder):
        return None, None
    step = ladder[level]
    if isinstance(step, Mapping):
        return step.get("price"), step.get("size")
    if isinstance(step, Sequence) and not isinstance(step, str) and len(step) >= 2:
        return step[0], step[1]
    raise DataError(f"row {row}: level {level} of {name} is {step!r}; [price, size] is wanted")


@lru_cache(maxsize=64)  # the same columns come again with every block
def _fields(columns: tuple[str, ...], given: tuple[tuple[str, str], ...]) -> Mapping[str, Source]:
    """Our fields and the columns that they come from."""
    fields = apply_map(guess_fields(columns), dict(given), columns)
    if "source" not in fields and "venue" in fields:
        fields["source"] = fields.pop("venue")
    for name in ("bid_levels", "ask_levels"):
        if name in columns:
            fields[name] = Source(name, Fraction(1))
    return fields
