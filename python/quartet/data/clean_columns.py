"""Columns of numbers proved clean as a whole: none missing, none with more than nine places, none too large.

A clean column is converted in one pass, to what decimals.to_nanos gives. Nothing is explained here: what is not proved
goes the way that looks at each value.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.columns import passes
from quartet.core.contract import SCALE
from quartet.core.lazy import lazy_module
from quartet.data.exact import FEW, I64_MAX, to_nano

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")

Ints = NDArray[np.int64]
ONE: Final = Fraction(1)
_WHOLE: Final = Fraction(1, SCALE)
_PLACES: Final = 9
_U32_MAX: Final = 2**32 - 1
_TIMES: Final = {unit: _WHOLE * ns for unit, ns in {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9}.items()}
"""Factors of times in these units."""


def clean_nanos(column: Any, factor: Fraction = ONE, out: Ints | None = None) -> Ints | None:
    """The column times the factor in units of 1e-9; None where that is not proved to be exact for all of it.

    column: a NumPy array, an Arrow array or a short list; an array of such units is shared. out: where numbers may go.
    """
    if isinstance(column, list):
        return _of_few(column, factor) if len(column) <= FEW else None
    if isinstance(column, np.ndarray):
        return _of_numpy(column, factor, out)
    if not _is_arrow(column) or column.null_count:
        return None
    if pa.types.is_decimal128(column.type):
        return _of_decimal128(column, factor, out)
    if pa.types.is_integer(column.type) or pa.types.is_float64(column.type):
        return _of_numpy(column.to_numpy(zero_copy_only=True), factor, out)
    return None


def clean_ids(column: Any, most: int) -> NDArray[np.uint32] | None:
    """A column of whole numbers from 0 to `most`; None where it has others."""
    if _is_arrow(column) and column.type == pa.uint32() and most >= _U32_MAX and not column.null_count:
        ids: NDArray[np.uint32] = column.to_numpy(zero_copy_only=True)
        return ids
    numbers = clean_nanos(column, _WHOLE)
    if numbers is None or numbers.min(initial=0) < 0 or numbers.max(initial=0) > most:
        return None
    return numbers.astype(np.uint32)


def clean_times(column: Any, timezone: str) -> Ints | None:
    """A column of nanoseconds since 1970, or of Arrow timestamps in UTC; None where it is something else.

    timezone: that of timestamps without one.
    """
    unit = "ns"
    if _is_arrow(column) and pa.types.is_timestamp(column.type):
        if column.type.tz is None and timezone != "UTC":
            return None
        unit, column = column.type.unit, column.view(pa.int64())
    elif _is_arrow(column) and not pa.types.is_integer(column.type):
        return None
    return clean_nanos(column, _TIMES[unit])


def _is_arrow(column: Any) -> bool:
    # Asked last, as the question brings Arrow.
    return not isinstance(column, list | np.ndarray) and isinstance(column, pa.Array)


def _of_few(column: list[object], factor: Fraction) -> Ints | None:
    nanos = [to_nano(cell, factor) for cell in column]
    return None if None in nanos else np.array(nanos, np.int64)


def _of_numpy(column: NDArray[Any], factor: Fraction, out: Ints | None) -> Ints | None:
    if column.dtype == np.float64:
        return _filled(passes(len(column)).fixed_of_floats, column, len(column), out) if factor == 1 else None
    if column.dtype.kind not in "iu" or column.dtype == np.uint64 or not column.dtype.isnative:
        return None
    if factor == _WHOLE and column.dtype == np.int64 and column.flags.c_contiguous:
        return column  # in our units already, and every one of them fits
    return _times(column, factor * SCALE, out, int(column.min(initial=0)))


def _of_decimal128(column: Any, factor: Fraction, out: Ints | None) -> Ints | None:
    up = factor * Fraction(10) ** (_PLACES - column.type.scale)
    if up.denominator != 1 or not 1 <= up.numerator <= I64_MAX:
        return None
    words = np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset : 2 * (column.offset + len(column))]
    convert = partial(passes(len(column)).fixed_of_decimals, factor=up.numerator)
    return _filled(convert, words, len(column), out)


def _filled(convert: Callable[..., bool], numbers: NDArray[Any], rows: int, out: Ints | None) -> Ints | None:
    """Where numbers went, None where they could not be converted."""
    room = np.empty(rows, np.int64) if out is None else out
    return room if convert(np.ascontiguousarray(numbers), out=room) else None


def _times(values: NDArray[Any], factor: Fraction, out: Ints | None, lowest: int) -> Ints | None:
    """values * factor, where all of that is whole and fits."""
    up = factor.numerator
    if factor.denominator != 1 or not 1 <= up <= I64_MAX:
        return None
    room = I64_MAX // up
    if lowest < -room or values.max(initial=0) > room:
        return None
    if up == 1 and values.dtype == np.int64 and values.flags.c_contiguous:
        return values
    product: Ints = np.multiply(values, np.int64(up), out=out, dtype=np.int64)
    return product
