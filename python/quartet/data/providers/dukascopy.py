"""Dukascopy: tick messages in JSON with delta encoding, and hours of ticks in their packed binary form (.bi5)."""

from __future__ import annotations

import lzma
import re
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from quartet.core.errors import DataError
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.contracts.schema import TIME
from quartet.data.dataset import Dataset
from quartet.data.loading import load
from quartet.data.providers.delivery import dataset_of, one_file

_ROW: Final = struct.Struct(">IIIff")
"""Milliseconds after the hour, ask and bid in points, ask and bid volume in millions."""
_MILLION: Final = 1e6
_HOUR: Final = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})[-/T](\d{2})h")


class DukascopyParameters(Parameters):
    """What a .bi5 file does not say."""

    symbol: str | None = parameter(None, "The pair, EURUSD.")
    point: float = parameter(1e-5, "Worth of one point: 0.00001, or 0.001 for pairs with the yen.", gt=0.0)
    hour: str | None = parameter(
        None, "Start of the hour in UTC, 2024-03-01T14; else it is read from a name 2024-03-01-14h."
    )


@register("source", "dukascopy", parameters=DukascopyParameters, schemas="quotes")
def dukascopy(what: Any, parameters: DukascopyParameters) -> Dataset:
    """Tick quotes of Dukascopy: JSON messages with delta encoding, or hours in binary form (.bi5)."""
    path = one_file(what, "dukascopy")
    if path.suffix != ".bi5":
        return load(path, "quotes", symbol=parameters.symbol, timezone="UTC")
    if parameters.symbol is None:
        raise DataError(f"{path.name}: a .bi5 file does not name its pair; give symbol")
    start = _start(path, parameters.hour)
    try:
        content = lzma.decompress(path.read_bytes()) if path.stat().st_size else b""
    except lzma.LZMAError as error:
        raise DataError(f"{path.name}: it is not packed as a .bi5 file is: {error}") from error
    if len(content) % _ROW.size:
        raise DataError(f"{path.name}: its {len(content):,} bytes are no whole number of ticks; the file is cut off")
    rows = [
        (start + ms * 10**6, bid * parameters.point, ask * parameters.point, bid_m * _MILLION, ask_m * _MILLION)
        for ms, ask, bid, ask_m, bid_m in _ROW.iter_unpack(content)
    ]
    columns = {"timestamp": pl.Int64, **dict.fromkeys(("bid", "ask", "bid_size", "ask_size"), pl.Float64)}
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        pl.col("timestamp").cast(TIME), pl.lit(parameters.symbol).alias("symbol"), pl.col("bid", "ask").round(9)
    )
    return dataset_of(frame, "quotes", "dukascopy", path, parameters=parameters.model_dump())


def _start(path: Path, hour: str | None) -> int:
    if hour is not None:
        try:
            moment = datetime.fromisoformat(hour)
        except ValueError as error:
            raise DataError(f"hour {hour!r} is no time; write 2024-03-01T14") from error
    else:
        found = _HOUR.search(path.as_posix())
        if found is None:
            raise DataError(f"{path.name}: the name does not tell the hour; give hour, 2024-03-01T14")
        year, month, day, clock = map(int, found.groups())
        moment = datetime(year, month, day, clock)
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()) * 10**9
