"""Peers of B4: event-driven backtesters on the same bars; fills are compared one by one, and equity to the cent."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from quartet.bench.bar_backtests import row_of
from quartet.bench.bar_work import BarWork
from quartet.bench.measuring import Tick
from quartet.bench.peers import Peer, answer_of, installed_peers
from quartet.bench.plan import Plan
from quartet.bench.row import Row

KIND: Final = "bars peer"
_RUNS_MAX: Final = 3
_PEERS: Final = (
    Peer("backtesting.py", "backtesting", "backtesting_py_b4.py"),
    Peer("backtrader", "fastquant", "backtrader_b4.py"),
    Peer("nautilus_trader", "nautilus_trader", "nautilus_trader_b4.py"),
)
_ONE_SYMBOL: Final = ("backtesting.py",)


def measure_bar_peers(plan: Plan, scripts: Path, tick: Tick) -> list[Row]:
    """A row for each peer that is set up and each number of symbols that it takes."""
    peers = installed_peers(scripts, _PEERS)
    rows = []
    for work in BarWork.every(plan):
        with tempfile.TemporaryDirectory(prefix="quartet-peers-") as folder:
            work.save(Path(folder))
            for peer, command in peers.items():
                if peer in _ONE_SYMBOL and work.close.shape[1] > 1:
                    continue
                values = answer_of(peer, [*command, folder, "--runs", str(min(plan.backtest_runs, _RUNS_MAX))])
                rows.append(peer_row(values, work))
                tick()
    return rows


def peer_row(values: dict[str, Any], work: BarWork) -> Row:
    """The row that a peer printed."""
    answer = sorted((bar, symbol, units) for bar, symbol, units in values["fills"]), values["equity_cents"]
    return row_of(f"{values['peer']} {values['version']}", work, answer, work.expected(), values["ns_runs"], KIND)
