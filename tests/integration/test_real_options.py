"""The engines of this machine give the same bytes on any number of threads, in every mode, with and without vectors."""

from __future__ import annotations

import pytest

from quartet.bench.measuring import outcome_of
from quartet.bench.plan import Plan
from quartet.bench.workloads import workloads_of
from quartet.core.errors import EngineUnavailable
from quartet.engines.engine_run import chosen_engine
from quartet.engines.options import EngineOptions
from quartet.engines.selection import find

OPTIONS = (
    EngineOptions(threads=2),
    EngineOptions(mode="event"),
    EngineOptions(mode="block"),
    EngineOptions(simd="scalar"),
    EngineOptions(2, "block", "scalar"),
)


@pytest.mark.parametrize("name", ["rust", "cpp", "go"])
@pytest.mark.parametrize("workload", ["W1", "default"])
def test_options_change_no_byte(name: str, workload: str) -> None:
    try:
        engine = find(name)
    except EngineUnavailable as error:
        pytest.skip(str(error))
    if not engine.takes_options:
        pytest.skip(f"this build of {name} takes no options")
    [made] = workloads_of(workload, Plan(events=9000), (7,))
    usual = outcome_of(chosen_engine(name), made, made.stream)
    assert usual.orders > 0 or workload == "default"
    for options in OPTIONS:
        chosen = chosen_engine(name, options=options)
        assert chosen.options == options
        assert outcome_of(chosen, made, made.stream) == usual, options


def test_a_level_that_no_engine_has_is_refused() -> None:
    for name in ("rust", "cpp", "go"):
        try:
            takes = find(name).takes_options
        except EngineUnavailable:
            continue
        if takes:
            with pytest.raises(Exception, match=r"(?i)simd|vector|abacus"):
                chosen_engine(name, options=EngineOptions(simd="abacus")).create(b"")
