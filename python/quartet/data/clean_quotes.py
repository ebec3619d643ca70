"""Quotes whose columns are clean, in a few passes over whole columns: the common case, which needs no look at a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import NO_SYMBOL, SOURCES_MAX, EventKind
from quartet.core.lazy import lazy_module
from quartet.data.batch import EventBatch
from quartet.data.clean_columns import ONE, clean_ids, clean_nanos, clean_times
from quartet.data.fields import QUOTE_FIELDS, Source
from quartet.data.symbols import SymbolTable

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")

_UNSCALED: Final = ("symbol_id", "symbol", "timestamp", "ts_init", "source")
_READ: Final = {*QUOTE_FIELDS, *_UNSCALED}
"""Fields that are read here; with any other one the rows are looked at."""


def clean_quotes(
    columns: Mapping[str, Any], fields: Mapping[str, Source], table: SymbolTable, timezone: str
) -> EventBatch | None:
    """The batch that looking at every row would give; None where the columns do not prove that there is nothing to see.

    columns: Arrow arrays, NumPy arrays and lists of equal length. An array that needs no scaling is shared.
    """
    if not {*QUOTE_FIELDS, "timestamp"} <= fields.keys() <= _READ or table.has_size_units:
        return None
    own = {name: columns[source.column] for name, source in fields.items()}
    if any(fields[name].factor != ONE for name in _UNSCALED if name in own):
        return None
    clean: dict[str, NDArray[Any]] = {}
    for name, values in _read(own, fields, table, timezone):
        if values is None:
            return None
        clean[name] = values
    return EventBatch.of_kind(EventKind.QUOTE, {"ts_init": clean["ts_event"], **clean})


def _read(
    own: Mapping[str, Any], fields: Mapping[str, Source], table: SymbolTable, timezone: str
) -> Iterator[tuple[str, NDArray[Any] | None]]:
    """The columns of the batch, each when it is asked for; None for one that is not clean."""
    yield "symbol", _ids(own, table)
    yield "ts_event", clean_times(own["timestamp"], timezone)
    if "ts_init" in own:
        yield "ts_init", clean_times(own["ts_init"], timezone)
    if "source" in own:
        yield "source", clean_ids(own["source"], SOURCES_MAX - 1)
    # One piece of memory for all, which the allocator gives again to the next batch without touching new pages.
    room = np.empty((len(QUOTE_FIELDS), len(own["timestamp"])), np.int64)
    for name, out in zip(QUOTE_FIELDS, room, strict=True):
        yield name, clean_nanos(own[name], fields[name].factor, out)


def _ids(own: Mapping[str, Any], table: SymbolTable) -> NDArray[Any] | None:
    if "symbol_id" in own:
        return clean_ids(own["symbol_id"], NO_SYMBOL)
    names = own.get("symbol")
    if isinstance(names, list):
        ids, missing = table.ids_of_objects(names)
        return ids if len(table) and not missing.any() else None
    return table.ids_of(names) if len(table) and isinstance(names, pa.Array) and not names.null_count else None
