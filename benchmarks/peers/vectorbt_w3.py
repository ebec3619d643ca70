"""W3 in vectorbt: all means at once, then Portfolio.from_signals over a column a member.

    .build/peers/vectorbt/bin/python benchmarks/peers/vectorbt_w3.py WORK.npz

A signal that repeats the last one is passed over, and an opposite one turns the position round, so that states serve as
signals and the first state makes the first order. The time is that of means, signals, portfolio and total returns.
"""

import cross_sweep
import pandas as pd
import vectorbt


def sweep(work: cross_sweep.Work) -> cross_sweep.Answer:
    """Every member's orders and return."""
    price = pd.Series(work.price)
    fast = vectorbt.MA.run(price, work.fast, short_name="fast").ma.to_numpy()
    slow = vectorbt.MA.run(price, work.slow, short_name="slow").ma.to_numpy()
    portfolio = vectorbt.Portfolio.from_signals(
        price,
        entries=fast > slow,
        short_entries=fast < slow,
        size=1.0,
        size_type="amount",
        upon_opposite_entry="reverse",
        accumulate=False,
        init_cash=cross_sweep.CASH,
        fees=cross_sweep.FEE,
    )
    total_return = portfolio.total_return().to_numpy()
    return cross_sweep.Answer(portfolio.orders.count().to_numpy(), total_return)


if __name__ == "__main__":
    cross_sweep.main("vectorbt", vectorbt.__version__, sweep)
