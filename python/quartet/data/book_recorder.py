"""Rows of quotes, books and trades as whoever rebuilds or makes a book meets them, and the frame that they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from quartet.core.contract import LEVELS_MAX
from quartet.data.contracts.schema import TIME
from quartet.data.contracts.schemas import schema_named
from quartet.data.order_book import Ladder, Level

_LEVELS: Final = [
    f"{side}_{what}_{level}"
    for level in range(1, LEVELS_MAX + 1)
    for side in ("bid", "ask")
    for what in ("price", "size")
]


@dataclass(slots=True)
class Recorder:
    """Collects what is asked for: quotes, book or trades."""

    schema: str
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    _last: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def book(self, symbol: str, bids: Ladder, asks: Ladder, ts: int, ts_init: int, sequence: int | None = None) -> None:
        """The state of a book; it is a row where what is asked for has changed."""
        if self.schema == "quotes":
            state: tuple[Any, ...] = (bids.best(), asks.best())
        elif self.schema == "book":
            state = (*bids.top(LEVELS_MAX), None, *asks.top(LEVELS_MAX))
        else:
            return
        if self._last.get(symbol) != state:
            self._last[symbol] = state
            sides = (bids.top(LEVELS_MAX), asks.top(LEVELS_MAX)) if self.schema == "book" else state
            self.rows.append((ts, symbol, sequence, ts_init, *sides))

    def trade(
        self, symbol: str, price: float, size: float, side: int, ts: int, ts_init: int, sequence: int | None = None
    ) -> None:
        """A trade."""
        if self.schema == "trades":
            self.rows.append((ts, symbol, sequence, ts_init, price, size, side))

    def frame(self) -> pl.DataFrame:
        """The rows in the contract."""
        head = {"timestamp": pl.Int64, "symbol": pl.String, "sequence": pl.Int64, "ts_init": pl.Int64}
        if self.schema == "trades":
            rows = list(self.rows)
            columns = {**head, "price": pl.Float64, "size": pl.Float64, "side": pl.Int8}
        elif self.schema == "quotes":
            rows = [(*row[:4], *_pair(row[4]), *_pair(row[5])) for row in self.rows]
            columns = {**head, **dict.fromkeys(("bid", "bid_size", "ask", "ask_size"), pl.Float64)}
        else:
            rows = [(*row[:4], *_levels(row[4], row[5])) for row in self.rows]
            columns = {**head, **dict.fromkeys(_LEVELS, pl.Float64)}
        frame = pl.DataFrame(rows, schema=columns, orient="row")
        named = [each.name for each in schema_named(self.schema).columns if each.name in frame.columns]
        made = frame.with_columns(pl.col("timestamp", "ts_init").cast(TIME)).select(named)
        return made.drop("sequence") if made["sequence"].null_count() == len(made) else made


def _pair(level: Level | None) -> tuple[float | None, float | None]:
    return (None, None) if level is None else level


def _levels(bids: list[Level], asks: list[Level]) -> list[float | None]:
    cells: list[float | None] = []
    for level in range(LEVELS_MAX):
        for side in (bids, asks):
            cells.extend(side[level] if level < len(side) else (None, None))
    return cells
