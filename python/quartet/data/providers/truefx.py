"""TrueFX: monthly files of tick quotes, without a header, as the site gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv

from quartet.core.errors import DataError
from quartet.core.registry import register
from quartet.data.dataset import Dataset
from quartet.data.loading import load
from quartet.data.providers.delivery import dataset_of, expected_form, one_file
from quartet.data.sources import open_bytes

_COLUMNS: Final = ["symbol", "timestamp", "bid", "ask"]


@register("source", "truefx", schemas="quotes")
def truefx(what: Any) -> Dataset:
    """Tick quotes of TrueFX: rows `EUR/USD,20130101 22:00:00.295,1.3190,1.3192`, UTC; with a header as any CSV."""
    path = one_file(what, "truefx")
    with open_bytes(path) as file:
        first = file.readline().decode("utf-8", "replace")
    if "bid" in first.lower():
        return load(path, "quotes", timezone="UTC")
    if first.count(",") != len(_COLUMNS) - 1:
        raise DataError(f"{path.name}: the first row {first.strip()[:60]!r} is none of TrueFX: symbol,time,bid,ask")
    with expected_form(path, "a file of TrueFX"):
        return _quotes(path)


def _quotes(path: Path) -> Dataset:
    with open_bytes(path) as file:
        table = pa.csv.read_csv(
            file,
            pa.csv.ReadOptions(column_names=_COLUMNS),
            convert_options=pa.csv.ConvertOptions(column_types={"timestamp": pa.string()}),
        )
    frame = pl.DataFrame(table).with_columns(
        pl.col("timestamp").str.to_datetime("%Y%m%d %H:%M:%S%.f", time_unit="ns", time_zone="UTC"),
        pl.col("symbol").str.replace("/", "", literal=True),
        pl.lit(None, pl.Float64).alias("bid_size"),
        pl.lit(None, pl.Float64).alias("ask_size"),
    )
    return dataset_of(frame, "quotes", "truefx", path)
