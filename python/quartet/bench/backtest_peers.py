"""Peers of B1, B2 and B3: the same decisions and costs, orders and total returns compared with ours one by one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from quartet.bench.backtest_work import BacktestWork
from quartet.bench.backtests import WAYS, differences, ours, row_of
from quartet.bench.measuring import Tick
from quartet.bench.peers import Peer, answer_of, installed_peers
from quartet.bench.plan import Plan
from quartet.bench.row import Row
from quartet.engines.config import machine

KIND: Final = "backtest peer"
_PEERS: Final = (Peer("vectorbt", "vectorbt", "vectorbt_backtests.py"),)
_OURS_ALONE: Final = ("B3, bare",)


def measure_backtest_peers(name: str, plan: Plan, scripts: Path, tick: Tick) -> list[Row]:
    """A row for each peer that is set up and each way of the workload that it has."""
    peers = installed_peers(scripts, _PEERS)
    work = BacktestWork.of(name, plan)
    rows = []
    with tempfile.TemporaryDirectory(prefix="quartet-peers-") as folder:
        work.save(Path(folder))
        expected = ours(name, Path(folder), 0, machine.processors())
        for peer, command in peers.items():
            for way in WAYS[name]:
                if way in _OURS_ALONE:
                    continue
                values = answer_of(peer, [*command, way, folder, "--runs", str(plan.backtest_runs)])
                apart = differences(
                    values["orders"], values["total_return"], expected["orders"], expected["total_return"]
                )
                rows.append(row_of(way, f"{values['peer']} {values['version']}", values, work, apart, KIND))
                tick()
    return rows
