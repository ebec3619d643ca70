"""The columns of each event kind from rows of named cells: quotes, trades, books, bars, external signals, clocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import LEVELS_MAX, Code, EventKind
from quartet.core.lazy import lazy_module
from quartet.data.cells import Cells, Chunk
from quartet.data.decimals import Bools, Ints

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
else:
    pa = lazy_module("pyarrow")
    pc = lazy_module("pyarrow.compute")

Columns = dict[str, NDArray[Any]]

_BUYS: Final = {"buy", "b", "bid", "1", "+1", "buyer"}
_SELLS: Final = {"sell", "s", "ask", "a", "-1", "2", "seller"}  # 2: side of FIX
_NEITHER: Final = {"0", "", "n", "none", "unknown"}
_TRUE: Final = {"true", "t", "1", "yes"}
_FALSE: Final = {"false", "f", "0", "no"}


def quote_columns(chunk: Chunk) -> Columns:
    """Best bid and ask. Read leniently, a price that is missing or 0 makes its side absent: price 0, size 0."""
    prices, present = {}, {}
    for side in ("bid", "ask"):
        price, missing = chunk.numbers(f"{side}_price")
        if chunk.manner.lenient:
            present[side] = ~missing & (price != 0)
        else:
            chunk.refuse(missing, Code.MISSING_FIELD, f"{side}_price")
            present[side] = ~missing
        prices[f"{side}_price"] = price
    if chunk.manner.lenient:
        nothing = ~present["bid"] & ~present["ask"]
        chunk.refuse(nothing & _null(chunk, "bid_price") & _null(chunk, "ask_price"), Code.MISSING_FIELD, "bid_price")
    sizes = {f"{side}_size": chunk.sizes(f"{side}_size", present[side]) for side in ("bid", "ask")}
    return {**prices, **sizes}


def trade_columns(chunk: Chunk) -> Columns:
    """Price, size and who took."""
    price = chunk.required("trade_price")
    size = chunk.sizes("trade_size")
    return {"trade_price": price, "trade_size": size, "aggressor": _aggressor(chunk)}


def book_columns(chunk: Chunk) -> Columns:
    """Up to ten levels a side from the cells bid_price_1, bid_size_1, ... The levels end at the first that is absent,
    unless the cells bid_levels and ask_levels tell how many there are."""
    rows = len(chunk.rows)
    out: Columns = {}
    for side in ("bid", "ask"):
        prices = np.zeros((rows, LEVELS_MAX), np.int64)
        sizes = np.zeros((rows, LEVELS_MAX), np.int64)
        here = np.ones(rows, np.bool_)
        levels = np.zeros(rows, np.uint8)
        counted = f"{side}_levels" in chunk.cells
        given = chunk.whole(f"{side}_levels", 0, 255) if counted else np.zeros(rows, np.int64)
        for level in range(LEVELS_MAX):
            if f"{side}_price_{level + 1}" not in chunk.cells:
                break
            price, missing = chunk.numbers(f"{side}_price_{level + 1}")
            size = chunk.sizes(f"{side}_size_{level + 1}", ~missing & (price != 0))
            here &= (level < given) if counted else ~missing & (price != 0) & (size > 0)
            prices[:, level] = np.where(here, price, 0)
            sizes[:, level] = np.where(here, size, 0)
            levels += here.astype(np.uint8)
        out[f"book_{side}_prices"], out[f"book_{side}_sizes"] = prices, sizes
        out[f"book_{side}_levels"] = given.astype(np.uint8) if counted else levels
    return out


def bar_columns(chunk: Chunk) -> Columns:
    """Open, high, low, close, volume."""
    own = {f"bar_{name}": chunk.required(name) for name in ("open", "high", "low", "close")}
    return {**own, "bar_volume": chunk.sizes("volume")}


def signal_columns(chunk: Chunk) -> Columns:
    """Score and confidence of an external signal; a confidence that is not given is 1."""
    return {"signal_score": chunk.floats("score"), "signal_confidence": chunk.floats("confidence", 1.0)}


KIND_COLUMNS: Final[dict[EventKind, Callable[[Chunk], Columns]]] = {
    EventKind.QUOTE: quote_columns,
    EventKind.TRADE: trade_columns,
    EventKind.BOOK: book_columns,
    EventKind.BAR: bar_columns,
    EventKind.EXTERNAL_SIGNAL: signal_columns,
    EventKind.CLOCK: lambda chunk: {},
}


def _null(chunk: Chunk, name: str) -> Bools:
    cells = chunk.cells.get(name)
    if cells is None:
        return np.ones(len(chunk.rows), np.bool_)
    if isinstance(cells.values, pa.Array):
        return np.asarray(cells.values.is_null().to_numpy(zero_copy_only=False), np.bool_)
    return np.array([value is None for value in cells.values], np.bool_)


def _aggressor(chunk: Chunk) -> NDArray[np.int8]:
    """From `aggressor` (1, -1, 0, or words), or from `buyer_maker`, where true means that the seller took."""
    if "aggressor" in chunk.cells:
        return _words(chunk, "aggressor", _BUYS, _SELLS, _NEITHER)
    if "buyer_maker" in chunk.cells:
        return _words(chunk, "buyer_maker", _FALSE, _TRUE, frozenset())
    return np.zeros(len(chunk.rows), np.int8)


def _words(
    chunk: Chunk, name: str, buys: set[str], sells: set[str], neither: set[str] | frozenset[str]
) -> NDArray[np.int8]:
    """1 for the words of buys, -1 for those of sells, 0 where missing or neither; other words are faults."""
    cells: Cells = chunk.cells[name]
    values = cells.values if isinstance(cells.values, pa.Array) else _as_text(cells.values)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_floating(values.type):
        values = values.cast(pa.int8(), safe=False)
    encoded = pc.utf8_lower(pc.utf8_trim_whitespace(values.cast(pa.string()))).dictionary_encode()
    meaning: Ints = np.zeros(len(encoded.dictionary) + 1, np.int64)
    for place, word in enumerate(encoded.dictionary.to_pylist()):
        meaning[place] = 1 if word in buys else -1 if word in sells else 0 if word in neither else 2
    found = meaning[encoded.indices.fill_null(len(meaning) - 1).to_numpy(zero_copy_only=False)]
    chunk.refuse(found == 2, Code.MISSING_FIELD, name)
    return np.where(found == 2, 0, found).astype(np.int8)


def _as_text(values: Any) -> Any:
    return pa.array([None if value is None else str(value) for value in values], pa.string())
