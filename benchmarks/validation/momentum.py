"""Time-series and cross-sectional momentum over daily bars, against what the literature reports.

    .venv/bin/python benchmarks/validation/momentum.py PRICES

PRICES: a file of daily bars, adjusted for splits and dividends, long form with symbol and date. Both studies decide at
each month's last close and trade at the next open; costs are those that the backtester has by default.

- Jegadeesh and Titman (1993): winners of the twelve months up to a month ago against losers, fifths of the universe.
- Moskowitz, Ooi and Pedersen (2012): each symbol in the direction of its last twelve months, at equal risk.
- Daniel and Moskowitz (2016): the first of the two crashes when a market that has fallen far turns, as in spring 2009.
"""

from __future__ import annotations

import sys
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from quartet.backtest.backtester import Backtester
from quartet.backtest.result import BacktestResult
from quartet.data import load

MONTH, YEAR, VOLATILITY = 21, 252, 60
TARGET_VOLATILITY = 0.4
"""Of a year and of one symbol, as in the paper of 2012."""


def mended(bars: pl.DataFrame) -> pl.DataFrame:
    """A day's extremes reach its open and close; sources that adjust prices round them apart."""
    prices = ("open", "high", "low", "close")
    return bars.with_columns(high=pl.max_horizontal(prices), low=pl.min_horizontal(prices))


def cross_sectional(bars: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Signals +1 and -1 for the best and the worst fifth, 0 for the others, and how many are in a fifth."""
    past = (pl.col("close").shift(MONTH) / pl.col("close").shift(YEAR) - 1.0).over("symbol")
    ranked = month_ends(bars.with_columns(past=past)).filter(pl.col("past").is_not_null())
    fifth = ranked["symbol"].n_unique() // 5
    place = pl.col("past").rank("ordinal").over("timestamp")
    best = place > pl.len().over("timestamp") - fifth
    signal = pl.when(best).then(1.0).when(place <= fifth).then(-1.0).otherwise(0.0)
    return ranked.select("timestamp", "symbol", signal=signal), fifth


def time_series(bars: pl.DataFrame) -> pl.DataFrame:
    """Signals in the direction of the past year, as large as volatility allows."""
    change = (pl.col("close").log() - pl.col("close").log().shift(1)).over("symbol")
    volatility = (change.rolling_std(VOLATILITY) * YEAR**0.5).over("symbol")
    past = (pl.col("close") / pl.col("close").shift(YEAR) - 1.0).over("symbol")
    decided = month_ends(bars.with_columns(past=past, volatility=volatility)).drop_nulls(["past", "volatility"])
    size = (TARGET_VOLATILITY / pl.col("volatility")).clip(upper_bound=2.0) / 2.0
    return decided.select("timestamp", "symbol", signal=pl.col("past").sign() * size)


def month_ends(bars: pl.DataFrame) -> pl.DataFrame:
    """The last bar of each month, but not of the last one, which may not be over."""
    month = pl.col("timestamp").dt.truncate("1mo")
    last = bars.select("timestamp", month=month).group_by("month").agg(pl.col("timestamp").max()).sort("month")
    return bars.join(last.head(-1).select("timestamp"), on="timestamp", how="semi")


def run(name: str, signals: pl.DataFrame, bars: pl.DataFrame, **settings: Any) -> BacktestResult:
    """One study; nothing that would hide the effect is on."""
    return Backtester(
        initial_capital=10_000_000, max_gross=None, gap_safe=False, rebalance="always", trading_year="us_equities",
        study=f"validation: {name}", **settings,
    ).run_backtest(signals, bars)  # fmt: skip


def monthly(result: BacktestResult) -> pl.DataFrame:
    """Returns by calendar month."""
    return (
        result.equity.with_columns(pl.col("equity").cast(pl.Float64))
        .group_by_dynamic("timestamp", every="1mo")
        .agg(pl.col("equity").last())
        .with_columns(month=pl.col("timestamp").dt.strftime("%Y-%m"), change=pl.col("equity").pct_change())
        .drop_nulls()
    )


def main(path: str) -> None:
    """Run both and show them."""
    bars = mended(load(path).frame)
    signals, fifth = cross_sectional(bars)
    symbols = bars["symbol"].n_unique()
    studies = {
        "12-1 cross-sectional": run("cross-sectional momentum", signals, bars, max_position_size=round(1 / fifth, 9)),
        "12-month time series": run(
            "time-series momentum", time_series(bars), bars, max_position_size=round(2 / symbols, 9)
        ),
    }
    table = Table(
        "", *studies, title=f"{symbols} symbols, {bars['timestamp'].min():%Y-%m} to {bars['timestamp'].max():%Y-%m}"
    )
    for name in ("annual_return", "annual_volatility", "sharpe_ratio", "max_drawdown", "turnover"):
        table.add_row(name.replace("_", " "), *(f"{each[name]:.3f}" for each in studies.values()))
    months = {name: monthly(each) for name, each in studies.items()}
    for month in ("2008-10", "2009-03", "2009-04", "2009-05", "2020-03", "2020-04", "2020-11"):
        cells = [each.filter(pl.col("month") == month)["change"] for each in months.values()]
        table.add_row(month, *(f"{cell[0]:+.1%}" if len(cell) else "" for cell in cells))
    worst = [each.sort("change").row(0, named=True) for each in months.values()]
    table.add_row("worst month", *(f"{each['month']} {each['change']:+.1%}" for each in worst))
    Console().print(table)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
