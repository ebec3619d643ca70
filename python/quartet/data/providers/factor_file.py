"""Factor files: cumulative price and split factors by date, turned back into the splits and dividends behind them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv

from quartet.core.errors import DataError
from quartet.core.registry import register
from quartet.data.dataset import Dataset
from quartet.data.providers.delivery import dataset_of, expected_form, one_file
from quartet.data.sources import open_bytes

_COLUMNS: Final = ("symbol", "date", "price_factor", "split_factor", "reference_price")
_SATURDAY: Final = 5
_EQUAL: Final = 1e-9


@register("source", "factor_file", schemas="actions")
def factor_file(what: Any) -> Dataset:
    """CSV of symbol, date (YYYYMMDD, the last day a row applies), price_factor, split_factor, reference_price: actions.

    From a row to the next the split factor changes by 1 / ratio and the price factor by 1 - dividend / reference price;
    the ex-date is the weekday after the row's. A dividend is told to the hundredth of a cent, as factors are rounded.
    """
    path = one_file(what, "factor_file")
    with expected_form(path, "a factor file"):
        return _actions(path)


def _actions(path: Path) -> Dataset:
    with open_bytes(path) as file:
        table = pl.DataFrame(pa.csv.read_csv(file))
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        raise DataError(f"{path.name}: a factor file has the column {missing[0]}; there are {', '.join(table.columns)}")
    rows: list[tuple[Any, ...]] = []
    days = table.with_columns(pl.col("date").cast(pl.String).str.to_date("%Y%m%d")).sort("symbol", "date")
    for part in days.partition_by("symbol", maintain_order=True):
        listed = list(part.select(_COLUMNS).iter_rows())
        for (symbol, day, price, split, reference), (_, _, later_price, later_split, _) in pairwise(listed):
            ex_date = _next_weekday(day)
            if abs(split / later_split - 1) > _EQUAL:
                rows.append((symbol, ex_date, "split", round(later_split / split, 4), None))
            share = 1 - price / later_price
            if abs(share) > _EQUAL and reference:
                rows.append((symbol, ex_date, "dividend", None, round(share * reference, 4)))
    columns = {"symbol": pl.String, "ex_date": pl.Date, "kind": pl.String, "ratio": pl.Float64, "amount": pl.Float64}
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    return dataset_of(frame, "actions", "factor_file", path)


def _next_weekday(day: date) -> date:
    later = day + timedelta(days=1)
    return later + timedelta(days=max(0, 7 - later.weekday()) if later.weekday() >= _SATURDAY else 0)
