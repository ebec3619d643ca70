"""Batches of one event kind from arrays. Numbers are the engine's own: prices and sizes in 1e-9, times in ns.

A single number stands for a whole column. Decimal strings, floats and Decimals are for intake.py; nano_of
one number and to_nanos of a column give the integers that are wanted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quartet.core.contract import LEVELS_MAX, EventKind
from quartet.core.errors import DataError
from quartet.core.pb import market_data_pb2
from quartet.data.batch import DTYPES, EventBatch

Integers: TypeAlias = ArrayLike
"""An integer, or one integer an event."""


def quotes(
    symbol: Integers,
    ts_event: Integers,
    bid_price: Integers,
    ask_price: Integers,
    bid_size: Integers,
    ask_size: Integers,
    **common: Integers,
) -> EventBatch:
    """Best bid and ask; a size of 0 means that the side is absent. common: ts_init, source, flags, sequence."""
    own = {"bid_price": bid_price, "ask_price": ask_price, "bid_size": bid_size, "ask_size": ask_size}
    return _build(EventKind.QUOTE, symbol, ts_event, own, common)


def trades(
    symbol: Integers,
    ts_event: Integers,
    price: Integers,
    size: Integers,
    aggressor: Integers = 0,
    **common: Integers,
) -> EventBatch:
    """Trade prints; aggressor is 1 where the buyer took, -1 where the seller did, 0 where it is not known."""
    own = {"trade_price": price, "trade_size": size, "aggressor": aggressor}
    return _build(EventKind.TRADE, symbol, ts_event, own, common)


def books(
    symbol: Integers,
    ts_event: Integers,
    bid_prices: ArrayLike,
    bid_sizes: ArrayLike,
    ask_prices: ArrayLike,
    ask_sizes: ArrayLike,
    bid_levels: Integers | None = None,
    ask_levels: Integers | None = None,
    **common: Integers,
) -> EventBatch:
    """Book snapshots of up to ten levels a side, best first: one row of prices and one of sizes an event.

    Level counts that are not given are those of the leading levels whose size is not 0.
    """
    sides = {
        "book_bid_prices": _levels(bid_prices, "bid_prices"),
        "book_bid_sizes": _levels(bid_sizes, "bid_sizes"),
        "book_ask_prices": _levels(ask_prices, "ask_prices"),
        "book_ask_sizes": _levels(ask_sizes, "ask_sizes"),
    }
    own: dict[str, ArrayLike] = dict(sides)
    own["book_bid_levels"] = leading_levels(sides["book_bid_sizes"]) if bid_levels is None else bid_levels
    own["book_ask_levels"] = leading_levels(sides["book_ask_sizes"]) if ask_levels is None else ask_levels
    return _build(EventKind.BOOK, symbol, ts_event, own, common)


def bars(
    symbol: Integers,
    ts_event: Integers,
    open: Integers,
    high: Integers,
    low: Integers,
    close: Integers,
    volume: Integers,
    **common: Integers,
) -> EventBatch:
    """Finished bars, stamped with their end. A CLOCK must follow each stamp (spec 10.1): see with_clocks."""
    own = {"bar_open": open, "bar_high": high, "bar_low": low, "bar_close": close, "bar_volume": volume}
    return _build(EventKind.BAR, symbol, ts_event, own, common)


def external_signals(
    symbol: Integers, ts_event: Integers, score: ArrayLike, confidence: ArrayLike = 1.0, **common: Integers
) -> EventBatch:
    """Scores made outside the engine; source tells their makers apart (spec 3.7)."""
    own = {"signal_score": score, "signal_confidence": confidence}
    return _build(EventKind.EXTERNAL_SIGNAL, symbol, ts_event, own, common)


def execution_reports(
    ts_event: Integers,
    order_id: Integers,
    trigger: Integers,
    exec_id: Integers = 0,
    liquidity: Integers = 0,
    code: Integers = 0,
    price: Integers = 0,
    quantity: Integers = 0,
    **common: Integers,
) -> EventBatch:
    """What a live venue says of our orders (spec 7.11)."""
    own = {
        "report_order_id": order_id,
        "report_exec_id": exec_id,
        "report_trigger": trigger,
        "report_liquidity": liquidity,
        "report_code": code,
        "report_price": price,
        "report_quantity": quantity,
    }
    return _build(EventKind.EXECUTION_REPORT, 0, ts_event, own, common)


def clocks(ts_event: Integers, **common: Integers) -> EventBatch:
    """Time passes: closes the bars seen since the last clock."""
    return _build(EventKind.CLOCK, 0, ts_event, {}, common)


def controls(messages: Sequence[market_data_pb2.Control | bytes], ts_event: Integers, **common: Integers) -> EventBatch:
    """Commands, one event a message."""
    raw = [message if isinstance(message, bytes) else message.SerializeToString() for message in messages]
    return _build(EventKind.CONTROL, 0, ts_event, {}, common, raw)


def with_clocks(batch: EventBatch) -> EventBatch:
    """The batch, which is in order of ts_init, with a CLOCK after the last event of every stamp that has a bar."""
    times = batch["ts_init"]
    if not len(batch):
        return batch
    last = np.append(times[1:] != times[:-1], True)
    stamps = np.unique(times[batch["kind"] == EventKind.BAR])
    ends = np.flatnonzero(last & np.isin(times, stamps))
    ticks = clocks(times[ends])
    # A clock takes its place right after the event that ends its stamp.
    place = np.concatenate([np.arange(len(batch)) * 2, ends * 2 + 1])
    columns = {name: np.concatenate([batch[name], ticks[name]]) for name in DTYPES}
    return EventBatch(columns, batch.controls).take(np.argsort(place, kind="stable"))


def leading_levels(sizes: NDArray[np.int64]) -> NDArray[np.uint8]:
    """How many levels of each row come before the first of size 0."""
    levels: NDArray[np.uint8] = np.cumprod(sizes != 0, axis=1).sum(axis=1).astype(np.uint8)
    return levels


def _levels(values: ArrayLike, name: str) -> NDArray[np.int64]:
    """Rows of at most ten levels, filled up with zeros."""
    rows = _integers(np.atleast_2d(np.asarray(values)), name)
    if rows.shape[1] > LEVELS_MAX:
        raise DataError(f"{name} has {rows.shape[1]} levels, a book has at most {LEVELS_MAX}")
    out = np.zeros((len(rows), LEVELS_MAX), np.int64)
    out[:, : rows.shape[1]] = rows
    return out


def _integers(values: NDArray[Any], name: str) -> NDArray[Any]:
    if values.dtype.kind not in "iu" and values.size:
        raise DataError(
            f"{name} is {values.dtype}, but integers are wanted (prices and sizes in 1e-9, times in ns); "
            "quartet.data.to_nanos converts decimals"
        )
    return values


def _build(
    kind: EventKind,
    symbol: Integers,
    ts_event: Integers,
    own: dict[str, ArrayLike],
    common: dict[str, Integers],
    messages: Sequence[bytes] = (),
) -> EventBatch:
    unknown = common.keys() - {"ts_init", "source", "flags", "sequence"}
    if unknown:
        raise TypeError(f"unknown argument {sorted(unknown)[0]!r}; an event has ts_init, source, flags, sequence")
    given: dict[str, ArrayLike] = {"symbol": symbol, "ts_event": ts_event, "ts_init": ts_event, **common, **own}
    arrays = {name: np.asarray(values) for name, values in given.items()}
    wide = {name for name, array in arrays.items() if array.ndim == 2}
    lengths = {len(array) for array in arrays.values() if array.ndim} | ({len(messages)} if messages else set())
    if len(lengths - {1}) > 1:
        named = ", ".join(f"{name} {len(array)}" for name, array in arrays.items() if array.ndim)
        raise DataError(f"columns of one batch have different lengths: {named}")
    rows = max(lengths, default=1) if 0 not in lengths else 0
    columns: dict[str, NDArray[Any]] = {"kind": np.full(rows, kind, np.uint8)}
    for name, array in arrays.items():
        dtype = DTYPES[name]
        if dtype.kind != "f":
            _integers(array, name)
            _check_range(array, dtype, name)
        shape = (rows, array.shape[1]) if name in wide else (rows,)
        columns[name] = np.ascontiguousarray(np.broadcast_to(array, shape), dtype)
    return EventBatch(columns, messages)


def _check_range(array: NDArray[Any], dtype: np.dtype[Any], name: str) -> None:
    if not array.size:
        return
    limits = np.iinfo(dtype)
    low, high = int(array.min()), int(array.max())
    if low < limits.min or high > limits.max:
        wrong = low if low < limits.min else high
        raise DataError(f"{name} has {wrong}, which does not fit {dtype}")
