"""W1 in NautilusTrader: its backtest engine with risk engine, simulated venue, cache and its own compiled averages.

    .build/peers/nautilus_trader/bin/python benchmarks/peers/nautilus_trader_w1.py QUOTES.npy

The time is that of BacktestEngine.run; making the quote objects and adding them is not in it.
"""

import nautilus_trader
import numpy as np
import peer
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.indicators import ExponentialMovingAverage
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import OrderSide, PriceType
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.trading.strategy import Strategy
from nautilus_trader_venue import engine_of, instrument

EVENTS_MAX = 100_000  # its time a quote grows with the orders that it holds


def quote_ticks(quotes: np.ndarray, instruments: list[Equity]) -> list[QuoteTick]:
    """The quotes as its objects."""
    return [
        QuoteTick(
            instruments[symbol].id,
            Price(bid * peer.TICK, 2),
            Price(ask * peer.TICK, 2),
            Quantity.from_int(bid_size),
            Quantity.from_int(ask_size),
            ts,
            ts,
        )
        for symbol, ts, bid, ask, bid_size, ask_size in quotes.tolist()
    ]


class Crossover(Strategy):
    """One unit long or short of every instrument, as its averages stand."""

    def __init__(self, instruments: list[Equity]) -> None:
        super().__init__()
        self._instruments = instruments
        self._averages = {}
        self._held = {}

    def on_start(self) -> None:
        for each in self._instruments:
            pair = tuple(ExponentialMovingAverage(n, PriceType.MID) for n in (peer.FAST, peer.SLOW))
            for average in pair:
                self.register_indicator_for_quote_ticks(each.id, average)
            self._averages[each.id] = pair
            self._held[each.id] = 0
            self.subscribe_quote_ticks(each.id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        fast, slow = self._averages[tick.instrument_id]
        if not slow.initialized:
            return
        wanted = 1 if fast.value >= slow.value else -1
        change = wanted - self._held[tick.instrument_id]
        if change:
            side = OrderSide.BUY if change > 0 else OrderSide.SELL
            self._held[tick.instrument_id] = wanted
            self.submit_order(self.order_factory.market(tick.instrument_id, side, Quantity.from_int(abs(change))))


def outcome_of(engine: BacktestEngine) -> peer.Outcome:
    """Filled orders, and what they brought."""
    orders = [order for order in engine.cache.orders() if order.filled_qty > 0]
    signs = {OrderSide.BUY: -1, OrderSide.SELL: 1}
    cash = sum(signs[order.side] * round(float(order.filled_qty) * order.avg_px / peer.TICK) for order in orders)
    return peer.Outcome(len(orders), cash)


def main() -> None:
    """Print the row."""
    options = peer.arguments(EVENTS_MAX)
    quotes, symbols = peer.load(options)
    instruments = [instrument(number) for number in range(symbols)]
    ticks = quote_ticks(quotes, instruments)

    def prepare():
        engine = engine_of(instruments, 1_000_000_000, 10)
        engine.add_data(ticks, sort=True)
        engine.add_strategy(Crossover(instruments))

        return engine.run, lambda: outcome_of(engine)

    measured = peer.measure(prepare, options.runs)
    peer.show("nautilus_trader", nautilus_trader.__version__, quotes, symbols, measured)


if __name__ == "__main__":
    main()
