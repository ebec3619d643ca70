"""Counters, the latency histogram, statistics, and what a broken invariant does (spec 5.1, 12.1)."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core import contract
from quartet.core.contract import ErrorCode
from quartet.engines import reference
from quartet.engines.reference.performance.counters import Counters
from quartet.engines.reference.performance.histogram import LatencyHistogram
from tests.conformance.configs import base
from tests.conformance.stream import Stream, to_batch, to_columns


def test_counters_are_those_of_the_table() -> None:
    assert tuple(field.name for field in fields(Counters)) == contract.COUNTERS


@given(st.lists(st.integers(0, 10**12), min_size=1))
def test_quantiles_are_within_an_eighth(samples: list[int]) -> None:
    histogram = LatencyHistogram()
    for sample in samples:
        histogram.add(sample)
    assert (histogram.count, histogram.total, histogram.maximum) == (len(samples), sum(samples), max(samples))
    assert histogram.quantile(1.0) == max(samples)
    middle = sorted(samples)[(len(samples) - 1) // 2]
    assert middle <= histogram.quantile(0.5) <= middle * 9 // 8 + 1
    histogram.reset()
    assert (histogram.count, histogram.quantile(0.5)) == (0, 0)


def quotes(count: int) -> tuple[list[bytes], list[bytes]]:
    stream = Stream()
    for _ in range(count):
        stream.quote(100, 101)
    return to_columns(to_batch(stream.events))


def test_statistics() -> None:
    engine = reference.Engine(base().SerializeToString())
    engine.process(*quotes(130))
    values = engine.statistics(reset=True)
    assert values["counters"]["events"] == 130
    assert values["latency_count"] == 3  # one event in 64
    assert 0 < values["latency_ns_p50"] <= values["latency_ns_p999"] <= values["latency_ns_max"]
    assert values["uptime_ns"] > engine.processing_ns > 0
    again = engine.statistics()
    assert (again["latency_count"], again["counters"]["events"]) == (0, 130)


def test_the_build_says_what_it_is() -> None:
    assert reference.contract_hash() == contract.CONTRACT_HASH
    assert reference.version() == contract.VERSION
    assert reference.build()


def test_a_fault_latches_until_a_restore() -> None:
    engine = reference.Engine(base().SerializeToString())
    snapshot = engine.snapshot()
    engine._runtime.state.symbols.clear()
    for call in (lambda: engine.process(*quotes(1)), lambda: engine.evaluate(*quotes(1)), engine.snapshot):
        with pytest.raises(reference.EngineError) as error:
            call()
        assert error.value.code == ErrorCode.ENGINE_FAILED
    assert engine.statistics()["counters"]["events"] == 1
    engine.restore(snapshot)
    assert engine.process(*quotes(1)) == b""
    assert str(error.value).startswith("ENGINE_FAILED: ")
