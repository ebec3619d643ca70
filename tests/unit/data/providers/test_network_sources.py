"""Sources on the network, against a server on this machine that gives hand-made answers in the services' forms."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from quartet.core.errors import ConfigError, DataError
from quartet.core.registry import entries, entry
from quartet.data.dataset import Dataset
from tests.unit.data.providers.http_server import Query, Service, json_answer, serving

DAY_MS = 86_400_000


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as made:
        yield made


def source(name: str, what: Any, **values: Any) -> Dataset:
    made: Dataset = entry("source", name)(what, **values)
    return made


def test_fred_gives_every_vintage(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRED_API_KEY", "0" * 32)
    rows = "".join(
        f'<observation realtime_start="{known}" realtime_end="9999-12-31" date="2024-01-01" value="{value}"/>'
        for known, value in (("2024-02-13", "308.4"), ("2024-03-12", "308.5"), ("2024-04-10", "."))
    )
    service.answers["/series/observations"] = lambda query: (
        200,
        "text/xml",
        f"<observations>{rows}</observations>".encode(),
    )
    data = source("fred", "CPIAUCSL", base_url=service.url).sound()
    assert data.frame["value"].to_list() == [308.4, 308.5, None]
    assert data.frame["known_at"].dt.date().to_list() == [date(2024, 2, 13), date(2024, 3, 12), date(2024, 4, 10)]
    assert data.frame["timestamp"].dt.date().unique().to_list() == [date(2024, 1, 1)]
    assert service.asked[0][1]["series_id"] == "CPIAUCSL"
    assert "base_url" not in data.provenance.parameters and data.provenance.source == "fred"


def test_fred_says_what_was_wrong(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRED_API_KEY", "0" * 32)
    bad = b'<error code="400" message="Bad Request. The series does not exist."/>'
    service.answers["/series/observations"] = lambda query: (400, "text/xml", bad)
    with pytest.raises(DataError, match=r"FRED gave no data.*The series does not exist"):
        source("fred", "NOPE", base_url=service.url)
    with pytest.raises(DataError, match="FRED gave no data"):
        source("fred", "CPIAUCSL", base_url="http://127.0.0.1:9")


def alpaca_bar(day: str, close: float) -> dict[str, Any]:
    return {"t": f"{day}T05:00:00Z", "o": 10.0, "h": 12.0, "l": 9.0, "c": close, "v": 1000, "n": 50, "vw": 10.5}


def test_alpaca_pages_through_bars(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPACA_API_KEY", "k")
    monkeypatch.setenv("ALPACA_SECRET_KEY", "s")

    def bars(query: Query) -> tuple[int, str, bytes]:
        first = "page_token" not in query
        days = [alpaca_bar("2024-01-02", 11.0)] if first else [alpaca_bar("2024-01-03", 10.0)]
        answer = {"bars": {"AAPL": days}, "next_page_token": "more" if first else None}
        return 200, "application/json", json.dumps(answer).encode()

    service.answers["/stocks/bars"] = bars
    data = source("alpaca", "AAPL", start="2024-01-01", end="2024-01-05", base_url=service.url).sound()
    assert data.frame["close"].to_list() == [11.0, 10.0] and data.frame["vwap"].to_list() == [10.5, 10.5]
    assert [stamp.date() for stamp in data.frame["timestamp"]] == [date(2024, 1, 2), date(2024, 1, 3)]
    assert len(service.asked) == 2 and any("IEX only" in step for step in data.provenance.steps)


def test_alpaca_quotes_and_trades(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPACA_API_KEY", "k")
    monkeypatch.setenv("ALPACA_SECRET_KEY", "s")
    quote = {
        "t": "2024-01-02T14:30:00.123456Z",
        "bp": 10.0,
        "ap": 0,
        "bs": 1,
        "as": 0,
        "bx": "V",
        "ax": "V",
        "c": ["R"],
    }
    trade = {"t": "2024-01-02T14:30:00.5Z", "p": 10.5, "s": 100, "x": "V", "c": ["@"], "i": 1, "z": "C"}
    service.answers["/stocks/quotes"] = json_answer(json.dumps({"quotes": {"A": [quote]}, "next_page_token": None}))
    service.answers["/stocks/trades"] = json_answer(json.dumps({"trades": {"A": [trade]}, "next_page_token": None}))
    quotes = source("alpaca", "A", kind="quotes", start="2024-01-02", base_url=service.url).sound()
    assert quotes.frame.select("bid", "ask").row(0) == (10.0, None)
    assert quotes.frame["timestamp"][0] == datetime(2024, 1, 2, 14, 30, 0, 123456, tzinfo=UTC)
    trades = source("alpaca", "A", kind="trades", start="2024-01-02", base_url=service.url).sound()
    assert trades.frame.select("price", "size", "side").row(0) == (10.5, 100.0, 0)


def test_alpaca_refusals_are_told(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPACA_API_KEY", "k")
    with pytest.raises(ConfigError, match="set the environment variable ALPACA_SECRET_KEY"):
        source("alpaca", "AAPL", base_url=service.url)
    monkeypatch.setenv("ALPACA_SECRET_KEY", "s")
    service.answers["/stocks/bars"] = json_answer('{"message": "forbidden."}', 403)
    with pytest.raises(DataError, match=r"Alpaca gave no data.*forbidden"):
        source("alpaca", "AAPL", start="2024-01-01", base_url=service.url)
    with pytest.raises(DataError, match=r"start 'soon' is no date"):
        source("alpaca", "AAPL", start="soon", base_url=service.url)


KRAKEN_PAIR = {
    "XXBTZUSD": {
        "altname": "XBTUSD",
        "wsname": "XBT/USD",
        "base": "XXBT",
        "quote": "ZUSD",
        "pair_decimals": 1,
        "lot_decimals": 8,
        "cost_decimals": 5,
        "fees": [[0, 0.4]],
        "fees_maker": [[0, 0.25]],
        "ordermin": "0.0001",
        "costmin": "0.5",
        "tick_size": "0.1",
        "status": "online",
        "leverage_buy": [],
        "leverage_sell": [],
        "margin_call": 80,
        "margin_stop": 40,
    }
}
KRAKEN_ASSETS = {
    "XXBT": {"aclass": "currency", "altname": "XBT", "decimals": 10, "display_decimals": 5, "status": "enabled"},
    "ZUSD": {"aclass": "currency", "altname": "USD", "decimals": 4, "display_decimals": 2, "status": "enabled"},
}


def kraken(service: Service, bars: list[list[Any]]) -> None:
    def ohlc(query: Query) -> tuple[int, str, bytes]:
        since = int(query.get("since", 0))
        rows = [row for row in bars if row[0] > since][:2]
        result = {"error": [], "result": {"XXBTZUSD": rows, "last": rows[-1][0] if rows else 0}}
        return 200, "application/json", json.dumps(result).encode()

    service.answers["/AssetPairs"] = json_answer(json.dumps({"error": [], "result": KRAKEN_PAIR}))
    service.answers["/Assets"] = json_answer(json.dumps({"error": [], "result": KRAKEN_ASSETS}))
    service.answers["/OHLC"] = ohlc


def test_ccxt_pages_until_nothing_is_new(service: Service) -> None:
    start = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
    bars = [[start + n * 86_400, "1.0", "2.0", "0.5", str(1.0 + n / 10), "1.2", "10.0", 5] for n in range(5)]
    kraken(service, bars)
    asked = {"exchange": "kraken", "base_url": service.url, "page": 2}
    data = source("ccxt", "BTC/USD", start="2024-01-01", **asked).sound()
    assert data.symbols == ["BTC/USD"]
    assert data.frame["close"].to_list() == [1.0, 1.1, 1.2, 1.3, 1.4]
    assert [stamp.date() for stamp in data.frame["timestamp"]] == [date(2024, 1, day) for day in range(1, 6)]
    part = source("ccxt", "BTC/USD", start="2024-01-01", end="2024-01-04", **asked)
    assert part.frame["close"].to_list() == [1.0, 1.1, 1.2]


def test_ccxt_names_what_it_does_not_know(service: Service) -> None:
    with pytest.raises(ConfigError, match="did you mean 'kraken'"):
        source("ccxt", "BTC/USD", exchange="kraaken")
    kraken(service, [])
    with pytest.raises(DataError, match="exchange kraken gave no data"):
        source("ccxt", "NOPE/USD", exchange="kraken", base_url=service.url)
    with pytest.raises(DataError, match="give symbols"):
        source("ccxt", "", exchange="kraken", base_url=service.url)


YAHOO = {
    "chart": {
        "result": [
            {
                "meta": {
                    "currency": "USD",
                    "symbol": "AAPL",
                    "exchangeName": "NMS",
                    "instrumentType": "EQUITY",
                    "regularMarketTime": 1704402001,
                    "gmtoffset": -18000,
                    "timezone": "EST",
                    "exchangeTimezoneName": "America/New_York",
                    "regularMarketPrice": 181.0,
                    "priceHint": 2,
                    "dataGranularity": "1d",
                    "range": "",
                    "validRanges": ["1d", "max"],
                    "firstTradeDate": 345479400,
                    "currentTradingPeriod": {
                        name: {"timezone": "EST", "start": 1704464400, "end": 1704484800, "gmtoffset": -18000}
                        for name in ("pre", "regular", "post")
                    },
                },
                "timestamp": [1704205800, 1704292200],
                "indicators": {
                    "quote": [
                        {
                            "open": [187.1, 184.2],
                            "high": [188.4, 185.9],
                            "low": [183.9, 183.4],
                            "close": [185.6, 184.3],
                            "volume": [82488700, 58414500],
                        }
                    ],
                    "adjclose": [{"adjclose": [184.9, 183.5]}],
                },
            }
        ],
        "error": None,
    }
}


def test_yahoo_bars_are_of_their_trading_day(service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    yahoo = pytest.importorskip("yfinance")
    request = yahoo.data.YfData._make_request

    def moved(client: Any, url: str, *given: Any, **values: Any) -> Any:
        return request(client, re.sub("^https://[^/]+", service.url, url), *given, **values)

    monkeypatch.setattr(yahoo.data.YfData, "_make_request", moved)
    monkeypatch.setattr(yahoo.data.YfData, "_get_cookie_and_crumb", lambda *_, **__: (None, "basic"))
    yahoo.set_tz_cache_location(str(tmp_path))
    service.answers["/chart/AAPL"] = json_answer(json.dumps(YAHOO))
    data = source("yfinance", "AAPL", start="2024-01-02", end="2024-01-04").sound()
    assert data.frame["close"].round(2).to_list() == [185.6, 184.3]
    assert data.frame["adj_close"].round(2).to_list() == [184.9, 183.5]
    assert [stamp.date() for stamp in data.frame["timestamp"]] == [date(2024, 1, 2), date(2024, 1, 3)]
    assert data.symbols == ["AAPL"]


def test_every_source_on_the_network_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, package: str | None = None) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name.partition(".")[0])

    networked = {name: each for name, each in entries("source").items() if each.facts.get("network")}
    assert set(networked) == {"alpaca", "ccxt", "databento", "fred", "yfinance"}
    for name, each in networked.items():
        with monkeypatch.context() as patch:
            patch.setattr(importlib, "import_module", missing)
            with pytest.raises(ConfigError, match=rf"pip install quartet\[{name}\]"):
                each("X", **({"start": "2024-01-01"} if name == "databento" else {}))
