"""What must not matter: how a stream is cut, and what comes later (spec 2.2, and no look-ahead)."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from quartet.core.contract import RECORD_SIZE
from quartet.engines.reference import Engine
from tests.conformance.random_case import random_config, random_stream
from tests.conformance.stream import to_batch, to_columns


def drawn(seed: int) -> tuple[bytes, list[dict[str, object]]]:
    draw = random.Random(seed)
    config = random_config(draw)
    return config.SerializeToString(deterministic=True), random_stream(draw, config, 60).events


def fed(engine: Engine, events: list[dict[str, object]]) -> bytes:
    return engine.process(*to_columns(to_batch(events)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.integers(0, 60), max_size=6))
def test_cuts_change_nothing(seed: int, cuts: list[int]) -> None:
    config, events = drawn(seed)
    whole, pieces = Engine(config), Engine(config)
    ends = [0, *sorted(cuts), len(events)]
    records = b"".join(fed(pieces, events[a:b]) for a, b in pairwise(ends))
    assert fed(whole, events) == records
    assert whole.snapshot() == pieces.snapshot()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 60))
def test_the_future_changes_nothing(seed: int, end: int) -> None:
    config, events = drawn(seed)
    longer, shorter = fed(Engine(config), events), fed(Engine(config), events[:end])
    assert longer[: len(shorter)] == shorter
    following = longer[len(shorter) : len(shorter) + RECORD_SIZE]
    assert not following or int.from_bytes(following[:8], "little") >= end


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 60))
def test_the_future_changes_no_value(seed: int, end: int) -> None:
    config, events = drawn(seed)
    longer = Engine(config).evaluate(*to_columns(to_batch(events)))
    shorter = Engine(config).evaluate(*to_columns(to_batch(events[:end])))
    assert longer[0][:end] == shorter[0]
    assert [column[: 8 * end] for column in longer[1:]] == list(shorter[1:])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_phase_one_does_not_see_orders(seed: int) -> None:
    """A signal is the same whether orders follow it or not: scores of SIGNAL records are those of evaluate."""
    config, events = drawn(seed)
    events = [event for event in events if event["kind"] != 8]  # a new program is a control
    scores = Engine(config).evaluate(*to_columns(to_batch(events)))[1]
    records = fed(Engine(config), events)
    for start in range(0, len(records), RECORD_SIZE):
        record = records[start : start + RECORD_SIZE]
        if record[20] == 1 and int.from_bytes(record[64:72], "little") == int.from_bytes(record[8:16], "little"):
            index = int.from_bytes(record[:8], "little")
            if events[index]["kind"] != 7:
                assert record[40:48] == scores[8 * index : 8 * index + 8]
