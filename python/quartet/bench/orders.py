"""What an order costs: the time of a stream with orders less that without, by the orders; and whether that grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quartet.bench.measuring import Tick, compare_engines, is_reference, row_of, stream_of
from quartet.bench.plan import Plan
from quartet.bench.row import NS_PER_ORDER, NS_PER_QUOTE, NS_PER_QUOTE_IDLE, TENTHS, Row
from quartet.bench.workloads import Workload, order_workloads
from quartet.data.batch import EventBatch
from quartet.engines.engine_run import ChosenEngine, EngineRun


@dataclass(frozen=True, slots=True)
class _Timed:
    """One run: the time of each call, in ns, and the orders that came of them."""

    call_ns: list[int]
    events: int
    orders: int

    @property
    def total_ns(self) -> int:
        return sum(self.call_ns)

    @property
    def last_over_first_tenth(self) -> float:
        tenth = max(len(self.call_ns) // 10, 1)
        return sum(self.call_ns[-tenth:]) / sum(self.call_ns[:tenth])


def measure_orders(engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """Rows of W1-orders. Both streams run right after each other, so that noise hits both."""
    trading, quiet = order_workloads(plan)
    answers = compare_engines(engines, trading, plan, tick)
    pairs: list[list[tuple[_Timed, _Timed]]] = [[] for _ in engines]
    for repetition in range(plan.runs):
        for engine, own, equal in zip(engines, pairs, answers.equal, strict=True):
            if equal and repetition < plan.runs_of(is_reference(engine)):
                stream = stream_of(engine, trading, plan)
                own.append((_timed(engine, trading, stream), _timed(engine, quiet, stream)))
            tick()
    return [
        row_of(engine, trading, answers, place, _measures(own), kind="orders")
        for place, (engine, own) in enumerate(zip(engines, pairs, strict=True))
    ]


def _timed(engine: ChosenEngine, workload: Workload, stream: EventBatch) -> _Timed:
    running = EngineRun(engine, workload.config)
    calls = []
    try:
        for block in stream.split(workload.batch_events):
            before = running.call_ns
            running.process(block)
            calls.append(running.call_ns - before)
        orders = running.core.statistics()["counters"]["orders"]
    finally:
        running.close()
    return _Timed(calls, running.events, orders)


def _measures(pairs: list[tuple[_Timed, _Timed]]) -> dict[str, list[float]]:
    if not pairs:
        return {}
    return {
        NS_PER_QUOTE: [trading.total_ns / trading.events for trading, _ in pairs],
        NS_PER_QUOTE_IDLE: [quiet.total_ns / quiet.events for _, quiet in pairs],
        NS_PER_ORDER: [(trading.total_ns - quiet.total_ns) / max(trading.orders, 1) for trading, quiet in pairs],
        TENTHS: [trading.last_over_first_tenth for trading, _ in pairs],
    }
