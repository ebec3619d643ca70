"""What is in a stream, symbol by symbol: events of each kind, times, price range, and the steps of prices and sizes.

This is what an instrument's tick and lot can be chosen from when no configuration names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import EventKind
from quartet.data.batch import EventBatch

_PRICES: Final[dict[EventKind, tuple[str, ...]]] = {
    EventKind.QUOTE: ("bid_price", "ask_price"),
    EventKind.TRADE: ("trade_price",),
    EventKind.BOOK: ("book_bid_prices", "book_ask_prices"),
    EventKind.BAR: ("bar_open", "bar_high", "bar_low", "bar_close"),
}
_SIZES: Final[dict[EventKind, tuple[str, ...]]] = {
    EventKind.QUOTE: ("bid_size", "ask_size"),
    EventKind.TRADE: ("trade_size",),
    EventKind.BOOK: ("book_bid_sizes", "book_ask_sizes"),
    EventKind.BAR: ("bar_volume",),
}


@dataclass(slots=True)
class SymbolSurvey:
    """One symbol of a stream; prices, sizes and steps in 1e-9."""

    symbol: str
    events: dict[EventKind, int] = field(default_factory=dict)
    first_ns: int = 0
    last_ns: int = 0
    price_low: int = 0
    """Lowest price that is not 0."""
    price_high: int = 0
    price_divisor: int = 0
    """Greatest common divisor of all prices; 0 where there was none."""
    size_divisor: int = 0

    @property
    def price_step(self) -> int:
        """The largest power of ten, up to one, that all prices are multiples of."""
        return _power_of_ten(self.price_divisor)

    @property
    def size_step(self) -> int:
        """The largest power of ten, up to one, that all sizes are multiples of."""
        return _power_of_ten(self.size_divisor)


def survey(batches: Iterable[EventBatch], names: Sequence[str]) -> list[SymbolSurvey]:
    """Read a whole stream; one entry a symbol, by id. Symbols without events have empty ones."""
    found = [SymbolSurvey(name) for name in names]
    for batch in batches:
        for kind, prices in _PRICES.items():
            rows = batch.rows(kind)
            symbols = batch["symbol"][rows]
            for number in np.unique(symbols).tolist():
                if number < len(found):
                    _count(found[number], batch, kind, prices, rows, symbols == number)
    return found


def _count(
    entry: SymbolSurvey,
    batch: EventBatch,
    kind: EventKind,
    prices: Sequence[str],
    rows: NDArray[np.intp],
    mask: NDArray[np.bool_],
) -> None:
    times = batch["ts_init"][rows[mask]]
    values = np.concatenate([batch[name][mask].reshape(-1) for name in prices])
    values = values[values != 0]
    part = SymbolSurvey(entry.symbol, {kind: int(mask.sum())}, int(times.min()), int(times.max()))
    if len(values):
        part.price_low, part.price_high = int(values.min()), int(values.max())
        part.price_divisor = int(np.gcd.reduce(values))
    sizes = np.concatenate([batch[name][mask].reshape(-1) for name in _SIZES[kind]])
    part.size_divisor = int(np.gcd.reduce(sizes)) if len(sizes) else 0
    _add(entry, part)


def _add(entry: SymbolSurvey, part: SymbolSurvey) -> None:
    if not part.events:
        return
    if entry.events:
        entry.first_ns, entry.last_ns = min(entry.first_ns, part.first_ns), max(entry.last_ns, part.last_ns)
    else:
        entry.first_ns, entry.last_ns = part.first_ns, part.last_ns
    for kind, count in part.events.items():
        entry.events[kind] = entry.events.get(kind, 0) + count
    if part.price_divisor:
        known = bool(entry.price_divisor)
        entry.price_low = min(entry.price_low, part.price_low) if known else part.price_low
        entry.price_high = max(entry.price_high, part.price_high) if known else part.price_high
        entry.price_divisor = int(np.gcd(entry.price_divisor, part.price_divisor))
    entry.size_divisor = int(np.gcd(entry.size_divisor, part.size_divisor))


def _power_of_ten(divisor: int) -> int:
    step = 1
    while divisor and step < 10**9 and divisor % (step * 10) == 0:
        step *= 10
    return step if divisor else 0
