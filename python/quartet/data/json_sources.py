"""Recorded streams in JSON: Binance web-socket captures, Bitstamp captures, Dukascopy tick messages.

Numbers stay text until they become 1e-9 integers, so nothing goes through a float.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from quartet.core.contract import EventKind
from quartet.core.errors import DataError
from quartet.data.sources import CHUNK_ROWS, open_bytes

_SCHEMA: Final = pa.schema(
    [
        ("kind", pa.uint8()),
        ("symbol", pa.string()),
        ("timestamp", pa.int64()),
        ("ts_init", pa.int64()),
        *((name, pa.string()) for name in ("bid_price", "ask_price", "bid_size", "ask_size")),
        ("trade_price", pa.string()),
        ("trade_size", pa.string()),
        ("aggressor", pa.int8()),
    ]
)
Row = dict[str, Any]
_MS: Final = 10**6
_RECEIVED: Final = re.compile(rb"\d{19} \{")
_BITSTAMP: Final = re.compile(rb"\d{13} (?:order_created|order_changed|order_deleted|trade) \{")


class JsonSource:
    """Messages, one a line; those that are not read are counted by their kind."""

    def __init__(self, path: Path, name: str, read: Callable[[str, Counter[str]], Row | None]) -> None:
        self.name = name
        self.columns: list[str] = list(_SCHEMA.names)
        self.rows: int | None = None
        self.unread: Counter[str] = Counter()
        self._path = path
        self._read = read

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Tables of quotes and trades in the order of the lines."""
        self.unread.clear()
        rows: list[Row] = []
        with open_bytes(self._path) as file:
            for number, line in enumerate(file, 1):
                try:
                    row = self._read(line.decode(), self.unread)
                except (ValueError, KeyError, TypeError) as error:
                    raise DataError(
                        f"{self._path.name}: line {number} is no message of a {self.name}: {line[:60]!r} ({error!r})"
                    ) from error
                if row is not None:
                    rows.append(row)
                if len(rows) == CHUNK_ROWS:
                    yield _table(rows, columns)
                    rows = []
        if rows:
            yield _table(rows, columns)


class DukascopySource:
    """One tick message with delta encoding: running sums of `times` in ms and of `bids` and `asks` in `multiplier`."""

    def __init__(self, path: Path, message: dict[str, Any]) -> None:
        self.name = "Dukascopy tick message"
        self.columns: list[str] = list(_SCHEMA.names)
        self.rows: int | None = len(message["times"])
        self.unread: Counter[str] = Counter()
        lengths = {name: len(message[name]) for name in ("times", "asks", "bids", "askVolumes", "bidVolumes")}
        if len(set(lengths.values())) != 1:
            raise DataError(f"{path.name}: the lists of the tick message differ in length: {lengths}")
        self._message = message

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Quotes; the base price belongs to the running sum."""
        message = self._message
        step = Decimal(message["multiplier"])
        time, ask, bid = int(message["timestamp"]), Decimal(message["ask"]), Decimal(message["bid"])
        rows: list[Row] = []
        for at in range(len(message["times"])):
            time += int(message["times"][at])
            ask += step * int(message["asks"][at])
            bid += step * int(message["bids"][at])
            stamp = time * _MS
            quote = {"bid_price": str(bid), "ask_price": str(ask)}
            sizes = {"bid_size": message["bidVolumes"][at], "ask_size": message["askVolumes"][at]}
            rows.append({"kind": EventKind.QUOTE, "timestamp": stamp, "ts_init": stamp, **quote, **sizes})
        yield _table(rows, columns)


def json_source(path: Path, head: bytes) -> JsonSource | DukascopySource | None:
    """The source of a JSON file that is known by what its first bytes say, None where they say something else."""
    if _RECEIVED.match(head):
        return JsonSource(path, "Binance stream capture", _binance)
    if _BITSTAMP.match(head):
        return JsonSource(path, "Bitstamp stream capture", _bitstamp)
    if head[:1] == b"{" and b'"multiplier"' in head[:400]:
        try:
            with open_bytes(path) as file:
                message = json.loads(file.read(), parse_float=str)
            return DukascopySource(path, message)
        except (ValueError, LookupError, TypeError) as error:
            raise DataError(f"{path.name}: it is no tick message of Dukascopy: {error!r:.200}") from error
    return None


def _table(rows: list[Row], columns: Sequence[str] | None) -> Any:
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    return table if columns is None else table.select(list(columns))


def _binance(line: str, unread: Counter[str]) -> Row | None:
    """`<receive time ns> <message>`; quotes of bookTicker and trades are read, depth differences are not."""
    received, _, text = line.partition(" ")
    message = json.loads(text, parse_float=str)
    data = message.get("data")
    if data is None:
        unread["depth snapshot"] += 1
        return None
    what = data.get("e") or message["stream"].partition("@")[2]
    ts_init = int(received)
    # Trade time comes first, then the time of sending; spot quotes carry no time of the exchange.
    stamp = data.get("T") or data.get("E")
    row: Row = {"symbol": data["s"], "ts_init": ts_init, "timestamp": ts_init if stamp is None else stamp * _MS}
    if what == "bookTicker":
        quote = {"bid_price": data["b"], "bid_size": data["B"], "ask_price": data["a"], "ask_size": data["A"]}
        return {**row, "kind": EventKind.QUOTE, **quote}
    if what == "trade":
        trade = {"trade_price": data["p"], "trade_size": data["q"], "aggressor": -1 if data["m"] else 1}
        return {**row, "kind": EventKind.TRADE, **trade}
    unread[what] += 1
    return None


def _bitstamp(line: str, unread: Counter[str]) -> Row | None:
    """`<receive time ms> <message>`; trades are read, order events are not."""
    received, what, text = line.split(" ", 2)
    if what != "trade":
        unread[what] += 1
        return None
    data = json.loads(text, parse_float=str)
    stamp = int(received) * _MS
    trade = {"trade_price": str(data["price"]), "trade_size": str(data["amount"]), "aggressor": 0}
    return {"kind": EventKind.TRADE, "timestamp": stamp, "ts_init": stamp, **trade}
