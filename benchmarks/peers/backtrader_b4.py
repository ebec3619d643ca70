"""B4 in backtrader: its Cerebro with broker and data feeds, and a Strategy with two means a feed.

    .build/peers/fastquant/bin/python benchmarks/peers/backtrader_b4.py FOLDER

It fills at the next open. The time is that of Cerebro.run without observers; its reading of the frames is in it.
"""

import backtrader
import bar_peer
import pandas as pd


def prepare(work: bar_peer.Bars):
    """A fresh Cerebro."""

    class Cross(backtrader.Strategy):
        def __init__(self) -> None:
            self.fills = []
            self.means = [
                tuple(backtrader.ind.SMA(data.close, period=n) for n in (work.fast, work.slow)) for data in self.datas
            ]

        def notify_order(self, order) -> None:
            if order.status == order.Completed:
                self.fills.append((len(self) - 1, int(order.data._name), int(order.executed.size)))

        def next(self) -> None:
            equity = None
            for data, (fast, slow) in zip(self.datas, self.means, strict=True):
                held, above = self.getposition(data).size, fast[0] > slow[0]
                if above and not held:
                    equity = round(self.broker.getvalue() * 100) if equity is None else equity
                    self.buy(data, size=work.units(equity, round(data.close[0] * 100)))
                elif not above and held:
                    self.sell(data, size=held)

    cerebro = backtrader.Cerebro(stdstats=False)
    cerebro.broker.setcash(work.capital / 100)
    stamps = pd.date_range("1970-01-02", periods=len(work.close), freq="D")
    for place in range(work.close.shape[1]):
        close, opens = pd.Series(work.close[:, place] / 100), pd.Series(work.opens[:, place] / 100)
        high, low = close.clip(lower=opens), close.clip(upper=opens)
        frame = pd.DataFrame({"open": opens, "high": high, "low": low, "close": close, "volume": 1e9})
        cerebro.adddata(backtrader.feeds.PandasData(dataname=frame.set_index(stamps)), name=str(place))
    cerebro.addstrategy(Cross)
    found = {}

    def run() -> None:
        [found["strategy"]] = cerebro.run()

    def outcome_of() -> bar_peer.Outcome:
        return bar_peer.Outcome(found["strategy"].fills, round(cerebro.broker.getvalue() * 100))

    return run, outcome_of


if __name__ == "__main__":
    bar_peer.main("backtrader", backtrader.__version__, prepare)
