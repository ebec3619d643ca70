"""Binance: recorded web-socket streams, the book rebuilt from its snapshot and the differences."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

from quartet.core.errors import DataError
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.book_recorder import Recorder
from quartet.data.dataset import Dataset
from quartet.data.loading import load
from quartet.data.order_book import BookGap, LadderBook, Level
from quartet.data.providers.delivery import dataset_of, expected_form, one_file, warning
from quartet.data.sources import open_bytes

_KEPT: Final = 100_000
"""Differences that are kept while a snapshot is awaited."""


class BinanceParameters(Parameters):
    """What comes out."""

    kind: Literal["quotes", "trades", "book"] = parameter(
        "quotes", "quotes: the stream bookTicker; trades; book: rebuilt from snapshot and differences."
    )


@register("source", "binance_capture", parameters=BinanceParameters, schemas="quotes, trades, book")
def binance_capture(what: Any, parameters: BinanceParameters) -> Dataset:
    """Captures of Binance's streams, a line a message after its receive time in ns: depth, bookTicker, trade.

    Differences that came while a snapshot was awaited are kept and applied to it by their numbers, as the exchange
    prescribes; after a gap the book waits for the next snapshot. Rows begin with the snapshot.
    """
    path = one_file(what, "binance_capture")
    if parameters.kind != "book":
        return load(path, parameters.kind)
    with expected_form(path, "a capture of Binance's streams"):
        return _rebuilt(path)


def _rebuilt(path: Path) -> Dataset:
    session = _Session()
    for received, message in _messages(path):
        data = message.get("data", message)
        if "lastUpdateId" in data:
            session.snapshot(data, received)
        elif data.get("e") == "depthUpdate":
            session.difference(data, received)
    told = f"{session.awaiting:,} differences came while a snapshot was awaited" if session.awaiting else ""
    findings = warning("book_gaps", session.book.gaps, "numbers are missing, and the book waited for a snapshot,")
    stale = f"{session.book.uncrossed:,} stale levels were taken away as the other side came through them"
    frame, said = session.recorder.frame(), {"kind": "book"}
    return dataset_of(frame, "book", "binance_capture", path, steps=[told, stale], findings=findings, parameters=said)


class _Session:
    """The book of one stream, and the differences that wait for its snapshot."""

    def __init__(self) -> None:
        self.book, self.recorder = LadderBook(), Recorder("book")
        self.awaiting = 0
        self._kept: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def snapshot(self, data: dict[str, Any], received: int) -> None:
        self.book.snapshot(_levels(data["bids"]), _levels(data["asks"]), data["lastUpdateId"])
        kept, self._kept = list(self._kept), deque(maxlen=_KEPT)
        for difference in kept:
            self._apply(difference, received)

    def difference(self, data: dict[str, Any], received: int) -> None:
        if self.book.usable:
            self._apply(data, received)
        else:
            self.awaiting += 1
            self._kept.append(data)

    def _apply(self, data: dict[str, Any], received: int) -> None:
        book = self.book
        try:
            if not book.advance(data["U"], data["u"], data.get("pu")):
                return
        except BookGap:
            self._kept.append(data)
            return
        book.update(_levels(data["b"]), _levels(data["a"]))
        moment = data.get("T") or data["E"]
        self.recorder.book(data["s"], book.bids, book.asks, moment * 10**6, received, data["u"])


def _messages(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with open_bytes(path) as file:
        for number, line in enumerate(file, 1):
            received, _, text = line.partition(b" ")
            try:
                message = json.loads(text)
                yield int(received), message
            except ValueError as error:
                raise DataError(f"{path.name}: line {number} is no message of a capture: {line[:60]!r}") from error


def _levels(pairs: list[list[str]]) -> list[Level]:
    return [(float(price), float(size)) for price, size in pairs]
