"""A benchmark compares before it times, and an engine that is not equal gets no time."""

from __future__ import annotations

from collections.abc import Sequence

from quartet.cli.benching import Plan, bench_workload, steps
from quartet.cli.engine_run import ChosenEngine
from quartet.cli.progress import progress_bar
from quartet.engines.reference import Engine

PLAN = Plan(600, 300, 2, 1)


class Liar(Engine):
    """Leaves out its last record."""

    def process(self, columns: Sequence[object], controls: Sequence[bytes]) -> bytes:
        return super().process(columns, controls)[:-128]


def chosen(name: str, engine: type[Engine]) -> ChosenEngine:
    return ChosenEngine(name, "0", "test", "", engine)


def test_only_equal_engines_are_timed() -> None:
    engines = [chosen("rust", Engine), chosen("cpp", Liar), chosen("python", Engine)]
    with progress_bar("test", steps(len(engines), PLAN)) as bar:
        rust, cpp, python = bench_workload(engines, 3, PLAN, bar, 0)
    assert rust.equal and python.equal and not cpp.equal
    assert (len(rust.ns), len(cpp.ns), len(python.ns)) == (2, 0, 1)
    assert (rust.events, python.events) == (600, 300)
    assert rust.sha256 == python.sha256 != cpp.sha256
    assert rust.orders > 0 and rust.median_ns and cpp.median_ns is None
    assert cpp.to_json()["ns_per_event"] == []
