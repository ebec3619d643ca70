"""Yahoo Finance through yfinance: daily and intraday bars. An unofficial service: for research only."""

from __future__ import annotations

from typing import Any, Literal

from quartet.core.errors import DataError
from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.dataset import Dataset
from quartet.data.loading import load
from quartet.data.providers.delivery import dataset_of
from quartet.data.providers.network import asking, symbols_of


class YahooParameters(Parameters):
    """What is asked for."""

    start: str | None = parameter(None, "First day, 2020-01-01.")
    end: str | None = parameter(None, "Day after the last one.")
    interval: Literal["1m", "5m", "15m", "1h", "1d"] = parameter("1d", "What a bar stands for.")


@register("source", "yfinance", parameters=YahooParameters, schemas="bars", needs="extra yfinance", network=True)
def yfinance(what: Any, parameters: YahooParameters) -> Dataset:
    """Bars of Yahoo Finance by ticker: prices adjusted for splits, adj_close for dividends too. Research only."""
    package = needed("yfinance", "yfinance", "the source yfinance")
    symbols = symbols_of(what)
    with asking("Yahoo Finance", package.exceptions.YFException):
        table = package.download(
            symbols,
            start=parameters.start,
            end=parameters.end,
            interval=parameters.interval,
            auto_adjust=False,
            progress=False,
            threads=False,
            group_by="ticker",
            multi_level_index=True,
        )
    if table is None or len(table) == 0:
        raise DataError(
            f"Yahoo Finance gave no data for {', '.join(symbols)}; see whether the tickers and dates are right"
        )
    loaded = load(table, interval=parameters.interval, timezone="UTC", quality=False)
    steps = [*loaded.provenance.steps, "prices are adjusted for splits by the source, adj_close for dividends too"]
    said = {"symbols": symbols, **parameters.model_dump()}
    return dataset_of(
        loaded.frame, "bars", "yfinance", name="Yahoo Finance", steps=steps, parameters=said, adjusted=True
    )
