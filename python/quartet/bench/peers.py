"""Peers: other engines on the quotes of W1, each by a script in an environment of its own, beside ours.

A peer's orders and net cash are compared with ours on the same quotes; where they differ the row says so.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quartet.bench.measuring import Outcome, Tick, outcome_of
from quartet.bench.plan import Plan
from quartet.bench.row import NS_PER_QUOTE, Row
from quartet.bench.workloads import Workload, workloads_of
from quartet.core.errors import ConfigError
from quartet.core.fixed import money_from_bytes
from quartet.core.pb import config_pb2
from quartet.data.batch import EventBatch
from quartet.engines.engine_run import ChosenEngine

ENVIRONMENTS: Final = Path(".build/peers")
_TICK: Final = 10_000_000
_UNIT: Final = 1_000_000_000
_TICK_MONEY: Final = _TICK * _UNIT
_SECONDS: Final = 600
_RECORD: Final = np.dtype(
    [
        ("symbol", "<u4"),
        ("ts_ns", "<i8"),
        ("bid_ticks", "<i8"),
        ("ask_ticks", "<i8"),
        ("bid_size", "<i8"),
        ("ask_size", "<i8"),
    ]
)


class Peer(NamedTuple):
    """Another engine: where it is installed, and the script that runs it."""

    name: str
    environment: str
    script: str


_PEERS: Final = tuple(Peer(name, name, f"{name}_w1.py") for name in ("nautilus_trader", "hftbacktest", "vectorbt"))


def installed_peers(scripts: Path, peers: Sequence[Peer] = _PEERS) -> dict[str, list[str]]:
    """Command of every peer that is set up, by name; ConfigError where the scripts are not there or none is."""
    if not scripts.is_dir():
        raise ConfigError(f"--peers: there is no folder {scripts}; run from a checkout of Quartet")
    found = {peer.name: (ENVIRONMENTS / peer.environment / "bin" / "python", scripts / peer.script) for peer in peers}
    ready = {name: [str(python), str(script)] for name, (python, script) in found.items() if python.exists()}
    if not ready:
        raise ConfigError(f"--peers: no peer is set up; run {scripts / 'setup.sh'}")
    return ready


def measure_peers(ours: ChosenEngine, plan: Plan, symbols: Sequence[int], scripts: Path, tick: Tick) -> list[Row]:
    """A row for each peer and number of symbols; `ours` gives the answers to compare with."""
    peers = installed_peers(scripts)
    rows = []
    for count in symbols:
        [workload] = workloads_of("W1", plan, (count,))
        with tempfile.TemporaryDirectory(prefix="quartet-peers-") as folder:
            file = Path(folder, "quotes.npy")
            np.save(file, quote_records(workload.stream))
            for name, command in peers.items():
                values = answer_of(name, [*command, str(file), "--runs", str(min(plan.runs, 3))])
                rows.append(peer_row(values, workload, ours))
                tick()
    return rows


def quote_records(stream: EventBatch) -> NDArray[np.void]:
    """Quotes as the peers read them: prices in ticks of a cent, whole sizes."""
    records = np.empty(len(stream), _RECORD)
    records["symbol"], records["ts_ns"] = stream["symbol"], stream["ts_event"]
    for side in ("bid", "ask"):
        records[f"{side}_ticks"] = stream[f"{side}_price"] // _TICK
        records[f"{side}_size"] = stream[f"{side}_size"] // _UNIT
    return records


def peer_row(values: dict[str, Any], workload: Workload, ours: ChosenEngine) -> Row:
    """The row that a peer printed, compared with our answer to the same quotes."""
    expected = outcome_of(ours, workload, workload.stream[: values["events"]])
    cash = _net_cash_ticks(workload, expected)
    differences = values["orders"] - expected.orders, values["net_cash_ticks"] - cash
    compared = "equal" if differences == (0, 0) else "orders {:+,}, cash {:+,} ticks".format(*differences)
    row = Row("W1", f"{values['peer']} {values['version']}", values["symbols"])
    return replace(
        row,
        events=values["events"],
        orders=values["orders"],
        equal=compared == "equal",
        kind="peer",
        measures={NS_PER_QUOTE: tuple(values["ns_per_quote_runs"])} if compared == "equal" else {},
        notes={"net_cash_ticks": values["net_cash_ticks"], "compared": compared},
    )


def _net_cash_ticks(workload: Workload, outcome: Outcome) -> int:
    config = config_pb2.EngineConfig.FromString(workload.config)
    return (outcome.cash - money_from_bytes(config.account.initial_cash)) // _TICK_MONEY


def answer_of(name: str, command: Sequence[str]) -> dict[str, Any]:
    """The last line that a peer prints; ConfigError where it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
        values: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no message"])[-1]
        raise ConfigError(f"--peers: {name} ended with {error.returncode}: {last}") from error
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"--peers: {name} gave no row: {error}") from error
    return values
