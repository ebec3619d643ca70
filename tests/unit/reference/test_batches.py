"""The frame of a batch, and errors that change nothing (spec 2.2, 12.1)."""

from __future__ import annotations

import numpy as np
import pytest

from quartet.core.contract import ErrorCode
from quartet.engines.reference import Engine, EngineError
from tests.conformance.configs import base
from tests.conformance.stream import Stream, to_batch, to_columns

STREAM = Stream().quote(100, 101).trade(100, 1).book([(100, 1)], []).bar(1, 1, 1, 1).signal(1.0).clock()
COLUMNS, CONTROLS = to_columns(to_batch(STREAM.raw_control(b"").events))
# The place of every column that belongs to rows of this stream.
FILLED = [i for i, column in enumerate(COLUMNS) if column]


def engine() -> Engine:
    return Engine(base().SerializeToString(deterministic=True))


def refused(columns: list[bytes], controls: list[bytes]) -> None:
    tested = engine()
    before = tested.snapshot()
    for call in (tested.process, tested.evaluate):
        with pytest.raises(EngineError) as error:
            call(columns, controls)
        assert error.value.code == ErrorCode.BAD_BATCH
    assert tested.snapshot() == before


@pytest.mark.parametrize("place", FILLED)
@pytest.mark.parametrize("change", [b"\0", None])
def test_a_column_of_another_length(place: int, change: bytes | None) -> None:
    columns = list(COLUMNS)
    columns[place] = columns[place] + change if change else columns[place][:-1]
    refused(columns, CONTROLS)


def test_another_number_of_columns_or_controls() -> None:
    refused(COLUMNS[:-1], CONTROLS)
    refused([*COLUMNS, b""], CONTROLS)
    refused(COLUMNS, [])
    refused(COLUMNS, [b"", b""])


def test_columns_that_are_no_buffers() -> None:
    refused([*COLUMNS[:-1], None], CONTROLS)  # type: ignore[list-item]
    refused(COLUMNS, ["text"])  # type: ignore[list-item]


def test_zeros_may_be_left_out() -> None:
    short = list(COLUMNS)
    for place in (2, 3, 6):
        short[place] = b""
    one, other = engine(), engine()
    assert one.process(COLUMNS, CONTROLS) == other.process(short, CONTROLS)
    assert one.snapshot() == other.snapshot()


def test_any_buffer_serves() -> None:
    one, other, third = engine(), engine(), engine()
    records = one.process(COLUMNS, CONTROLS)
    assert other.process([memoryview(column) for column in COLUMNS], CONTROLS) == records
    assert third.process([np.frombuffer(column, np.uint8) for column in COLUMNS], CONTROLS) == records


def test_a_batch_of_no_events_does_nothing() -> None:
    tested = engine()
    before = tested.snapshot()
    assert tested.process([b""] * 34, []) == b""
    assert tested.process([np.zeros(0)] * 34, []) == b""
    assert tested.evaluate([b""] * 34, []) == (b"", b"", b"", b"")
    assert tested.snapshot() == before
