"""A published backtest again: its decisions through both modes and every engine, its equity to the cent.

    .venv/bin/python benchmarks/validation/reproduce.py RUN.json...

RUN.json is what the scripts beside this one print. The decisions that we are given are the positions which the library
held, as weights of equity at the close before the fill: which side and how much is its strategy's affair and its sizing
rule's; prices met, fees, profit, equity are ours. The exit status is 1 where a trade or a cent differs.
"""

from __future__ import annotations

import itertools
import json
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

import quartet
from quartet.backtest.backtester import Backtester
from quartet.backtest.reconcile import reconcile
from quartet.backtest.result import BacktestResult
from quartet.engines.selection import availability
from quartet.graph import close, graph, rolling_mean, sign

CENT = Decimal("0.01")
FULL = 100
"""Largest weight that a signal can name; backtests on credit stay below it."""


def prices_of(run: dict[str, Any]) -> pl.DataFrame:
    """The library's bars, stamped by the end of their day."""
    ends = [datetime.fromisoformat(day) + timedelta(hours=23) for day in run["dates"]]
    columns = {name: run[name] for name in ("open", "high", "low", "close", "volume")}
    frame = pl.DataFrame({"timestamp": ends, "symbol": [run["symbol"]] * len(ends)} | columns)
    return frame.with_columns(pl.col("timestamp").cast(pl.Datetime("ns")).dt.replace_time_zone("UTC"))


def signals_of(run: dict[str, Any], prices: pl.DataFrame) -> pl.DataFrame:
    """The weight of each new position at the close that decided it; half a unit more, as targets are rounded down."""
    position, equity, close = run["position"], run["equity"], run["close"]
    weights: list[float | None] = [None] * len(position)
    for bar in range(len(position) - 1):
        held = position[bar + 1]
        if held != position[bar]:
            units = held + (0.5 if held > 0 else -0.5) if held else 0.0
            weights[bar] = units * close[bar] / equity[bar] / FULL
    return prices.select("timestamp", "symbol").with_columns(signal=pl.Series(weights, dtype=pl.Float64))


def backtester(run: dict[str, Any], **mode: str) -> Backtester:
    """The library's terms; what it does not know of is off."""
    return Backtester(
        initial_capital=run["cash"],
        commission=run["commission"],
        slippage_bps=0,
        max_position_size=FULL,
        price_for_fill=run["price_for_fill"],
        max_gross=None,
        max_participation=None,
        gap_safe=False,
        borrow_rate=0,
        replications=0,
        tick="0.000001",
        study="validation",
        **mode,
    )


def compare(run: dict[str, Any]) -> bool:
    """Run it in both modes and tell how it differs from the library's."""
    console = Console()
    prices = prices_of(run)
    signals = signals_of(run, prices)
    ours = backtester(run).run_backtest(signals, prices)
    table = Table("", run["library"], "Quartet", "largest difference", title=run["strategy"], title_justify="left")
    fills = sum(after != before for before, after in zip([0, *run["position"]], run["position"], strict=False))
    table.add_row("bars", str(len(run["dates"])), str(len(prices)), "")
    table.add_row("fills", str(fills), str(len(ours.fills)), "")
    stray = decisions_without_a_cross(run, prices)
    table.add_row("decisions where our averages do not cross", "", "", str(stray))
    wrong_days = positions_that_differ(run, ours)
    table.add_row("days with another position", "", "", str(wrong_days))
    off = largest_difference(run, ours)
    final = ours.equity["equity"][-1]
    table.add_row("equity at the end", f"{run['equity'][-1]:,.6f}", f"{final:,.6f}", f"{off:.2e} on any day")
    console.print(table)
    same = fills == len(ours.fills) and not stray and not wrong_days and off < CENT
    return engines_agree(run, ours, signals, prices, console) and same


def decisions_without_a_cross(run: dict[str, Any], prices: pl.DataFrame) -> int:
    """Days on which it decides although the two averages, as a signal graph, are on the side of the day before."""
    above = graph(score=sign(rolling_mean(close, run["fast"]) - rolling_mean(close, run["slow"])))
    side = quartet.evaluate(above, prices)["score"].to_list()
    position = run["position"]
    decided = (bar for bar in range(1, len(position) - 1) if position[bar + 1] != position[bar])
    return sum(side[bar] == side[bar - 1] for bar in decided)


def positions_that_differ(run: dict[str, Any], ours: BacktestResult) -> int:
    """Days after whose fills another number of units is held."""
    moves = dict.fromkeys(ours.equity["timestamp"], Decimal(0))
    for stamp, side, quantity in ours.fills.select("timestamp", "side", "quantity").iter_rows():
        moves[stamp] += quantity if str(side).lower() == "buy" else -quantity
    held = itertools.accumulate(moves.values())
    return sum(units != theirs for units, theirs in zip(held, run["position"], strict=True))


def largest_difference(run: dict[str, Any], ours: BacktestResult) -> Decimal:
    """Of equity on any day."""
    return max(abs(Decimal(theirs) - mine) for theirs, mine in zip(run["equity"], ours.equity["equity"], strict=True))


def engines_agree(
    run: dict[str, Any], ours: BacktestResult, signals: pl.DataFrame, prices: pl.DataFrame, console: Console
) -> bool:
    """Every engine of this machine event by event, against the columns."""
    if run["price_for_fill"] == "same_close":
        console.print("No engine trades at the close that decides: columns alone.\n")
        return True
    differing = []
    names = [each.name for each in availability() if each.available]
    for name in names:
        difference = reconcile(ours, backtester(run, mode="engine", engine=name).run_backtest(signals, prices))
        if difference is not None:
            differing.append(f"{name}: {difference}")
    console.print("\n".join(differing) if differing else f"Equal to the last unit on {', '.join(names)}.\n")
    return not differing


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results = [compare(json.loads(Path(path).read_text())) for path in sys.argv[1:]]
    sys.exit(not all(results))
