"""Kraken: recorded web-socket sessions, the book rebuilt and held against the venue's own checksums."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, Final, Literal

from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.book_recorder import Recorder
from quartet.data.dataset import Dataset
from quartet.data.order_book import LadderBook
from quartet.data.providers.delivery import dataset_of, expected_form, one_file, warning
from quartet.data.providers.session_capture import ns_of, session_messages

_CHECKED_LEVELS: Final = 10


class KrakenParameters(Parameters):
    """What comes out."""

    kind: Literal["quotes", "trades", "book"] = parameter("book", "quotes and book are rebuilt from the book channel.")


class _Book:
    """A book whose numbers keep their text, of which the checksum is made."""

    def __init__(self, depth: int) -> None:
        self.ladders, self.depth = LadderBook(), depth
        self.texts: dict[float, tuple[str, str]] = {}

    def set(self, bids: list[list[str]], asks: list[list[str]]) -> None:
        for ladder, rows in ((self.ladders.bids, bids), (self.ladders.asks, asks)):
            for price, size, *_ in rows:
                ladder.set(float(price), float(size))
                self.texts[float(price)] = (price, size)
            for beyond, _ in ladder.top(len(ladder))[self.depth :]:
                ladder.set(beyond, 0.0)

    def checksum(self) -> int:
        levels = [*self.ladders.asks.top(_CHECKED_LEVELS), *self.ladders.bids.top(_CHECKED_LEVELS)]
        digits = (text.replace(".", "").lstrip("0") for price, _ in levels for text in self.texts[price])
        return zlib.crc32("".join(digits).encode())


@register("source", "kraken_capture", parameters=KrakenParameters, schemas="quotes, trades, book")
def kraken_capture(what: Any, parameters: KrakenParameters) -> Dataset:
    """Captures of Kraken's web socket (v1), lines of receive time in seconds and message: book and trade channels.

    Each difference carries a checksum of the best ten levels; a book that does not agree with it is told of, and waits
    for its next snapshot.
    """
    path = one_file(what, "kraken_capture")
    with expected_form(path, "a capture of Kraken's web socket"):
        return _read(path, parameters)


def _read(path: Path, parameters: KrakenParameters) -> Dataset:
    recorder, books, wrong, checked = Recorder(parameters.kind), dict[str, _Book](), 0, 0
    for received, message in session_messages(path):
        if not isinstance(message, list):
            continue
        channel, pair = str(message[-2]), str(message[-1])
        if channel == "trade":
            for price, size, seconds, side, *_ in message[1]:
                taker = 1 if side == "b" else -1
                recorder.trade(pair, float(price), float(size), taker, ns_of(seconds), received)
        elif channel.startswith("book"):
            parts = [part for part in message[1:-2] if isinstance(part, dict)]
            first = parts[0]
            if "as" in first:
                books[pair] = _Book(int(channel.partition("-")[2]))
                books[pair].set(first["bs"], first["as"])
                rows = first["bs"] + first["as"]
            elif pair in books:
                rows = [row for part in parts for key in ("a", "b") for row in part.get(key, [])]
                books[pair].set(*([row for part in parts for row in part.get(key, [])] for key in ("b", "a")))
            else:
                continue
            told = next((part["c"] for part in parts if "c" in part), None)
            if told is not None:
                checked += 1
                if books[pair].checksum() != int(told):
                    wrong += 1
                    del books[pair]
                    continue
            book = books[pair].ladders
            stamp = max((ns_of(row[2]) for row in rows), default=received)
            recorder.book(pair, book.bids, book.asks, stamp, received)
    steps = [f"{checked:,} checksums of books were compared, {wrong:,} differed"] if checked else []
    findings = warning("book_checksums", wrong, "the book differs from the venue's checksum and was dropped")
    said = {"kind": parameters.kind}
    return dataset_of(
        recorder.frame(), parameters.kind, "kraken_capture", path, steps=steps, findings=findings, parameters=said
    )
