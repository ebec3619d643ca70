"""What may be loaded: paths, Polars, pandas, Arrow, DuckDB, dicts of columns; each as a name and a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from quartet.core.errors import DataError
from quartet.data.cells import arrow_table


def paths_of(what: Any) -> list[Path] | None:
    """The files that are meant, sorted by name within a folder; None where data in memory are meant.

    DataError where there is no such file.
    """
    if isinstance(what, (str, Path)):
        return list(_files(Path(what)))
    if isinstance(what, Sequence) and what and all(isinstance(each, (str, Path)) for each in what):
        return [path for each in what for path in _files(Path(each))]
    return None


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))
        if not found:
            raise DataError(f"{path}: the folder holds no files")
        yield from found
    elif path.is_file():
        yield path
    else:
        raise DataError(f"{path}: there is no such file or folder")


def memory_table(data: Any) -> Any:
    """An Arrow table of data in memory; the index of a pandas frame becomes columns, and a wide frame a long one."""
    if isinstance(data, pl.LazyFrame):
        return data.collect(engine="streaming").to_arrow()
    if isinstance(data, Mapping):
        return pl.DataFrame(dict(data)).to_arrow()
    if type(data).__module__.partition(".")[0] == "pandas":
        return _pandas(data)
    if hasattr(data, "fetch_arrow_table") and not hasattr(data, "__arrow_c_stream__"):
        return data.fetch_arrow_table()
    try:
        return arrow_table(data)
    except pa.ArrowException as error:
        raise DataError(f"{type(data).__name__} cannot be read as a table: {error}") from error


def _pandas(frame: Any) -> Any:
    if not hasattr(frame, "columns"):
        raise DataError("a pandas Series has one column without a name; give a data frame: series.to_frame(name)")
    if getattr(frame.columns, "nlevels", 1) == 2:
        frame = _long(frame)
    unnamed = frame.index.name is None and getattr(frame.index, "nlevels", 1) == 1
    if not (unnamed and type(frame.index).__name__ == "RangeIndex"):
        frame = frame.reset_index()
    frame.columns = [str(name) for name in frame.columns]
    return arrow_table(frame)


def _long(frame: Any) -> Any:
    """Two levels of columns, fields and tickers in either order, become one row a ticker and stamp."""
    fields = {"open", "close", "high", "low", "adj close"}
    level = next((at for at in (0, 1) if fields & {str(n).lower() for n in frame.columns.get_level_values(at)}), None)
    if level is None:
        raise DataError("the frame has two levels of columns, and neither is of prices (Open, High, Low, Close)")
    stacked = frame.stack(1 - level, future_stack=True)
    stacked.index = stacked.index.set_names([frame.index.name or "timestamp", "symbol"])
    return stacked.reset_index().dropna(subset=[name for name in stacked.columns if str(name).lower() == "close"])
