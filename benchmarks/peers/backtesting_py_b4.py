"""B4 in backtesting.py: its Backtest with a Strategy that reads two indicators at every bar.

    .build/peers/backtesting/bin/python benchmarks/peers/backtesting_py_b4.py FOLDER

It fills at the next open and knows one symbol. The time is that of Backtest.run, its statistics with it.
"""

import backtesting
import bar_peer
import pandas as pd
from backtesting import Backtest, Strategy


def mean(values, window: int):
    """Of the last so many."""
    return pd.Series(values).rolling(window).mean()


def prepare(work: bar_peer.Bars):
    """A fresh backtest."""

    class Cross(Strategy):
        def init(self) -> None:
            self.fast = self.I(mean, self.data.Close, work.fast)
            self.slow = self.I(mean, self.data.Close, work.slow)

        def next(self) -> None:
            above = self.fast[-1] > self.slow[-1]
            if above and not self.position:
                self.buy(size=work.units(round(self.equity * 100), round(self.data.Close[-1] * 100)))
            elif not above and self.position:
                self.position.close()

    close, opens = work.close[:, 0] / 100, work.opens[:, 0] / 100
    highs, lows = pd.Series(close).clip(lower=opens).to_numpy(), pd.Series(close).clip(upper=opens).to_numpy()
    stamps = pd.date_range("1970-01-02", periods=len(close), freq="D")
    data = pd.DataFrame({"Open": opens, "High": highs, "Low": lows, "Close": close, "Volume": 1e9}, index=stamps)
    test = Backtest(data, Cross, cash=work.capital / 100)
    found = {}

    def run() -> None:
        found["stats"] = test.run()

    def outcome_of() -> bar_peer.Outcome:
        stats = found["stats"]
        fills = []
        for trade in stats["_trades"].itertuples():
            fills += [(trade.EntryBar, 0, trade.Size), (trade.ExitBar, 0, -trade.Size)]
        fills += [(trade.entry_bar, 0, trade.size) for trade in stats["_strategy"].trades]
        return bar_peer.Outcome([tuple(map(int, fill)) for fill in fills], round(stats["Equity Final [$]"] * 100))

    return run, outcome_of


if __name__ == "__main__":
    bar_peer.main("backtesting.py", backtesting.__version__, prepare)
