"""All engines must agree with the reference on random cases; a failure prints the seed and the first difference.

More seeds: QUARTET_SEEDS=5000 pytest tests/conformance/test_differential.py. A seed that ever failed goes to RECORDED.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartet.engines import reference
from quartet.engines.options import EngineOptions
from tests.conformance import vectors
from tests.conformance.authored.case import Case
from tests.conformance.engines import ENGINES, engine_factory
from tests.conformance.random_case import calm_case, random_case
from tests.conformance.vectors import cut, difference, run, without_hash

SEEDS = int(os.environ.get("QUARTET_SEEDS", "150"))
NATIVE = [name for name in ENGINES if name != "python"]


WAYS = (
    EngineOptions(mode="block"),
    EngineOptions(mode="event"),
    EngineOptions(mode="block", simd="scalar"),
    EngineOptions(threads=2, mode="block"),
)


def disagreement(
    factory: vectors.Factory, seed: int, size: int | None, make: Callable[[int], Case] = random_case
) -> str:
    case = make(seed)
    config = case.config_bytes()
    expected = run(reference.Engine, config, cut(case.stream.events, None))
    actual = run(factory, config, cut(case.stream.events, size))
    if expected.error_code != actual.error_code:
        return f"error {actual.error_code} ({actual.message}), expected {expected.error_code} ({expected.message})"
    if expected.records != actual.records:
        return difference(expected.records, actual.records)
    if without_hash(expected.snapshot) != without_hash(actual.snapshot):
        return "snapshot: " + vectors.snapshot_difference(expected.snapshot, actual.snapshot)
    return ""


@pytest.mark.parametrize("engine", NATIVE)
def test_engines_agree_on_random_cases(engine: str) -> None:
    factory = engine_factory(engine)
    failures = []
    for seed in range(10_000, 10_000 + SEEDS):
        problem = disagreement(factory, seed, None if seed % 2 else 5)
        if problem:
            failures.append(f"seed {seed}: {problem}")
    assert not failures, f"{len(failures)} of {SEEDS} seeds differ on {engine}:\n" + "\n".join(failures[:8])


@pytest.mark.parametrize("engine", NATIVE)
def test_quick_ways_change_nothing(engine: str) -> None:
    """Long runs of quotes, in every mode, with and without vector instructions, on one thread and on two."""
    failures = []
    for seed in range(SEEDS // 3):
        options = WAYS[seed % len(WAYS)]
        size = None if seed % 3 else 97
        problem = disagreement(engine_factory(engine, options), 40_000 + seed, size, calm_case)
        if problem:
            failures.append(f"seed {40_000 + seed}, {options.changed}: {problem}")
    assert not failures, f"{len(failures)} of {SEEDS // 3} seeds differ on {engine}:\n" + "\n".join(failures[:8])


@pytest.mark.parametrize("engine", NATIVE)
@given(seed=st.integers(0, 2**32), size=st.sampled_from([None, 1, 3, 64]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_engines_agree_whatever_is_drawn(engine: str, seed: int, size: int | None) -> None:
    assert disagreement(engine_factory(engine), seed, size) == ""


@pytest.mark.parametrize("seed", range(6))
def test_a_swap_in_mid_stream_changes_nothing(seed: int) -> None:
    """Every ordered pair of engines: the first half in one, its snapshot restored in the other."""
    case = random_case(20_000 + seed)
    config, events = case.config_bytes(), case.stream.events
    whole = run(reference.Engine, config, cut(events, None))
    half = len(events) // 2
    for first in ENGINES:
        for second in ENGINES:
            one, two = engine_factory(first)(config), engine_factory(second)(config)
            records = one.process(*vectors.to_columns(cut(events[:half], None)[0]))
            two.restore(one.snapshot())
            records += two.process(*vectors.to_columns(cut(events[half:], None)[0]))
            assert difference(whole.records, records) == "", f"{first} to {second}, seed {seed}"
            assert two.snapshot() == whole.snapshot, f"{first} to {second}, seed {seed}"
