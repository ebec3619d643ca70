"""Order books: sums of orders, gaps, levels that went stale; against a slow model of random messages."""

from __future__ import annotations

from collections import Counter
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.data.order_book import ASK, BID, BookGap, LadderBook, OrderBook

MESSAGES = st.lists(
    st.tuples(
        st.sampled_from(["add", "reduce", "remove"]),
        st.integers(1, 8),
        st.sampled_from([BID, ASK]),
        st.integers(1, 6),
        st.integers(1, 9),
    ),
    max_size=60,
)


@given(MESSAGES)
def test_levels_are_the_sums_of_their_orders(messages: list[tuple[str, int, int, int, int]]) -> None:
    book, model = OrderBook(), {}
    for what, order, side, price, size in messages:
        if what == "add":
            book.add(order, BID if side == 1 else ASK, price, size)
            model[order] = (side, price, size)
        elif what == "reduce":
            book.reduce(order, size)
            if order in model:
                left = model[order][2] - size
                model[order] = (*model[order][:2], left)
                if left <= 0:
                    del model[order]
        else:
            book.remove(order)
            model.pop(order, None)
    for side, ladder in ((BID, book.bids), (ASK, book.asks)):
        sums: Counter[int] = Counter()
        for own, price, size in model.values():
            if own == side:
                sums[price] += size
        assert ladder.top(10) == sorted(sums.items(), reverse=side == BID)
        assert ladder.best() == (ladder.top(1) or [None])[0]
    assert len(book) == len(model)


def test_differences_follow_each_other() -> None:
    book = LadderBook()
    book.snapshot([(99, 1)], [(101, 1)], 10)
    assert not book.advance(5, 9)
    assert book.advance(9, 12)
    assert book.advance(13, 13)
    with pytest.raises(BookGap, match="messages 14 to 14 are missing"):
        book.advance(15, 16)
    assert not book.usable and book.gaps == 1
    book.snapshot([], [], 20)
    assert book.usable and book.advance(30, 31, previous=20)


def test_the_newer_side_takes_stale_levels_away() -> None:
    book = LadderBook()
    book.snapshot([(99, 1), (98, 1)], [(101, 1), (102, 1)])
    book.update([(101, 5)], [])
    assert book.asks.top(5) == [(102, 1)] and book.bids.best() == (101, 5) and book.uncrossed == 1
    book.update([], [(98, 2)])
    assert book.bids.best() is None and book.asks.best() == (98, 2)


def checksum(book: LadderBook) -> int:
    """Of the ten best levels of both sides, as venues make it."""
    levels = (*book.asks.top(10), *book.bids.top(10))
    return crc32("".join(f"{price:g}{size:g}" for price, size in levels).encode())


def test_a_day_of_differences_with_lost_messages_ends_with_the_checksum_of_the_venue() -> None:
    """A difference every two seconds of 24 hours; one in a thousand is lost, and a snapshot comes after it."""
    rng = np.random.default_rng(5)
    count = 24 * 3600 // 2
    middle = 10_000 + np.cumsum(rng.integers(-2, 3, count))
    offsets, sizes = rng.integers(1, 30, (count, 2)), rng.integers(0, 9, (count, 2))
    lost = set(rng.choice(np.arange(1, count), count // 1000, replace=False).tolist())
    venue, ours = LadderBook(), LadderBook()
    venue.snapshot([], [])
    checked = snapshots = 0
    for number in range(count):
        bid = (float(middle[number] - offsets[number, 0]), float(sizes[number, 0]))
        ask = (float(middle[number] + offsets[number, 1]), float(sizes[number, 1]))
        venue.update([bid], [ask])
        if number in lost:
            continue
        try:
            if not ours.usable or not ours.advance(number, number):
                raise BookGap("it waits")
            ours.update([bid], [ask])
        except BookGap:
            assert not ours.usable
            ours.snapshot(venue.bids.top(10**6), venue.asks.top(10**6), number)
            snapshots += 1
        if number % 30 == 0:
            assert checksum(ours) == checksum(venue)
            checked += 1
    assert checksum(ours) == checksum(venue) and (len(ours.bids), len(ours.asks)) == (len(venue.bids), len(venue.asks))
    assert checked > 1400 and ours.gaps + 1 == snapshots and 35 < snapshots <= len(lost) + 1
