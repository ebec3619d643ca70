"""Batches over the wire: nothing is lost, and cuts add up."""

from __future__ import annotations

import numpy as np
import pytest

from quartet.core.contract import EventKind
from quartet.data.batch import EventBatch, concat
from quartet.data.builders import quotes, trades
from quartet.engines.frame import from_message, split, to_message
from tests.unit.engines.batches import clocks, columns_of


def mixed() -> EventBatch:
    times = np.arange(1, 8, dtype=np.int64)
    return concat(
        [
            quotes(0, times[:4], 10, 11, 1, 1),
            trades(0, times[4:], 10, 1),
            EventBatch.from_proto(to_message(*clocks(3))),
        ]
    )


def test_a_message_gives_back_the_columns() -> None:
    columns, controls = columns_of(mixed())
    back, back_controls = from_message(to_message(columns, controls))
    assert [bytes(a) for a in columns] == [bytes(b) for b in back]
    assert controls == back_controls


@pytest.mark.parametrize("events_max", [1, 2, 3, 100])
def test_parts_add_up_to_the_whole(events_max: int) -> None:
    batch = mixed()
    parts = [EventBatch.from_proto(to_message(*part)) for part in split(*columns_of(batch), events_max)]
    assert all(len(part) <= events_max for part in parts)
    assert concat(parts) == batch


def test_a_wrong_frame_stays_whole() -> None:
    columns, controls = columns_of(mixed())
    columns[7] = b"\0" * 8
    assert len(list(split(columns, controls, 1))) == 1
    columns[7] = b"\0" * 7
    assert len(list(split(columns, controls, 1))) == 1
    assert len(bytes(columns[0])) == 10 and bytes(columns[0])[0] == EventKind.QUOTE
