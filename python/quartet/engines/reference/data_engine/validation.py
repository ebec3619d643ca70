"""The tests of an event in their order (spec 2.4). The first that fails names the reject's code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from quartet.core.contract import FUTURE_NS_MAX, LEVELS_MAX, PRICE_MAX, Code, EventKind
from quartet.engines.reference.core.settings import Instrument, Settings
from quartet.engines.reference.data_engine.columns import Event, Payload
from quartet.engines.reference.performance.counters import Counters

_TS_END: Final = 1 << 62
_KIND_LAST: Final = max(EventKind)
_SIZE_MAX: Final = PRICE_MAX
_FINITE_MAX: Final = 1.7976931348623157e308


def _quote(instrument: Instrument, payload: Payload) -> int:
    bid, ask, bid_size, ask_size = payload
    if not (0 <= bid_size <= _SIZE_MAX and 0 <= ask_size <= _SIZE_MAX):
        return Code.BAD_SIZE
    low, high = instrument.price_min, instrument.price_max
    if (bid_size and not low <= bid <= high) or (ask_size and not low <= ask <= high):
        return Code.BAD_PRICE
    if bid > ask and bid_size and ask_size:
        return Code.CROSSED
    return 0


def _trade(instrument: Instrument, payload: Payload) -> int:
    price, size, aggressor = payload
    if not 0 < size <= _SIZE_MAX:
        return Code.BAD_SIZE
    if not instrument.price_min <= price <= instrument.price_max:
        return Code.BAD_PRICE
    if not -1 <= aggressor <= 1:
        return Code.MISSING_FIELD
    return 0


def _rising(prices: Sequence[int]) -> bool:
    return all(a < b for a, b in pairwise(prices))


def _book(instrument: Instrument, payload: Payload) -> int:
    bid_prices, bid_sizes, ask_prices, ask_sizes, bid_levels, ask_levels = payload
    if bid_levels > LEVELS_MAX or ask_levels > LEVELS_MAX:
        return Code.BAD_BOOK
    if not all(0 < size <= _SIZE_MAX for size in (*bid_sizes[:bid_levels], *ask_sizes[:ask_levels])):
        return Code.BAD_SIZE
    bids, asks = bid_prices[:bid_levels], ask_prices[:ask_levels]
    if not all(instrument.price_min <= price <= instrument.price_max for price in (*bids, *asks)):
        return Code.BAD_PRICE
    if not (_rising(bids[::-1]) and _rising(asks)):
        return Code.BAD_BOOK
    if bids and asks and bids[0] > asks[0]:
        return Code.CROSSED
    return 0


def _bar(instrument: Instrument, payload: Payload) -> int:
    opened, high, low, close, volume = payload
    if not 0 <= volume <= _SIZE_MAX:
        return Code.BAD_SIZE
    least, most = instrument.price_min, instrument.price_max
    if not all(least <= price <= most for price in (opened, high, low, close)):
        return Code.BAD_PRICE
    if low > min(opened, close) or high < max(opened, close):
        return Code.BAD_BAR
    return 0


_MARKET_TESTS: Final[dict[int, Callable[[Instrument, Payload], int]]] = {
    EventKind.QUOTE: _quote,
    EventKind.TRADE: _trade,
    EventKind.BOOK: _book,
    EventKind.BAR: _bar,
}


class Validation:
    """The tests with what they remember: the last time and the last sequence of every source."""

    __slots__ = ("_counters", "_instruments", "_signals", "_source_count", "last_sequence", "last_ts_init")

    def __init__(self, settings: Settings, counters: Counters) -> None:
        self._instruments = settings.instruments
        self._signals = settings.signals
        self._source_count = settings.source_count
        self._counters = counters
        self.last_ts_init = 0
        self.last_sequence = [0] * settings.source_count

    def check(self, event: Event, payload: Payload) -> int:
        """The code of the first test that fails; 0 accepts the event and moves the time on."""
        kind, symbol, source, _, ts_event, ts_init, sequence = event
        if not 0 < kind <= _KIND_LAST:
            return Code.UNKNOWN_KIND
        if source >= self._source_count:
            return Code.UNKNOWN_SOURCE
        if ts_init < self.last_ts_init:
            return Code.OUT_OF_ORDER
        if ts_init >= _TS_END or ts_event - ts_init > FUTURE_NS_MAX:
            return Code.FUTURE_TS
        if sequence:
            last = self.last_sequence[source]
            if sequence <= last:
                return Code.DUPLICATE_SEQUENCE
            if last and sequence > last + 1:
                self._counters.gaps += 1
            self.last_sequence[source] = sequence
        if kind <= EventKind.EXTERNAL_SIGNAL:
            if symbol >= len(self._instruments):
                return Code.UNKNOWN_SYMBOL
            test = _MARKET_TESTS.get(kind)
            code = test(self._instruments[symbol], payload) if test else self._signal(event, payload)
            if code:
                return code
        self.last_ts_init = ts_init
        return 0

    def _signal(self, event: Event, payload: Payload) -> int:
        score, confidence = payload
        if not (abs(score) <= _FINITE_MAX and 0.0 <= confidence <= 1.0):
            return Code.BAD_SIGNAL
        if confidence < self._signals.min_confidence:
            return Code.LOW_CONFIDENCE
        if event.ts_init - event.ts_event > self._signals.max_age_ns:
            return Code.STALE_SIGNAL
        return 0
