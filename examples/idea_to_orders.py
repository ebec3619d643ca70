"""From an idea to orders: one expression, a backtest of it, and the same orders from all four engines.

    python examples/idea_to_orders.py

Five US stocks, daily bars of 2000 to 2013, from the extra `demo`.
"""

from __future__ import annotations

from quartet.backtest.backtester import BacktestingEngine
from quartet.backtest.reconcile import reconcile
from quartet.backtest.result import BacktestResult
from quartet.core.errors import EngineUnavailable
from quartet.data import sample
from quartet.graph import close, ema, graph, sign, zscore

ENGINES = ("python", "cpp", "rust", "go")
TERMS = dict(
    initial_capital=1_000_000,
    commission_per_trade=0.001,
    slippage_bps=5,
    max_position_size=0.2,
    trading_year="us_equities",
    study="example: trend, unless it has run too far",
)


def main() -> None:
    """Print what the idea is worth, and that every engine makes the same of it."""
    # 1. The idea, as one would try it in a notebook: follow the trend, but not when the price has run far above it.
    trend = ema(close, span=20) - ema(close, span=100)
    idea = sign(trend) * (abs(zscore(close, 60)) < 2.5)

    # 2. The same idea as a program, which is all that an engine needs.
    program = graph(score=idea)
    prices = sample("us_stocks")
    print(f"prices: {prices.verdict}")

    # 3. A backtest over columns: figures, intervals, and what the trials so far leave of the Sharpe ratio.
    result = BacktestingEngine(TERMS).run_backtest(program, prices)
    ratio = result.measures.row("sharpe_ratio")
    print(f"return {result['total_return']:.1%}, drawdown {result['max_drawdown']:.1%}, Sharpe ratio {told(ratio)}")
    print(f"deflated Sharpe ratio {told_share(result['deflated_sharpe_ratio'])} after {result['trials']:.0f} trials")
    print(f"look-ahead check: {result.assumptions['look_ahead']}")

    # 4. The same orders, event by event, from each engine that is here.
    for name in ENGINES:
        try:
            driven = BacktestingEngine(TERMS, mode="engine", engine=name).run_backtest(program, prices)
        except EngineUnavailable as error:
            print(f"{name}: not here: {error}")
            continue
        print(f"{name}: {orders_of(driven)}, {same(result, driven)}")


def orders_of(result: BacktestResult) -> str:
    """How much was ordered and filled."""
    return f"{len(result.orders):,} orders, {len(result.fills):,} fills"


def same(a: BacktestResult, b: BacktestResult) -> str:
    """Whether two runs are the same to the last unit; else the first difference."""
    difference = reconcile(a, b)
    return (
        f"the same to the last unit ({b.hashes['result'][:12]})" if difference is None else f"DIFFERENT: {difference}"
    )


def told(ratio) -> str:
    """A ratio and its interval."""
    if ratio.value is None:
        return "undefined"
    return f"{ratio.value:.2f}" + ("" if ratio.low is None else f" ({ratio.low:.2f} to {ratio.high:.2f})")


def told_share(value: float | None) -> str:
    """A probability, where it is defined."""
    return "undefined" if value is None else f"{value:.1%}"


if __name__ == "__main__":
    main()
