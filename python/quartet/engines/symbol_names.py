"""The names of the symbols in market data, for engines whose symbol table is fixed by the first data they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from quartet.core.errors import ConfigError
from quartet.core.lazy import lazy_module
from quartet.data.batch import EventBatch
from quartet.data.fields import guess_fields

if TYPE_CHECKING:
    import pyarrow.compute as pc

    from quartet.data import cells
else:
    cells = lazy_module("quartet.data.cells")
    pc = lazy_module("pyarrow.compute")


def symbol_names(data: Any) -> list[str]:
    """Every symbol that the rows name, sorted as engines number them; ConfigError where rows have numbers alone."""
    names = {name.decode() if isinstance(name, bytes) else str(name) for name in _distinct(data)}
    if not names:
        raise ConfigError("the data names no symbols; pass symbols=[...] so that the symbol table is known")
    return sorted(names, key=str.encode)


def _distinct(data: Any) -> set[Any]:
    if isinstance(data, EventBatch):
        return set()
    if isinstance(data, Mapping):
        data = [data]
    if isinstance(data, np.ndarray):
        column = guess_fields(data.dtype.names or ()).get("symbol")
        return set(np.unique(data[column]).tolist()) if column else set()
    if isinstance(data, Sequence):
        rows = [row for row in data if isinstance(row, Mapping)]
        column = guess_fields(dict.fromkeys(str(name) for row in rows for name in row)).get("symbol")
        return {row[column] for row in rows if row.get(column) is not None} if column else set()
    table = cells.arrow_table(data)
    column = guess_fields(table.column_names).get("symbol")
    return set(pc.unique(table[column]).drop_null().to_pylist()) if column else set()
