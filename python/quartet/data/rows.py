"""Rows of named cells to a batch of events: kinds, times, symbols, flags, and the columns of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import NO_SYMBOL, SOURCES_MAX, Code, EventKind
from quartet.data.batch import EventBatch, concat
from quartet.data.cells import Cells, Chunk, Manner, chosen
from quartet.data.decimals import Bools, Ints, to_nanos
from quartet.data.rejects import EdgeRejects
from quartet.data.row_kinds import KIND_COLUMNS
from quartet.data.symbols import SymbolTable


@dataclass(frozen=True, slots=True)
class Stamps:
    """Both clocks of every row, and where there is no time."""

    event: Ints
    init: Ints
    missing: Bools


@dataclass(slots=True)
class RowReader:
    """Makes batches from chunks of rows and keeps count of what it met."""

    symbols: SymbolTable
    manner: Manner
    rejects: EdgeRejects
    mended: int = 0
    defaulted: int = 0

    def read(
        self,
        cells: Mapping[str, Cells],
        kinds: EventKind | NDArray[np.uint8],
        stamps: Stamps,
        ids: NDArray[np.uint32],
        rows: NDArray[np.int64],
        unnamed: Bools | None = None,
    ) -> EventBatch:
        """The events of the rows, in their order; rows with a fault are left out and noted by their number in rows.

        unnamed: rows that name no symbol.
        """
        nameless = np.zeros(len(rows), np.bool_) if unnamed is None else unnamed
        if isinstance(kinds, EventKind):
            batch, _ = self._of_kind(cells, kinds, stamps, ids, np.arange(len(rows)), rows, nameless)
            return batch
        parts, places = [], []
        for kind in KIND_COLUMNS:
            at = np.flatnonzero(kinds == kind)
            if len(at):
                some = {name: Cells(chosen(each.values, at), each.factor) for name, each in cells.items()}
                part = Stamps(stamps.event[at], stamps.init[at], stamps.missing[at])
                batch, kept = self._of_kind(some, kind, part, ids[at], at, rows, nameless[at])
                parts.append(batch)
                places.append(kept)
        if not parts:
            return EventBatch()
        return concat(parts).take(np.argsort(np.concatenate(places), kind="stable"))

    def _of_kind(
        self,
        cells: Mapping[str, Cells],
        kind: EventKind,
        stamps: Stamps,
        ids: NDArray[np.uint32],
        at: NDArray[np.intp],
        rows: NDArray[np.int64],
        unnamed: Bools,
    ) -> tuple[EventBatch, NDArray[np.intp]]:
        chunk = Chunk(cells, rows[at], ids, self.symbols, self.manner, self.rejects)
        chunk.refuse(stamps.missing, Code.MISSING_FIELD, "timestamp")
        if kind is not EventKind.CLOCK:
            chunk.refuse(unnamed, Code.MISSING_FIELD, "symbol")
        own = KIND_COLUMNS[kind](chunk)
        common: dict[str, NDArray[Any]] = {
            "kind": np.full(len(at), kind, np.uint8),
            "symbol": ids,
            "source": chunk.whole("source", 0, SOURCES_MAX - 1).astype(np.uint32),
            "flags": chunk.whole("flags", 0, 2**32 - 1).astype(np.uint32),
            "ts_event": stamps.event,
            "ts_init": stamps.init,
            "sequence": _sequence(chunk),
        }
        self.mended += chunk.mended
        self.defaulted += chunk.defaulted
        columns = {**common, **own}
        if not chunk.good.all():
            columns = {name: values[chunk.good] for name, values in columns.items()}
        return EventBatch(columns), at[chunk.good]


def _sequence(chunk: Chunk) -> NDArray[np.uint64]:
    """Sequence numbers, which may use all of 64 bits."""
    cells = chunk.cells.get("sequence")
    if cells is None:
        return np.zeros(len(chunk.rows), np.uint64)
    nanos = to_nanos(cells.values, Fraction(1, 10**9))
    values = nanos.values.astype(np.uint64)
    for row in np.flatnonzero(nanos.bad).tolist():
        cell = cells.at(row)
        if isinstance(cell, int | np.integer) and 0 <= int(cell) < 2**64:
            values[row] = int(cell)
            nanos.bad[row] = False
    chunk.refuse(nanos.bad | (nanos.values < 0), Code.BAD_DECIMAL, "sequence")
    return values


def id_numbers(cells: Cells) -> tuple[NDArray[np.uint32], Bools]:
    """Symbol ids given as numbers, and where there is none; what is no id becomes one that an engine rejects."""
    nanos = to_nanos(cells.values, Fraction(1, 10**9))
    wrong = nanos.bad | nanos.missing | (nanos.values < 0) | (nanos.values > NO_SYMBOL)
    return np.where(wrong, NO_SYMBOL, nanos.values).astype(np.uint32), nanos.missing
