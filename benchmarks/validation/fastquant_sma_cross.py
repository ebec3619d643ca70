"""The example strategy of fastquant (on backtrader) on the prices that it ships: its run as one JSON object.

    .build/peers/fastquant/bin/python benchmarks/validation/fastquant_sma_cross.py

Averages of 15 and 40 days of JFC; long above, else out, all cash each time, 0.75 % a side, at the close that decides:
its own default, which no trader can have.
"""

import json
import warnings
from pathlib import Path

import matplotlib
import pandas
import pandas.io.json

matplotlib.use("Agg")
warnings.filterwarnings("ignore")
# fastquant 0.1.8 looks for it where older versions had it.
pandas.io.json.json_normalize = pandas.json_normalize

import backtrader  # noqa: E402
import fastquant  # noqa: E402

FAST, SLOW, COMMISSION, CASH = 15, 40, 0.0075, 100_000
PRICES = Path(fastquant.__file__).parent / "data" / "JFC_2010-01-01_2019-01-01_OHLCV.csv"


def main() -> None:
    """Print the run."""
    bars = pandas.read_csv(PRICES, parse_dates=["dt"]).set_index("dt")
    bars["volume"] = (bars.pop("value") / bars["close"]).round()
    _, history = fastquant.backtest(
        "smac",
        bars,
        fast_period=FAST,
        slow_period=SLOW,
        init_cash=CASH,
        commission=COMMISSION,
        slippage=0,
        plot=False,
        verbose=0,
        return_history=True,
    )
    daily = history["periodic"].set_index("dt")
    # Its record begins with the first bar that has both averages.
    position = daily["size"].reindex(bars.index).fillna(0)
    equity = daily["portfolio_value"].reindex(bars.index).fillna(CASH)
    print(
        json.dumps(
            {
                "library": f"fastquant 0.1.8.1 on backtrader {backtrader.__version__}",
                "strategy": f"SMA {FAST}/{SLOW} cross on JFC",
                "symbol": "JFC",
                "fast": FAST,
                "slow": SLOW,
                "cash": CASH,
                "commission": str(COMMISSION),
                "price_for_fill": "same_close",
                "dates": [stamp.date().isoformat() for stamp in bars.index],
                **{name: bars[name].tolist() for name in ("open", "high", "low", "close", "volume")},
                "position": [int(size) for size in position],
                "equity": equity.tolist(),
                "trades": int((history["orders"]["type"] == "buy").sum()),
            }
        )
    )


if __name__ == "__main__":
    main()
