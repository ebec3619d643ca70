"""Columns of numbers to integers of 1e-9 units, exactly, without a Python loop wherever that can be proved.

Every path gives what exact.to_nano gives for each value on its own. What is refused is marked, never raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import SCALE
from quartet.core.lazy import lazy_module
from quartet.data.exact import FEW, I64_MAX, I64_MIN, Places, to_nano

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
else:
    pa = lazy_module("pyarrow")
    pc = lazy_module("pyarrow.compute")

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Text that a cast to decimal128(38, 9) reads without loss, and longer text that one to decimal128(38, 18) does.
_PLAIN = r"^[+-]?[0-9]{1,18}(\.[0-9]{1,9}0*)?$"
_LONG = r"^[+-]?[0-9]{1,18}\.[0-9]{10,18}$"
# From here on, rounding to nine places changes a number by less than a millionth.
_ROUNDS_WELL = 0.0006
ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Nanos:
    """A column in 1e-9 units. Where it is bad or missing the value is 0."""

    values: Ints
    bad: Bools
    missing: Bools
    mended: int = 0
    """How many values were changed by a policy other than EXACT."""

    def __len__(self) -> int:
        return len(self.values)


def to_nanos(column: object, factor: Fraction = ONE, places: Places = Places.EXACT) -> Nanos:
    """Convert a column: a NumPy array, an Arrow array, a Polars or pandas series, or a sequence of numbers."""
    if isinstance(column, np.ndarray):
        return _of_numpy(column, factor, places)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__"):
        column = _as_arrow(column)
    if isinstance(column, pa.Array):
        return _of_arrow(column, factor, places)
    if isinstance(column, Sequence) and not isinstance(column, str | bytes):
        return _of_objects(column, factor, places)
    raise TypeError(f"a column of numbers was expected, not {type(column).__name__}")


def _as_arrow(column: Any) -> Any:
    if isinstance(column, pa.Array):
        return column
    chunked = pa.chunked_array(column)
    return chunked.combine_chunks()


def _of_numpy(column: NDArray[Any], factor: Fraction, places: Places) -> Nanos:
    kind = column.dtype.kind
    nothing = np.zeros(len(column), np.bool_)
    if kind in "iu":
        return _of_ints(column, nothing, factor, places)
    if kind == "f" and column.dtype.itemsize == 8:
        return _of_floats(np.ascontiguousarray(column, np.float64), nothing, factor, places)
    if kind == "f" and column.dtype.itemsize == 4:
        return _of_texts(pa.array(column).cast(pa.string()), factor, places)
    if kind == "U":
        return _of_texts(pa.array(column), factor, places)
    if kind == "S":
        return _of_texts(pa.array(np.char.decode(column, "ascii", "replace")), factor, places)
    return _of_objects(list(column), factor, places)


def _of_arrow(column: Any, factor: Fraction, places: Places) -> Nanos:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    missing = np.asarray(column.is_null().to_numpy(zero_copy_only=False), np.bool_)
    if pa.types.is_null(kind):
        return Nanos(np.zeros(len(column), np.int64), np.zeros(len(column), np.bool_), missing)
    if pa.types.is_integer(kind):
        values = column.fill_null(0) if column.null_count else column
        return _of_ints(values.to_numpy(zero_copy_only=False), missing, factor, places)
    if pa.types.is_float64(kind):
        values = column.fill_null(0.0) if column.null_count else column
        return _of_floats(values.to_numpy(zero_copy_only=False), missing, factor, places)
    if pa.types.is_float32(kind):
        return _of_texts(column.cast(pa.string()), factor, places)
    if pa.types.is_decimal(kind):
        if kind.scale <= 9 and kind.precision - kind.scale <= 29:
            return _of_decimal128(column.cast(pa.decimal128(38, 9)), missing, factor, places)
        return _of_objects(column.to_pylist(), factor, places)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _of_texts(column, factor, places)
    return _of_objects(column.to_pylist(), factor, places)


def _of_texts(column: Any, factor: Fraction, places: Places) -> Nanos:
    """Plain decimals are cast by Arrow; what is left is read one by one."""
    column = pc.utf8_trim(column.cast(pa.string()), " \t\r\n")
    missing = np.asarray(column.is_null().to_numpy(zero_copy_only=False), np.bool_)
    null = pa.scalar(None, pa.string())
    plain = pc.match_substring_regex(column, _PLAIN).fill_null(False)
    cast = pc.if_else(plain, column, null).cast(pa.decimal128(38, 9))
    read = np.asarray(plain.to_numpy(zero_copy_only=False), np.bool_)
    mended = 0
    if places is Places.ROUND and factor == 1 and not np.all(read | missing):
        long = pc.and_(pc.match_substring_regex(column, _LONG).fill_null(False), pc.invert(plain))
        whole = pc.if_else(long, column, null).cast(pa.decimal128(38, 18))
        rounded = pc.round(whole, 9, "half_to_even").cast(pa.decimal128(38, 9))
        safe = pc.greater(pc.abs(rounded).cast(pa.float64()), _ROUNDS_WELL).fill_null(False)
        cast = pc.coalesce(cast, pc.if_else(safe, rounded, pa.scalar(None, pa.decimal128(38, 9))))
        also = np.asarray(safe.to_numpy(zero_copy_only=False), np.bool_)
        mended = int(also.sum())
        read = read | also
    nanos = _of_decimal128(cast, ~read, factor, places)
    rest = np.flatnonzero(~read & ~missing)
    return _finish(nanos.values, nanos.bad, missing, rest, column, factor, places, nanos.mended + mended)


def _of_decimal128(column: Any, missing: Bools, factor: Fraction, places: Places) -> Nanos:
    """A decimal128(38, 9) column is its 1e-9 units already, as two 64-bit words a value."""
    words = np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset : 2 * (column.offset + len(column))]
    low, high = words[0::2].copy(), words[1::2]
    fits = (low >> 63) == high
    low[missing | ~fits] = 0
    values, doubtful = _times(low, factor)
    rest = np.flatnonzero((doubtful | ~fits) & ~missing)
    return _finish(values, np.zeros(len(low), np.bool_), missing, rest, column, factor, places)


def _of_ints(column: NDArray[Any], missing: Bools, factor: Fraction, places: Places) -> Nanos:
    doubtful = column > I64_MAX if column.dtype == np.uint64 else np.zeros(len(column), np.bool_)
    values, more = _times(np.where(doubtful, 0, column).astype(np.int64), factor * SCALE)
    rest = np.flatnonzero((doubtful | more) & ~missing)
    return _finish(values, np.zeros(len(column), np.bool_), missing, rest, column, factor, places)


def _times(values: Ints, factor: Fraction) -> tuple[Ints, Bools]:
    """values * factor where that is whole and fits, and a mask of where it is not."""
    up, down = factor.numerator, factor.denominator
    if up > I64_MAX or down > I64_MAX or up < 1:
        return np.zeros_like(values), np.ones(len(values), np.bool_)
    doubtful = (values > I64_MAX // up) | (values < -(I64_MAX // up))
    product = np.where(doubtful, 0, values) * np.int64(up)
    if down != 1:
        product, left = np.divmod(product, np.int64(down))
        doubtful |= left != 0
    product[doubtful] = 0
    return product, doubtful


# A float x of magnitude below the limit is m / 10^d if float(m) / 10^d gives it back, m = rint(x * 10^d): its
# neighbours are nearer than 10^-d, so no other multiple of 10^-d reads back as x, and a shorter decimal would be one.
# m stays below 2^50, so that m, the product and the quotient are right to the last bit.
_TIERS = ((2.0**20, 9), (2.0**30, 6), (2.0**33, 3))


def _of_floats(column: NDArray[np.float64], missing: Bools, factor: Fraction, places: Places) -> Nanos:
    magnitude = np.abs(column)
    values = np.zeros(len(column), np.int64)
    todo = np.isfinite(column) & ~missing
    bad = ~todo & ~missing
    refused = np.zeros(len(column), np.bool_)
    for limit, digits in _TIERS:
        here = todo & (magnitude < limit)
        if not here.any():
            continue
        x = column[here]
        m = np.rint(x * 10.0**digits)
        same = m / 10.0**digits == x
        at = np.flatnonzero(here)
        values[at[same]] = m[same].astype(np.int64) * 10 ** (9 - digits)
        todo[at[same]] = False
        if digits == 9:
            refused[at[~same]] = True
            todo[at[~same]] = False
    if factor != 1:
        scaled, doubtful = _times(values, factor)
        rest = np.flatnonzero((todo | refused | doubtful) & ~missing)
        return _finish(scaled, bad, missing, rest, column, factor, places)
    mended = 0
    at = np.flatnonzero(refused)
    if places is Places.EXACT:
        bad[at] = True
    elif len(at):
        # x * 1e9 is within 1.2e-16 of itself, so the nearest whole number is right but next to a tie.
        product = column[at] * 1e9
        nearest = np.rint(product)
        clear = np.abs(np.abs(product - nearest) - 0.5) > np.abs(product) * 4e-16
        sure = clear & (magnitude[at] > _ROUNDS_WELL)
        values[at[sure]] = nearest[sure].astype(np.int64)
        mended = int(sure.sum())
        todo[at[~sure]] = True
    return _finish(values, bad, missing, np.flatnonzero(todo), column, factor, places, mended)


def _of_objects(column: Sequence[object], factor: Fraction, places: Places) -> Nanos:
    """Python objects; those that are all text or all floats go the fast way."""
    types = set(map(type, column)) - {type(None)} if len(column) > FEW else set()
    if types == {str}:
        return _of_texts(pa.array(column, pa.string()), factor, places)
    if types == {float}:
        missing = np.fromiter((v is None for v in column), np.bool_, len(column))
        return _of_floats(np.array([v or 0.0 for v in column], np.float64), missing, factor, places)
    values = np.zeros(len(column), np.int64)
    missing = np.fromiter((v is None for v in column), np.bool_, len(column))
    bad = np.zeros(len(column), np.bool_)
    return _finish(values, bad, missing, np.flatnonzero(~missing), column, factor, places)


def _finish(
    values: Ints,
    bad: Bools,
    missing: Bools,
    rest: NDArray[np.intp],
    column: Any,
    factor: Fraction,
    places: Places,
    mended: int = 0,
) -> Nanos:
    """Convert the rows of `rest` one by one, in place."""
    for row in rest:
        cell = column[int(row)]
        if hasattr(cell, "as_py"):
            cell = cell.as_py()
        nano = to_nano(cell, factor, places)
        if nano is None:
            bad[row] = True
            continue
        values[row] = nano
        if places is not Places.EXACT:
            mended += to_nano(cell, factor) is None
    return Nanos(values, bad, missing, mended)


def as_int64(column: object) -> tuple[Ints, Bools, Bools]:
    """A column of whole numbers (ids, nanoseconds, flags) as int64, with masks of the bad and the missing ones."""
    nanos = to_nanos(column, Fraction(1, SCALE))
    return nanos.values, nanos.bad, nanos.missing


__all__ = ["I64_MAX", "I64_MIN", "Nanos", "Places", "as_int64", "to_nanos"]
