"""The work of `quartet bench`: equality first, then interleaved runs; an engine that is not equal gets no time."""

from __future__ import annotations

import hashlib
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quartet.cli.bench_workload import w1_quotes, w1_settings, w1_symbols
from quartet.cli.engine_run import ChosenEngine, EngineRun
from quartet.cli.progress import Bar
from quartet.core.contract import CONTRACT_HASH, VERSION
from quartet.data.batch import EventBatch
from quartet.engines.selection import REFERENCE

BLOCK_EVENTS: Final = 65_536
_NOISY: Final = 0.10
"""Deviation over mean from which on times are marked as unreliable."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is run."""

    events: int
    reference_events: int
    """The Python reference runs, and is compared, over so many of the first events."""
    repetitions: int
    reference_repetitions: int


QUICK: Final = Plan(50_000, 5_000, 3, 1)
FULL: Final = Plan(1_000_000, 50_000, 9, 3)


@dataclass(frozen=True, slots=True)
class Timing:
    """One engine on one workload."""

    workload: str
    engine: str
    events: int
    equal: bool
    orders: int
    fills: int
    sha256: str
    """Of the records of the events that all engines ran."""
    ns: tuple[float, ...]
    """Nanoseconds an event of each run, the bridge included; none where the records were not equal."""
    inside_ns: tuple[float, ...]
    """The same without the bridge."""
    latency_ns: tuple[int, int]
    """Median and 99th percentile of single events, sampled inside the engine."""

    @property
    def median_ns(self) -> float | None:
        """Median of the runs."""
        return statistics.median(self.ns) if self.ns else None

    @property
    def noisy(self) -> bool:
        """Whether the runs differ too much to be relied on."""
        return len(self.ns) > 1 and statistics.stdev(self.ns) / statistics.mean(self.ns) > _NOISY

    def to_json(self) -> dict[str, Any]:
        """Values for machines."""
        return {
            "workload": self.workload,
            "engine": self.engine,
            "events": self.events,
            "equal": self.equal,
            "orders": self.orders,
            "fills": self.fills,
            "sha256": self.sha256,
            "ns_per_event": list(self.ns),
            "ns_per_event_median": self.median_ns,
            "ns_per_event_inside": list(self.inside_ns),
            "latency_ns_p50": self.latency_ns[0],
            "latency_ns_p99": self.latency_ns[1],
            "noisy": self.noisy,
        }


def workload_names(symbols: int) -> str:
    """W1 with its number of symbols."""
    return f"W1, {symbols:,} symbol{'' if symbols == 1 else 's'}"


def bench_workload(engines: Sequence[ChosenEngine], symbols: int, plan: Plan, bar: Bar, done: int) -> list[Timing]:
    """Compare, then time, all engines on W1; the bar goes on from `done`."""
    config = w1_settings().engine_config(w1_symbols(symbols))
    stream = w1_quotes(plan.events, symbols)
    head = stream[: plan.reference_events]
    hashes, wholes = {}, {}
    for engine in engines:
        hashes[engine.name] = _run(engine, config, head)[0]
        if engine.name != REFERENCE:
            wholes[engine.name] = _run(engine, config, stream)[0]
        done += 1
        bar.at(done)
    expected = hashes.get(REFERENCE, hashes[engines[0].name])
    whole = next(iter(wholes.values()), "")
    equal = {name: digest == expected and wholes.get(name, whole) == whole for name, digest in hashes.items()}
    runs: dict[str, list[tuple[str, EngineRun]]] = {engine.name: [] for engine in engines}
    for repetition in range(plan.repetitions):
        for engine in engines:
            slow = engine.name == REFERENCE
            if equal[engine.name] and repetition < (plan.reference_repetitions if slow else plan.repetitions):
                runs[engine.name].append(_run(engine, config, head if slow else stream))
        done += 1
        bar.at(done)
    return [_timing(workload_names(symbols), engine.name, hashes, equal, runs[engine.name]) for engine in engines]


def steps(engines: int, plan: Plan) -> int:
    """How far a bar goes for one workload."""
    return engines + plan.repetitions


def _run(engine: ChosenEngine, config: bytes, stream: EventBatch) -> tuple[str, EngineRun]:
    """The hash of the records of a fresh engine, and the run, closed, with its times."""
    running = EngineRun(engine, config)
    digest = hashlib.sha256()
    try:
        for block in stream.split(BLOCK_EVENTS):
            digest.update(running.process(block))
        running.statistics = running.core.statistics()
    finally:
        running.close()
    return digest.hexdigest(), running


def _timing(
    workload: str,
    name: str,
    hashes: dict[str, str],
    equal: dict[str, bool],
    runs: list[tuple[str, EngineRun]],
) -> Timing:
    last = runs[-1][1] if runs else None
    counters = last.statistics["counters"] if last else {}
    return Timing(
        workload=workload,
        engine=name,
        events=last.events if last else 0,
        equal=equal[name],
        orders=counters.get("orders", 0),
        fills=counters.get("fills", 0),
        sha256=hashes[name],
        ns=tuple(run.call_ns / run.events for _, run in runs),
        inside_ns=tuple(run.processing_ns / run.events for _, run in runs),
        latency_ns=(last.statistics["latency_ns_p50"], last.statistics["latency_ns_p99"]) if last else (0, 0),
    )


def machine() -> dict[str, str]:
    """What the numbers were measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return {
        "processor": _processor(),
        "cores": str(cores),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "quartet": f"{VERSION} (contract {CONTRACT_HASH[:16]})",
        "load": f"{load} (1, 5, 15 minutes, before the runs)",
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
