"""Logs of single orders: created, changed and deleted, from which the book and its best prices are rebuilt."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.csv

from quartet.core.errors import DataError
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.book_recorder import Recorder
from quartet.data.dataset import Dataset
from quartet.data.order_book import ASK, BID, OrderBook
from quartet.data.providers.delivery import dataset_of, expected_form, one_file, warning
from quartet.data.sources import open_bytes

_NEEDED: Final = ("id", "timestamp", "price", "volume", "action", "direction")
_ACTIONS: Final = ("created", "changed", "deleted")


class OrderLogParameters(Parameters):
    """What comes out, and the unit of volumes."""

    kind: Literal["quotes", "book"] = parameter("quotes", "The best prices, or ten levels.")
    symbol: str = parameter("BTCUSD", "What the orders are for.")
    volume_unit: float = parameter(1e-8, "Worth of one unit of volume; Bitstamp's is a satoshi.", gt=0.0)


@register("source", "order_log", parameters=OrderLogParameters, schemas="quotes, book")
def order_log(what: Any, parameters: OrderLogParameters) -> Dataset:
    """Order events of Bitstamp as CSV (id, timestamp in ms, price, volume, action, direction), the book rebuilt.

    Market orders are entered far through the book and disappear at once: an order that crosses the other side makes no
    row until it has gone.
    """
    path = one_file(what, "order_log")
    with expected_form(path, "a log of single orders"):
        return _rebuilt(path, parameters)


def _rebuilt(path: Path, parameters: OrderLogParameters) -> Dataset:
    with open_bytes(path) as file:
        table = pl.DataFrame(pa.csv.read_csv(file))
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise DataError(f"{path.name}: an order log has the column {missing[0]}; there are {', '.join(table.columns)}")
    recorder, book, crossed, late = Recorder(parameters.kind), OrderBook(), 0, 0
    gone: set[int] = set()
    for row in table.select(_NEEDED).iter_rows():
        order, stamp, price, volume, action, direction = row
        if action not in _ACTIONS:
            raise DataError(f"{path.name}: action {action!r} is none of {', '.join(_ACTIONS)}")
        if action == "deleted":
            gone.add(order)
            book.remove(order)
        elif order in gone:
            late += 1
        elif volume > 0:
            book.add(order, BID if direction == "bid" else ASK, float(price), volume)
        bid, ask = book.bids.best(), book.asks.best()
        if bid is not None and ask is not None and bid[0] >= ask[0]:
            crossed += 1
            continue
        moment = stamp * 10**6
        recorder.book(parameters.symbol, book.bids, book.asks, moment, moment)
    told = [f"{crossed:,} states in which an order crossed the other side make no row"] if crossed else []
    steps = [*told, f"{late:,} messages about an order came after it was deleted and were dropped" if late else ""]
    findings = warning("unknown_orders", book.unknown, "orders are told of that are from before the log")
    frame = recorder.frame().drop("ts_init").with_columns(cs.contains("_size") * parameters.volume_unit)
    said = parameters.model_dump()
    return dataset_of(frame, parameters.kind, "order_log", path, steps=steps, findings=findings, parameters=said)
