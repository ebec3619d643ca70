"""Alpaca: bars, trades and quotes of US stocks through alpaca-py."""

from __future__ import annotations

from typing import Any, Final, Literal

import polars as pl

from quartet.core.errors import DataError
from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.contracts.schema import TIME
from quartet.data.dataset import Dataset
from quartet.data.providers.delivery import dataset_of
from quartet.data.providers.network import asking, day, ends, key_of, symbols_of

_UNITS: Final = {"m": "Minute", "h": "Hour", "d": "Day"}


class AlpacaParameters(Parameters):
    """What is asked for."""

    kind: Literal["bars", "trades", "quotes"] = parameter("bars", "What comes out.")
    start: str | None = parameter(None, "First day, 2020-01-01.")
    end: str | None = parameter(None, "Up to this time.")
    interval: Literal["1m", "5m", "15m", "1h", "1d"] = parameter("1d", "What a bar stands for.")
    feed: Literal["iex", "sip"] = parameter("iex", "iex: one venue, free; sip: all of them, for subscribers.")
    adjustment: Literal["raw", "split", "all"] = parameter("raw", "raw as traded; all: for dividends too.")
    base_url: str | None = parameter(None, "Another address of the service.")


@register(
    "source",
    "alpaca",
    parameters=AlpacaParameters,
    schemas="bars, trades, quotes",
    needs="extra alpaca",
    network=True,
)
def alpaca(what: Any, parameters: AlpacaParameters) -> Dataset:
    """US stocks of Alpaca; keys are read from ALPACA_API_KEY and ALPACA_SECRET_KEY. The feed iex is one venue only."""
    historical = needed("alpaca.data.historical", "alpaca", "the source alpaca")
    requests = needed("alpaca.data.requests", "alpaca", "the source alpaca")
    frames = needed("alpaca.data.timeframe", "alpaca", "the source alpaca")
    errors = needed("alpaca.common.exceptions", "alpaca", "the source alpaca")
    keys = (key_of("ALPACA_API_KEY", "Alpaca"), key_of("ALPACA_SECRET_KEY", "Alpaca"))
    symbols = symbols_of(what)
    asked: dict[str, Any] = {
        "symbol_or_symbols": symbols,
        "start": day(parameters.start, "start"),
        "end": day(parameters.end, "end"),
        "feed": parameters.feed,
    }
    with asking("Alpaca", errors.APIError):
        client = historical.StockHistoricalDataClient(*keys, url_override=parameters.base_url)
        if parameters.kind == "bars":
            unit = getattr(frames.TimeFrameUnit, _UNITS[parameters.interval[-1]])
            span = frames.TimeFrame(int(parameters.interval[:-1]), unit)
            request = requests.StockBarsRequest(timeframe=span, adjustment=parameters.adjustment, **asked)
            answer = client.get_stock_bars(request).data
        elif parameters.kind == "trades":
            answer = client.get_stock_trades(requests.StockTradesRequest(**asked)).data
        else:
            answer = client.get_stock_quotes(requests.StockQuotesRequest(**asked)).data
    rows = [(symbol, each) for symbol in symbols for each in answer.get(symbol, ())]
    if not rows:
        raise DataError(f"Alpaca gave no data for {', '.join(symbols)}; see whether symbols, dates and feed are right")
    frame = _MAKERS[parameters.kind](rows, parameters)
    said = {"symbols": symbols, **parameters.model_dump(exclude={"base_url"})}
    told = "of the venue IEX only, about 2 % of the volume" if parameters.feed == "iex" else ""
    adjusted = parameters.kind == "bars" and parameters.adjustment != "raw"
    return dataset_of(frame, parameters.kind, "alpaca", name="Alpaca", steps=[told], parameters=said, adjusted=adjusted)


def _bars(rows: list[tuple[str, Any]], parameters: AlpacaParameters) -> pl.DataFrame:
    cells = [
        (_ns(b.timestamp), symbol, b.open, b.high, b.low, b.close, b.volume, b.vwap, b.trade_count)
        for symbol, b in rows
    ]
    names = ("open", "high", "low", "close", "volume", "vwap", "trade_count")
    columns = {"start": pl.Int64, "symbol": pl.String, **dict.fromkeys(names, pl.Float64)}
    frame = pl.DataFrame(cells, schema=columns, orient="row")
    if parameters.interval == "1d":
        # A day begins at midnight in New York, at 4 or 5 o'clock UTC; its bar is of that date.
        days = pl.col("start").cast(pl.Datetime("ns")).dt.truncate("1d").dt.epoch("ns")
        return frame.select(ends(days, "1d"), "symbol", *names)
    return frame.select(ends(pl.col("start"), parameters.interval), "symbol", *names)


def _trades(rows: list[tuple[str, Any]], parameters: AlpacaParameters) -> pl.DataFrame:
    cells = [(_ns(t.timestamp), symbol, t.price, t.size, _venue(t.exchange)) for symbol, t in rows]
    columns = {"timestamp": pl.Int64, "symbol": pl.String, "price": pl.Float64, "size": pl.Float64, "venue": pl.String}
    frame = pl.DataFrame(cells, schema=columns, orient="row")
    return frame.with_columns(pl.col("timestamp").cast(TIME), pl.lit(0, pl.Int8).alias("side"))


def _quotes(rows: list[tuple[str, Any]], parameters: AlpacaParameters) -> pl.DataFrame:
    cells = [(_ns(q.timestamp), symbol, q.bid_price, q.ask_price, q.bid_size, q.ask_size) for symbol, q in rows]
    names = ("bid", "ask", "bid_size", "ask_size")
    frame = pl.DataFrame(
        cells, schema={"timestamp": pl.Int64, "symbol": pl.String, **dict.fromkeys(names, pl.Float64)}, orient="row"
    )
    # A side without a price is told as 0.
    absent = [pl.when(pl.col(name) > 0).then(pl.col(name)).alias(name) for name in ("bid", "ask")]
    return frame.with_columns(pl.col("timestamp").cast(TIME), *absent)


def _venue(exchange: Any) -> str:
    return str(getattr(exchange, "value", exchange) or "")


def _ns(moment: Any) -> int:
    seconds: int = int(moment.timestamp())
    return seconds * 10**9 + int(moment.microsecond) * 1000


_MAKERS: Final = {"bars": _bars, "trades": _trades, "quotes": _quotes}
