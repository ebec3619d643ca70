"""The contracts: bars, panel, trades, quotes, book, chain, events, intermarket, actions, membership, series.

Prices are in the quote currency, sizes in shares, contracts or base units, instants in nanoseconds UTC. The stamp of a
bar is its end: what it says was not known before.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from quartet.core.contract import LEVELS_MAX
from quartet.core.errors import DataError
from quartet.core.suggestion import suggestion
from quartet.data.contracts.schema import TIME, Bound, Column, Law, Schema
from quartet.data.verdict import Severity

_PRICE: Final = "quote currency"
_ROUNDING: Final = 1e-6
_SIZE: Final = "shares, contracts or base units"

_TIME_ALIASES: Final = (
    "timestamp",
    "ts",
    "datetime",
    "date",
    "time",
    "tsevent",
    "eventtime",
    "opentime",
    "period",
    "quotedate",
    "snapshottimestamp",
)
_SYMBOL: Final = Column(
    "symbol",
    pl.String(),
    "Whose row it is.",
    aliases=("symbol", "ticker", "instrument", "code", "pair", "asset", "sym"),
)
_SEQUENCE: Final = Column(
    "sequence", pl.Int64(), "Number of the message at its source.", needed=False, aliases=("sequence", "seq", "seqnum")
)
_TS_INIT: Final = Column("ts_init", TIME, "When it could have been known here.", needed=False, aliases=("tsinit",))


def _beyond(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """Whether the one lies above the other by more than adjusted prices are rounded."""
    return above - below > _ROUNDING * below.abs()


def _time(doc: str) -> Column:
    return Column("timestamp", TIME, doc, "ns UTC", aliases=_TIME_ALIASES)


def _price(name: str, doc: str, *aliases: str, needed: bool = True, null: bool = False) -> Column:
    return Column(name, pl.Float64(), doc, _PRICE, needed, null, Bound.PRICE, aliases=(name.replace("_", ""), *aliases))


def _size(name: str, doc: str, *aliases: str, needed: bool = True, null: bool = False, unit: str = _SIZE) -> Column:
    return Column(name, pl.Float64(), doc, unit, needed, null, Bound.SIZE, aliases=(name.replace("_", ""), *aliases))


def _number(name: str, doc: str, unit: str, *aliases: str) -> Column:
    return Column(name, pl.Float64(), doc, unit, False, True, aliases=(name.replace("_", ""), *aliases))


def _text(name: str, doc: str, *aliases: str) -> Column:
    return Column(name, pl.String(), doc, needed=False, null=True, aliases=(name.replace("_", ""), *aliases))


_OHLCV: Final = (
    _price("open", "First price.", "o", "openprice"),
    _price("high", "Highest price.", "h", "highprice"),
    _price("low", "Lowest price.", "l", "lowprice"),
    _price("close", "Last price.", "c", "last", "closeprice", "price"),
    _size("volume", "Traded size; null where the source has none.", "vol", "v", null=True),
    _price("vwap", "Traded value over traded size.", "weightedaverage", "vw", needed=False, null=True),
    _size("trade_count", "Trades.", "trades", "tradecount", "n", "count", needed=False, null=True, unit="trades"),
    _price(
        "adj_close", "Close adjusted by its source; it was never traded at.", "adjustedclose", needed=False, null=True
    ),
)
_BAR_LAWS: Final = (
    Law(
        "high_below",
        lambda: _beyond(pl.max_horizontal("open", "close", "low"), pl.col("high")),
        ("open", "high", "low", "close"),
        "the high is below the open, the close or the low",
        "take the row from another source, or leave it out",
    ),
    Law(
        "low_above",
        lambda: _beyond(pl.col("low"), pl.min_horizontal("open", "close", "high")),
        ("open", "high", "low", "close"),
        "the low is above the open, the close or the high",
        "take the row from another source, or leave it out",
    ),
)

BARS: Final = Schema(
    "bars",
    "Prices of equal spans of time, one row a symbol and span.",
    (_time("End of the span: the bar is known from then on."), _SYMBOL, *_OHLCV),
    ("timestamp", "symbol"),
    ("timestamp", "symbol"),
    _BAR_LAWS,
)
PANEL: Final = Schema(
    "panel",
    "Bars of many symbols with what is known of each on that day.",
    (
        _time("End of the span."),
        _SYMBOL,
        Column("date", pl.Date(), "The session."),
        *_OHLCV,
        _text("sector", "Sector.", "gicssector"),
        _text("industry", "Industry.", "gicsindustry"),
        _text("subindustry", "Industry within the industry.", "gicssubindustry"),
        _size("cap", "Market value of the company.", "marketcap", needed=False, null=True, unit="currency"),
        _number("effective_spread", "Twice the distance of trades from the middle.", "share of the price"),
        Column("member", pl.Boolean(), "Whether it was in the universe on that day.", needed=False),
    ),
    ("timestamp", "symbol"),
    ("timestamp", "symbol"),
    _BAR_LAWS,
)
TRADES: Final = Schema(
    "trades",
    "One row a trade.",
    (
        _time("When it was made."),
        _SYMBOL,
        _price("price", "Price.", "tradeprice", "last", "lastprice", "p"),
        _size("size", "Size.", "tradesize", "quantity", "qty", "amount", "lastsize", "q"),
        Column(
            "side",
            pl.Int8(),
            "Who took: 1 the buyer, -1 the seller, 0 not known.",
            choices=(-1, 0, 1),
            aliases=("side", "aggressor", "takerside"),
        ),
        _SEQUENCE,
        _TS_INIT,
        _text("venue", "Where.", "exchange"),
        _text("condition", "Condition codes of the venue.", "cond", "conditions"),
    ),
    (),
    ("timestamp",),
)
QUOTES: Final = Schema(
    "quotes",
    "Best bid and ask, one row a change.",
    (
        _time("When it was so."),
        _SYMBOL,
        _price("bid", "Best bid; null: nobody bids.", "bidprice", "bestbid", "bidpx", null=True),
        _price("ask", "Best ask; null: nobody offers.", "askprice", "bestask", "askpx", "offer", null=True),
        _size("bid_size", "Size at the bid.", "bidqty", "bidvolume", "bidamount", null=True),
        _size("ask_size", "Size at the ask.", "askqty", "askvolume", "askamount", null=True),
        _SEQUENCE,
        _TS_INIT,
    ),
    (),
    ("timestamp",),
    (
        Law(
            "crossed",
            lambda: pl.col("bid") > pl.col("ask"),
            ("bid", "ask"),
            "the bid is above the ask",
            "an engine refuses such quotes and counts them; compose the best quote anew if they are many",
            Severity.WARNING,
        ),
        Law(
            "locked",
            lambda: pl.col("bid") == pl.col("ask"),
            ("bid", "ask"),
            "the bid equals the ask",
            "",
            Severity.NOTE,
        ),
    ),
)
BOOK: Final = Schema(
    "book",
    "The best levels of both sides, one row a change; a missing level is null.",
    (
        _time("When it was so."),
        _SYMBOL,
        *(
            column
            for level in range(1, LEVELS_MAX + 1)
            for side in ("bid", "ask")
            for column in (
                _price(f"{side}_price_{level}", f"{side} of level {level}.", needed=level == 1, null=True),
                _size(f"{side}_size_{level}", "Size of it.", needed=level == 1, null=True),
            )
        ),
        _SEQUENCE,
        _TS_INIT,
    ),
    (),
    ("timestamp",),
    (
        Law(
            "crossed",
            lambda: pl.col("bid_price_1") > pl.col("ask_price_1"),
            ("bid_price_1", "ask_price_1"),
            "the best bid is above the best ask",
            "an engine refuses such books and counts them",
            Severity.WARNING,
        ),
    ),
)
CHAIN: Final = Schema(
    "chain",
    "Quotes of all options of an underlying, one row an option and time.",
    (
        Column("underlying", pl.String(), "What the option is on.", aliases=("underlying", "root", "ticker", "symbol")),
        _time("When it was so."),
        Column("expiry", pl.Date(), "Last day.", aliases=("expiry", "expiration", "expirydate")),
        _price("strike", "Strike.", "strikeprice"),
        Column("cp", pl.String(), "C a call, P a put.", choices=("C", "P"), aliases=("cp", "right", "type", "callput")),
        _size("bid", "Best bid.", "bestbid", null=True, unit=_PRICE),
        _size("ask", "Best ask.", "bestask", null=True, unit=_PRICE),
        _size("last", "Price of the last trade.", "lastprice", "close", null=True, unit=_PRICE),
        _size("volume", "Contracts traded.", null=True, unit="contracts"),
        _size("open_interest", "Contracts open.", "oi", null=True, unit="contracts"),
        _size("iv", "Implied volatility.", "impliedvol", "impliedvolatility", null=True, unit="1 a year"),
        _number("delta", "Delta.", "1"),
        _number("gamma", "Gamma.", "1 / price"),
        _price("spot", "Price of the underlying.", "underlyinglast", "underlyingprice", needed=False, null=True),
    ),
    ("timestamp", "underlying", "expiry", "strike", "cp"),
    ("timestamp",),
    (
        Law(
            "crossed",
            lambda: pl.col("bid") > pl.col("ask"),
            ("bid", "ask"),
            "the bid is above the ask",
            "leave the option out of what is fitted",
            Severity.WARNING,
        ),
    ),
)
EVENTS: Final = Schema(
    "events",
    "What happened to a company, and when it became known.",
    (
        _SYMBOL,
        Column("date", pl.Date(), "The day that it is about.", aliases=("date", "day", "eventdate")),
        Column("event_type", pl.String(), "earnings, dividend, split, ...", aliases=("eventtype", "type", "event")),
        Column("known_at", TIME, "When it was published.", "ns UTC", aliases=("knownat", "published", "publishedat")),
        _number("surprise", "Relative surprise.", "share", "surp"),
        Column(
            "next_earnings_date",
            pl.Date(),
            "Next earnings, as announced then.",
            needed=False,
            null=True,
            aliases=("nextearningsdate",),
        ),
    ),
    (),
    ("known_at",),
)
INTERMARKET: Final = Schema(
    "intermarket",
    "Prices of several markets at one time.",
    (
        _time("When they were known."),
        *(
            _number(name, doc, unit)
            for name, doc, unit in (
                ("equity_px", "Share or share index.", _PRICE),
                ("futures_px", "Its future.", _PRICE),
                ("option_iv", "Implied volatility of its options.", "1 a year"),
                ("fx_px", "Exchange rate.", _PRICE),
                ("rate", "Interest rate.", "1 a year"),
                ("dividend_yield", "Dividend yield.", "1 a year"),
                ("tau", "Time to the future's expiry.", "years"),
            )
        ),
    ),
    ("timestamp",),
    ("timestamp",),
)
SERIES: Final = Schema(
    "series",
    "One value a name and time: macro series, rates, indices.",
    (
        _time("The period or moment that it is about."),
        _SYMBOL,
        Column("value", pl.Float64(), "The value.", null=True, aliases=("value", "price", "rate", "index", "close")),
        Column("known_at", TIME, "When it was published; null: not told.", "ns UTC", False, True, aliases=("knownat",)),
    ),
    (),
    ("timestamp", "symbol"),
)
ACTIONS: Final = Schema(
    "actions",
    "Corporate actions by their ex-date.",
    (
        _SYMBOL,
        Column("ex_date", pl.Date(), "First day without it.", aliases=("exdate", "date")),
        Column(
            "kind",
            pl.String(),
            "split, dividend, spin_off, symbol_change, merger or delisting.",
            choices=("split", "dividend", "spin_off", "symbol_change", "merger", "delisting"),
            aliases=("kind", "type", "action"),
        ),
        Column(
            "ratio",
            pl.Float64(),
            "New shares for each old one: split, merger, spin_off.",
            "shares a share",
            False,
            True,
            Bound.POSITIVE,
            aliases=("ratio", "splitratio", "splitfactor"),
        ),
        Column(
            "amount",
            pl.Float64(),
            "Cash for each old share; of a spin_off its value.",
            "currency a share",
            False,
            True,
            Bound.SIZE,
            aliases=("amount", "dividend", "cash", "value"),
        ),
        _text("other", "The symbol that it becomes or that is received.", "newsymbol"),
        Column(
            "known_at",
            TIME,
            "When it was announced; null: on its ex-date.",
            "ns UTC",
            False,
            True,
            aliases=("knownat",),
        ),
    ),
    ("symbol", "ex_date", "kind"),
    ("ex_date",),
)
MEMBERSHIP: Final = Schema(
    "membership",
    "Who belonged to a universe, from when until when.",
    (
        _SYMBOL,
        Column("start", pl.Date(), "First day.", aliases=("start", "from", "dateadded", "added", "entry")),
        Column("end", pl.Date(), "Last day; null: still in.", null=True, aliases=("end", "to", "removed", "exit")),
        _text("reason", "Why it left: delisted, merged, removed."),
    ),
    ("symbol", "start"),
    ("start",),
    (
        Law(
            "ends_before_start",
            lambda: pl.col("end") < pl.col("start"),
            ("start", "end"),
            "a membership ends before it starts",
            "exchange the two dates, or leave the row out",
        ),
    ),
)

SCHEMAS: Final[dict[str, Schema]] = {
    each.name: each
    for each in (BARS, PANEL, TRADES, QUOTES, BOOK, CHAIN, EVENTS, INTERMARKET, SERIES, ACTIONS, MEMBERSHIP)
}
"""All contracts by name."""


def schema_named(name: str | Schema) -> Schema:
    """The contract of that name; DataError with the nearest name where there is none."""
    if isinstance(name, Schema):
        return name
    if name not in SCHEMAS:
        near = suggestion(str(name), SCHEMAS) or f"; there are: {', '.join(SCHEMAS)}"
        raise DataError(f"schema {name!r} is not known{near}")
    return SCHEMAS[name]
