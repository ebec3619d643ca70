"""A limit order book that is made up: orders, cancels and trades at random, for demonstrations and tests of tick code.

The zero-intelligence model of Smith, Farmer, Gillemot and Krishnamurthy (2003): limit orders arrive at a rate per price
level, market orders and cancels at rates of their own, all independent. What comes out is no market: prices carry no
news and trends in it mean nothing. One seed gives the same bytes on every machine (Philox).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from quartet.core.parameters import Parameters, parameter
from quartet.data.book_recorder import Recorder
from quartet.data.order_book import ASK, BID, OrderBook, Side

_BLOCK: Final = 4096
_SECOND: Final = 10**9


class SimulationParameters(Parameters):
    """The rates of the model."""

    seed: int = parameter(1, "Of the random numbers.", ge=0)
    events: int = parameter(100_000, "Limit orders, market orders and cancels together.", ge=1, le=100_000_000)
    symbol: str = parameter("SIM", "Name of what is traded.")
    start_ns: int = parameter(1_704_205_800 * 10**9, "Time of the first event; 2024-01-02T14:30Z.", unit="ns UTC", ge=0)
    mid_price: float = parameter(100.0, "Price in the middle at the start.", unit="currency", gt=0.0)
    tick: float = parameter(0.01, "Smallest step of prices.", unit="currency", gt=0.0)
    limit_rate: float = parameter(2.0, "Limit orders a second, side and price level.", unit="1/s", gt=0.0)
    market_rate: float = parameter(3.0, "Market orders a second and side.", unit="1/s", gt=0.0)
    cancel_rate: float = parameter(0.2, "Share of the resting orders that is cancelled a second.", unit="1/s", gt=0.0)
    depth: int = parameter(15, "Price levels behind the other side's best at which limit orders arrive.", ge=2, le=1000)
    lot: int = parameter(100, "Unit of sizes; orders are of 1 to 5 lots.", unit="shares", ge=1)


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was simulated, as frames of the contracts."""

    quotes: pl.DataFrame
    book: pl.DataFrame
    trades: pl.DataFrame
    counts: dict[str, int]
    """Shares that were added, cancelled, traded and are left."""


def simulate_book(parameters: SimulationParameters) -> Simulation:
    """Run the model; equal parameters give equal frames."""
    run = _Run(parameters)
    for _ in range(parameters.events):
        run.step()
    return Simulation(run.quotes.frame(), run.book.frame(), run.trades.frame(), run.counts())


@dataclass(slots=True)
class _Queues:
    """The orders of one side by price in the order of their arrival, and all of them for drawing one to cancel."""

    levels: dict[int, dict[int, int]] = field(default_factory=dict)
    """Price in ticks to orders and their sizes; a dict keeps their order."""
    orders: list[tuple[int, int]] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def add(self, order: int, price: int, size: int) -> None:
        self.levels.setdefault(price, {})[order] = size
        self.places[order] = len(self.orders)
        self.orders.append((order, price))

    def take(self, order: int, price: int) -> int:
        """Take an order away; its size."""
        level = self.levels[price]
        size = level.pop(order)
        if not level:
            del self.levels[price]
        place = self.places.pop(order)
        last = self.orders.pop()
        if last[0] != order:
            self.orders[place] = last
            self.places[last[0]] = place
        return size


class _Run:
    def __init__(self, parameters: SimulationParameters) -> None:
        self._p = parameters
        self._draws = _draws(parameters.seed)
        self._now, self._next_order = parameters.start_ns, 1
        self._levels = OrderBook()
        self._queues = {BID: _Queues(), ASK: _Queues()}
        middle = round(parameters.mid_price / parameters.tick)
        self._best = {BID: middle - 1, ASK: middle + 1}
        """In ticks; of an empty side what it was last."""
        self._added = self._cancelled = self._traded = self._sequence = 0
        self.quotes, self.book, self.trades = Recorder("quotes"), Recorder("book"), Recorder("trades")
        for side in (BID, ASK):
            for distance in range(parameters.depth):
                self._rest(side, middle - side * (distance + 1), parameters.lot)
        self._record()

    def step(self) -> None:
        """One event: its time and its kind are drawn, then it happens."""
        p = self._p
        limits, markets = 2 * p.limit_rate * p.depth, 2 * p.market_rate
        resting = len(self._queues[BID].orders) + len(self._queues[ASK].orders)
        cancels = p.cancel_rate * resting
        total = limits + markets + cancels
        self._now += max(1, round(-np.log1p(-next(self._draws)) / total * _SECOND))
        self._sequence += 1
        where = next(self._draws) * total
        if where < limits:
            self._limit(BID if where < limits / 2 else ASK)
        elif where < limits + markets:
            self._market(BID if where < limits + markets / 2 else ASK)
        else:
            self._cancel(int(next(self._draws) * resting))
        self._record()

    def counts(self) -> dict[str, int]:
        left = sum(size for side in self._queues.values() for level in side.levels.values() for size in level.values())
        return {"added": self._added, "cancelled": self._cancelled, "traded": self._traded, "left": left}

    def _size(self) -> int:
        return self._p.lot * (1 + int(next(self._draws) * 5))

    def _limit(self, side: Side) -> None:
        distance = 1 + int(next(self._draws) * self._p.depth)
        other: Side = ASK if side == BID else BID
        price = max(1, self._best[other] - side * distance)
        # Nothing may cross a side that was empty and came back elsewhere.
        own = self._best[side]
        if not self._queues[other].levels and (price - own) * side > 0:
            price = own
        self._rest(side, price, self._size())

    def _rest(self, side: Side, price: int, size: int) -> None:
        order, self._next_order = self._next_order, self._next_order + 1
        self._queues[side].add(order, price, size)
        self._levels.add(order, side, self._money(price), size)
        self._added += size
        self._renew(side)

    def _market(self, taker: Side) -> None:
        maker: Side = ASK if taker == BID else BID
        queues, left = self._queues[maker], self._size()
        while left and queues.levels:
            price = self._best[maker]
            order, size = next(iter(queues.levels[price].items()))
            filled = min(size, left)
            self.trades.trade(
                self._p.symbol, self._money(price), float(filled), taker, self._now, self._now, self._sequence
            )
            if filled == size:
                queues.take(order, price)
            else:
                queues.levels[price][order] = size - filled
            self._levels.reduce(order, filled)
            left -= filled
            self._traded += filled
            self._renew(maker)

    def _cancel(self, number: int) -> None:
        side: Side = BID if number < len(self._queues[BID].orders) else ASK
        place = number if side == BID else number - len(self._queues[BID].orders)
        order, price = self._queues[side].orders[place]
        self._cancelled += self._queues[side].take(order, price)
        self._levels.remove(order)
        self._renew(side)

    def _renew(self, side: Side) -> None:
        ladder = self._levels.bids if side == BID else self._levels.asks
        best = ladder.best()
        if best is not None:
            self._best[side] = round(best[0] / self._p.tick)

    def _money(self, price: int) -> float:
        return round(price * self._p.tick, 9)

    def _record(self) -> None:
        for recorder in (self.quotes, self.book):
            bids, asks = self._levels.bids, self._levels.asks
            recorder.book(self._p.symbol, bids, asks, self._now, self._now, self._sequence)


def _draws(seed: int) -> Iterator[float]:
    generator = np.random.Generator(np.random.Philox(seed))
    while True:
        yield from generator.random(_BLOCK).tolist()
