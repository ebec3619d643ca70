"""Names to symbol ids, and what the edge must know of each instrument: its size unit and its default size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import NO_SYMBOL
from quartet.core.errors import DataError
from quartet.core.lazy import lazy_module

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")


class EdgeInstrument(Protocol):
    """What is read of an instrument here; the message Instrument of the configuration fits."""

    @property
    def symbol(self) -> str: ...
    @property
    def size_unit(self) -> int: ...
    @property
    def default_size(self) -> int: ...


class SymbolTable:
    """Symbol ids by name, as an engine numbers them: the place of the name among the sorted ones."""

    def __init__(
        self,
        symbols: Mapping[str, int] | Iterable[str] | None = None,
        instruments: Iterable[EdgeInstrument] | None = None,
        default_size: int = 0,
    ) -> None:
        """default_size, in 1e-9, is for the instruments that have none of their own; 0: none."""
        listed = list(instruments or ())
        if symbols is None:
            symbols = sorted((each.symbol for each in listed), key=lambda name: name.encode())
        self.ids: dict[str, int] = _numbered(symbols)
        rows = max(self.ids.values(), default=-1) + 1
        self.size_units: NDArray[np.int64] = np.ones(rows, np.int64)
        self.default_sizes: NDArray[np.int64] = np.full(rows, default_size, np.int64)
        self._fallback = default_size
        for each in listed:
            at = self.ids.get(each.symbol)
            if at is None:
                continue
            self.size_units[at] = max(each.size_unit, 1)
            self.default_sizes[at] = each.default_size or default_size
        self.has_size_units = bool(np.any(self.size_units != 1))
        """Whether any symbol's sizes are counted in another unit than one."""

    @property
    def names(self) -> list[str]:
        """Names in the order of their ids."""
        return sorted(self.ids, key=self.ids.__getitem__)

    def __len__(self) -> int:
        return len(self.ids)

    def ids_of(self, names: Any) -> NDArray[np.uint32]:
        """Ids of an Arrow column of names; NO_SYMBOL, which an engine rejects, where a name is not known or missing."""
        encoded = names if pa.types.is_dictionary(names.type) else names.dictionary_encode()
        known = [self.ids.get(_text(name), NO_SYMBOL) for name in encoded.dictionary.to_pylist()]
        lookup = np.array([*known, NO_SYMBOL], np.uint32)
        found: NDArray[np.uint32] = lookup[encoded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)]
        return found

    def ids_of_objects(self, names: Sequence[object]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """Ids of Python objects, read as text, and where there is none; NO_SYMBOL where a name is not known or None."""
        ids = [NO_SYMBOL if name is None else self.ids.get(str(name), NO_SYMBOL) for name in names]
        return np.array(ids, np.uint32), np.array([name is None for name in names], np.bool_)

    def units_of(self, ids: NDArray[np.uint32]) -> NDArray[np.int64] | None:
        """Size unit of each row, None where all are 1."""
        if not self.has_size_units:
            return None
        return np.append(self.size_units, 1)[np.minimum(ids, len(self.size_units))]

    def default_sizes_of(self, ids: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Default size of each row in 1e-9, 0 where there is none."""
        return np.append(self.default_sizes, self._fallback)[np.minimum(ids, len(self.default_sizes))]


def _text(name: object) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def _numbered(symbols: Mapping[str, int] | Iterable[str]) -> dict[str, int]:
    if isinstance(symbols, Mapping):
        return {str(name): int(number) for name, number in symbols.items()}
    names: Sequence[str] = [str(name) for name in symbols]
    if len(set(names)) != len(names):
        raise DataError(f"symbol {next(n for n in names if names.count(n) > 1)!r} is given twice")
    if names != sorted(names, key=str.encode):
        raise DataError(
            "symbols must be sorted by their UTF-8 bytes: an id is the place of a name among the sorted ones"
        )
    return {name: number for number, name in enumerate(names)}
