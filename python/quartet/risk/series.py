"""Columns as users have them (lists, NumPy, Polars, pandas) to checked arrays of floats and of times."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from quartet.core.errors import DataError
from quartet.risk.measuring import Floats, Ints


def floats(values: Any, name: str, *, length: int | None = None, columns: bool = False) -> Floats:
    """The values as float64; DataError names the first that is not finite, a wrong length or a wrong shape.

    length: rows that are wanted. columns: a matrix, not a series; a series becomes one column.
    """
    array = _numbers(values, name)
    if columns and array.ndim == 1:
        array = array[:, None]
    if array.ndim != (2 if columns else 1):
        raise DataError(f"{name} has {array.ndim} dimensions, {2 if columns else 1} wanted")
    if length is not None and len(array) != length:
        raise DataError(f"{name} has {len(array):,} rows, {length:,} wanted")
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        at = tuple(wrong[0].tolist())
        where = f"row {at[0]:,}" if len(at) == 1 else f"row {at[0]:,}, column {at[1]:,}"
        raise DataError(f"{name}, {where}: {array[at]} is not a finite number; fill or drop it before")
    return array


def forecasts(values: Any, name: str, *, length: int) -> Floats:
    """Forecasts, whose first rows may be NaN, while none could be made; DataError where a later one is missing."""
    array = _numbers(values, name)
    there = np.flatnonzero(np.isfinite(array)) if array.ndim == 1 else np.empty(0, np.int64)
    start = int(there[0]) if len(there) else len(array)
    floats(array[start:], f"{name} from row {start:,}", length=length - start)
    return array


def _numbers(values: Any, name: str) -> Floats:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{name}: not a column of numbers: {error}") from error


def times(values: Any, name: str, *, length: int | None = None) -> Ints:
    """Times as ns since 1970 UTC, increasing.

    Whole numbers are ns; NumPy's datetime64 is UTC. DataError where a Polars column or a datetime names no time zone,
    and where a time is not later than the one before.
    """
    array = _nanoseconds(values, name)
    if length is not None and len(array) != length:
        raise DataError(f"{name} has {len(array):,} rows, {length:,} wanted")
    late = np.flatnonzero(np.diff(array) <= 0)
    if len(late):
        row = int(late[0]) + 1
        raise DataError(
            f"{name}, row {row:,}: {_text(array[row])} is not later than {_text(array[row - 1])}; sort first"
        )
    return array


def _nanoseconds(values: Any, name: str) -> Ints:
    if not isinstance(values, np.ndarray):
        try:
            values = pl.Series(name, values)
        except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
            raise DataError(f"{name}: not a column of times: {error}") from error
    if isinstance(values, pl.Series):
        values = _of_polars(values, name)
    if values.ndim != 1:
        raise DataError(f"{name} has {values.ndim} dimensions, 1 wanted")
    if values.dtype.kind == "M":
        if np.isnat(values).any():
            raise DataError(f"{name}, row {int(np.flatnonzero(np.isnat(values))[0]):,}: no time")
        return np.asarray(values.astype("datetime64[ns]").astype(np.int64))
    if values.dtype.kind not in "iu":
        raise DataError(f"{name} is of {values.dtype}: give datetimes, or whole numbers of ns since 1970 UTC")
    return np.asarray(values.astype(np.int64))


def _of_polars(values: pl.Series, name: str) -> Any:
    if values.null_count():
        raise DataError(f"{name}, row {values.is_null().arg_true()[0]:,}: no time")
    if isinstance(values.dtype, pl.Datetime):
        if values.dtype.time_zone is None:
            raise DataError(f"{name} names no time zone: say which, for example .dt.replace_time_zone('UTC')")
        return values.dt.convert_time_zone("UTC").dt.cast_time_unit("ns").to_physical().to_numpy()
    return values.to_numpy()


def _text(ns: np.int64) -> str:
    return f"{np.datetime64(int(ns), 'ns')}Z"
