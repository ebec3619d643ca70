"""Crypto exchanges through ccxt: bars and trades, fetched page by page."""

from __future__ import annotations

from typing import Any, Final, Literal

import polars as pl

from quartet.core.errors import ConfigError
from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.core.suggestion import suggestion
from quartet.data.contracts.schema import TIME
from quartet.data.dataset import Dataset
from quartet.data.providers.delivery import dataset_of
from quartet.data.providers.network import asking, day, ends, symbols_of

_MS: Final = 10**6
_SIDES: Final = {"buy": 1, "sell": -1}


class CcxtParameters(Parameters):
    """What is asked for."""

    exchange: str = parameter("kraken", "Name of the exchange in ccxt.")
    kind: Literal["bars", "trades"] = parameter("bars", "What comes out.")
    interval: str = parameter("1d", "What a bar stands for.")
    start: str | None = parameter(None, "First day, 2020-01-01; default: what the exchange gives.")
    end: str | None = parameter(None, "Up to this time; a bar that has not ended by then is left out.")
    page: int = parameter(500, "Rows asked for at once.", ge=1, le=5000)
    base_url: str | None = parameter(None, "Another address of the exchange's interface.")


@register("source", "ccxt", parameters=CcxtParameters, schemas="bars, trades", needs="extra ccxt", network=True)
def ccxt(what: Any, parameters: CcxtParameters) -> Dataset:
    """Bars and trades of crypto exchanges by pair (BTC/USD), page by page, within the exchange's rate limit."""
    package = needed("ccxt", "ccxt", "the source ccxt")
    if parameters.exchange not in package.exchanges:
        near = suggestion(parameters.exchange, package.exchanges) or "; see the list of ccxt"
        raise ConfigError(f"exchange {parameters.exchange!r} is not known to ccxt{near}")
    exchange = getattr(package, parameters.exchange)({"enableRateLimit": parameters.base_url is None})
    if parameters.base_url is not None:
        exchange.urls["api"] = _moved(exchange.urls["api"], parameters.base_url)
    symbols = symbols_of(what)
    fetch = _bars if parameters.kind == "bars" else _trades
    with asking(f"The exchange {parameters.exchange}", package.BaseError):
        frame = pl.concat([fetch(exchange, symbol, parameters) for symbol in symbols])
    said = {"symbols": symbols, **parameters.model_dump(exclude={"base_url"})}
    return dataset_of(frame, parameters.kind, "ccxt", name=f"{parameters.exchange} by ccxt", parameters=said)


def _moved(urls: Any, base: str) -> Any:
    return {name: _moved(url, base) for name, url in urls.items()} if isinstance(urls, dict) else base


def _pages(fetch: Any, since: int | None, until: int | None, page: int, stamp: Any) -> list[Any]:
    """All rows from since to until; a page that brings nothing new is the last."""
    rows: list[Any] = []
    seen: set[str] = set()
    while True:
        new = [row for row in fetch(since, page) if repr(row) not in seen]
        seen.update(map(repr, new))
        rows.extend(row for row in new if until is None or stamp(row) < until)
        if not new or since is None or (until is not None and stamp(new[-1]) >= until):
            return rows
        since = stamp(new[-1])


def _bars(exchange: Any, symbol: str, parameters: CcxtParameters) -> pl.DataFrame:
    since, until = _ms(parameters.start, "start"), _ms(parameters.end, "end")
    rows = _pages(
        lambda since, page: exchange.fetch_ohlcv(symbol, parameters.interval, since, page),
        since,
        until,
        parameters.page,
        lambda row: row[0],
    )
    names = ("open", "high", "low", "close", "volume")
    frame = pl.DataFrame(rows, schema={"ms": pl.Int64, **dict.fromkeys(names, pl.Float64)}, orient="row")
    made = frame.select(ends(pl.col("ms") * _MS, parameters.interval), pl.lit(symbol).alias("symbol"), *names)
    return made if until is None else made.filter(pl.col("timestamp").dt.epoch("ns") <= until * _MS)


def _trades(exchange: Any, symbol: str, parameters: CcxtParameters) -> pl.DataFrame:
    rows = _pages(
        lambda since, page: exchange.fetch_trades(symbol, since, page),
        _ms(parameters.start, "start"),
        _ms(parameters.end, "end"),
        parameters.page,
        lambda row: row["timestamp"],
    )
    cells = [(r["timestamp"] * _MS, symbol, r["price"], r["amount"], _SIDES.get(r["side"], 0)) for r in rows]
    columns = {"timestamp": pl.Int64, "symbol": pl.String, "price": pl.Float64, "size": pl.Float64, "side": pl.Int8}
    return pl.DataFrame(cells, schema=columns, orient="row").with_columns(pl.col("timestamp").cast(TIME))


def _ms(text: str | None, name: str) -> int | None:
    moment = day(text, name)
    return None if moment is None else int(moment.timestamp() * 1000)
