"""Returns as the tests of this folder take them: checked once, as float64 arrays; nothing is dropped or filled."""

from __future__ import annotations

import operator
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quartet.core.errors import ConfigError, DataError

Floats: TypeAlias = NDArray[np.float64]

LOW_SAMPLE: Final = 30
"""Fewer periods than this: figures are given, and marked as of a low sample."""


def checked_returns(values: Any, name: str = "returns", periods_min: int = 2) -> Floats:
    """One series of returns per period as fractions, (T,); DataError where it is short, not 1-D or not finite.

    values: anything that NumPy, Polars or pandas make a 1-D array of numbers from.
    """
    array = _floats(values, name)
    if array.ndim != 1:
        raise DataError(f"{name}: one series of shape (T,) is needed, not an array of shape {array.shape}")
    _check_finite(array[:, np.newaxis], name)
    if len(array) < periods_min:
        raise DataError(f"{name}: {len(array)} periods are too few, at least {periods_min} are needed")
    return array


def checked_trials(values: Any, name: str = "returns", periods_min: int = 2) -> Floats:
    """Returns of N trials over the same T periods, (T, N); DataError where it is short, not 2-D or not finite."""
    array = _floats(values, name)
    if array.ndim != 2:
        raise DataError(f"{name}: a matrix of shape (T, N), one column a trial, is needed, not shape {array.shape}")
    _check_finite(array, name)
    if len(array) < periods_min:
        raise DataError(f"{name}: {len(array)} periods are too few, at least {periods_min} are needed")
    return array


def checked_share(value: float, name: str) -> float:
    """A share strictly between 0 and 1; ConfigError where it is not."""
    if not 0 < value < 1:
        raise ConfigError(f"{name} = {value}: must be above 0 and below 1")
    return float(value)


def checked_count(value: int, name: str, least: int = 1) -> int:
    """A whole number of at least `least`; ConfigError where it is not."""
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if number < least:
        raise ConfigError(f"{name} = {value!r}: must be a whole number of at least {least}")
    return number


def is_constant(values: Floats) -> bool:
    """Whether all values are the same, so that no deviation, hence no ratio to it, is defined."""
    return bool(np.all(values == values[0]))


def _floats(values: Any, name: str) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{name}: not numbers, or rows of different lengths ({error})") from error


def _check_finite(array: Floats, name: str) -> None:
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        period, column = (int(each) for each in bad[0])
        where = f"period {period}" + (f" of column {column}" if array.shape[1] > 1 else "")
        raise DataError(
            f"{name}: {len(bad)} values are missing or not finite, the first in {where} ({array[period, column]}); "
            "leave the warm-up out, or decide what a period without a return is worth"
        )
