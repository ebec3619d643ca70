"""W1 in hftbacktest: every quote as changes of depth, a compiled strategy that looks at the book after each.

    .build/peers/hftbacktest/bin/python benchmarks/peers/hftbacktest_w1.py QUOTES.npy

A quote is one to four changes of depth: a level that is left, and one that is set, on each side.
"""

import hftbacktest
import numpy as np
import peer
from hftbacktest import (
    BUY_EVENT,
    DEPTH_EVENT,
    EXCH_EVENT,
    GTC,
    LOCAL_EVENT,
    MARKET,
    SELL_EVENT,
    BacktestAsset,
    ROIVectorMarketDepthBacktest,
    event_dtype,
)
from numba import njit, uint64

EVENTS_MAX = 1_000_000
BID = DEPTH_EVENT | EXCH_EVENT | LOCAL_EVENT | BUY_EVENT
ASK = DEPTH_EVENT | EXCH_EVENT | LOCAL_EVENT | SELL_EVENT
HIGHEST_PRICE = 1000.0


def depth_changes(quotes: np.ndarray, first_ts: int, last_ts: int) -> np.ndarray:
    """Quotes of one symbol as changes of depth, between two events that change nothing and only hold the time."""
    places = np.arange(len(quotes))
    parts, ranks = [], []
    for side, (flags, name) in enumerate(((BID, "bid"), (ASK, "ask"))):
        prices = quotes[f"{name}_ticks"] * peer.TICK
        moved = np.flatnonzero(np.diff(prices)) + 1
        parts += [changes(flags, prices[moved - 1], 0.0, quotes["ts_ns"][moved])]
        parts += [changes(flags, prices, quotes[f"{name}_size"], quotes["ts_ns"])]
        # Within a quote both sides leave their old level before one takes a new one.
        ranks += [moved * 4 + side, places * 4 + 2 + side]
    events = np.concatenate(parts)[np.argsort(np.concatenate(ranks))]
    ends = changes(BID, peer.TICK, 0.0, np.array([first_ts, last_ts]))
    return np.concatenate([ends[:1], events, ends[1:]])


def changes(flags: int, prices: np.ndarray | float, sizes: np.ndarray | float, ts: np.ndarray) -> np.ndarray:
    """Changes of one side; a size of 0 takes the level away."""
    events = np.zeros(len(ts), event_dtype)
    events["ev"], events["px"], events["qty"] = flags, prices, sizes
    events["exch_ts"] = events["local_ts"] = ts
    return events


@njit
def crossover(engine, quotes, symbols, step, slow):
    """Step from quote to quote; the symbols come in turn."""
    fast_weight, slow_weight = 2.0 / 11.0, 2.0 / 21.0
    averages = np.zeros((symbols, 2))
    seen = np.zeros(symbols, np.int64)
    held = np.zeros(symbols, np.int64)
    orders = 0
    for place in range(quotes):
        if engine.elapse(step) != 0:
            break
        symbol = place % symbols
        depth = engine.depth(symbol)
        mid = (depth.best_bid + depth.best_ask) * 0.5
        if seen[symbol] == 0:
            averages[symbol, 0] = averages[symbol, 1] = mid
        else:
            averages[symbol, 0] += fast_weight * (mid - averages[symbol, 0])
            averages[symbol, 1] += slow_weight * (mid - averages[symbol, 1])
        seen[symbol] += 1
        if seen[symbol] < slow:
            continue
        wanted = 1 if averages[symbol, 0] >= averages[symbol, 1] else -1
        change = wanted - held[symbol]
        if change > 0:
            engine.submit_buy_order(symbol, uint64(orders), depth.best_ask, float(change), GTC, MARKET, False)
        elif change < 0:
            engine.submit_sell_order(symbol, uint64(orders), depth.best_bid, float(-change), GTC, MARKET, False)
        if change != 0:
            held[symbol] = wanted
            orders += 1
            if orders % 256 == 0:
                engine.clear_inactive_orders(symbol)
    engine.elapse(step // 4)
    return orders


def main() -> None:
    """Print the row."""
    options = peer.arguments(EVENTS_MAX)
    quotes, symbols = peer.load(options)
    step = int(quotes["ts_ns"][1] - quotes["ts_ns"][0])
    # The clock stands between the quotes, so that each step sees exactly one more.
    first_ts, last_ts = int(quotes["ts_ns"][0]) - step // 2, int(quotes["ts_ns"][-1]) + 2 * step
    changes = [depth_changes(quotes[quotes["symbol"] == number], first_ts, last_ts) for number in range(symbols)]

    def asset(events: np.ndarray) -> BacktestAsset:
        return (
            BacktestAsset()
            .data(events)
            .linear_asset(1.0)
            .constant_order_latency(0, 0)
            .risk_adverse_queue_model()
            .no_partial_fill_exchange()
            .trading_value_fee_model(0.0, 0.0)
            .tick_size(peer.TICK)
            .lot_size(1.0)
            .last_trades_capacity(0)
            .roi_lb(0.0)
            .roi_ub(HIGHEST_PRICE)
        )

    def prepare():
        engine = ROIVectorMarketDepthBacktest([asset(events) for events in changes])

        orders = 0

        def run() -> None:
            nonlocal orders
            orders = crossover(engine, len(quotes), symbols, step, peer.SLOW)

        def outcome() -> peer.Outcome:
            balance = sum(engine.state_values(number).balance for number in range(symbols))
            return peer.Outcome(orders, round(balance / peer.TICK))

        return run, outcome

    prepare()[0]()  # compiles
    peer.show("hftbacktest", hftbacktest.__version__, quotes, symbols, peer.measure(prepare, options.runs))


if __name__ == "__main__":
    main()
