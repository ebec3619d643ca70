"""A benchmark compares before it times, and an engine that is not equal gets no time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from quartet.bench.edges import measure_edges
from quartet.bench.measuring import measure
from quartet.bench.open_loop import measure_latency
from quartet.bench.orders import measure_orders
from quartet.bench.plan import Plan
from quartet.bench.row import Row
from quartet.bench.workloads import workloads_of
from quartet.core.errors import ConfigError
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.reference import Engine

PLAN = Plan(600, 300, 2, 1, order_events=120, latency_events=100, latency_seconds=0.02, latency_runs=2)


class Liar(Engine):
    """Leaves out its last record."""

    def process(self, columns: Sequence[object], controls: Sequence[bytes]) -> bytes:
        return super().process(columns, controls)[:-128]


class Thief(Engine):
    """Gives the right records, and another snapshot: one cent is missing."""

    def snapshot(self) -> bytes:
        self._runtime.state.cash -= 10**16
        return super().snapshot()


def chosen(name: str, engine: type[Engine]) -> ChosenEngine:
    return ChosenEngine(name, "0", "test", "", engine)


ENGINES = [chosen("rust", Engine), chosen("cpp", Liar), chosen("python", Engine)]


def nothing() -> None:
    """Nobody watches."""


def test_only_equal_engines_are_timed() -> None:
    [workload] = workloads_of("W1", PLAN, (3,))
    rust, cpp, python = measure(ENGINES, workload, PLAN, nothing)
    assert rust.equal and python.equal and not cpp.equal
    assert [len(row.measures.get("ns_per_quote", ())) for row in (rust, cpp, python)] == [2, 0, 1]
    assert (rust.events, python.events) == (600, 300)
    assert rust.sha256 == python.sha256 != cpp.sha256
    assert rust.orders > 0 and rust.median("ns_per_quote") and cpp.median("ns_per_quote") is None
    assert cpp.to_json()["ns_per_quote"] is None


def test_cash_must_be_equal_too() -> None:
    [workload] = workloads_of("W1", PLAN, (1,))
    honest, thief = measure([ENGINES[0], chosen("cpp", Thief)], workload, PLAN, nothing)
    assert honest.sha256 == thief.sha256 and honest.equal and not thief.equal


@pytest.mark.parametrize("measured", [measure_orders, measure_latency, measure_edges])
def test_other_kinds_of_rows_are_compared_too(measured: object) -> None:
    assert callable(measured)
    # Long enough that the hundred symbols of the edges trade.
    plan = replace(PLAN, events=2600, reference_events=2500, runs=1) if measured is measure_edges else PLAN
    rows: list[Row] = measured(ENGINES, plan, nothing)
    assert {row.engine: row.equal for row in rows} == {"rust": True, "cpp": False, "python": True}
    assert all(bool(row.measures) == row.equal for row in rows)
    for row in rows:
        assert Row.from_json(json.loads(json.dumps(row.to_json()))).measures.keys() == row.measures.keys()


def test_orders_are_many_and_their_cost_is_told() -> None:
    rust, *_ = measure_orders([ENGINES[0]], PLAN, nothing)
    assert rust.orders > 0.9 * rust.events
    assert rust.measures.keys() >= {"ns_per_order", "ns_per_quote_without_orders", "last_over_first_tenth"}


def test_rows_of_every_name_have_the_wanted_keys() -> None:
    wanted = {"workload", "engine", "symbols", "threads", "ns_per_quote", "orders", "equal"}
    wanted |= {"ns_per_quote_min", "ns_per_quote_max"}
    plan = replace(PLAN, events=100, reference_events=100, runs=1)
    for name in ("W1", "default", "C2"):
        for workload in workloads_of(name, plan, (2,)):
            [row] = measure([ENGINES[0]], workload, plan, nothing)
            values = row.to_json()
            assert wanted <= values.keys()
            assert values["ns_per_quote_min"] <= values["ns_per_quote"] <= values["ns_per_quote_max"]


def test_unknown_workloads_are_refused() -> None:
    with pytest.raises(ConfigError, match="neither a file nor one of W1, default"):
        workloads_of("W9", PLAN)
    with pytest.raises(ConfigError, match="C5=FILE"):
        workloads_of("C5", PLAN)
