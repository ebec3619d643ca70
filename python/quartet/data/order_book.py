"""Order books rebuilt from messages: by level (size at a price) or by order, with gaps told and sides kept apart.

Prices are numbers that compare exactly: floats of the same text, or integers. Nothing here knows any venue's format.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from quartet.core.errors import DataError

Side = Literal[1, -1]
"""1 bids, -1 asks."""
Level = tuple[float, float]
BID: Final[Side] = 1
ASK: Final[Side] = -1


class BookGap(DataError):
    """Messages are missing: the book is not usable until its next snapshot."""


@dataclass(slots=True)
class Ladder:
    """One side: sizes by price."""

    side: Side
    sizes: dict[float, float] = field(default_factory=dict)
    _prices: list[float] = field(default_factory=list)
    """Sorted upwards."""

    def set(self, price: float, size: float) -> None:
        """The size at a price; 0 takes the level away."""
        if size > 0:
            if price not in self.sizes:
                insort(self._prices, price)
            self.sizes[price] = size
        elif price in self.sizes:
            del self.sizes[price]
            del self._prices[bisect_left(self._prices, price)]

    def clear(self) -> None:
        """Take everything away."""
        self.sizes.clear()
        self._prices.clear()

    def best(self) -> Level | None:
        """The best level; None where the side is empty."""
        if not self._prices:
            return None
        price = self._prices[-1 if self.side == BID else 0]
        return price, self.sizes[price]

    def top(self, count: int) -> list[Level]:
        """The best levels, best first, at most so many."""
        prices = self._prices[: -count - 1 : -1] if self.side == BID else self._prices[:count]
        return [(price, self.sizes[price]) for price in prices]

    def drop_through(self, price: float) -> int:
        """Take away the levels at or better than a price of the other side; how many there were."""
        gone = [own for own in self._prices if (own >= price if self.side == BID else own <= price)]
        for own in gone:
            self.set(own, 0.0)
        return len(gone)

    def __len__(self) -> int:
        return len(self._prices)


class LadderBook:
    """A book by levels, from snapshots and differences with sequence numbers."""

    def __init__(self) -> None:
        self.bids, self.asks = Ladder(BID), Ladder(ASK)
        self.usable = False
        """Whether there was a snapshot, and no gap since."""
        self.sequence = 0
        self.gaps = 0
        self.uncrossed = 0
        """Levels that were taken away because the other side came through them."""

    def snapshot(self, bids: Iterable[Level], asks: Iterable[Level], sequence: int = 0) -> None:
        """Start anew from a whole book."""
        for ladder, levels in ((self.bids, bids), (self.asks, asks)):
            ladder.clear()
            for price, size in levels:
                ladder.set(price, size)
        self.sequence, self.usable = sequence, True

    def update(self, bids: Iterable[Level], asks: Iterable[Level]) -> None:
        """Set the sizes of some levels; a level that the newer side came through is stale and goes away."""
        for ladder, other, levels in ((self.bids, self.asks, bids), (self.asks, self.bids, asks)):
            for price, size in levels:
                ladder.set(price, size)
                best = other.best()
                if size > 0 and best is not None and (best[0] - price) * ladder.side <= 0:
                    self.uncrossed += other.drop_through(price)

    def advance(self, first: int, last: int, previous: int | None = None) -> bool:
        """Whether the difference of the numbers first ... last is to be applied now.

        False where it is older than the snapshot. previous: the last number of the difference before, where the venue
        gives it. BookGap where one is missing; the book is then unusable until its next snapshot.
        """
        if last <= self.sequence:
            return False
        if first > self.sequence + 1 and (previous is None or previous > self.sequence):
            self.usable = False
            self.gaps += 1
            raise BookGap(f"messages {self.sequence + 1} to {first - 1} are missing; the book waits for a snapshot")
        self.sequence = last
        return True


class OrderBook:
    """A book by orders. Levels are sums of their orders, which are whole numbers so that an empty level is empty."""

    def __init__(self) -> None:
        self.bids, self.asks = Ladder(BID), Ladder(ASK)
        self.unknown = 0
        """Messages about orders that are not in the book."""
        self._orders: dict[int, tuple[Side, float, int]] = {}

    def add(self, order: int, side: Side, price: float, size: int) -> None:
        """A new order; one of the same id is replaced."""
        self.remove(order, known=False)
        self._orders[order] = (side, price, size)
        self._change(side, price, size)

    def reduce(self, order: int, size: int) -> None:
        """Take so much off an order, by a cancel or an execution; it goes away with its last share."""
        if order not in self._orders:
            self.unknown += 1
            return
        side, price, left = self._orders[order]
        taken = min(size, left)
        self._change(side, price, -taken)
        if taken < left:
            self._orders[order] = (side, price, left - taken)
        else:
            del self._orders[order]

    def remove(self, order: int, known: bool = True) -> None:
        """Take an order away whole; where it should be known and is not, that is counted."""
        if order in self._orders:
            self.reduce(order, self._orders[order][2])
        else:
            self.unknown += known

    def clear(self) -> None:
        """Take everything away."""
        self._orders.clear()
        self.bids.clear()
        self.asks.clear()

    def __contains__(self, order: object) -> bool:
        return order in self._orders

    def __len__(self) -> int:
        return len(self._orders)

    def _change(self, side: Side, price: float, by: int) -> None:
        ladder = self.bids if side == BID else self.asks
        ladder.set(price, ladder.sizes.get(price, 0) + by)
