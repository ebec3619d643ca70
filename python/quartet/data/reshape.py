"""Tables that are no plain list of events, made into one: LOBSTER messages with their book, and bars side by side.

A reshaper is made once a file and called once a chunk, in order, so that it may remember. What it returns has a column
`row`: the row of the chunk that each of its rows came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from quartet.core.contract import LEVELS_MAX, EventKind, Flag

_LOBSTER_EMPTY: Final = 9_999_999_999
_EXECUTIONS: Final = (4, 5)  # of a visible and of a hidden order
_HALT: Final = 7
_WIDE: Final = re.compile(r"(.+):(open|high|low|close|volume)")


class LobsterRows:
    """Message rows with the book after them: an execution gives a trade and then the book, other rows the book alone.

    A message's direction is that of the resting order, so the aggressor is the opposite. A message of type 7 with
    price -1 halts trading, with 0 or 1 ends the halt.
    """

    def __init__(self) -> None:
        self._halted = False

    def __call__(self, table: Any) -> Any:
        event = table["event_type"].to_numpy()
        rows = np.arange(len(event))
        traded = np.isin(event, _EXECUTIONS)
        # A trade takes its place just before the book of its own row.
        places = np.concatenate([rows[traded] * 2, rows * 2 + 1])
        order = np.argsort(places, kind="stable")
        taken = np.concatenate([rows[traded], rows])[order]
        is_trade = (places[order] & 1) == 0
        halted = self._halts(event, table["price_e4"].to_numpy())
        book = EventKind.BOOK if f"ask_price_e4_{LEVELS_MAX}" in table.column_names else EventKind.QUOTE
        out = table.take(pa.array(taken))
        out = out.append_column("row", pa.array(taken))
        out = out.append_column("kind", pa.array(np.where(is_trade, EventKind.TRADE, book).astype(np.uint8)))
        out = out.append_column("aggressor", pa.array(-table["direction"].to_numpy()[taken].astype(np.int8)))
        out = out.append_column("flags", pa.array((halted[taken] * int(Flag.HALT)).astype(np.uint32)))
        return _without_fillers(out)

    def _halts(self, event: Any, price: Any) -> Any:
        """Where trading is halted, remembered from chunk to chunk."""
        says = np.where(event == _HALT, np.where(price < 0, 1, 0), -1)
        last = np.maximum.accumulate(np.where(says >= 0, np.arange(len(says)), -1))
        halted = np.where(last >= 0, says[np.maximum(last, 0)], int(self._halted)).astype(np.int64)
        if len(halted):
            self._halted = bool(halted[-1])
        return halted


def _without_fillers(table: Any) -> Any:
    """LOBSTER fills levels that are not there with prices of +-9999999999; here a price of 0 says so."""
    for at, name in enumerate(table.column_names):
        if "price_e4_" in name:
            prices = table[name].to_numpy()
            if np.any(np.abs(prices) >= _LOBSTER_EMPTY):
                clean = np.where(np.abs(prices) >= _LOBSTER_EMPTY, 0, prices)
                table = table.set_column(at, name, pa.array(clean))
    return table


def wide_bar_symbols(columns: Iterable[str]) -> list[str]:
    """The symbols of columns such as BTC:open, ETH:close; none where any symbol lacks one of the five."""
    found: dict[str, set[str]] = {}
    for column in columns:
        match = _WIDE.fullmatch(column)
        if match:
            found.setdefault(match[1], set()).add(match[2])
    return sorted(found) if found and all(len(have) == 5 for have in found.values()) else []


class WideBarRows:
    """One row a stamp with the bars of several symbols side by side, made into one row a bar; empty bars are no bars.

    The stamp is in the first column that belongs to no symbol.
    """

    def __call__(self, table: Any) -> Any:
        stamp = next(name for name in table.column_names if not _WIDE.fullmatch(name))
        symbols = wide_bar_symbols(table.column_names)
        names = ("open", "high", "low", "close", "volume")
        parts = []
        for symbol in symbols:
            columns = {name: table[f"{symbol}:{name}"].combine_chunks() for name in names}
            there = np.zeros(table.num_rows, np.bool_)
            for values in columns.values():
                there |= ~values.is_null().to_numpy(zero_copy_only=False)
            rows = np.flatnonzero(there)
            part = {"row": pa.array(rows), "timestamp": table[stamp].take(pa.array(rows)).combine_chunks()}
            part["symbol"] = pa.array([symbol] * len(rows), pa.string())
            part.update({name: values.take(pa.array(rows)) for name, values in columns.items()})
            parts.append(pa.table(part))
        return pa.concat_tables(parts).sort_by([("row", "ascending"), ("symbol", "ascending")])
