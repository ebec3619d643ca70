"""Section 2: what an engine refuses, and the order of its tests; section 3: values and verdicts."""

from __future__ import annotations

from quartet.core.contract import Flag
from tests.conformance.authored.case import Case
from tests.conformance.configs import BAR, BOOK, EXTERNAL, QUOTE, TRADE, Nodes, base, ema_cross, program, risk
from tests.conformance.stream import SECOND, START, Stream, units

BIG = 2**62


def cases() -> list[Case]:
    return [
        Case("input_rejects_common", ["2.3", "2.4", "2.5"], base(symbols=2), common_rejects()),
        Case("input_rejects_quotes", ["2.4", "2.5", "6.2"], base(), quote_rejects()),
        Case("input_rejects_trades", ["2.4"], base(), trade_rejects()),
        Case("input_rejects_books", ["2.4"], base(), book_rejects()),
        Case("input_rejects_bars", ["2.4"], base(), bar_rejects()),
        Case("input_rejects_signals", ["2.4", "3.7"], base(), signal_rejects()),
        Case("input_negative_prices", ["2.4", "6.3"], base(price_min=units(-50)), negative_prices()),
        Case("marks_of_zero", ["6.3", "8.1"], base(price_min=units(-50)), zero_marks()),
        Case("input_sequences", ["2.4"], base(), sequences()),
        Case("input_stale_marks", ["2.5", "2.6", "9.3"], base(risk(max_quote_age_ns=SECOND)), stale_marks()),
        Case("input_halted_flag", ["2.6", "7.5", "9.3"], base(), halted_flag()),
        Case(
            "sources_of_every_kind",
            ["3.3", "3.4", "3.5", "3.6"],
            base(program(every_source())),
            every_kind(),
            evaluate=True,
        ),
        Case(
            "external_signals_live_set",
            ["3.7"],
            base(program(external_pair()), small_live_set),
            live_set(),
            evaluate=True,
        ),
        Case(
            "single_units_and_largest_scores",
            ["2.4", "3.5"],
            base(program(every_source())),
            smallest_and_largest(),
            evaluate=True,
        ),
        Case("verdicts", ["3.8", "5.1", "10.1"], base(program(confidence_program())), verdicts(), evaluate=True),
        Case("clock_union_and_on", ["3.3", "4.3"], base(program(mixed_clocks())), every_kind(), evaluate=True),
        Case("empty_stream", ["2.2", "14.1"], base(program(ema_cross(2, 3)))),
    ]


def common_rejects() -> Stream:
    s = Stream()
    s.quote(100, "100.01")
    s.raw(99).raw(0)
    s.quote(100, "100.01", source=16)
    s.quote(100, "100.01", ts=s.time - 1).quote(100, "100.02", ts=START + 5 * SECOND)
    s.quote(100, "100.01", ts_event=s.time + 5 * SECOND + 1_000_001).quote(
        100, "100.01", ts_event=s.time + 5 * SECOND + 1_000_000
    )
    s.quote(100, "100.01", ts_init=BIG).quote(100, "100.01", ts_init=-1)
    s.quote(100, "100.01", symbol=2).trade(100, 1, symbol=9).book([], [], symbol=2).bar(1, 1, 1, 1, symbol=3).signal(
        1.0, symbol=2
    )
    s.clock(symbol=77).quote(100, "100.01", symbol=1).report(1, 3)
    return s


def quote_rejects() -> Stream:
    s = Stream()
    s.quote(100, "100.01", -1, 5).quote(100, "100.01", 5, -1)
    s.raw(1, bid_price=units(100), ask_price=units(101), bid_size=BIG, ask_size=1)
    s.quote(0, 100).quote("0.009", 100).quote("0.01", 100).quote(100, BIG / 10**9 * 0 + 2_000_000)
    s.quote("100.02", "100.01").quote("100.01", "100.01").quote("100.02", "100.01", 0, 5).quote(
        "100.02", "100.01", 5, 0
    ).quote(0, 0, 0, 0)
    s.signal(1.0)
    return s


def trade_rejects() -> Stream:
    s = Stream()
    s.trade(100, 0).trade(100, -1).trade(0, 1).trade("0.005", 1).trade(100, 1, 2).trade(100, 1, -2)
    s.raw(2, trade_price=units(100), trade_size=BIG, aggressor=0)
    s.trade(100, 1, 1).trade(2_000_000, 1)
    return s


def book_rejects() -> Stream:
    s = Stream()
    good = [(100, 5), ("99.99", 6)], [("100.01", 5), ("100.02", 7)]
    s.book(*good).book(*good, book_bid_levels=11).book(*good, book_ask_levels=255)
    s.book([(100, 0)], good[1]).book([(100, 5), ("99.99", -1)], good[1]).book([(0, 5)], good[1])
    s.book([(100, 5), (100, 6)], good[1]).book(good[0], [("100.02", 5), ("100.01", 7)])
    s.book([("100.05", 5)], [("100.04", 5)]).book([("100.05", 5)], []).book([], []).book([(100, 1)], [(100, 1)])
    return s


def bar_rejects() -> Stream:
    s = Stream()
    s.bar(100, 101, 99, 100).bar(100, 101, 99, 100, -1).bar(0, 101, 99, 100).bar(100, 101, 0, 100)
    s.bar(100, 99, 98, 99).bar(100, 101, "100.5", 101).bar(100, 100, 100, 100, 0)
    return s


def signal_rejects() -> Stream:
    s = Stream()
    s.quote(100, "100.01")
    for score, confidence in (
        (float("nan"), 1.0),
        (float("inf"), 1.0),
        (1.0, float("nan")),
        (1.0, 1.5),
        (1.0, -0.1),
        (1.0, 0.05),
        (1.0, 0.1),
    ):
        s.signal(score, confidence)
    s.signal(-1.0, ts_event=s.time + 1_000_000 - SECOND).signal(1.0, ts_event=s.time + 999_999 - SECOND).signal(
        1.0, ts_event=s.time + 2_000_000
    )
    return s


def negative_prices() -> Stream:
    s = Stream().quote(-37.63, "-37.6").signal(1.0).quote(-50, -49).quote("-50.01", -49).trade(-40, 3).signal(-1.0)
    return s


def zero_marks() -> Stream:
    """A mark of nothing is a mark."""
    s = Stream().quote(-0.01, 0.01).signal(1.0).quote(-0.02, 0.01).signal(-1.0)
    return s.quote(-0.01, 0.01).signal(0.5).quote(0, 0.01)


def sequences() -> Stream:
    s = Stream()
    s.quote(100, "100.01", sequence=5).quote(100, "100.01", sequence=5).quote(100, "100.01", sequence=4).quote(
        100, "100.01", sequence=6
    )
    s.quote(100, "100.01", sequence=9).quote(101, 100, sequence=10).quote(100, "100.01", sequence=10)
    s.quote(100, "100.01", sequence=1, source=3).quote(100, "100.01", sequence=0).clock(sequence=2**64 - 1).clock(
        sequence=2**64 - 1
    )
    return s


def stale_marks() -> Stream:
    s = Stream().signal(1.0).quote(100, "100.01").signal(1.0, after=SECOND).signal(-1.0, after=1)
    s.quote(100, "100.01").quote("100.02", "100.01").signal(1.0).quote(100, "100.01").signal(0.5)
    s.quote(100, "100.01", flags=Flag.GAP).signal(-0.5).quote(100, "100.01", flags=Flag.STALE).signal(-0.2)
    s.trade(100, 1).signal(-0.3).quote(100, "100.01", flags=Flag.SNAPSHOT | Flag.END_OF_BATCH).signal(-0.6)
    return s


def halted_flag() -> Stream:
    s = Stream().quote(100, "100.01").quote(100, "100.01", flags=Flag.HALT).signal(1.0).trade(100, 1).signal(-1.0)
    s.bar(100, 100, 100, 100, flags=Flag.HALT | Flag.AUCTION).signal(1.0).quote(100, "100.01", flags=Flag.TRADE).signal(
        -1.0
    )
    return s


def every_source():
    nodes = Nodes()
    names = ("BID", "ASK", "BID_SIZE", "ASK_SIZE", "MID", "MICROPRICE", "SPREAD", "IMBALANCE")
    last = [nodes.add(name) for name in names][-1]
    for name in ("BID_PRICE_LEVEL", "ASK_PRICE_LEVEL", "BID_SIZE_LEVEL", "ASK_SIZE_LEVEL"):
        for level in (0, 1, 9):
            nodes.add(name, clock=BOOK, n=level)
    for name in ("TRADE_PRICE", "TRADE_SIZE", "TRADE_SIGN", "VWAP"):
        nodes.add(name, clock=TRADE)
    for name in ("OPEN", "HIGH", "LOW", "CLOSE", "VOLUME"):
        nodes.add(name, clock=BAR)
    for name in ("EXTERNAL_SCORE", "EXTERNAL_CONFIDENCE"):
        nodes.add(name, clock=EXTERNAL | QUOTE, n=2)
    nodes.add("SECONDS", clock=QUOTE | TRADE | BOOK | BAR | EXTERNAL)
    nodes.const(-0.0)
    return nodes.score(last)


def every_kind() -> Stream:
    s = Stream(time=1_700_006_399 * SECOND, step=SECOND // 3)
    for i in range(6):
        s.trade(100 + i % 2, 3 + i)
        s.quote(100 + i, "100.01" if i == 0 else 100 + i + 1, 3 * i, 7 + i)
        s.trade(100 + i, "1.5").trade(101 + i, 2).trade("100.5", 1).trade("100.5", 1, -1).trade("100.5", 1).trade(
            "100.4", 1
        )
        s.book([(100 - k, 5 + k + i) for k in range(i + 1)], [(101 + k, 6 + k) for k in range((i * 3) % 11)])
        s.bar(100, 102 + i, 99, 101, 1000 * i).signal(0.3 * i, 0.5, source=i % 3).clock()
        s.quote(90, 91, 0, 4).trade(95, 1).quote(90, 91, 4, 0)
    return s


def external_pair():
    nodes = Nodes()
    parts = [nodes.add("EXTERNAL_SCORE", clock=EXTERNAL | QUOTE, n=source) for source in range(4)]
    parts += [nodes.add("EXTERNAL_CONFIDENCE", clock=EXTERNAL, n=source) for source in range(4)]
    zero = nodes.const(0.0)
    filled = [nodes.add("COALESCE", part, zero, clock=EXTERNAL | QUOTE) for part in parts]
    total = filled[0]
    for part in filled[1:]:
        total = nodes.add("ADD", total, part, clock=EXTERNAL | QUOTE)
    return nodes.score(total)


def small_live_set(config) -> None:
    config.signals.max_signals_per_symbol = 2


def live_set() -> Stream:
    s = Stream().quote(100, "100.01")
    s.signal(0.1, 0.5, source=0).signal(0.2, 0.6, source=1).signal(0.3, 0.5, source=2).signal(
        0.4, 0.9, source=1
    ).signal(0.5, 0.2, source=3)
    s.signal(0.6, 0.9, source=0).signal(0.7, 0.9, source=2).quote(100, "100.01", after=SECOND - 1_000_000).quote(
        100, "100.01", after=900_000
    )
    s.quote(100, "100.01", after=SECOND).signal(-0.7, 0.3, source=2).quote(100, "100.02", after=2 * SECOND)
    return s


def confidence_program():
    nodes = Nodes()
    score = nodes.add("IMBALANCE")
    size = nodes.add("BID_SIZE")
    ten = nodes.const(10.0)
    return nodes.score(score, nodes.add("DIV", size, ten), nodes.add("MID"))


def verdicts() -> Stream:
    s = Stream()
    for bid_size, ask_size in (
        (5, 2),
        (0, 0),
        ("0.5", 3),
        (1, 3),
        (20, 1),
        (5, 5),
        ("0.999999999", 3),
        (3, 9),
    ):
        s.quote(100, "100.01", bid_size, ask_size)
    return s.trade(100, 1).clock().bar(1, 1, 1, 1)


def mixed_clocks():
    nodes = Nodes()
    mid = nodes.add("MID")
    price = nodes.add("TRADE_PRICE", clock=TRADE)
    gap = nodes.add("SUB", price, mid, clock=QUOTE | TRADE)
    sampled = nodes.add("DELAY", mid, clock=TRADE, n=2)
    smooth = nodes.add("EMA", gap, clock=QUOTE | TRADE, n=3, params=(0.5,))
    barred = nodes.add("SUM", gap, clock=BAR, n=2)
    total = nodes.add(
        "ADD", smooth, nodes.add("COALESCE", barred, sampled, clock=BAR | TRADE), clock=QUOTE | TRADE | BAR
    )
    return nodes.score(total)


def smallest_and_largest() -> Stream:
    """Sides of one unit are present, and the largest finite score is a score."""
    s = Stream().quote(100, 100.02, 1e-9, 1e-9).trade(100.015, 1e-9)
    top = float.fromhex("0x1.fffffffffffffp+1023")
    return s.signal(top, source=2).signal(-top, source=2).signal(top, -0.0, source=2).signal(top, 1.0, source=2)
