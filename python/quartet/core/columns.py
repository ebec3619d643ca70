"""Passes over whole columns: numbers of others to units of 1e-9, and records to columns.

NumPy does them in several passes each. Where the module of a compiled engine is installed and of our contract, its
one pass does, with the same answers to the last bit.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import CONTRACT_HASH, RECORD_SIZE

Ints: TypeAlias = NDArray[np.int64]
Field: TypeAlias = tuple[int, int, int, NDArray[Any]]
"""One field of records: its offset, its bytes, its bytes in the column, and the column.

A column is as wide as the field, or has one or two bytes in four, filled up with zeros, or eight in sixteen, filled up
with their sign.
"""

# Below it a float with at most nine places is the quotient of its nearest multiple of 1e-9: quartet.data.decimals.
_FLOAT_MAX: Final = 2.0**20
_I64_MAX: Final = 2**63 - 1
_MODULES: Final = ("quartet_cpp", "quartet_rust")
_CELLS: Final = {1: "u1", 2: "<u2", 4: "<u4", 8: "<i8", 16: "V16"}
_FEW: Final = 256
"""For fewer rows no module is loaded."""


class Passes(Protocol):
    """What NumPy and the compiled engines offer alike. Arrays are contiguous; `out` is as long as the input."""

    def fixed_of_floats(self, numbers: NDArray[np.float64], out: Ints) -> bool:
        """Units of 1e-9 of floats below 2^20 that are the nearest ones to such units; False where one is not."""
        ...

    def fixed_of_decimals(self, integers: Ints, factor: int, out: Ints) -> bool:
        """128-bit integers, two words each, times a factor above 0; False where one is negative or too large."""
        ...

    def gather(self, records: Any, places: Ints, fields: list[Field]) -> None:
        """The fields of the records at these places, into their columns."""
        ...


class NumpyPasses:
    """The passes that need no compiled engine, and that the others are compared with."""

    def fixed_of_floats(self, numbers: NDArray[np.float64], out: Ints) -> bool:
        """See Passes."""
        # NaN compares as false, and so is refused.
        if not (numbers.max(initial=0.0) < _FLOAT_MAX and numbers.min(initial=0.0) > -_FLOAT_MAX):
            return False
        units = np.multiply(numbers, 1e9)
        np.rint(units, out=units)
        np.copyto(out, units, casting="unsafe")
        np.divide(units, 1e9, out=units)
        return np.array_equal(units, numbers)

    def fixed_of_decimals(self, integers: Ints, factor: int, out: Ints) -> bool:
        """See Passes."""
        low, high = integers[0::2], integers[1::2]
        # A lower word that is negative is one of 2^63 or more.
        if high.any() or low.min(initial=0) < 0 or low.max(initial=0) > _I64_MAX // factor:
            return False
        np.multiply(low, np.int64(factor), out=out)
        return True

    def gather(self, records: Any, places: Ints, fields: list[Field]) -> None:
        """See Passes."""
        if not len(places):
            return
        # Whole records move first: a field of each at once would read every record once a field.
        rows = np.frombuffer(records, np.dtype((np.void, RECORD_SIZE))).take(places)
        for offset, width, column_width, column in fields:
            cells = np.ndarray(len(rows), _CELLS[width], rows.data, offset, (RECORD_SIZE,))
            if (width, column_width) == (8, 16):
                words = column.reshape(-1).view(np.int64).reshape(-1, 2)
                words[:, 0] = cells
                np.right_shift(cells, 63, out=words[:, 1])
            else:
                column.reshape(-1).view(_CELLS[column_width])[...] = cells


NUMPY: Final[Passes] = NumpyPasses()


def passes(rows: int) -> Passes:
    """What takes the least time for so many rows here."""
    return NUMPY if rows < _FEW else fastest()


@cache
def fastest() -> Passes:
    """The passes of the first compiled engine that is installed and of our contract, else NumPy's."""
    return next(iter(compiled()), NUMPY)


def compiled() -> Sequence[Passes]:
    """The passes of the compiled engines that are installed and of our contract."""
    found = []
    for name in _MODULES:
        try:
            module = importlib.import_module(name)
            if module.contract_hash() == CONTRACT_HASH and hasattr(module, "gather"):
                found.append(cast(Passes, module))
        except (ImportError, AttributeError):  # not here or stale, of which the selection of an engine tells
            continue
    return found
