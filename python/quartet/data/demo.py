"""Real market data for demonstrations, from packages that carry it under permissive licences (extra `demo`).

Nothing is downloaded. Every set is daily; a bar is stamped with the last nanosecond of its day, UTC.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import polars as pl

from quartet.core.errors import DataError
from quartet.data.batch import EventBatch
from quartet.data.file_plan import FileOptions
from quartet.data.files import events_of
from quartet.data.times import DAY

_PRICES: Final = ("open", "high", "low", "close")
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class DemoSet:
    """A set that can be loaded."""

    name: str
    description: str
    package: str
    licence: str
    installed: bool


@dataclass(frozen=True, slots=True)
class DemoData:
    """A loaded set."""

    info: DemoSet
    frame: pl.DataFrame
    """timestamp (UTC, ns), symbol, open, high, low, close, volume (null where the source has none), by timestamp."""
    symbols: list[str]
    """Names by symbol id."""
    batch: EventBatch
    """The bars, with a CLOCK after each stamp."""


@dataclass(frozen=True, slots=True)
class _Set:
    description: str
    package: str
    licence: str
    load: Callable[[], pl.DataFrame]


def available() -> list[DemoSet]:
    """All sets, and whether their package is installed."""
    return [_info(name) for name in _SETS]


def load_demo(name: str, default_volume: Decimal | str | int = 1_000_000) -> DemoData:
    """Load a set. default_volume stands, in the batch only, for volumes that the source does not have."""
    if name not in _SETS:
        raise DataError(f"there is no demo set {name!r}; there are {', '.join(_SETS)}")
    info = _info(name)
    if not info.installed:
        raise DataError(
            f"the demo set {name} needs the package {info.package}, which is not installed: pip install quartet[demo]"
        )
    frame = _SETS[name].load().sort("timestamp", "symbol")
    symbols = sorted(frame["symbol"].unique().to_list(), key=str.encode)
    events = events_of(frame, symbols, options=FileOptions(interval=0, default_size=default_volume))
    batch = events.read()
    if events.rejects.total:
        raise DataError(f"the demo set {name} of {info.package} is not as expected: {events.rejects!r}")
    return DemoData(info, frame, symbols, batch)


def _info(name: str) -> DemoSet:
    entry = _SETS[name]
    installed = importlib.util.find_spec(entry.package) is not None
    return DemoSet(name, entry.description, entry.package, entry.licence, installed)


def _bokeh_stocks() -> pl.DataFrame:
    """Prices are adjusted for splits and dividends by adj_close / close, volumes are as traded."""
    stocks = importlib.import_module("bokeh_sampledata.stocks")
    frames = []
    for symbol in ("AAPL", "FB", "GOOG", "IBM", "MSFT"):
        columns: Mapping[str, Any] = getattr(stocks, symbol)
        frame = pl.DataFrame({name: columns[name] for name in ("date", *_PRICES, "volume", "adj_close")})
        adjusted = [(pl.col(name) * pl.col("adj_close") / pl.col("close")).alias(name) for name in _PRICES]
        frames.append(frame.with_columns(pl.col("date").str.to_date(), pl.lit(symbol).alias("symbol"), *adjusted))
    return _long(pl.concat(frames))


def _skfolio_stocks() -> pl.DataFrame:
    wide = importlib.import_module("skfolio.datasets").load_sp500_dataset()
    return _closes(wide.index, {str(name): wide[name] for name in wide.columns})


def _arch_index(module: str, symbol: str) -> Callable[[], pl.DataFrame]:
    def load() -> pl.DataFrame:
        table = importlib.import_module(f"arch.data.{module}").load()
        columns = {name: table[name.capitalize()].to_list() for name in _PRICES}
        # Whole volumes of an index pass what a quantity can be, 9.2e9.
        columns["volume"] = [volume / 1000 for volume in table["Volume"]]
        return _long(pl.DataFrame({"date": _dates(table.index), "symbol": [symbol] * len(table), **columns}))

    return load


def _arch_series(module: str, names: Mapping[str, str]) -> Callable[[], pl.DataFrame]:
    def load() -> pl.DataFrame:
        table = importlib.import_module(f"arch.data.{module}").load()
        return _closes(table.index, {symbol: table[column] for column, symbol in names.items()})

    return load


def _dates(index: Iterable[Any]) -> list[date]:
    return [stamp.date() for stamp in index]


def _closes(index: Iterable[Any], series: Mapping[str, Iterable[Any]]) -> pl.DataFrame:
    """Bars of which the source has the close only; days without one are left out."""
    days = _dates(index)
    frames = [
        pl.DataFrame({"date": days, "symbol": [symbol] * len(days), "close": [float(v) for v in values]})
        for symbol, values in series.items()
    ]
    frame = pl.concat(frames).filter(pl.col("close").is_finite())
    same = [pl.col("close").alias(name) for name in ("open", "high", "low")]
    return _long(frame.with_columns(*same, pl.lit(None, pl.Float64).alias("volume")))


def _long(frame: pl.DataFrame) -> pl.DataFrame:
    """Prices with at most six places, stamped with the end of the day."""
    day_end = pl.col("date").cast(pl.Datetime("ns", "UTC")) + pl.duration(nanoseconds=DAY - 1)
    prices = [pl.col(name).round(_DECIMALS) for name in _PRICES]
    return frame.with_columns(*prices, pl.col("volume").cast(pl.Float64)).select(
        day_end.alias("timestamp"), "symbol", *_PRICES, "volume"
    )


_BSD: Final = "BSD-3-Clause package"
_NCSA: Final = "NCSA package"
_SETS: Final[dict[str, _Set]] = {
    "us_stocks": _Set(
        "AAPL, FB, GOOG, IBM, MSFT: OHLCV 2000-2013, prices adjusted for splits and dividends",
        "bokeh_sampledata",
        "public domain data in a BSD-3-Clause package",
        _bokeh_stocks,
    ),
    "sp500_stocks": _Set("20 stocks of the S&P 500: adjusted closes 1990-2022", "skfolio", _BSD, _skfolio_stocks),
    "sp500": _Set("S&P 500 index: OHLC, volume in thousands, 1999-2018", "arch", _NCSA, _arch_index("sp500", "SPX")),
    "nasdaq": _Set(
        "NASDAQ composite index: OHLC, volume in thousands, 1999-2018", "arch", _NCSA, _arch_index("nasdaq", "IXIC")
    ),
    "vix": _Set("VIX: closes 2014-2019", "arch", _NCSA, _arch_series("vix", {"vix": "VIX"})),
    "crude": _Set(
        "Brent and WTI crude oil: monthly 1987-2020",
        "arch",
        _NCSA,
        _arch_series("crude", {"Brent": "BRENT", "WTI": "WTI"}),
    ),
    "wti": _Set("WTI crude oil: closes 1986-2019", "arch", _NCSA, _arch_series("wti", {"DCOILWTICO": "WTI"})),
}
