"""Cold start: a fresh process that imports Quartet, opens an engine and gives it its first event."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any, Final

from quartet.bench.measuring import Tick, is_reference
from quartet.bench.plan import Plan
from quartet.bench.row import MS_TO_FIRST_EVENT, Row
from quartet.core.errors import ConfigError
from quartet.engines.engine_run import ChosenEngine

KIND: Final = "cold"
_SCRIPT: Final = """
import json, sys
from time import perf_counter_ns
times = [perf_counter_ns()]
import quartet
quartet.open_engine
times.append(perf_counter_ns())
instruments = [{"symbol": "AAA", "tick": "0.01"}]
venue = {"order_latency_us": 0, "response_latency_us": 0}
config = {"signal": {"score": "sign(mid)"}, "instruments": instruments, "venue": venue}
engine = quartet.open_engine(config, engine=sys.argv[1])
times.append(perf_counter_ns())
quote = {"symbol": "AAA", "bid_price": "99.99", "ask_price": "100.01", "bid_size": "100", "ask_size": "100"}
records = engine.process_market_data(quote | {"timestamp": 1_700_000_000_000_000_000}).records
times.append(perf_counter_ns())
engine.close()
print(json.dumps({"ns": times, "records": records.hex()}))
"""
_STEPS: Final = ("ms_import", "ms_open", "ms_first_event")
_SECONDS: Final = 60


def measure_cold_start(engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """A row for each engine: milliseconds from before the import to the first event's records, and of each step."""
    own = list({engine.name: engine for engine in engines}.values())
    runs: list[list[dict[str, float]]] = [[] for _ in own]
    with tempfile.TemporaryDirectory(prefix="quartet-cold-") as folder:
        environment = compiled_environment(folder)
        records = [_started(engine.name, environment)["records"] for engine in own]
        first = next((each for engine, each in zip(own, records, strict=True) if is_reference(engine)), records[0])
        for repetition in range(plan.runs):
            for engine, each, times in zip(own, records, runs, strict=True):
                if each == first and repetition < plan.runs_of(is_reference(engine)):
                    times.append(_measures(_started(engine.name, environment)["ns"]))
                tick()
    return [
        Row(
            "cold",
            engine.name,
            1,
            events=1,
            orders=1,
            equal=each == first,
            sha256=hashlib.sha256(bytes.fromhex(each)).hexdigest(),
            kind=KIND,
            measures={name: [run[name] for run in times] for name in (times[0] if times else ())},
        )
        for engine, each, times in zip(own, records, runs, strict=True)
    ]


def compiled_environment(folder: str) -> dict[str, str]:
    """Variables of a process whose modules are compiled, as those of an installed package are; in this folder."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"PYTHONPYCACHEPREFIX": folder}


def _started(engine: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """One process; ConfigError where it fails."""
    command = [sys.executable, "-c", _SCRIPT, engine]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ConfigError(f"--workload cold: a fresh process with the {engine} engine fails: {last}")
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def _measures(ns: Sequence[int]) -> dict[str, float]:
    steps = {name: (end - start) / 1e6 for name, start, end in zip(_STEPS, ns[:-1], ns[1:], strict=True)}
    return {MS_TO_FIRST_EVENT: (ns[-1] - ns[0]) / 1e6, **steps}
