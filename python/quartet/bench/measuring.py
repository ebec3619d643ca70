"""Equality first, then interleaved runs: an engine that is not equal to the others gets no time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quartet.bench.plan import Plan
from quartet.bench.row import NS_PER_QUOTE, NS_PER_QUOTE_INSIDE, Row
from quartet.bench.workloads import Workload
from quartet.data.batch import EventBatch
from quartet.engines.engine_run import ChosenEngine, EngineRun
from quartet.engines.selection import REFERENCE

Tick = Callable[[], None]
"""Called after each step of the work."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave; equal runs have equal outcomes."""

    sha256: str
    events: int
    orders: int
    fills: int
    cash: int


@dataclass(frozen=True, slots=True)
class Equality:
    """The answers of all engines: to the first events, which the reference runs too, and to the whole stream."""

    heads: list[Outcome]
    wholes: list[Outcome | None]
    """None: the reference, which does not run it."""

    @property
    def equal(self) -> list[bool]:
        """Whether each engine answers as the reference does, or as the first where there is no reference."""
        first = next(
            (head for head, whole in zip(self.heads, self.wholes, strict=True) if whole is None), self.heads[0]
        )
        whole = next((outcome for outcome in self.wholes if outcome is not None), None)
        return [
            head == first and (own is None or own == whole) for head, own in zip(self.heads, self.wholes, strict=True)
        ]


def is_reference(engine: ChosenEngine) -> bool:
    """Whether it is the slow one that shows what is right."""
    return engine.name == REFERENCE


def head_of(workload: Workload, plan: Plan) -> EventBatch:
    """The events that all engines run."""
    return workload.stream[: plan.reference_events]


def stream_of(engine: ChosenEngine, workload: Workload, plan: Plan) -> EventBatch:
    """The events that an engine is timed on."""
    return head_of(workload, plan) if is_reference(engine) else workload.stream


def compare_engines(engines: Sequence[ChosenEngine], workload: Workload, plan: Plan, tick: Tick) -> Equality:
    """Run every engine once and keep what came out."""
    heads: list[Outcome] = []
    wholes: list[Outcome | None] = []
    for engine in engines:
        head = outcome_of(engine, workload, head_of(workload, plan))
        heads.append(head)
        if is_reference(engine):
            wholes.append(None)
        else:
            whole = head.events == len(workload.stream)
            wholes.append(head if whole else outcome_of(engine, workload, workload.stream))
        tick()
    return Equality(heads, wholes)


def outcome_of(engine: ChosenEngine, workload: Workload, stream: EventBatch) -> Outcome:
    """What a fresh engine makes of a stream."""
    digest = hashlib.sha256()
    running = EngineRun(engine, workload.config)
    try:
        for block in stream.split(workload.batch_events):
            digest.update(running.process(block))
        state = running.state().engine
    finally:
        running.close()
    return Outcome(digest.hexdigest(), len(stream), state.counters["orders"], state.counters["fills"], state.cash)


def timed_run(engine: ChosenEngine, workload: Workload, stream: EventBatch) -> EngineRun:
    """A fresh engine over a stream, closed, with its times."""
    running = EngineRun(engine, workload.config)
    try:
        for block in stream.split(workload.batch_events):
            running.process(block)
        running.statistics = running.core.statistics()
    finally:
        running.close()
    return running


def measure(engines: Sequence[ChosenEngine], workload: Workload, plan: Plan, tick: Tick) -> list[Row]:
    """Compare, then time, all engines on a workload: time of the calls, the bridge to the engine included."""
    answers = compare_engines(engines, workload, plan, tick)
    runs: list[list[EngineRun]] = [[] for _ in engines]
    for repetition in range(plan.runs):
        for engine, own, equal in zip(engines, runs, answers.equal, strict=True):
            if equal and repetition < plan.runs_of(is_reference(engine)):
                own.append(timed_run(engine, workload, stream_of(engine, workload, plan)))
            tick()
    return [
        row_of(engine, workload, answers, place, _measures(own), _latencies(own))
        for place, (engine, own) in enumerate(zip(engines, runs, strict=True))
    ]


def row_of(
    engine: ChosenEngine,
    workload: Workload,
    answers: Equality,
    place: int,
    measures: dict[str, list[float]],
    notes: dict[str, str | int | float] | None = None,
    kind: str = "throughput",
) -> Row:
    """The line of one engine, with the measures where it was equal."""
    outcome = answers.wholes[place] or answers.heads[place]
    equal = answers.equal[place]
    return Row(
        workload=workload.name,
        engine=engine.name,
        symbols=workload.symbols,
        threads=engine.options.threads,
        mode=engine.options.mode,
        simd=engine.options.simd,
        events=outcome.events,
        orders=outcome.orders,
        equal=equal,
        sha256=answers.heads[place].sha256,
        kind=kind,
        measures=measures if equal else {},
        notes=notes or {},
    )


def _measures(runs: Sequence[EngineRun]) -> dict[str, list[float]]:
    timed = [run for run in runs if run.events]
    if not timed:
        return {}
    return {
        NS_PER_QUOTE: [run.call_ns / run.events for run in timed],
        NS_PER_QUOTE_INSIDE: [run.processing_ns / run.events for run in timed],
    }


def _latencies(runs: Sequence[EngineRun]) -> dict[str, str | int | float]:
    """Single events, as the engine itself sampled them in its last run."""
    if not runs or not runs[-1].statistics["latency_count"]:
        return {}
    return {f"sampled_latency_ns_{name}": int(runs[-1].statistics[f"latency_ns_{name}"]) for name in ("p50", "p99")}
