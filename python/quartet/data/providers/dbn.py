"""Databento's binary encoding: market by order with the book rebuilt, quotes, trades and bars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from quartet.core.errors import DataError
from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.book_recorder import Recorder
from quartet.data.contracts.schema import TIME
from quartet.data.dataset import Dataset
from quartet.data.order_book import ASK, BID, OrderBook
from quartet.data.providers.delivery import dataset_of, one_file, warning
from quartet.data.sources import open_bytes

_SCALE: Final = 1e9
_READ_BYTES: Final = 1 << 20
_SPAN_NS: Final = {"1S": 10**9, "1M": 60 * 10**9, "1H": 3600 * 10**9, "1D": 86_400 * 10**9}
_SIDES: Final = {"B": 1, "A": -1}


class DbnParameters(Parameters):
    """What is made of the records."""

    kind: Literal["quotes", "trades", "book", "bars"] = parameter("quotes", "What comes out.")
    symbol: str | None = parameter(None, "Name of the instrument, where the file does not map its number to one.")


@register("source", "dbn", parameters=DbnParameters, schemas="quotes, trades, book, bars", needs="extra data")
def dbn(what: Any, parameters: DbnParameters) -> Dataset:
    """Databento files (.dbn, packed or not): MBO with the book rebuilt order by order, MBP-1 and -10, trades, OHLCV.

    A quote or book is a row when a venue's message is complete (F_LAST), so that no state inside of it is seen; times
    are those of the exchange, ts_init those of Databento's receipt. Orders of the opening snapshot make no rows.
    """
    path = one_file(what, "dbn")
    reader = _Reader(path, parameters)
    frame = reader.frame()
    findings = warning("unknown_orders", reader.unknown, "orders are told of that are not in the book")
    said = {"kind": parameters.kind, "symbol": parameters.symbol}
    return dataset_of(frame, parameters.kind, "dbn", path, steps=[reader.told], findings=findings, parameters=said)


class _Reader:
    def __init__(self, path: Path, parameters: DbnParameters) -> None:
        self._package = needed("databento_dbn", "data", "a Databento file")
        self._path, self._symbol = path, parameters.symbol
        self._recorder = Recorder(parameters.kind)
        self._books: dict[int, OrderBook] = {}
        self._names: dict[int, str] = {}
        self._bars: list[tuple[Any, ...]] = []
        self.told = ""
        self.unknown = 0

    def frame(self) -> pl.DataFrame:
        kinds: dict[str, int] = {}
        for record in self._records():
            kind = type(record).__name__
            kinds[kind] = kinds.get(kind, 0) + 1
            if kind == "MBOMsg":
                self._order(record)
            elif kind in ("MBP1Msg", "MBP10Msg", "TradeMsg"):
                self._levels(record)
            elif kind == "OHLCVMsg":
                self._bar(record)
            elif kind.startswith("SymbolMapping"):
                self._names[record.instrument_id] = record.stype_out_symbol
        self.unknown = sum(book.unknown for book in self._books.values())
        self.told = "read " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
        return self._bar_frame() if self._recorder.schema == "bars" else self._recorder.frame()

    def _records(self) -> Iterator[Any]:
        decoder = self._package.DBNDecoder()
        try:
            with open_bytes(self._path) as file:
                while block := file.read(_READ_BYTES):
                    decoder.write(block)
                    for record in decoder.decode():
                        if isinstance(record, self._package.Metadata):
                            self._map(record)
                        else:
                            yield record
        except self._package.DBNError as error:
            raise DataError(f"{self._path.name}: it is no Databento file, or is damaged: {error}") from error

    def _map(self, metadata: Any) -> None:
        for raw, spans in metadata.mappings.items():
            for span in spans:
                number = span["symbol"] if isinstance(span, dict) else span.symbol
                if str(number).isdigit():
                    self._names[int(number)] = raw

    def _name(self, record: Any) -> str:
        return self._symbol or self._names.get(record.instrument_id, str(record.instrument_id))

    def _order(self, record: Any) -> None:
        action, flags, side = str(record.action), int(record.flags), _SIDES.get(str(record.side), 0)
        book = self._books.setdefault(record.instrument_id, OrderBook())
        price = record.price / _SCALE
        if action == "T":
            self._recorder.trade(
                self._name(record), price, record.size, side, record.ts_event, record.ts_recv, record.sequence
            )
        elif action == "R":
            book.clear()
        elif action == "A" or (action == "M" and side):
            book.add(record.order_id, BID if side > 0 else ASK, price, record.size)
        elif action == "C":
            book.reduce(record.order_id, record.size)
        if flags & self._package.F_LAST and not flags & self._package.F_SNAPSHOT:
            self._recorder.book(
                self._name(record), book.bids, book.asks, record.ts_event, record.ts_recv, record.sequence
            )

    def _levels(self, record: Any) -> None:
        name = self._name(record)
        if str(record.action) == "T":
            side = _SIDES.get(str(record.side), 0)
            self._recorder.trade(
                name, record.price / _SCALE, record.size, side, record.ts_event, record.ts_recv, record.sequence
            )
        if not hasattr(record, "levels"):
            return
        book = OrderBook()
        for number, level in enumerate(record.levels):
            for side, price, size in ((BID, level.bid_px, level.bid_sz), (ASK, level.ask_px, level.ask_sz)):
                if price != self._package.UNDEF_PRICE and size:
                    book.add(number * 2 + (side == ASK), side, price / _SCALE, size)
        self._recorder.book(name, book.bids, book.asks, record.ts_event, record.ts_recv, record.sequence)

    def _bar(self, record: Any) -> None:
        span = _SPAN_NS.get(str(record.rtype).rpartition("-")[2].upper())
        if span is None:
            raise DataError(f"{self._path.name}: bars of the kind {record.rtype} are not read")
        end = record.ts_event + (span - 1 if span == _SPAN_NS["1D"] else span)
        prices = (value / _SCALE for value in (record.open, record.high, record.low, record.close))
        self._bars.append((end, self._name(record), *prices, float(record.volume)))

    def _bar_frame(self) -> pl.DataFrame:
        prices = dict.fromkeys(("open", "high", "low", "close", "volume"), pl.Float64)
        schema = {"timestamp": pl.Int64, "symbol": pl.String, **prices}
        return pl.DataFrame(self._bars, schema=schema, orient="row").with_columns(pl.col("timestamp").cast(TIME))
