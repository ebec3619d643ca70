"""One-sided quotes made whole, held against a row-by-row model; streams cut anywhere give the same."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.contract import Flag
from quartet.data import EventBatch, SideMode, clocks, concat, merge_streams, quotes, trades
from quartet.data.sides import SideComposer
from quartet.data.streams import clocked, sorted_stream, whole_stamps
from quartet.data.times import DAY

Row = tuple[int, int, int, int, int, int, int]  # symbol, time, venue, bid, bid size, ask, ask size

side = st.sampled_from([(0, 0), (99, 3), (100, 1), (101, 2)])
rows = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 2), side, side, st.booleans()), max_size=25
)


def batch_of(drawn: Iterable[tuple[int, int, int, tuple[int, int], tuple[int, int], bool]]) -> EventBatch:
    """Quotes in order of time; every step is an hour, some a day."""
    time, out = 0, []
    for symbol, step, venue, bid, ask, far in drawn:
        time += step * (DAY // 24) + far * DAY
        out.append(quotes(symbol, time, bid[0], ask[0], bid[1], ask[1], source=venue))
    return concat(out)


def composer(mode: SideMode) -> SideComposer:
    return SideComposer(mode, True, "UTC")


def best_of_all(batch: EventBatch) -> list[tuple[int, int, int, int]]:
    """COMPOSE, one row after the other."""
    said: dict[tuple[int, int, str], tuple[int, int, int]] = {}
    out = []
    for at in range(len(batch)):
        symbol, venue = int(batch["symbol"][at]), int(batch["source"][at])
        day = int(batch["ts_event"][at]) // DAY
        cells = {s: (int(batch[f"{s}_price"][at]), int(batch[f"{s}_size"][at])) for s in ("bid", "ask")}
        nothing = not cells["bid"][1] and not cells["ask"][1]
        quote = []
        for name, (price, size) in cells.items():
            if size or nothing:
                said[symbol, venue, name] = (price, size, day)
            live = [
                (p, s)
                for (who, _, what), (p, s, d) in said.items()
                if who == symbol and what == name and s and d == day
            ]
            best = (max if name == "bid" else min)((p for p, _ in live), default=0)
            quote += [best, sum(s for p, s in live if p == best)]
        out.append(tuple(quote))
    return out


@given(rows)
def test_compose_is_the_best_of_the_latest_sides(drawn: list[Row]) -> None:
    batch = batch_of(drawn)  # type: ignore[arg-type]
    whole = composer(SideMode.COMPOSE).compose(batch)
    names = ("bid_price", "bid_size", "ask_price", "ask_size")
    assert list(zip(*(whole[name].tolist() for name in names), strict=True)) == best_of_all(batch)


@pytest.mark.parametrize("mode", list(SideMode))
@given(drawn=rows, data=st.data())
def test_how_a_stream_is_cut_changes_nothing(mode: SideMode, drawn: list[Row], data: st.DataObject) -> None:
    batch = batch_of(drawn)  # type: ignore[arg-type]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(batch)), max_size=5)))
    edges = [0, *cuts, len(batch)]
    parts = [batch[a:b] for a, b in pairwise(edges)]
    if mode is not SideMode.AUTO:  # which mode AUTO chooses is read off the first batch
        assert concat(composer(mode).stream(parts)) == concat(composer(mode).stream([batch]))
    assert concat(whole_stamps(parts)) == batch
    stamps = [set(part["ts_init"].tolist()) for part in whole_stamps(parts)]
    assert sum(map(len, stamps)) == len(set().union(*stamps))


def test_pairs_are_one_quote() -> None:
    pairs = [quotes(0, 1, 0, 12, 0, 5)]
    for at in range(2, 30):
        pairs += [quotes(0, at, 10, 0, 1, 0, source=at % 3, flags=Flag.STALE * (at == 5)), quotes(0, at, 0, 11, 0, 2)]
    sides = composer(SideMode.AUTO)
    whole = concat(sides.stream([concat(pairs)]))
    assert sides.mode is SideMode.CARRY and sides.joined == 28 and len(whole) == 29
    assert whole["bid_price"].tolist() == [0] + [10] * 28 and whole["ask_price"].tolist() == [12] + [11] * 28
    assert np.flatnonzero(whole["flags"]).tolist() == [4]


def test_the_source_decides_how() -> None:
    venue_feed = concat([quotes(0, at, 10, 0, 1, 0, source=at % 2) for at in range(9)])
    sides = composer(SideMode.AUTO)
    list(sides.stream([venue_feed]))
    assert sides.mode is SideMode.COMPOSE
    without = SideComposer(SideMode.AUTO, False, "UTC")
    list(without.stream([venue_feed]))
    assert without.mode is SideMode.CARRY
    complete = concat([quotes(0, at, 10, 11, 1, 1) for at in range(9)])
    untouched = composer(SideMode.AUTO)
    assert concat(untouched.stream([complete, trades(0, 20, 1, 1)])) == concat([complete, trades(0, 20, 1, 1)])
    assert untouched.mode is SideMode.AUTO


def test_a_side_is_forgotten_at_midnight_of_the_zone() -> None:
    five = 5 * DAY // 24
    feed = [quotes(0, five - 2, 0, 12, 0, 5), quotes(0, five - 1, 10, 0, 1, 0), quotes(0, five, 11, 0, 1, 0)]
    new_york = SideComposer(SideMode.CARRY, True, "America/New_York")
    assert concat(new_york.stream(feed))["ask_size"].tolist() == [5, 5, 0]
    assert concat(composer(SideMode.CARRY).stream(feed))["ask_size"].tolist() == [5, 5, 5]


streams = st.lists(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 3)), max_size=8), min_size=1, max_size=4
)


@given(streams, st.integers(1, 4))
def test_streams_merge_by_time_source_sequence(drawn: list[list[tuple[int, int, int]]], size: int) -> None:
    parts = []
    for number, events in enumerate(drawn):
        ordered = sorted(events, key=lambda event: event[0])
        batch = concat(
            [trades(number, ts, 1, at, source=src, sequence=seq) for at, (ts, src, seq) in enumerate(ordered)]
        )
        parts.append(batch)
    merged = concat(merge_streams([list(part.split(size)) for part in parts]))
    whole = concat(parts)
    keys = list(zip(*(whole[name].tolist() for name in ("ts_init", "source", "sequence")), strict=True))
    expected = sorted(range(len(whole)), key=lambda at: keys[at])
    assert merged == whole.take(np.array(expected, np.intp))


def test_sorting_keeps_equal_events_in_their_order() -> None:
    batch = concat([trades(0, ts, 1, at) for at, ts in enumerate([3, 1, 3, 2, 1])])
    assert concat(sorted_stream([batch]))["trade_size"].tolist() == [1, 4, 3, 0, 2]
    assert concat(clocked([clocks([1, 2])])) == clocks([1, 2])
