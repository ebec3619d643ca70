"""Peers of W3: other ways to run the same crosses, whose orders and returns are compared with ours member by member."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.bench.measuring import Tick
from quartet.bench.peers import Peer, answer_of, installed_peers
from quartet.bench.plan import Plan
from quartet.bench.row import MS_PER_PASS, NS_PER_MEMBER_EVENT, Row
from quartet.bench.sweeps import NAME, Member, Work, work_of
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.sweep import SweepResult

KIND: Final = "sweep peer"
RETURNS_WITHIN: Final = 1e-9
"""Total returns of peers, which are floats, may differ from ours by so much."""
_UNIT: Final = 1_000_000_000
_PEERS: Final = (Peer("vectorbt", "vectorbt", "vectorbt_w3.py"), Peer("fused_loop", "vectorbt", "fused_loop_w3.py"))


def measure_sweep_peers(ours: ChosenEngine, plan: Plan, scripts: Path, tick: Tick) -> list[Row]:
    """A row for each peer that is set up; `ours` gives the answers to compare with, of the members that it runs."""
    peers = installed_peers(scripts, _PEERS)
    work = work_of(ours, plan)
    expected = work.run(ours.name).result
    rows = []
    with tempfile.TemporaryDirectory(prefix="quartet-peers-") as folder:
        file = Path(folder, "work.npz")
        np.savez(file, price=work.stream["bid_price"] / _UNIT, fast=windows(work, "fast"), slow=windows(work, "slow"))
        for name, command in peers.items():
            values = answer_of(name, [*command, str(file), "--runs", str(min(plan.sweep_runs, 3))])
            rows.append(peer_row(values, expected))
            tick()
    return rows


def windows(work: Work, mean: str) -> NDArray[np.int64]:
    """The window of a mean of every member."""
    return np.array([_window(member, mean) for member in work.members], np.int64)


def peer_row(values: dict[str, Any], expected: SweepResult) -> Row:
    """The row that a peer printed, compared with our answer: equal orders, and returns within RETURNS_WITHIN."""
    orders = np.array(values["orders"]) - expected.table["orders"].to_numpy()
    apart = float(np.abs(np.array(values["total_return"]) - expected.table["total_return"].to_numpy()).max())
    others = int(np.count_nonzero(orders))
    equal = not others and apart <= RETURNS_WITHIN
    members = len(orders)
    times: Sequence[int] = values["ns_runs"] if equal else ()
    return Row(
        NAME,
        f"{values['peer']} {values['version']}",
        1,
        events=values["events"],
        orders=int(np.sum(values["orders"])),
        equal=equal,
        kind=KIND,
        measures={
            NS_PER_MEMBER_EVENT: [ns / members / values["events"] for ns in times],
            MS_PER_PASS: [ns / 1e6 for ns in times],
        }
        if equal
        else {},
        notes={
            "members": members,
            "compared": f"{f'orders of {others:,} members differ' if others else 'equal'}, returns within {apart:.0e}",
        },
    )


def _window(member: Member, mean: str) -> int:
    text = str(member[f"signal.let.{mean}"])
    found = re.search(r"(\d+)\)$", text)
    assert found is not None, text
    return int(found[1])
