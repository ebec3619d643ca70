"""What phase one keeps of one symbol (spec 3.2), and the event that it is looking at."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class ExternalSignal(NamedTuple):
    """A live external signal (spec 3.7)."""

    source: int
    score: float
    confidence: float
    ts_event: int
    event_index: int


class Cell(Protocol):
    """The state of one stateful node for one symbol, as words (spec 4.3)."""

    def words(self) -> tuple[list[int], list[float]]:
        """The u64 words and the f64 words."""
        ...

    def load(self, u: list[int], f: list[float]) -> None:
        """Take the words back; ValueError where they cannot be."""
        ...


class SymbolSignals:
    """Phase one's state of one symbol; the fields from now on belong to the event in hand."""

    __slots__ = (
        "ask",
        "ask_prices",
        "ask_size",
        "ask_sizes",
        "bar",
        "bid",
        "bid_prices",
        "bid_size",
        "bid_sizes",
        "cells",
        "external",
        "last_sign",
        "last_trade_price",
        "now",
        "trade_price",
        "trade_size",
        "values",
        "vwap_pq",
        "vwap_q",
        "vwap_session",
    )

    def __init__(self, values: list[float], cells: list[Cell | None]) -> None:
        self.bid = self.ask = self.bid_size = self.ask_size = 0
        self.last_trade_price: int | None = None
        self.last_sign = 0
        self.vwap_session = 0
        self.vwap_pq = 0.0
        self.vwap_q = 0.0
        self.external: list[ExternalSignal] = []
        self.values = values
        self.cells = cells
        self.now = 0
        self.trade_price = self.trade_size = 0
        self.bid_prices: list[int] = []
        self.bid_sizes: list[int] = []
        self.ask_prices: list[int] = []
        self.ask_sizes: list[int] = []
        self.bar: tuple[int, ...] = ()
