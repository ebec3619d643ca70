"""Our field names, how a map names their source (`column`, `column*2`, `column/10000`), and guesses from names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from quartet.core.contract import LEVELS_MAX, EventKind
from quartet.core.errors import DataError

TIME_FIELDS: Final = ("timestamp", "ts_init", "date", "time", "time_ms", "time_us", "time_ns", "time_s")
ROW_FIELDS: Final = ("kind", "symbol", "symbol_id", "contract", "venue", "source", "flags", "sequence", "suspicious")
QUOTE_FIELDS: Final = ("bid_price", "ask_price", "bid_size", "ask_size")
TRADE_FIELDS: Final = ("trade_price", "trade_size", "aggressor", "buyer_maker")
BAR_FIELDS: Final = ("open", "high", "low", "close", "volume")
SIGNAL_FIELDS: Final = ("score", "confidence")
BOOK_FIELDS: Final = tuple(
    f"{side}_{what}_{level}"
    for level in range(1, LEVELS_MAX + 1)
    for side in ("bid", "ask")
    for what in ("price", "size")
)
FIELDS: Final = frozenset(
    (*TIME_FIELDS, *ROW_FIELDS, *QUOTE_FIELDS, *TRADE_FIELDS, *BAR_FIELDS, *SIGNAL_FIELDS, *BOOK_FIELDS)
)

# Names by which others call our fields, lower case without signs; a field's own name always comes first.
_ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "timestamp": ("timestamp", "tsevent", "datetime", "ts", "eventtime", "time"),
    "date": ("date", "day"),
    "symbol": ("symbol", "ticker", "instrument", "securityid", "pair"),
    "contract": ("contract", "contractmonth"),
    "venue": ("venue", "venueid", "exchange"),
    "bid_price": ("bid", "bestbid", "bidpx", "bidprice1"),
    "ask_price": ("ask", "bestask", "askpx", "offer", "askprice1"),
    "bid_size": ("bidqty", "bidquantity", "bestbidsize", "bidvolume", "bidamount", "bidsize1"),
    "ask_size": ("askqty", "askquantity", "bestasksize", "askvolume", "askamount", "asksize1"),
    "trade_price": ("price", "last", "lastprice"),
    "trade_size": ("size", "quantity", "qty", "amount", "lastsize"),
    "aggressor": ("aggressor", "side", "aggressorside", "takerside"),
    "buyer_maker": ("buyermaker", "isbuyermaker"),
    "volume": ("volume", "vol"),
}

_SCALED: Final = re.compile(r"(.+?)\s*([*/])\s*([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?)")


class Source(NamedTuple):
    """Where a field comes from: a column times a factor."""

    column: str
    factor: Fraction


def parse_source(text: str, columns: Iterable[str]) -> Source:
    """The source that a map's text names; a text that is itself a column's name is that column."""
    present = set(columns)
    if text in present:
        return Source(text, Fraction(1))
    scaled = _SCALED.fullmatch(text.strip())
    if scaled and scaled[1] in present and Fraction(scaled[3]) != 0:
        factor = Fraction(scaled[3])
        return Source(scaled[1], factor if scaled[2] == "*" else 1 / factor)
    raise DataError(
        f"map: {text!r} names no column; columns are {', '.join(sorted(present))}. "
        "Write a column, column*factor or column/divisor"
    )


def apply_map(fields: Mapping[str, str], given: Mapping[str, str], columns: Iterable[str]) -> dict[str, Source]:
    """The recognised fields with those of a map in their place; a field mapped to an empty text is left out."""
    unknown = given.keys() - FIELDS
    if unknown:
        raise DataError(f"map: {sorted(unknown)[0]!r} is no field; fields are {', '.join(sorted(FIELDS))}")
    present = list(columns)
    merged = {**fields, **given}
    return {name: parse_source(text, present) for name, text in merged.items() if text}


def guess_fields(columns: Iterable[str]) -> dict[str, str]:
    """What the columns are by their names alone."""
    return dict(_guessed(tuple(columns)))


@lru_cache(maxsize=64)
def _guessed(columns: tuple[str, ...]) -> Mapping[str, str]:
    """The guess once for columns that come again with every block."""
    plain: dict[str, str] = {}
    for column in columns:
        plain.setdefault(_bare(column), column)
    fields: dict[str, str] = {}
    for name in (*TIME_FIELDS, *ROW_FIELDS, *QUOTE_FIELDS, *TRADE_FIELDS, *BAR_FIELDS, *SIGNAL_FIELDS, *BOOK_FIELDS):
        for alias in (_bare(name), *_ALIASES.get(name, ())):
            if alias in plain:
                fields[name] = plain[alias]
                break
    _settle(fields)
    return fields


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _settle(fields: dict[str, str]) -> None:
    """Undo guesses that exclude each other: one column serves one field, and a bar's volume may be a trade's size."""
    if "trade_price" in fields and "trade_size" not in fields and "volume" in fields and "close" not in fields:
        fields["trade_size"] = fields.pop("volume")
    within_day = fields.keys() & {"time_ms", "time_us", "time_ns", "time_s"}
    if "date" in fields and (within_day or ("time" in fields and fields["time"] == fields.get("timestamp"))):
        fields.pop("timestamp", None)
        if within_day:
            fields.pop("time", None)
    elif "timestamp" in fields:
        fields.pop("date", None)
        fields.pop("time", None)
    elif "date" in fields and "time" not in fields:
        fields["timestamp"] = fields.pop("date")
    if "bid_price_2" in fields:
        for name in QUOTE_FIELDS:
            if fields.get(name) == fields.get(f"{name}_1"):
                fields.pop(name, None)
    if "aggressor" in fields and "buyer_maker" in fields:
        del fields["aggressor"]


def kind_of(fields: Iterable[str]) -> EventKind | None:
    """The kind of event that rows with these fields are, None where none is complete."""
    have = set(fields)
    if {"bid_price_1", "ask_price_1", "bid_price_2", "ask_price_2"} <= have:
        return EventKind.BOOK
    if {"open", "high", "low", "close"} <= have:
        return EventKind.BAR
    if {"bid_price", "ask_price"} <= have:
        return EventKind.QUOTE
    if "trade_price" in have:
        return EventKind.TRADE
    if "score" in have:
        return EventKind.EXTERNAL_SIGNAL
    return None


NEEDED: Final[dict[EventKind, tuple[str, ...]]] = {
    EventKind.QUOTE: ("bid_price", "ask_price"),
    EventKind.TRADE: ("trade_price",),
    EventKind.BOOK: ("bid_price_1", "ask_price_1"),
    EventKind.BAR: ("open", "high", "low", "close"),
    EventKind.EXTERNAL_SIGNAL: ("score",),
}
"""The fields without which no event of the kind can be made."""


def kind_named(kind: EventKind | str) -> EventKind:
    """The kind of a name such as quote."""
    if isinstance(kind, EventKind):
        return kind
    try:
        found = EventKind[str(kind).upper()]
    except KeyError:
        found = EventKind.CONTROL
    if found not in NEEDED:
        raise DataError(f"kind {kind!r} is not one of {', '.join(each.name.lower() for each in NEEDED)}")
    return found
