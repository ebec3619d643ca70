"""Section 7: the simulated venue, order by order."""

from __future__ import annotations

from quartet.core.contract import OrderType, PriceReference, QueueModel
from tests.conformance.authored.case import Case
from tests.conformance.configs import base, reconciler, target, venue
from tests.conformance.stream import MS, SECOND, Stream


def cases() -> list[Case]:
    own = dict(order_type=OrderType.LIMIT, price_reference=PriceReference.OWN)
    opposite = dict(price_reference=PriceReference.OPPOSITE)
    made = [
        Case("market_partial", ["7.4", "7.5", "8.1"], base(), thin()),
        Case("market_walks_the_book", ["7.4", "7.5"], base(), deep()),
        Case(
            "ioc_walks_to_its_limit",
            ["7.4", "7.5"],
            base(target(order_type=OrderType.IOC, offset_ticks=2, **opposite)),
            deep(),
        ),
        Case(
            "fok_on_a_book",
            ["7.5"],
            base(target(order_type=OrderType.FOK, offset_ticks=2, **opposite)),
            deep(),
        ),
        Case(
            "limit_takes_then_rests",
            ["7.5", "7.6", "7.7"],
            base(target(order_type=OrderType.LIMIT, offset_ticks=1, **opposite)),
            deep(),
        ),
        Case(
            "post_only_would_take",
            ["7.5", "9.8", "10.6"],
            base(target(order_type=OrderType.POST_ONLY, **opposite)),
            thin(),
        ),
        Case("taken_size_stays_taken", ["7.4"], base(), taken()),
        Case("traded_through", ["7.8"], base(target(**own)), resting([("99.99", 3, -1), ("99.98", 30, 0)])),
        Case(
            "queue_exhausted",
            ["7.8"],
            base(target(**own)),
            resting([(100, 5, -1), (100, 3, 1), (100, 4, 0), (100, 20, -1)]),
        ),
        Case("book_crossed", ["7.7"], base(target(**own)), crossed()),
        Case("book_crossed_without_a_mark", ["7.7", "6.3", "8.1"], base(target(**own)), crossed_one_sided()),
        Case("queue_in_depth", ["7.6", "7.7"], base(target(offset_ticks=-2, **own)), depth_queue()),
        Case(
            "queue_in_depth_probability",
            ["7.7"],
            base(target(offset_ticks=-1, **own), venue(queue_model=QueueModel.PROBABILITY)),
            depth_queue(),
        ),
        Case("life_runs_out", ["7.2"], base(target(**own), reconciler(order_ttl_ns=5 * MS)), lives()),
        Case(
            "life_runs_out_slow",
            ["7.2", "7.3"],
            base(target(**own), reconciler(order_ttl_ns=3 * MS), latency(2 * MS, 3 * MS)),
            lives(),
        ),
        Case(
            "replace_keeps_and_loses_place",
            ["7.10", "9.7"],
            base(target(**own), reconciler(use_replace=True)),
            replaces(),
        ),
        Case(
            "replace_slow",
            ["7.10", "9.5"],
            base(target(**own), reconciler(use_replace=True), latency(MS + 5, MS // 2)),
            replaces(),
        ),
        Case(
            "cancel_meets_fill",
            ["7.10", "7.3", "9.8"],
            base(target(**own), latency(2 * MS, 2 * MS)),
            cancel_races(),
        ),
        Case("ties_favour_the_market", ["7.2"], base(latency(MS, 0)), ties()),
        Case("clocks_that_disagree", ["7.2", "7.3"], base(latency(0, MS)), skewed()),
        Case("venue_halted", ["7.5", "7.7", "7.8"], base(target(**own)), frozen()),
        Case("venue_halted_market", ["7.5"], base(latency(MS // 2, 0)), frozen()),
        Case(
            "venue_halted_fok",
            ["7.5"],
            base(target(order_type=OrderType.FOK, **opposite), latency(MS // 2, 0)),
            frozen(),
        ),
    ]
    for model in QueueModel:
        queued = base(target(**own), venue(queue_model=model))
        made.append(Case(f"queue_cancels_{model.name.lower()}", ["7.7", "7.8"], queued, cancels_in_queue()))
    crossing = target(offset_ticks=1, **opposite, order_type=OrderType.LIMIT)
    for offset_ns in (0, MS):
        slow_replace = base(crossing, latency(2 * MS, offset_ns), reconciler(use_replace=True))
        made.append(Case(f"replace_arrives_in_a_halt_{offset_ns}", ["7.10"], slow_replace, halted_replace()))
    return made


def latency(order_ns: int, response_ns: int):
    return venue(order_latency_ns=order_ns, response_latency_ns=response_ns)


def thin() -> Stream:
    s = (
        Stream()
        .quote(100, "100.01", 4, 3)
        .signal(1.0)
        .signal(1.0)
        .quote(100, "100.01", 4, 3)
        .signal(1.0)
        .quote(100, "100.01", 50, 50)
    )
    return (
        s.signal(1.0).signal(-1.0).quote(100, "100.02", 7, 7).signal(-1.0).quote("100.01", "100.02", 70, 7).signal(-1.0)
    )


def deep() -> Stream:
    asks = [(100.01, 2), (100.02, 3), (100.04, 4), (101, 50)]
    bids = [(100, 3), (99.99, 2), (99.95, 4), (90, 50)]
    s = (
        Stream()
        .book(bids, asks)
        .signal(1.0)
        .signal(1.0)
        .book(bids, asks)
        .signal(1.0)
        .signal(-1.0)
        .book(bids, asks)
        .signal(-1.0)
    )
    s.quote(100, 100.01, 1, 1).signal(-1.0).book(bids[:1], asks[:2]).signal(0.0).book([], asks).signal(-0.5).book(
        bids, []
    ).signal(0.5)
    return s.book(bids, asks).signal(0.4).book([(100.03, 9)], [(100.05, 9)]).trade(100, 50, -1).trade(101, 50, 1)


def taken() -> Stream:
    s = (
        Stream()
        .quote(100, 100.01, 6, 12)
        .signal(0.5)
        .signal(1.0)
        .signal(0.9)
        .signal(1.0)
        .signal(1.0)
        .trade(100.01, 5, 1)
        .signal(1.0)
    )
    return s.quote(100, 100.01, 6, 12).signal(1.0).signal(-1.0)


def resting(trades) -> Stream:
    s = Stream().quote(100, 100.02, 8, 8).signal(1.0)
    for price, size, aggressor in trades:
        s.trade(price, size, aggressor)
    s.quote(100, 100.02, 8, 8).signal(-1.0)
    for price, size, aggressor in trades:
        s.trade(round(200.02 - float(price), 2), size, -aggressor)
    return s.quote(100, 100.02, 3, 3).trade(100.02, 30, 1).trade(100.05, 3, 0)


def crossed_one_sided() -> Stream:
    """A symbol that has traded with us before it ever had two sides."""
    s = Stream().quote(100, 100.02, 8, 0).signal(1.0).quote(99.98, 99.99, 0, 5)
    return s.quote(100, 99.99, 0, 9).signal(-1.0).quote(100.01, 100.02, 9, 9)


def crossed() -> Stream:
    s = (
        Stream()
        .quote(100, 100.02, 8, 8)
        .signal(1.0)
        .quote(99.98, 100, 5, 4)
        .quote(99.97, 99.99, 5, 3)
        .quote(99.97, 99.99, 5, 30)
    )
    s.signal(-1.0).quote(100, 100.01, 4, 5).quote(99.99, 100, 7, 9).quote(100.01, 100.02, 30, 1)
    return s


def depth_queue() -> Stream:
    bids = [(100, 3), (99.99, 20), (99.97, 40), (99.95, 10)]
    asks = [(100.02, 4), (100.03, 21), (100.05, 30)]
    s = Stream().book(bids, asks).signal(1.0)
    s.book([(100, 3), (99.99, 12), (99.98, 30), (99.97, 40)], asks).book([(99.99, 9), (99.98, 12)], asks).trade(
        99.98, 4, -1
    )
    s.book([(99.99, 5), (99.98, 6)], asks).trade(99.99, 6, -1).book([(99.98, 5)], asks).quote(
        99.98, 100.02, 4, 4
    ).trade(99.98, 3, -1)
    s.quote(99.97, 100.02, 40, 4).trade(99.98, 9, 0).signal(-1.0).quote(99.97, 100.02, 40, 4).book(bids, asks).trade(
        100.04, 60, 1
    )
    return s.quote(100, 100.05, 9, 9).trade(100.05, 5, 1).quote(100, 100.05, 9, 2).trade(100.05, 50, 1)


def lives() -> Stream:
    s = Stream().quote(100, 100.02, 8, 8).signal(1.0)
    for _ in range(12):
        s.clock()
    return (
        s.quote(100, 100.02, 8, 8)
        .signal(1.0)
        .clock(after=5 * MS - 1)
        .clock(after=1)
        .signal(-1.0)
        .clock(after=10 * MS, ts_event=0)
        .clock()
    )


def replaces() -> Stream:
    s = (
        Stream()
        .quote(100, 100.05, 8, 8)
        .signal(1.0)
        .signal(0.6)
        .trade(100, 10, -1)
        .signal(0.8)
        .quote(100.01, 100.05, 4, 8)
        .signal(0.8)
    )
    s.quote(100.01, 100.05, 2, 8).signal(0.7).trade(100.01, 5, -1).signal(0.3).quote(100.04, 100.05, 2, 8).signal(1.0)
    for i in range(6):
        s.quote(100.04 - i / 100, 100.05, 3, 4).signal(1.0 - i / 10).trade(100.03, 2, -1)
    return (
        s.signal(-1.0)
        .quote(100, 100.02, 5, 5)
        .signal(-0.8)
        .quote(100, 100.01, 5, 5)
        .signal(-0.7)
        .trade(100.01, 50, 1)
        .clock(after=SECOND)
    )


def cancel_races() -> Stream:
    s = (
        Stream()
        .quote(100, 100.02, 2, 2)
        .signal(1.0)
        .clock(after=5 * MS)
        .signal(0.0)
        .trade(99, 4, -1)
        .clock(after=9 * MS)
    )
    s.quote(100, 100.02, 2, 2).signal(1.0).clock(after=5 * MS).signal(-1.0).trade(99, 400, -1).clock(
        after=9 * MS
    ).clock().signal(0.0)
    return s.clock(after=9 * MS).trade(101, 500, 1).signal(0.0).clock(after=SECOND)


def ties() -> Stream:
    s = (
        Stream()
        .quote(100, 100.01, 50, 50)
        .signal(1.0)
        .quote(101, 101.01, 50, 50)
        .quote(102, 102.01, 50, 50)
        .signal(-1.0)
    )
    return (
        s.quote(103, 103.01, 50, 50, after=MS - 1)
        .quote(104, 104.01, 50, 50, after=1)
        .quote(105, 105.01, 50, 50, after=1)
    )


def skewed() -> Stream:
    s = Stream().quote(100, 100.01).signal(1.0, ts_event=0).quote(100, 100.01, ts_event=0)
    s.clock(ts_event=s.time + 2 * SECOND).signal(-1.0).clock(after=MS - 1).clock(after=1).quote(
        99, 99.01, ts_event=s.time + SECOND
    ).clock(after=2 * SECOND)
    return s


def frozen() -> Stream:
    s = (
        Stream()
        .quote(100, 100.02, 8, 8)
        .signal(1.0)
        .quote(99, 99.5, 8, 8, flags=8)
        .trade(99, 50, -1, flags=8)
        .signal(-1.0)
    )
    s.quote(99, 99.5, 8, 8).signal(-1.0).trade(99.5, 50, 1, flags=8).quote(99, 99.4, 3, 3, flags=8).quote(
        99, 99.6, 3, 3
    ).trade(99.6, 99, 1)
    return (
        s.signal(1.0)
        .quote(99, 99.4, 3, 3, flags=8, after=MS // 4)
        .clock()
        .quote(99, 99.4, 3, 3)
        .signal(1.0)
        .clock(after=SECOND)
    )


def halted_replace() -> Stream:
    s = Stream().quote(100, 100.02, 8, 3).signal(1.0).clock(after=5 * MS).quote(100.04, 100.06, 8, 3).signal(1.0)
    s.quote(100.03, 100.05, 8, 4, flags=8).clock(after=5 * MS).clock(after=5 * MS).quote(100.03, 100.05, 8, 4).signal(
        0.5
    )
    return s.clock(after=9 * MS).quote(100.08, 100.1, 8, 4).signal(1.0).clock(after=9 * MS)


def cancels_in_queue() -> Stream:
    """The level grows behind us, then shrinks by cancels: how many were ahead of us shows in the next trades."""
    s = (
        Stream()
        .quote(100, 100.05, 20, 20)
        .signal(1.0)
        .quote(100, 100.05, 60, 20)
        .quote(100, 100.05, 50, 20)
        .trade(100, 19, -1)
    )
    s.quote(100, 100.05, 31, 20).quote(100, 100.05, 11, 20).trade(100, 2, -1).quote(100, 100.05, 9, 20).trade(
        100, 30, -1
    )
    s.quote(100, 100.05, 40, 30).signal(-1.0).quote(100, 100.05, 40, 90).quote(100, 100.05, 40, 45).trade(100.05, 24, 1)
    return s.quote(100, 100.05, 40, 21).quote(100, 100.05, 40, 7).trade(100.05, 3, 1).trade(100.05, 30, 1)
