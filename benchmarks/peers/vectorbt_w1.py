"""W1 in vectorbt: averages and orders over whole columns, one for each symbol.

    .build/peers/vectorbt/bin/python benchmarks/peers/vectorbt_w1.py QUOTES.npy

The time is that of averages, targets and Portfolio.from_orders, after one run that compiles.
"""

import numpy as np
import pandas as pd
import peer
import vectorbt

EVENTS_MAX = 1_000_000


def main() -> None:
    """Print the row."""
    options = peer.arguments(EVENTS_MAX)
    quotes, symbols = peer.load(options)
    rows = len(quotes) // symbols
    quotes = quotes[: rows * symbols]
    # Symbols come in turn: quote k of every symbol is a row.
    bid, ask = (quotes[name].reshape(rows, symbols) * peer.TICK for name in ("bid_ticks", "ask_ticks"))
    mid = pd.DataFrame((bid + ask) * 0.5)

    def prepare():
        portfolio = None

        def run() -> None:
            nonlocal portfolio
            fast, slow = (
                vectorbt.MA.run(mid, span, ewm=True, adjust=False).ma.to_numpy() for span in (peer.FAST, peer.SLOW)
            )
            target = np.where(np.isnan(slow), np.nan, np.where(fast >= slow, 1.0, -1.0))
            before = np.vstack([np.zeros(symbols), np.nan_to_num(target[:-1])])
            portfolio = vectorbt.Portfolio.from_orders(
                mid,
                size=np.where(target == before, np.nan, target),
                size_type="targetamount",
                price=np.where(target > before, ask, bid),
                init_cash=1e6,
                fees=0.0,
            )
            portfolio.order_records  # noqa: B018 - made when first asked for

        def outcome() -> peer.Outcome:
            gained = portfolio.cash().iloc[-1].to_numpy() - 1e6
            return peer.Outcome(int(portfolio.orders.count().sum()), round(float(gained.sum()) / peer.TICK))

        return run, outcome

    prepare()[0]()  # compiles
    peer.show("vectorbt", vectorbt.__version__, quotes, symbols, peer.measure(prepare, options.runs))


if __name__ == "__main__":
    main()
