"""All workloads of a benchmark, one after the other, and the rows that come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from quartet.bench.backtests import MEASURES as BACKTESTS
from quartet.bench.bar_backtests import NAME as BARS
from quartet.bench.bar_backtests import measure_bar_backtests
from quartet.bench.cold_start import measure_cold_start
from quartet.bench.edges import measure_edges
from quartet.bench.footprint import measure_footprint
from quartet.bench.measuring import Tick, measure
from quartet.bench.open_loop import measure_latency
from quartet.bench.orders import measure_orders
from quartet.bench.plan import Plan
from quartet.bench.row import Row
from quartet.bench.rpc import measure_rpc
from quartet.bench.sweeps import measure_sweep
from quartet.bench.workloads import Workload, workloads_of
from quartet.engines.engine_run import ChosenEngine


@dataclass(frozen=True, slots=True)
class Task:
    """The workloads of one name, made when their turn comes: streams are large."""

    name: str
    plan: Plan
    symbols: tuple[int, ...] = ()
    made: tuple[Workload, ...] = ()
    """Workloads of a file, which were made before."""

    def run(self, engines: Sequence[ChosenEngine], tick: Tick) -> list[Row]:
        """The rows of all engines."""
        if self.name in _OWN:
            return _OWN[self.name](engines, self.plan, tick)
        workloads = self.made or workloads_of(self.name, self.plan, self.symbols)
        return [row for workload in workloads for row in measure(engines, workload, self.plan, tick)]


_OWN: Final[dict[str, Callable[[Sequence[ChosenEngine], Plan, Tick], list[Row]]]] = {
    "W1-orders": measure_orders,
    "W3": measure_sweep,
    "latency": measure_latency,
    "edges": measure_edges,
    "cold": measure_cold_start,
    "memory": measure_footprint,
    "W7": measure_rpc,
    **BACKTESTS,
    BARS: measure_bar_backtests,
}


def tasks_of(names: Sequence[str], plan: Plan, symbols: tuple[int, ...], files: Mapping[str, Workload]) -> list[Task]:
    """A task for every name; files: the workloads of those that are files."""
    return [Task(name, plan, symbols, (files[name],) if name in files else ()) for name in names]
