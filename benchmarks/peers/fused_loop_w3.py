"""W3 as one compiled loop of plain floats, the bound in this language: running sums, no orders, no gate, no records.

.build/peers/vectorbt/bin/python benchmarks/peers/fused_loop_w3.py WORK.npz
"""

import cross_sweep
import numba
import numpy as np


@numba.njit
def fused(price, fast, slow, fee, cash):
    """Member by member over the prices."""
    events, members = len(price), len(fast)
    sums = np.zeros(events + 1)
    for place in range(events):
        sums[place + 1] = sums[place] + price[place]
    orders = np.zeros(members, np.int64)
    total_return = np.empty(members)
    for member in range(members):
        short, long = fast[member], slow[member]
        held, money, count = 0.0, cash, 0
        for place in range(long, events + 1):
            spread = (sums[place] - sums[place - short]) * long - (sums[place] - sums[place - long]) * short
            wanted = 1.0 if spread > 0 else -1.0
            if wanted != held:
                change = wanted - held
                money -= change * price[place - 1] + abs(change) * price[place - 1] * fee
                held = wanted
                count += 1
        orders[member] = count
        total_return[member] = (money + held * price[-1]) / cash - 1
    return orders, total_return


def sweep(work: cross_sweep.Work) -> cross_sweep.Answer:
    """Every member's orders and return."""
    return cross_sweep.Answer(*fused(*work, cross_sweep.FEE, cross_sweep.CASH))


if __name__ == "__main__":
    cross_sweep.main("fused loop, numba", numba.__version__, sweep)
