"""FRED and ALFRED of the Federal Reserve Bank of St. Louis: macro series as they were known on each day."""

from __future__ import annotations

from typing import Any

import polars as pl

from quartet.core.errors import DataError
from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.contracts.schema import TIME
from quartet.data.dataset import Dataset
from quartet.data.providers.delivery import dataset_of
from quartet.data.providers.network import asking, key_of, symbols_of, whole_day


class FredParameters(Parameters):
    """What is asked for."""

    vintages: bool = parameter(
        True, "Every release with the day it was published; false: today's values, known_at missing."
    )
    base_url: str | None = parameter(None, "Another address of the service.")


@register("source", "fred", parameters=FredParameters, schemas="series", needs="extra fred", network=True)
def fred(what: Any, parameters: FredParameters) -> Dataset:
    """Macro series of FRED by id (CPIAUCSL, DGS10), with all vintages of ALFRED; the key is read from FRED_API_KEY."""
    package = needed("fredapi", "fred", "the source fred")
    client = package.Fred(api_key=key_of("FRED_API_KEY", "FRED"))
    if parameters.base_url is not None:
        client.root_url = parameters.base_url
    rows: list[tuple[Any, ...]] = []
    found: list[tuple[Any, ...]]
    for name in symbols_of(what):
        with asking("FRED"):
            if parameters.vintages:
                table = client.get_series_all_releases(name)
                columns = zip(table["date"], table["value"], table["realtime_start"], strict=True)
                found = [(whole_day(d.date()), name, _number(v), whole_day(known.date())) for d, v, known in columns]
            else:
                series = client.get_series(name)
                found = [(whole_day(d.date()), name, _number(v), None) for d, v in series.items()]
        if not found:
            raise DataError(f"FRED gave no values of {name}; see whether the id is right")
        rows.extend(found)
    schema = {"timestamp": pl.Int64, "symbol": pl.String, "value": pl.Float64, "known_at": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("timestamp", "known_at").cast(TIME))
    return dataset_of(frame, "series", "fred", name="FRED", parameters={"vintages": parameters.vintages})


def _number(value: Any) -> float | None:
    """The value; what is missing comes as a point, as NaN or as no time, and the latter two do not equal themselves."""
    return None if value is None or value == "." or value != value else float(value)
