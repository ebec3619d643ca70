"""The tests of an event in their order, and what a reject leaves behind (spec 2.4, 2.5)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from quartet.core.contract import NO_SYMBOL, Code, EventKind, RecordKind
from tests.conformance.configs import base
from tests.conformance.stream import SECOND, START, Stream
from tests.unit.reference.harness import Run

# Every common fault at once; the tests take them one by one.
FAULTS: list[tuple[Code, dict[str, Any]]] = [
    (Code.UNKNOWN_SOURCE, {"source": 16}),
    (Code.OUT_OF_ORDER, {"ts_init": START - 1, "ts_event": START + 10 * SECOND}),
    (Code.DUPLICATE_SEQUENCE, {"sequence": 5}),
    (Code.UNKNOWN_SYMBOL, {"symbol": 1}),
]


def rejects(run: Run) -> list[SimpleNamespace]:
    return run.kinds(RecordKind.INPUT_REJECT)


def one_code(add: Any, **changes: Any) -> int:
    """The code that rejects one event; 0 where it is accepted."""
    run = Run(base(**changes))
    add(run.stream)
    found = rejects(run)
    return found[0].code if found else 0


def test_common_tests_come_in_order() -> None:
    for place, (code, _) in enumerate(FAULTS):
        run = Run(base())
        run.stream.clock(ts=START, sequence=5)
        faults = {key: value for _, fault in reversed(FAULTS[place:]) for key, value in fault.items()}
        run.stream.quote(100, 99, -1, 1, **{"ts": START, **faults})
        (record,) = rejects(run)
        assert record.code == code
        assert (record.input_kind, record.event_index) == (EventKind.QUOTE, 1)
        assert record.symbol == faults["symbol"]
        assert (record.source, record.sequence) == (faults.get("source", 0), faults.get("sequence", 0))


def test_unknown_kind_comes_first() -> None:
    for kind in (0, 9, 255):
        run = Run(base())
        run.stream.raw(kind, source=99, symbol=7, ts_init=-1)
        (record,) = rejects(run)
        assert (record.code, record.symbol, record.input_kind) == (Code.UNKNOWN_KIND, 7, kind)


def test_symbol_of_clocks_is_not_read() -> None:
    run = Run(base())
    run.stream.clock(symbol=99).clock(symbol=99, source=99)
    (record,) = rejects(run)
    assert (record.code, record.symbol) == (Code.UNKNOWN_SOURCE, NO_SYMBOL)


@pytest.mark.parametrize(
    ("common", "code"),
    [
        ({"ts_event": START + 5 * SECOND, "ts_init": START}, 0),
        ({"ts_event": START + 5 * SECOND + 1, "ts_init": START}, Code.FUTURE_TS),
        ({"ts_event": -(1 << 63), "ts_init": START}, 0),
        ({"ts_event": 0, "ts_init": (1 << 62) - 1}, 0),
        ({"ts_event": 0, "ts_init": 1 << 62}, Code.FUTURE_TS),
        ({"ts_event": 0, "ts_init": -1}, Code.OUT_OF_ORDER),
        ({"ts_event": 0, "ts_init": 0}, 0),
    ],
)
def test_times(common: dict[str, int], code: int) -> None:
    assert one_code(lambda s: s.clock(**common)) == code


def test_a_rejected_event_does_not_move_the_time() -> None:
    run = Run(base())
    run.stream.clock(ts=START).quote(1, 1, ts=START + SECOND, symbol=9).clock(ts=START)
    assert [record.code for record in rejects(run)] == [Code.UNKNOWN_SYMBOL]


def test_sequences_count_gaps_and_are_kept_whatever_comes_later() -> None:
    run = Run(base())
    # 3 begins; 5 leaves a gap though its quote is bad; 5 again; 6; 0 is no sequence; the other source is apart.
    run.stream.clock(sequence=3).quote(1, 1, symbol=9, sequence=5).clock(sequence=5).clock(sequence=6).clock()
    run.stream.clock(sequence=1, source=1).clock(sequence=9, source=2)
    assert [record.code for record in rejects(run)] == [Code.UNKNOWN_SYMBOL, Code.DUPLICATE_SEQUENCE]
    counters = run.engine.statistics()["counters"]
    assert (counters["gaps"], counters["rejected"], counters["events"]) == (1, 2, 7)


LEVELS = {"price_min": 10**9, "price_max": 200 * 10**9}
BIG = 1 << 62


@pytest.mark.parametrize(
    ("quote", "code"),
    [
        ((100, 101, 1, 1), 0),
        ((100, 100, 1, 1), 0),
        ((101, 100, 1, 1), Code.CROSSED),
        ((101, 100, 0, 1), 0),
        ((101, 100, 1, 0), 0),
        ((0, 100, 1, 1), Code.BAD_PRICE),
        ((0, 100, 0, 1), 0),
        ((100, 201, 1, 1), Code.BAD_PRICE),
        ((1, 200, 1, 1), 0),
        ((0, 201, -1, 1), Code.BAD_SIZE),
        ((0, 201, 1, -1), Code.BAD_SIZE),
    ],
)
def test_quotes(quote: tuple[int, int, int, int], code: int) -> None:
    assert one_code(lambda s: s.quote(*quote), **LEVELS) == code


def test_sizes_end_below_two_to_the_62() -> None:
    def sized(size: int) -> dict[str, int]:
        return {"trade_price": 10**11, "trade_size": size, "aggressor": 0}

    assert one_code(lambda s: s.raw(EventKind.TRADE, **sized(BIG - 1))) == 0
    assert one_code(lambda s: s.raw(EventKind.TRADE, **sized(BIG))) == Code.BAD_SIZE
    assert one_code(lambda s: s.raw(EventKind.TRADE, **sized(0))) == Code.BAD_SIZE


@pytest.mark.parametrize(
    ("trade", "code"),
    [
        ((100, 1, 0), 0),
        ((100, 1, -1), 0),
        ((100, 1, 2), Code.MISSING_FIELD),
        ((201, 1, 2), Code.BAD_PRICE),
        ((201, 0, 2), Code.BAD_SIZE),
    ],
)
def test_trades(trade: tuple[int, int, int], code: int) -> None:
    assert one_code(lambda s: s.trade(*trade), **LEVELS) == code


@pytest.mark.parametrize(
    ("bids", "asks", "changes", "code"),
    [
        ([(100, 1), (99, 1)], [(101, 1), (102, 1)], {}, 0),
        ([], [], {}, 0),
        ([(100, 1)], [(100, 1)], {}, 0),
        ([(101, 1)], [(100, 1)], {}, Code.CROSSED),
        ([(99, 1), (100, 1)], [], {}, Code.BAD_BOOK),
        ([], [(102, 1), (102, 1)], {}, Code.BAD_BOOK),
        ([(99, 1), (100, 1)], [(300, 1)], {}, Code.BAD_PRICE),
        ([(300, 1)], [(101, 0)], {}, Code.BAD_SIZE),
        ([(300, 0)], [], {"book_ask_levels": 11}, Code.BAD_BOOK),
    ],
)
def test_books(bids: Any, asks: Any, changes: dict[str, int], code: int) -> None:
    assert one_code(lambda s: s.book(bids, asks, **changes), **LEVELS) == code


@pytest.mark.parametrize(
    ("bar", "code"),
    [
        ((100, 102, 99, 101, 0), 0),
        ((100, 100, 100, 100, 1), 0),
        ((100, 102, 101, 101, 1), Code.BAD_BAR),
        ((100, 100, 99, 101, 1), Code.BAD_BAR),
        ((100, 201, 102, 101, 1), Code.BAD_PRICE),
        ((100, 201, 102, 101, -1), Code.BAD_SIZE),
    ],
)
def test_bars(bar: tuple[int, ...], code: int) -> None:
    assert one_code(lambda s: s.bar(*bar), **LEVELS) == code


@pytest.mark.parametrize(
    ("score", "confidence", "age", "code"),
    [
        (1.0, 1.0, 0, 0),
        (-1e308, 0.1, SECOND, 0),
        (1.0, 0.1, SECOND + 1, Code.STALE_SIGNAL),
        (1.0, 0.09, SECOND + 1, Code.LOW_CONFIDENCE),
        (1.0, 1.01, SECOND + 1, Code.BAD_SIGNAL),
        (1.0, -0.01, 0, Code.BAD_SIGNAL),
        (1.0, float("nan"), 0, Code.BAD_SIGNAL),
        (float("inf"), 1.0, 0, Code.BAD_SIGNAL),
        (float("nan"), 1.0, 0, Code.BAD_SIGNAL),
        (1.0, 1.0, -SECOND, 0),
    ],
)
def test_external_signals(score: float, confidence: float, age: int, code: int) -> None:
    assert one_code(lambda s: s.signal(score, confidence, ts=START, ts_event=START - age)) == code


def test_crossed_marks_the_symbol_stale_until_the_next_good_quote() -> None:
    config = base()
    config.risk.max_quote_age_ns = SECOND

    def codes(stream: Stream) -> list[int]:
        return [order.code for order in run.orders() if order.code]

    run = Run(config)
    run.stream.quote(100, 101).quote(102, 101).signal(1.0)
    assert codes(run.stream) == [Code.STALE_DATA]
    run.stream.quote(100, 101).signal(0.5)
    assert codes(run.stream) == []
