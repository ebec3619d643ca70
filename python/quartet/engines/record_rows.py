"""Rows of one record kind where they lie: the bytes of an engine's output, and the places of the rows in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.columns import passes
from quartet.core.contract import RecordKind
from quartet.engines.records import RECORD_DTYPES, taken

_WORDS: Final = 16
_MONEY: Final = np.dtype((np.void, _WORDS))
_PLACE: Final = np.dtype(np.int32)


class RecordRows:
    """Rows of one kind. Nothing is copied before a column is asked for."""

    def __init__(self, kind: RecordKind, records: bytes, places: NDArray[np.intp]) -> None:
        self.kind = kind
        self.places = places
        self._records = records

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def array(self) -> NDArray[np.void]:
        """The rows as a structured array."""
        return taken(np.frombuffer(self._records, RECORD_DTYPES[self.kind]), self.places)

    def at(self, which: NDArray[Any] | slice) -> RecordRows:
        """The rows at these places among them, or for which a mask is true."""
        return RecordRows(self.kind, self._records, self.places[which])

    def column(self, name: str) -> NDArray[Any]:
        """One field of every row."""
        return self.columns({name: 0})[name]

    def columns(self, widths: Mapping[str, int]) -> dict[str, NDArray[Any]]:
        """Fields by name, each so many bytes wide; 0 means as wide as in the record.

        One or two bytes become four without a sign, eight become sixteen with it. What has sixteen bytes is two
        integers, the lower one first.
        """
        fields: Mapping[str, Any] = RECORD_DTYPES[self.kind].fields or {}
        cells = {name: _cell(fields[name][0], width) for name, width in widths.items()}
        out, start = {}, 0
        # One piece of memory for all, which the allocator gives again to the next table without touching new pages.
        room = np.empty(sum(_aligned(len(self) * cell.itemsize) for cell in cells.values()), np.uint8)
        moved = []
        for name, cell in cells.items():
            end = start + len(self) * cell.itemsize
            kind, offset = fields[name][:2]
            column = room[start:end]
            moved.append((offset, kind.itemsize, cell.itemsize, column))
            out[name] = column.view(cell) if cell.itemsize < _WORDS else column.view(np.int64).reshape(-1, 2)
            start = _aligned(end)
        passes(len(self)).gather(self._records, np.ascontiguousarray(self.places, np.int64), moved)
        return out


def _cell(field: np.dtype[Any], width: int) -> np.dtype[Any]:
    """What a column is made of; names in a dictionary have places with a sign."""
    if width == _WORDS or field.kind == "V":
        return _MONEY
    return _PLACE if width else field


def _aligned(count: int) -> int:
    return -(-count // _WORDS) * _WORDS
