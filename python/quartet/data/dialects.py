"""Files that are read without a map: tables recognised by their column names, never by their path.

What a dialect adds to names that speak for themselves: units (deci-cents), time zones, what a stamp means, and the few
forms that are no plain table of events. docs/data-files.md lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from quartet.core.contract import LEVELS_MAX, EventKind
from quartet.data.fields import guess_fields, kind_of
from quartet.data.reshape import LobsterRows, WideBarRows, wide_bar_symbols

NEW_YORK: Final = "America/New_York"
SHANGHAI: Final = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A form of table."""

    name: str
    columns: frozenset[str]
    """Columns that must be there; of several dialects that fit, the one that asks for most is meant."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Our fields and where they come from, as in a map; empty: by the columns' names."""
    kind: EventKind | None = None
    timezone: str = "UTC"
    interval: bool = False
    """Rows stand for an interval, and their time is its start: they are known at its end."""
    zero_size_missing: bool = False
    reshape: Callable[[], Callable[[Any], Any]] | None = None
    """Makes what makes the table of events out of the table as it is."""
    refused: str = ""
    """Why such a table cannot be read."""


def _levels(price: str, size: str) -> dict[str, str]:
    """Fields of a book from patterns of column names; {side} is bid or ask."""
    sides = {"bid": ("bid", "Buy"), "ask": ("ask", "Sell")}
    fields = {}
    for level in range(1, LEVELS_MAX + 1):
        for side, (low, high) in sides.items():
            fields[f"{side}_price_{level}"] = price.format(side=low, Side=high, level=level)
            fields[f"{side}_size_{level}"] = size.format(side=low, Side=high, level=level)
    return fields


_QUOTE_BAR: Final = frozenset(f"{side}_{what}" for side in ("bid", "ask") for what in ("open", "high", "low", "close"))
_CLOSES: Final = {"bid_price": "bid_close", "ask_price": "ask_close"}
_SIZES: Final = {"bid_size": "bid_size", "ask_size": "ask_size"}
_DECICENT_BAR: Final = {f: f"{f}_decicents/10000" for f in ("open", "high", "low", "close")} | {"volume": "volume"}
_DECICENT_BAR_COLUMNS: Final = frozenset({*(f"{f}_decicents" for f in ("open", "high", "low", "close")), "volume"})
_LOBSTER_1: Final = frozenset({"time_s", "event_type", "order_id", "size", "price_e4", "direction", "ask_price_e4_1"})
_TRADE_E4: Final = {"trade_price": "price_e4/10000", "trade_size": "size", "aggressor": "aggressor", "flags": "flags"}
_MD_DAY: Final = {"date": "MDDate", "time": "MDTime", "symbol": "SecurityID"}
_L3: Final = "it lists single orders (level 3); rebuild the book and give its snapshots or its best bid and ask"

DIALECTS: Final[tuple[Dialect, ...]] = (
    Dialect(
        "US equity quote ticks in deci-cents, one side a row",
        frozenset({"date", "time_ms", "bid_decicents", "bid_size", "ask_decicents", "ask_size"}),
        {
            "date": "date",
            "time_ms": "time_ms",
            "symbol": "symbol",
            "bid_price": "bid_decicents/10000",
            "ask_price": "ask_decicents/10000",
            "venue": "exchange",
            "suspicious": "suspicious",
            **_SIZES,
        },
        EventKind.QUOTE,
        NEW_YORK,
    ),
    Dialect(
        "US equity trade ticks in deci-cents",
        frozenset({"date", "time_ms", "price_decicents", "size"}),
        {
            "date": "date",
            "time_ms": "time_ms",
            "symbol": "symbol",
            "trade_price": "price_decicents/10000",
            "trade_size": "size",
        },
        EventKind.TRADE,
        NEW_YORK,
    ),
    Dialect(
        "US equity bars in deci-cents",
        _DECICENT_BAR_COLUMNS | {"datetime"},
        {"timestamp": "datetime", "symbol": "symbol", **_DECICENT_BAR},
        EventKind.BAR,
        NEW_YORK,
        interval=True,
    ),
    Dialect(
        "US equity minute bars in deci-cents",
        _DECICENT_BAR_COLUMNS | {"date", "time_ms"},
        {"date": "date", "time_ms": "time_ms", "symbol": "symbol", **_DECICENT_BAR},
        EventKind.BAR,
        NEW_YORK,
        interval=True,
    ),
    Dialect(
        "US equity minute quote bars in deci-cents",
        _QUOTE_BAR | {"date", "symbol", "time_ms", "bid_size", "ask_size"},
        {
            "date": "date",
            "time_ms": "time_ms",
            "symbol": "symbol",
            "bid_price": "bid_close/10000",
            "ask_price": "ask_close/10000",
            **_SIZES,
        },
        EventKind.QUOTE,
        NEW_YORK,
        interval=True,
        zero_size_missing=True,
    ),
    Dialect(
        "futures minute quote bars",
        _QUOTE_BAR | {"date", "contract_month", "time_ms", "bid_size", "ask_size"},
        {"date": "date", "time_ms": "time_ms", "contract": "contract_month", **_CLOSES, **_SIZES},
        EventKind.QUOTE,
        interval=True,
        zero_size_missing=True,
    ),
    Dialect(
        "quote bars by symbol",
        _QUOTE_BAR | {"symbol", "datetime"},
        {"timestamp": "datetime", "symbol": "symbol", **_CLOSES, **_SIZES},
        EventKind.QUOTE,
        interval=True,
        zero_size_missing=True,
    ),
    Dialect(
        "quote bars",
        _QUOTE_BAR | {"timestamp"},
        {"timestamp": "timestamp", **_CLOSES},
        EventKind.QUOTE,
        interval=True,
    ),
    Dialect(
        "futures minute bars",
        frozenset({"date", "contract_month", "time_ms", "open", "high", "low", "close", "volume"}),
        {"date": "date", "time_ms": "time_ms", "contract": "contract_month"}
        | {f: f for f in ("open", "high", "low", "close", "volume")},
        EventKind.BAR,
        interval=True,
    ),
    Dialect(
        "crypto bars with volumes in both currencies",
        frozenset({"date", "symbol", "open", "high", "low", "close", "volume_btc", "volume"}),
        {"timestamp": "date", "symbol": "symbol", "volume": "volume_btc"}
        | {f: f for f in ("open", "high", "low", "close")},
        EventKind.BAR,
        interval=True,
    ),
    Dialect(
        "LOBSTER messages with the best bid and ask",
        _LOBSTER_1,
        {
            "time_s": "time_s",
            "kind": "kind",
            **_TRADE_E4,
            "bid_price": "bid_price_e4_1/10000",
            "bid_size": "bid_size_1",
            "ask_price": "ask_price_e4_1/10000",
            "ask_size": "ask_size_1",
        },
        timezone=NEW_YORK,
        reshape=LobsterRows,
    ),
    Dialect(
        "LOBSTER messages with ten levels",
        _LOBSTER_1 | {f"{side}_price_e4_{level}" for side in ("bid", "ask") for level in range(1, LEVELS_MAX + 1)},
        {
            "time_s": "time_s",
            "kind": "kind",
            **_TRADE_E4,
            **_levels("{side}_price_e4_{level}/10000", "{side}_size_{level}"),
        },
        timezone=NEW_YORK,
        reshape=LobsterRows,
    ),
    Dialect(
        "Shenzhen ten-level snapshots",
        frozenset({"MDDate", "MDTime", "SecurityID", "BuyPrice1", "BuyOrderQty1", "SellPrice10", "SellOrderQty10"}),
        {**_MD_DAY, **_levels("{Side}Price{level}", "{Side}OrderQty{level}")},
        EventKind.BOOK,
        SHANGHAI,
    ),
    Dialect(
        "Shanghai trades",
        frozenset({"MDDate", "MDTime", "SecurityID", "TradePrice", "TradeQty", "TradeBSFlag", "ReceiveDateTime"}),
        {
            **_MD_DAY,
            "ts_init": "ReceiveDateTime",
            "trade_price": "TradePrice",
            "trade_size": "TradeQty",
            "aggressor": "TradeBSFlag",
        },
        EventKind.TRADE,
        SHANGHAI,
    ),
    Dialect(
        "minute bars of NinjaTrader, which stamps their end",
        frozenset({"ninjatrader_time"}),
        {"timestamp": "ninjatrader_time"} | {f: f for f in ("open", "high", "low", "close", "volume")},
        EventKind.BAR,
    ),
    Dialect(
        "orders of an exchange", frozenset({"MDDate", "MDTime", "OrderType", "OrderPrice", "OrderQty"}), refused=_L3
    ),
    Dialect("order events", frozenset({"id", "timestamp", "price", "volume", "action", "direction"}), refused=_L3),
)


def recognise(columns: Iterable[str]) -> Dialect | None:
    """The dialect of a table with these columns; None where they do not say what the rows are."""
    present = list(columns)
    fits = [dialect for dialect in DIALECTS if dialect.columns <= set(present)]
    if fits:
        return max(fits, key=lambda dialect: len(dialect.columns))
    if wide_bar_symbols(present):
        fields = {"timestamp": "timestamp", "symbol": "symbol"} | {
            f: f for f in ("open", "high", "low", "close", "volume")
        }
        return Dialect(
            "bars of several symbols side by side",
            frozenset(),
            fields,
            EventKind.BAR,
            interval=True,
            reshape=WideBarRows,
        )
    fields = guess_fields(present)
    kind = None if "kind" in fields else kind_of(fields)
    if (kind is None and "kind" not in fields) or not fields.keys() & {"timestamp", "date"}:
        return None
    return Dialect("columns by their names", frozenset(), fields, kind, interval=kind is EventKind.BAR)
