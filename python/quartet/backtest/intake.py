"""Floats as the engines' integers, in units of 1e-9: block by block, so that nothing larger than the answer is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.core.errors import DataError
from quartet.data.decimals import to_nanos
from quartet.data.exact import Places
from quartet.engines.config import machine

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Where: TypeAlias = Callable[[int], str]

PRICES: Final = ("open", "high", "low", "close")
NANO: Final = 1e9
PIECE: Final = 1 << 16
"""Numbers that are worked on at one time, so that they stay in the cache."""
NEVER: Final = 2**63 - 1
"""Above every price."""
_FINE: Final = 0.001
"""Below this, rounding to nine places may change a number by more than a millionth, which is refused."""
_MANY: Final = 1 << 20
"""From so many numbers on it is worth to load the compiled pass."""


class Taken(NamedTuple):
    """Columns (T, N) in 1e-9."""

    columns: dict[str, Ints]
    present: Bools
    """(T, N) where there is a close; without one every column is 0."""
    lowest: Ints
    """(N,) of PRICES; NEVER where a symbol has none."""
    highest: int


def taken(given: Mapping[str, Floats]) -> Taken:
    """Floats (T, N), of which one is close, as integers; DataError names what is no number.

    Blocks of rows go to all processors that the process has.
    """
    close = given["close"]
    stamps, symbols = close.shape
    present = np.empty(close.shape, np.bool_)
    made = {name: np.empty(close.shape, np.int64) for name in given}
    step = max(1, PIECE // max(1, symbols))
    one_block = _block(close.size * len(given))

    def block(begin: int) -> tuple[Ints, int]:
        rows = slice(begin, begin + step)
        there = np.equal(close[rows], close[rows], out=present[rows])
        whole = bool(there.all())
        lows, most = [], -NEVER
        for name, values in given.items():
            part, out = values[rows] if whole else np.where(there, values[rows], 0.0), made[name][rows]
            one_block(part.reshape(-1), out.reshape(-1), name, lambda at: f"cell {begin * symbols + at:,}")
            if name in PRICES:
                lows.append((out if whole else np.where(there, out, NEVER)).min(axis=0))
                most = max(most, int(out.max()))
        return np.minimum.reduce(lows), most

    with ThreadPoolExecutor(machine.processors()) as pool:
        lows, highs = zip(*pool.map(block, range(0, stamps, step)), strict=True)
    return Taken(made, present, np.minimum.reduce(lows), max(highs))


def nanos_of(values: Any, name: str, where: Where) -> Ints:
    """Units of 1e-9 of a column, rounded to nine places, half to even; DataError names what is none."""
    if isinstance(values, pl.Series) and values.dtype == pl.Float64 and not values.null_count():
        values = values.to_numpy()
    if not (isinstance(values, np.ndarray) and values.dtype == np.float64):
        return _exactly(values, name, where)
    nanos = np.empty(len(values), np.int64)
    one_block = _block(len(values))
    for begin in range(0, len(values), PIECE):
        piece = slice(begin, begin + PIECE)
        one_block(values[piece], nanos[piece], name, partial(_further, where, begin))
    return nanos


def _further(where: Where, begin: int, at: int) -> str:
    return where(begin + at)


def _block(count: int) -> Callable[[Floats, Ints, str, Where], None]:
    """What takes a block in: compiled, where there is enough to do and a compiler."""
    if count < _MANY or find_spec("numba") is None:
        return _in_steps
    from quartet.backtest.columnar.compiled.intake import take

    def compiled(values: Floats, nanos: Ints, name: str, where: Where) -> None:
        if take(values, nanos):
            _in_steps(values, nanos, name, where)

    return compiled


def _in_steps(values: Floats, nanos: Ints, name: str, where: Where) -> None:
    """A block; what rounding in floats cannot decide is read digit by digit."""
    scaled = values * NANO
    whole = np.rint(scaled)
    # The product is off by less than 2^-51 of itself: where that cannot reach the next tie, it is right.
    sure = 0.5 - np.abs(scaled - whole) > np.abs(scaled) * 2.0**-51
    sure &= (np.abs(values) >= _FINE) | (values == 0.0)
    if sure.all():
        nanos[:] = whole
        return
    rows = np.flatnonzero(~sure)
    nanos[:] = np.where(sure, whole, 0.0)
    nanos[rows] = _exactly(values[rows], name, lambda at: where(int(rows[at])))


def _exactly(values: Any, name: str, where: Where) -> Ints:
    nanos = to_nanos(values, places=Places.ROUND)
    for wrong, what in ((nanos.missing, "is missing"), (nanos.bad, "is not a number within 9.2e9")):
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise DataError(f"prices, {where(at)}: {name} {what}; mend or drop the bar")
    return nanos.values
