"""The market view of a symbol: levels, flags, mark (spec 2.6, 6)."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import EventKind, Flag
from quartet.core.fixed import half_even
from quartet.engines.reference.account.account import set_mark
from quartet.engines.reference.core.state import BookLevel, State, Symbol
from quartet.engines.reference.data_engine.columns import Payload

_HALT: Final = int(Flag.HALT)
_STALE_OR_GAP: Final = int(Flag.STALE | Flag.GAP)


def update_view(state: State, symbol: Symbol, kind: int, flags: int, payload: Payload) -> None:
    """Let an accepted QUOTE, TRADE, BOOK or BAR change the view."""
    symbol.last_ts = state.now
    symbol.halted = flags & _HALT != 0
    if kind == EventKind.QUOTE:
        bid, ask, bid_size, ask_size = payload
        # A quote is a book with one level a side, or none where the size is 0 (spec 6.2).
        symbol.bids = (BookLevel(bid, bid_size),) if bid_size else ()
        symbol.asks = (BookLevel(ask, ask_size),) if ask_size else ()
        _quoted(state, symbol, flags)
    elif kind == EventKind.BOOK:
        bid_prices, bid_sizes, ask_prices, ask_sizes, bid_levels, ask_levels = payload
        symbol.bids = tuple(map(BookLevel, bid_prices[:bid_levels], bid_sizes))
        symbol.asks = tuple(map(BookLevel, ask_prices[:ask_levels], ask_sizes))
        _quoted(state, symbol, flags)
    elif not symbol.has_quote:
        # A trade's price or a bar's close is the mark while no two-sided quote stands (spec 6.3).
        set_mark(state, symbol, payload[0] if kind == EventKind.TRADE else payload[3])


def _quoted(state: State, symbol: Symbol, flags: int) -> None:
    symbol.taken_bid = symbol.taken_ask = 0
    symbol.stale = flags & _STALE_OR_GAP != 0
    symbol.has_quote = bool(symbol.bids and symbol.asks)
    if symbol.has_quote:
        set_mark(state, symbol, half_even(symbol.bids[0].price + symbol.asks[0].price, 2))
