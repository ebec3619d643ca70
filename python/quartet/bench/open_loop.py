"""Latency at a fixed rate: events are due at their times, whether the engine is ready or not (no coordinated omission).

The latency of an event counts from the time at which it was due, so that one slow answer counts for all that had to
wait behind it. Python's own call is in it; its cost, on an engine that does nothing, stands beside.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.bench.measuring import Tick, compare_engines, is_reference, row_of
from quartet.bench.noise import percentile
from quartet.bench.plan import Plan
from quartet.bench.row import NS_PER_QUOTE, Row
from quartet.bench.workloads import latency_workload
from quartet.data.batch import DTYPES, EventBatch
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.protocol import Buffer, Closeable, CoreEngine

IN_PROCESS_RATE: Final = 20_000
"""Events a second for an engine of this process."""
FAR_RATE: Final = 1_000
"""For an engine that every event has to travel to, and for the reference."""
_FAR: Final = ("go", "python")
_WARM_SHARE: Final = 10
"""One of so many events is for warming up and not counted."""
_SHARES: Final = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999, "max": 1.0}


@dataclass(frozen=True, slots=True)
class Latencies:
    """Times of single events in ns: from when due to the answer, of the call alone, inside the engine."""

    latency: NDArray[np.int64]
    service: NDArray[np.int64]
    inside: NDArray[np.int64]

    def measures(self) -> dict[str, float]:
        """Percentiles of each, by name."""
        parts = {"latency_ns": self.latency, "service_ns": self.service, "inside_ns": self.inside}
        ordered = {name: np.sort(values) for name, values in parts.items()}
        return {
            f"{name}_{text}": percentile(values, share)
            for name, values in ordered.items()
            for text, share in _SHARES.items()
        } | {NS_PER_QUOTE: float(self.service.mean())}


class NothingEngine:
    """Takes an event and gives nothing: what is left is the cost of calling."""

    processing_ns = 0

    def process(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> bytes:
        """No records."""
        return b""


def measure_latency(engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """Rows of latency: percentiles of each run."""
    workload = latency_workload(plan)
    answers = compare_engines(engines, workload, plan, tick)
    events = single_events(workload.stream)
    floor = open_loop(NothingEngine().process, lambda: 0, events[: _count(plan, IN_PROCESS_RATE)], IN_PROCESS_RATE)
    call_floor_ns = percentile(np.sort(floor.service), 0.5)
    runs: list[list[Latencies]] = [[] for _ in engines]
    for _ in range(plan.latency_runs):
        for engine, own, equal in zip(engines, runs, answers.equal, strict=True):
            if equal:
                own.append(_run(engine, workload.config, events, plan))
            tick()
    return [
        row_of(
            engine,
            workload,
            answers,
            place,
            _columns([each.measures() for each in own]),
            {"rate_per_second": _rate(engine, plan), "call_floor_ns_p50": call_floor_ns},
            kind="latency",
        )
        for place, (engine, own) in enumerate(zip(engines, runs, strict=True))
    ]


def open_loop(
    process: Callable[[Sequence[Buffer], Sequence[bytes]], object],
    inside_ns: Callable[[], int],
    events: Sequence[Sequence[Buffer]],
    rate_per_second: int,
) -> Latencies:
    """Give each event at its time, or as soon as the one before is done; the first ones do not count."""
    clock = time.perf_counter_ns
    interval = 10**9 // rate_per_second
    due = clock() + interval
    times: list[tuple[int, int, int]] = []
    with _no_collection():
        for columns in events:
            started = clock()
            while started < due:
                started = clock()
            process(columns, ())
            done = clock()
            times.append((done - due, done - started, inside_ns()))
            due += interval
    counted = np.array(times[len(times) // _WARM_SHARE :], np.int64)
    return Latencies(counted[:, 0], counted[:, 1], counted[:, 2])


def single_events(stream: EventBatch) -> list[list[bytes]]:
    """Every event of a stream of quotes as the columns of a call, cut beforehand so that cutting costs no time."""
    columns = [column.tobytes() for column in stream.to_columns()]
    sizes = [dtype.itemsize if data else 0 for dtype, data in zip(DTYPES.values(), columns, strict=True)]
    return [
        [data[place * size : (place + 1) * size] for data, size in zip(columns, sizes, strict=True)]
        for place in range(len(stream))
    ]


def _run(engine: ChosenEngine, config: bytes, events: Sequence[Sequence[Buffer]], plan: Plan) -> Latencies:
    core: CoreEngine = engine.create(config)
    rate = _rate(engine, plan)
    try:
        return open_loop(core.process, lambda: core.processing_ns, events[: _count(plan, rate)], rate)
    finally:
        if isinstance(core, Closeable):
            core.close()


def _rate(engine: ChosenEngine, plan: Plan) -> int:
    return plan.rate_per_second or (FAR_RATE if engine.name in _FAR or is_reference(engine) else IN_PROCESS_RATE)


def _count(plan: Plan, rate: int) -> int:
    return min(plan.latency_events, max(int(rate * plan.latency_seconds), 10))


def _columns(measures: Sequence[dict[str, float]]) -> dict[str, list[float]]:
    """Of each measure its value in every run."""
    return {name: [run[name] for run in measures] for name in (measures[0] if measures else ())}


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python's garbage collector waits: its pauses are not the engine's."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
