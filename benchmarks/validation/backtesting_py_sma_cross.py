"""The example strategy of backtesting.py on the prices that it ships: its run as one JSON object.

    .build/peers/backtesting/bin/python benchmarks/validation/backtesting_py_sma_cross.py

Averages of 10 and 20 days of GOOG; long above, short below, all equity each time, 0.2 % a side, at the next open.
"""

import json

import backtesting
from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from backtesting.test import GOOG, SMA

FAST, SLOW, COMMISSION, CASH = 10, 20, 0.002, 10_000


class SmaCross(Strategy):
    """Turns around at each crossing."""

    def init(self):
        """Both averages."""
        self.fast = self.I(SMA, self.data.Close, FAST)
        self.slow = self.I(SMA, self.data.Close, SLOW)

    def next(self):
        """A crossing closes what is open and opens the other side."""
        if crossover(self.fast, self.slow):
            self.buy()
        elif crossover(self.slow, self.fast):
            self.sell()


def main() -> None:
    """Print the run."""
    result = Backtest(GOOG, SmaCross, cash=CASH, commission=COMMISSION, exclusive_orders=True).run()
    position = [0] * len(GOOG)
    for trade in result._trades.itertuples():
        for bar in range(trade.EntryBar, len(GOOG)):
            position[bar] += trade.Size
        for bar in range(trade.ExitBar, len(GOOG)):
            position[bar] -= trade.Size
    # Trades that are open at the end are not in _trades.
    for trade in result._strategy.trades:
        for bar in range(trade.entry_bar, len(GOOG)):
            position[bar] += trade.size
    bars = GOOG.reset_index()
    print(
        json.dumps(
            {
                "library": f"backtesting.py {backtesting.__version__}",
                "strategy": f"SMA {FAST}/{SLOW} cross on GOOG",
                "symbol": "GOOG",
                "fast": FAST,
                "slow": SLOW,
                "cash": CASH,
                "commission": str(COMMISSION),
                "price_for_fill": "next_open",
                "dates": [stamp.date().isoformat() for stamp in bars["index"]],
                **{name.lower(): bars[name].tolist() for name in ("Open", "High", "Low", "Close", "Volume")},
                "position": [int(size) for size in position],
                "equity": result._equity_curve.Equity.tolist(),
                "trades": len(result._trades) + len(result._strategy.trades),
            }
        )
    )


if __name__ == "__main__":
    main()
