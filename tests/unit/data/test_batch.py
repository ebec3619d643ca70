"""Laws of EventBatch: cutting and joining, protobuf and back, merging, building."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.contract import COLUMNS, COMMON_COLUMNS, EventKind
from quartet.core.errors import DataError
from quartet.core.pb import market_data_pb2
from quartet.data import (
    EventBatch,
    bars,
    books,
    clocks,
    concat,
    controls,
    execution_reports,
    external_signals,
    merge,
    quotes,
    trades,
    with_clocks,
)
from quartet.data.batch import BATCH_COLUMNS

numbers = st.integers(-(2**63), 2**63 - 1)
common = {"source": st.integers(0, 3), "sequence": st.integers(0, 5), "flags": st.integers(0, 127)}


@st.composite
def events(draw: st.DrawFn) -> EventBatch:
    """One event of any kind."""
    kind = draw(st.sampled_from(list(EventKind)))
    ts = draw(st.integers(0, 20))
    given = {name: draw(values) for name, values in common.items()}
    four = [draw(numbers) for _ in range(4)]
    if kind is EventKind.QUOTE:
        return quotes(draw(st.integers(0, 9)), ts, *four, **given)
    if kind is EventKind.TRADE:
        return trades(1, ts, four[0], four[1], draw(st.integers(-1, 1)), **given)
    if kind is EventKind.BOOK:
        sizes = [draw(st.lists(st.integers(1, 9), max_size=10)) for _ in range(2)]
        return books(2, ts, [sizes[0]], [sizes[0]], [sizes[1]], [sizes[1]], **given)
    if kind is EventKind.BAR:
        return bars(3, ts, *four, draw(numbers), **given)
    if kind is EventKind.EXTERNAL_SIGNAL:
        return external_signals(4, ts, draw(st.floats()), draw(st.floats(0, 1)), **given)
    if kind is EventKind.EXECUTION_REPORT:
        return execution_reports(ts, 7, 3, price=four[0], **given)
    if kind is EventKind.CLOCK:
        return clocks(ts, **given)
    return controls([draw(st.binary(max_size=8))], ts, **given)


batches = st.lists(events(), max_size=12).map(concat)


@given(batches, st.data())
def test_slices_join_to_the_whole(batch: EventBatch, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(batch)), max_size=4)))
    edges = [0, *cuts, len(batch)]
    parts = [batch[a:b] for a, b in pairwise(edges)]
    assert concat(parts) == batch
    assert [len(part) for part in parts] == [b - a for a, b in pairwise(edges)]
    assert concat(batch.split(3)) == batch


@given(batches)
def test_protobuf_and_back(batch: EventBatch) -> None:
    message = batch.to_proto()
    assert EventBatch.from_proto(message) == batch
    assert EventBatch.from_proto(message.SerializeToString()) == batch
    assert EventBatch.from_proto(message).to_proto() == message


@given(batches, st.randoms(use_true_random=False))
def test_take_is_a_permutation(batch: EventBatch, random: Random) -> None:
    order = list(range(len(batch)))
    random.shuffle(order)
    places = np.array(order, np.intp)
    shuffled = batch.take(places)
    assert shuffled == concat([batch[i : i + 1] for i in order])
    assert shuffled.take(np.argsort(places)) == batch


@given(st.lists(batches, max_size=4))
def test_merge_is_stable(parts: list[EventBatch]) -> None:
    whole = concat(parts)
    keys = list(zip(whole["ts_init"].tolist(), whole["source"].tolist(), whole["sequence"].tolist(), strict=True))
    order = sorted(range(len(whole)), key=lambda at: keys[at])
    assert merge(parts) == whole.take(np.array(order, np.intp))


@given(batches)
def test_every_bar_stamp_is_closed_by_one_clock(batch: EventBatch) -> None:
    ordered = batch.take(np.argsort(batch["ts_init"], kind="stable"))
    closed = with_clocks(ordered)
    stamps = set(ordered["ts_init"][ordered["kind"] == EventKind.BAR].tolist())
    added = len(closed) - len(ordered)
    assert added == len(stamps)
    for stamp in stamps:
        at = np.flatnonzero(closed["ts_init"] == stamp)
        assert closed["kind"][at[-1]] == EventKind.CLOCK
        assert at[-1] - at[0] + 1 == len(at)


def test_columns_are_those_of_the_contract() -> None:
    batch = quotes([0, 1], [1, 2], 3, 4, 5, 6)
    names = [column.name for column in (*COMMON_COLUMNS, *(c for group in COLUMNS.values() for c in group))]
    assert [column.name for column in BATCH_COLUMNS] == names
    columns = batch.to_columns()
    assert len(columns) == 34 and all(column.flags.c_contiguous and column.ndim == 1 for column in columns)
    assert columns[names.index("ts_init")].tolist() == [1, 2]
    assert columns[names.index("book_bid_prices")].dtype == np.dtype("<i8")
    assert repr(batch) == "<EventBatch of 2 events: 2 QUOTE>"
    assert batch != 1 and batch.rows(EventKind.QUOTE).tolist() == [0, 1]


def test_levels_are_counted_up_to_the_first_empty_one() -> None:
    batch = books(0, [1, 2], [[5, 4, 0], [5, 4, 3]], [[1, 0, 7], [1, 1, 1]], [[]], [[]])
    assert batch["book_bid_levels"].tolist() == [1, 3]
    assert batch["book_ask_levels"].tolist() == [0, 0]
    assert books(0, 1, [[5]], [[0]], [[6]], [[1]], bid_levels=200)["book_bid_levels"].tolist() == [200]


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: quotes(0, 1, 1.5, 2, 1, 1), "to_nanos"),
        (lambda: quotes(0, [1, 2], [1, 2, 3], 2, 1, 1), "different lengths"),
        (lambda: quotes(2**32, 1, 1, 2, 1, 1), "does not fit"),
        (lambda: books(0, 1, [[1] * 11], [[1] * 11], [[2]], [[1]]), "at most 10"),
        (lambda: EventBatch({"no_such": np.zeros(1)}), "no_such"),
        (lambda: EventBatch({"kind": np.zeros(1)}), "contract says uint8"),
        (lambda: EventBatch({"kind": np.array([1], np.uint8)}), "column symbol has 0 rows"),
        (lambda: EventBatch.from_proto(market_data_pb2.EventBatch(kind=b"\1", symbol=b"12")), "no whole number"),
    ],
)
def test_what_is_wrong_is_named(build: object, says: str) -> None:
    with pytest.raises(DataError, match=says):
        build()  # type: ignore[operator]


def test_controls_must_match_their_events() -> None:
    batch = controls([b"a", market_data_pb2.Control(kind=2)], 5)
    assert len(batch) == 2 and batch[1:].controls == (market_data_pb2.Control(kind=2).SerializeToString(),)
    message = batch.to_proto()
    message.controls.pop()
    with pytest.raises(DataError, match="control messages"):
        EventBatch.from_proto(message)
    with pytest.raises(TypeError, match="unknown argument"):
        clocks(1, colour=2)
    with pytest.raises(ValueError, match="ranges"):
        batch[::2]
