"""B4 in NautilusTrader: its backtest engine with risk engine, simulated venue, cache and its own compiled means.

    .build/peers/nautilus_trader/bin/python benchmarks/peers/nautilus_trader_b4.py FOLDER

It fills at the close of the decision, which is the next open in this work. With several symbols the strategy decides
when the last bar of a stamp has come, on cash and units that it counts itself. The time is that of BacktestEngine.run.
"""

import bar_peer
import nautilus_trader
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.trading.strategy import Strategy
from nautilus_trader_venue import engine_of, instrument

DAY_NS = 86_400 * 10**9


class Cross(Strategy):
    """A part of the equity in every instrument whose fast mean is above the slow one."""

    def __init__(self, work: bar_peer.Bars, instruments: list[Equity], types: list[BarType]) -> None:
        super().__init__()
        self._work, self._instruments, self._types = work, instruments, types
        self._place = {kind: place for place, kind in enumerate(types)}
        self._held = [0] * len(types)
        self._close = [0] * len(types)
        self._cash = work.capital
        self._came = 0
        self._bars = 0

    def on_start(self) -> None:
        self._means = []
        for kind in self._types:
            pair = SimpleMovingAverage(self._work.fast), SimpleMovingAverage(self._work.slow)
            for each in pair:
                self.register_indicator_for_bars(kind, each)
            self._means.append(pair)
            self.subscribe_bars(kind)

    def on_bar(self, bar: Bar) -> None:
        self._close[self._place[bar.bar_type]] = round(bar.close.as_double() * 100)
        self._came += 1
        if self._came < len(self._types):
            return
        self._came = 0
        self._bars += 1
        if self._bars < len(self._work.close):
            self._decide()

    def _decide(self) -> None:
        equity = self._cash + sum(held * close for held, close in zip(self._held, self._close, strict=True))
        for place, (fast, slow) in enumerate(self._means):
            if not slow.initialized:
                continue
            above, held = fast.value > slow.value, self._held[place]
            if above and not held:
                self._order(place, self._work.units(equity, self._close[place]))
            elif not above and held:
                self._order(place, -held)

    def _order(self, place: int, units: int) -> None:
        side = OrderSide.BUY if units > 0 else OrderSide.SELL
        self._held[place] += units
        self._cash -= units * self._close[place]
        name = self._instruments[place].id
        self.submit_order(self.order_factory.market(name, side, Quantity.from_int(abs(units))))


def prepare(work: bar_peer.Bars):
    """A fresh engine."""
    instruments = [instrument(number) for number in range(work.close.shape[1])]
    types = [BarType.from_str(f"{each.id}-1-DAY-LAST-EXTERNAL") for each in instruments]
    size = Quantity.from_int(10**9)
    bars = [
        Bar(
            kind,
            Price(opened / 100, 2),
            Price(max(opened, close) / 100, 2),
            Price(min(opened, close) / 100, 2),
            Price(close / 100, 2),
            size,
            (at + 1) * DAY_NS,
            (at + 1) * DAY_NS,
        )
        for at, rows in enumerate(zip(work.opens.tolist(), work.close.tolist(), strict=True))
        for kind, opened, close in zip(types, *rows, strict=True)
    ]
    engine = engine_of(instruments, work.capital / 100, 1)
    engine.add_data(bars, sort=True)
    engine.add_strategy(Cross(work, instruments, types))

    def outcome_of() -> bar_peer.Outcome:
        place = {each.id: number for number, each in enumerate(instruments)}
        fills, cash = [], work.capital
        for order in engine.cache.orders():
            if order.filled_qty > 0:
                units = int(order.filled_qty) * (1 if order.side == OrderSide.BUY else -1)
                # The next bar, at whose open ours fills, begins with this one's close.
                fills.append((order.ts_last // DAY_NS, place[order.instrument_id], units))
                cash -= round(units * order.avg_px * 100)
        held = [0] * len(instruments)
        for _, number, units in fills:
            held[number] += units
        worth = sum(units * close for units, close in zip(held, work.close[-1].tolist(), strict=True))
        return bar_peer.Outcome(fills, cash + worth)

    return engine.run, outcome_of


if __name__ == "__main__":
    bar_peer.main("nautilus_trader", nautilus_trader.__version__, prepare)
