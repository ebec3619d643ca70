"""Market data in memory row by row: every cell is looked at, and a row that cannot become an event is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import EventKind, Flag
from quartet.core.errors import DataError
from quartet.core.lazy import lazy_module
from quartet.data.batch import EventBatch
from quartet.data.cells import Cells, Manner
from quartet.data.decimals import Bools
from quartet.data.exact import Places
from quartet.data.fields import Source, kind_named
from quartet.data.intake import LADDERS
from quartet.data.rejects import EdgeRejects
from quartet.data.rows import RowReader, id_numbers
from quartet.data.stamping import Stamper
from quartet.data.symbols import SymbolTable

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")


def read_rows(
    columns: Mapping[str, Any],
    rows: int,
    fields: Mapping[str, Source],
    table: SymbolTable,
    kind: EventKind | str | None,
    places: Places,
    timezone: str,
) -> tuple[EventBatch, EdgeRejects]:
    """The events of so many rows, and the rows that are none; the rest as in intake.to_batch."""
    cells = {name: Cells(columns[source.column], source.factor) for name, source in fields.items()}
    ids, unnamed = _ids(cells, table, rows)
    if "timestamp" not in cells and "date" not in cells:
        cells["timestamp"] = Cells(pa.nulls(rows))
    stamps = Stamper(timezone, unit="ns", interval=0).read(cells, ids)
    kinds: EventKind | NDArray[np.uint8] = kind_named(kind) if kind is not None else _kinds(cells, rows)
    if isinstance(kinds, np.ndarray) and rows and bool(np.all(kinds == kinds[0])):
        kinds = EventKind(int(kinds[0]))
    rejects = EdgeRejects()
    reader = RowReader(table, Manner(places), rejects)
    batch = reader.read(cells, kinds, stamps, ids, np.arange(rows), unnamed)
    return batch, rejects.in_order()


def _ids(cells: Mapping[str, Cells], table: SymbolTable, rows: int) -> tuple[NDArray[np.uint32], Bools]:
    if "symbol_id" in cells:
        return id_numbers(cells["symbol_id"])
    if "symbol" not in cells:
        return np.zeros(rows, np.uint32), np.ones(rows, np.bool_)
    if not len(table):
        raise DataError("rows name their symbols; give symbols or instruments, so that the names have ids")
    names = cells["symbol"].values
    if not isinstance(names, pa.Array):
        return table.ids_of_objects(names)
    return table.ids_of(names), np.asarray(names.is_null().to_numpy(zero_copy_only=False), np.bool_)


def _kinds(cells: Mapping[str, Cells], rows: int) -> NDArray[np.uint8]:
    """The kind of every row: its own, else what its fields say; a row that says nothing is taken for a quote."""
    kinds = np.full(rows, EventKind.QUOTE, np.uint8)
    signs = {
        EventKind.EXTERNAL_SIGNAL: "score",
        EventKind.BAR: "open",
        EventKind.BOOK: "bid_price_1",
        EventKind.TRADE: "trade_price",
    }
    quoted = _there(cells, "bid_price", rows) | _there(cells, "ask_price", rows)
    for kind, name in signs.items():
        kinds[_there(cells, name, rows) & ~quoted] = kind
    for side in LADDERS:
        name = f"{side.removesuffix('s')}_levels"
        if name in cells:
            kinds[_there(cells, name, rows)] = EventKind.BOOK
    if "flags" in cells:
        flags = cells["flags"].values
        flags = flags.to_pylist() if isinstance(flags, pa.Array) else list(flags)
        marked = [isinstance(flag, int | np.integer) and flag > 0 and bool(int(flag) & Flag.TRADE) for flag in flags]
        kinds[np.array(marked, np.bool_)] = EventKind.TRADE
    if "kind" in cells:
        own = cells["kind"].values
        own = own.to_pylist() if isinstance(own, pa.Array) else list(own)
        for row, kind in enumerate(own):
            if kind is not None:
                kinds[row] = _kind_of(kind, row)
    return kinds


def _kind_of(kind: object, row: int) -> int:
    if isinstance(kind, int | np.integer) and int(kind) in _ROW_KINDS:
        return int(kind)
    if isinstance(kind, str) and kind.upper() in EventKind.__members__ and EventKind[kind.upper()] in _ROW_KINDS:
        return EventKind[kind.upper()]
    wanted = ", ".join(each.name for each in _ROW_KINDS)
    raise DataError(f"row {row}: kind {kind!r} is none of {wanted}; builders make reports and controls")


_ROW_KINDS = (
    EventKind.QUOTE,
    EventKind.TRADE,
    EventKind.BOOK,
    EventKind.BAR,
    EventKind.EXTERNAL_SIGNAL,
    EventKind.CLOCK,
)


def _there(cells: Mapping[str, Cells], name: str, rows: int) -> Bools:
    """Rows in which the field has a value."""
    if name not in cells:
        return np.zeros(rows, np.bool_)
    values = cells[name].values
    if isinstance(values, pa.Array):
        return ~np.asarray(values.is_null().to_numpy(zero_copy_only=False), np.bool_)
    if isinstance(values, np.ndarray):
        return np.ones(rows, np.bool_)
    return np.array([value is not None for value in values], np.bool_)
