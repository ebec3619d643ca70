"""W1 in NautilusTrader: its backtest engine with risk engine, simulated venue, cache and its own compiled averages.

    .build/peers/nautilus_trader/bin/python benchmarks/peers/nautilus_trader_w1.py QUOTES.npy

The time is that of BacktestEngine.run; making the quote objects and adding them is not in it.
"""

from decimal import Decimal

import nautilus_trader
import numpy as np
import peer
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig, RiskEngineConfig
from nautilus_trader.indicators import ExponentialMovingAverage
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide, PriceType
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TraderId, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

EVENTS_MAX = 100_000  # its time a quote grows with the orders that it holds
VENUE = Venue("PEER")
NO_LIMIT = "1000000/00:00:01"


def instrument(number: int) -> Equity:
    """A share with a tick of one cent."""
    name = Symbol(f"S{number:05d}")
    return Equity(
        instrument_id=InstrumentId(name, VENUE),
        raw_symbol=name,
        currency=USD,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
    )


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
        engine = BacktestEngine(
            BacktestEngineConfig(
                trader_id=TraderId("PEER-001"),
                logging=LoggingConfig(bypass_logging=True),
                run_analysis=False,
                risk_engine=RiskEngineConfig(max_order_submit_rate=NO_LIMIT, max_order_modify_rate=NO_LIMIT),
            )
        )
        engine.add_venue(
            VENUE,
            OmsType.NETTING,
            AccountType.MARGIN,
            base_currency=USD,
            starting_balances=[Money(1_000_000_000, USD)],
            default_leverage=Decimal(10),
        )
        for each in instruments:
            engine.add_instrument(each)
        engine.add_data(ticks, sort=True)
        engine.add_strategy(Crossover(instruments))

        return engine.run, lambda: outcome_of(engine)

    measured = peer.measure(prepare, options.runs)
    peer.show("nautilus_trader", nautilus_trader.__version__, quotes, symbols, measured)


if __name__ == "__main__":
    main()
