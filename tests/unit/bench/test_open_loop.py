"""Latency counts from the time at which an event was due, so that one slow answer counts for all that waited."""

from __future__ import annotations

import time
from collections.abc import Sequence

from quartet.bench.open_loop import open_loop, single_events
from quartet.bench.quotes import w1_quotes

SLOW_NS = 20_000_000
STEP_NS = 1_000_000


def test_those_that_wait_behind_a_slow_answer_are_late_too() -> None:
    seen = []

    def process(columns: Sequence[object], controls: Sequence[bytes]) -> None:
        seen.append(len(columns))
        if len(seen) == 20:
            end = time.perf_counter_ns() + SLOW_NS
            while time.perf_counter_ns() < end:
                pass

    events = single_events(w1_quotes(100, 3))
    found = open_loop(process, lambda: 5, events, 10**9 // STEP_NS)
    assert len(seen) == 100 and len(found.latency) == 90
    slow = 19 - 10
    # The tenth one behind it was due ten steps later: it waited at least what is left.
    assert found.latency[slow] >= SLOW_NS and found.latency[slow + 10] >= SLOW_NS - 10 * STEP_NS
    assert found.service[slow + 10] < found.latency[slow + 10]
    assert set(found.inside.tolist()) == {5}


def test_events_are_cut_one_by_one() -> None:
    stream = w1_quotes(7, 3)
    for place, columns in enumerate(single_events(stream)):
        assert columns == [column.tobytes() for column in stream[place : place + 1].to_columns()]
