"""Batches over the wire: nothing is lost, and cuts add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.contract import EventKind
from quartet.core.pb import engine_pb2, market_data_pb2
from quartet.data.batch import DTYPES, EventBatch, concat
from quartet.data.builders import quotes, trades
from quartet.engines.frame import answer_of, from_message, request_of, split
from quartet.engines.protocol import Buffer
from tests.unit.engines.batches import clocks, columns_of


def to_message(columns: Sequence[Buffer], controls: Sequence[bytes]) -> market_data_pb2.EventBatch:
    return engine_pb2.ProcessRequest.FromString(request_of(columns, controls)).batch


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


@given(st.lists(st.binary(max_size=200), min_size=len(DTYPES), max_size=len(DTYPES)), st.lists(st.binary(max_size=3)))
def test_a_request_is_what_protobuf_writes(columns: list[bytes], controls: list[bytes]) -> None:
    batch = market_data_pb2.EventBatch(controls=controls, **dict(zip(DTYPES, columns, strict=True)))
    for kind in (engine_pb2.ProcessRequest, engine_pb2.ProcessStreamRequest, engine_pb2.EvaluateRequest):
        assert request_of(columns, controls) == kind(batch=batch).SerializeToString(deterministic=True)


@pytest.mark.parametrize("length", [1, 126, 127, 128, 129, 16_383, 16_384])
def test_lengths_take_as_few_bytes_as_protobuf_takes(length: int) -> None:
    columns = [bytes(length), *[b""] * (len(DTYPES) - 1)]
    batch = market_data_pb2.EventBatch(**dict(zip(DTYPES, columns, strict=True)))
    assert request_of(columns, []) == engine_pb2.ProcessRequest(batch=batch).SerializeToString()


@given(st.binary(max_size=300), st.integers(-(2**63), 2**63 - 1))
def test_an_answer_is_what_protobuf_reads(records: bytes, processing_ns: int) -> None:
    message = engine_pb2.ProcessResponse(records=records, processing_ns=processing_ns).SerializeToString()
    assert answer_of(message) == (records, processing_ns)
    # Fields may come in any order, and of one that comes twice the last counts.
    later = engine_pb2.ProcessResponse(processing_ns=7).SerializeToString()
    assert answer_of(later + message) == (records, processing_ns or 7)
    assert answer_of(message + b"\x0a\x01x" + later) == (b"x", 7)


@given(st.binary(max_size=40) | st.binary(max_size=12).map(lambda tail: b"\x0a" + tail))
def test_bytes_that_are_no_answer_are_refused_as_by_protobuf(message: bytes) -> None:
    for kind in (engine_pb2.ProcessResponse, engine_pb2.ProcessStreamResponse):
        try:
            expected = kind.FromString(message)
        except DecodeError:
            with pytest.raises(DecodeError):
                answer_of(message)
        else:
            assert answer_of(message) == (expected.records, expected.processing_ns)
