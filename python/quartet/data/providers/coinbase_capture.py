"""Coinbase: recorded web-socket sessions, the book rebuilt from the level2 channel, trades from matches."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.book_recorder import Recorder
from quartet.data.dataset import Dataset
from quartet.data.order_book import LadderBook, Level
from quartet.data.providers.delivery import dataset_of, expected_form, one_file
from quartet.data.providers.session_capture import session_messages


class CoinbaseParameters(Parameters):
    """What comes out."""

    kind: Literal["quotes", "trades", "book"] = parameter("book", "quotes and book are rebuilt from level2.")


@register("source", "coinbase_capture", parameters=CoinbaseParameters, schemas="quotes, trades, book")
def coinbase_capture(what: Any, parameters: CoinbaseParameters) -> Dataset:
    """Captures of Coinbase's web socket, lines of receive time in seconds and message: snapshot, l2update, match.

    A match names the side of the resting order, so that the taker is the other one. The last match before the session
    is left out.
    """
    path = one_file(what, "coinbase_capture")
    with expected_form(path, "a capture of Coinbase's web socket"):
        return _read(path, parameters)


def _read(path: Path, parameters: CoinbaseParameters) -> Dataset:
    recorder, books, before = Recorder(parameters.kind), dict[str, LadderBook](), 0
    for received, message in session_messages(path):
        what_it_is, symbol = message.get("type"), message.get("product_id", "")
        if what_it_is == "snapshot":
            books[symbol] = LadderBook()
            books[symbol].snapshot(_levels(message["bids"]), _levels(message["asks"]))
            recorder.book(symbol, books[symbol].bids, books[symbol].asks, received, received)
        elif what_it_is == "l2update":
            if symbol not in books:
                before += 1
                continue
            bids = [change[1:] for change in message["changes"] if change[0] == "buy"]
            asks = [change[1:] for change in message["changes"] if change[0] == "sell"]
            books[symbol].update(_levels(bids), _levels(asks))
            recorder.book(symbol, books[symbol].bids, books[symbol].asks, _ns(message["time"]), received)
        elif what_it_is == "match":
            taker = -1 if message["side"] == "buy" else 1
            price, size = float(message["price"]), float(message["size"])
            recorder.trade(symbol, price, size, taker, _ns(message["time"]), received, message["sequence"])
    steps = [f"{before:,} changes came before a snapshot and were dropped"] if before else []
    said = {"kind": parameters.kind}
    return dataset_of(recorder.frame(), parameters.kind, "coinbase_capture", path, steps=steps, parameters=said)


def _levels(pairs: list[list[str]]) -> list[Level]:
    return [(float(price), float(size)) for price, size in pairs]


def _ns(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp()) * 10**9 + moment.microsecond * 1000
