"""Sources, external signals and the verdict (spec 3)."""

from __future__ import annotations

import math
import struct

import pytest

from quartet.core.contract import OPERATORS, Op, Verdict
from quartet.core.pb import config_pb2
from quartet.engines.reference import Engine
from tests.conformance.configs import BAR, BOOK, EXTERNAL, QUOTE, TRADE, Nodes, base, program
from tests.conformance.stream import SECOND, START, Stream, to_batch, to_columns

NAN = float("nan")
ALL = QUOTE | TRADE | BOOK | BAR | EXTERNAL


def scores(stream: Stream, op: str, clock: int, n: int = 0, **settings: int) -> list[float]:
    """The values of one source at every event of a stream, NaN where it does not tick."""
    nodes = Nodes()
    config = base(program(nodes.score(nodes.add(op, clock=clock, n=n))), symbols=2)
    for key, value in settings.items():
        setattr(config, key, value)
    return evaluated(config, stream)[1]


def evaluated(
    config: config_pb2.EngineConfig, stream: Stream
) -> tuple[list[int], list[float], list[float], list[float]]:
    columns = Engine(config.SerializeToString()).evaluate(*to_columns(to_batch(stream.events)))
    verdict, *floats = columns
    return (list(verdict), *(list(struct.unpack(f"<{len(verdict)}d", column)) for column in floats))  # type: ignore[return-value]


def shown(values: list[float]) -> list[float | None]:
    """NaN as None, so that lists compare."""
    return [None if math.isnan(value) else value for value in values]


QUOTES = Stream().quote(99, 101, 3, 1).quote(99, 101, 0, 1).quote(99, 101, 3, 0).quote(99, 101, 0, 0)


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("BID", [99.0, None, 99.0, None]),
        ("ASK", [101.0, 101.0, None, None]),
        ("BID_SIZE", [3.0, 0.0, 3.0, 0.0]),
        ("ASK_SIZE", [1.0, 1.0, 0.0, 0.0]),
        ("MID", [100.0, None, None, None]),
        ("SPREAD", [2.0, None, None, None]),
        ("MICROPRICE", [(99.0 * 1.0 + 101.0 * 3.0) / 4.0, None, None, None]),
        ("IMBALANCE", [0.5, -1.0, 1.0, None]),
    ],
)
def test_quote_sources(op: str, values: list[float | None]) -> None:
    assert shown(scores(QUOTES, op, QUOTE)) == values


def test_book_sources() -> None:
    stream = Stream().book([(99, 3), (98, 5)], [(101, 7)]).book([], [(101, 7), (102, 8)]).quote(50, 51)
    assert shown(scores(stream, "BID_PRICE_LEVEL", BOOK, 1)) == [98.0, None, None]
    assert shown(scores(stream, "BID_SIZE_LEVEL", BOOK, 0)) == [3.0, None, None]
    assert shown(scores(stream, "ASK_PRICE_LEVEL", BOOK, 1)) == [None, 102.0, None]
    assert shown(scores(stream, "ASK_SIZE_LEVEL", BOOK, 1)) == [None, 8.0, None]
    # A book ticks the quote clock, too; a side without levels has size 0.
    assert shown(scores(stream, "BID", QUOTE)) == [99.0, None, 50.0]
    assert shown(scores(stream, "BID_SIZE", QUOTE)) == [3.0, 0.0, 100.0]


def test_bar_sources() -> None:
    stream = Stream().bar(1, 4, 0.5, 2, 7)
    values = [scores(stream, op, BAR)[0] for op in ("OPEN", "HIGH", "LOW", "CLOSE", "VOLUME")]
    assert values == [1.0, 4.0, 0.5, 2.0, 7.0]


def test_trade_signs() -> None:
    stream = Stream().trade(100, 1)  # nothing to compare with
    stream.trade(101, 1).trade(101, 1).trade(100, 1).trade(100, 1, 1).trade(100, 1)  # against the last trade
    stream.quote(100, 102).trade(102, 1).trade(100, 1).trade(101, 1).trade(101, 1)  # against the quote's middle
    stream.quote(100, 102, 0, 1).trade(102, 1)  # a side is absent
    assert shown(scores(stream, "TRADE_SIGN", TRADE)) == [
        *(0.0, 1.0, 1.0, -1.0, 1.0, 1.0),
        *(None, 1.0, -1.0, 1.0, 1.0),
        *(None, 1.0),
    ]


def test_trade_price_and_size() -> None:
    assert scores(Stream().trade(100.5, 3), "TRADE_PRICE", TRADE) == [100.5]
    assert scores(Stream().trade(100.5, 3), "TRADE_SIZE", TRADE) == [3.0]


def test_vwap_starts_anew_with_the_session() -> None:
    day = 86_400 * SECOND
    start = START // day * day + 3600 * SECOND
    stream = Stream().trade(100, 1, ts=start).trade(103, 2, ts=start + 1).trade(50, 1, ts=start + day)
    assert scores(stream, "VWAP", TRADE) == [100.0, 102.0, 50.0]
    # With a roll at two in the morning the second hour is yesterday's.
    stream = Stream().trade(100, 1, ts=start).trade(50, 1, ts=start + 3600 * SECOND)
    assert scores(stream, "VWAP", TRADE, session_roll_ns=2 * 3600 * SECOND) == [100.0, 50.0]


def test_seconds_since_the_roll() -> None:
    day = 86_400 * SECOND
    stream = Stream().quote(1, 1, ts=day + 5 * SECOND // 2).trade(1, 1, ts=day + 3 * SECOND)
    assert shown(scores(stream, "SECONDS", ALL)) == [2.5, 3.0]
    assert shown(scores(stream, "SECONDS", QUOTE, session_roll_ns=3 * SECOND)) == [86_399.5, None]


def test_external_scores_age_at_every_quote() -> None:
    stream = Stream().quote(1, 1, ts=START).signal(0.5, 0.7, ts=START, source=3).signal(0.9, ts=START, source=4)
    stream.quote(1, 1, ts=START + SECOND).quote(1, 1, ts=START + SECOND + 1)
    assert shown(scores(stream, "EXTERNAL_SCORE", ALL, 3)) == [None, 0.5, 0.5, 0.5, None]
    assert shown(scores(stream, "EXTERNAL_CONFIDENCE", QUOTE, 3)) == [None, None, None, 0.7, None]


def test_the_weakest_external_signal_is_evicted() -> None:
    nodes = Nodes()
    config = base(program(nodes.score(nodes.add("EXTERNAL_SCORE", clock=QUOTE, n=1))))
    config.signals.max_signals_per_symbol = 2
    # Source 2 comes too many: of 1 and 2, equally weak, the older one goes.
    stream = Stream().signal(0.1, 0.5, source=1).signal(0.2, 0.9, source=0).quote(1, 1)
    stream.signal(0.3, 0.5, source=2).quote(1, 1)
    assert shown(evaluated(config, stream)[1]) == [None, None, 0.1, None, None]
    # Replaced, source 1 is the younger one, and source 2 goes.
    stream = Stream().signal(0.1, 0.5, source=1).signal(0.2, 0.5, source=2).signal(0.3, 0.5, source=1)
    stream.signal(0.4, 0.9, source=3).quote(1, 1)
    assert shown(evaluated(config, stream)[1])[-1] == 0.3


def test_symbols_are_apart() -> None:
    stream = Stream().trade(100, 1).trade(99, 1, symbol=1).trade(101, 1)
    assert scores(stream, "TRADE_SIGN", TRADE) == [0.0, 0.0, 1.0]


def judged(confidence: float, divisor: float = 1.0, fair: float = 7.0) -> tuple[int, float, float, float]:
    nodes = Nodes()
    score = nodes.add("DIV", nodes.add("BID"), nodes.const(divisor))
    config = base(program(nodes.score(score, nodes.const(confidence), nodes.const(fair))))
    columns = evaluated(config, Stream().quote(2, 3))
    return columns[0][0], columns[1][0], columns[2][0], columns[3][0]


def test_verdicts() -> None:
    assert judged(0.1) == (Verdict.VALID, 2.0, 0.1, 7.0)
    assert judged(1.5) == (Verdict.VALID, 2.0, 1.0, 7.0)
    assert judged(0.09) == (Verdict.LOW_CONFIDENCE, 2.0, 0.09, 7.0)
    assert judged(0.5, divisor=0.0) == (Verdict.NON_FINITE, math.inf, 0.5, 7.0)
    verdict, score, confidence, fair = judged(NAN, fair=math.inf)
    assert (verdict, score, fair) == (Verdict.LOW_CONFIDENCE, 2.0, math.inf) and math.isnan(confidence)


def test_no_verdict_without_a_tick() -> None:
    nodes = Nodes()
    config = base(program(nodes.score(nodes.add("BID"))))
    stream = Stream().trade(1, 1).quote(1, 1, symbol=9).clock().raw_control(b"").quote(1, 2)
    verdicts, values, confidences, fairs = evaluated(config, stream)
    assert verdicts == [Verdict.NONE] * 4 + [Verdict.VALID]
    assert shown(values) == [None] * 4 + [1.0]
    assert (shown(confidences)[-1], shown(fairs)[-1]) == (1.0, None)


def test_a_node_that_does_not_tick_keeps_its_value() -> None:
    nodes = Nodes()
    price = nodes.add("TRADE_PRICE", clock=TRADE)
    total = nodes.add("ADD", price, nodes.add("BID"), clock=QUOTE)
    stream = Stream().quote(1, 2).trade(5, 1).quote(2, 3)
    assert shown(evaluated(base(program(nodes.score(total))), stream)[1]) == [None, None, 7.0]


def test_evaluate_is_process_without_orders() -> None:
    config = base().SerializeToString()
    stream = Stream().quote(100, 101).signal(1.0).quote(102, 101)
    batch = to_columns(to_batch(stream.events))
    engine = Engine(config)
    engine.evaluate(*batch)
    counters = engine.statistics()["counters"]
    assert counters["events"] == 3
    assert counters["rejected"] == counters["orders"] == counters["signals"] == 0


def test_every_operator_has_a_step() -> None:
    nodes = Nodes()
    x = nodes.add("BID")
    last = x
    for row in OPERATORS.values():
        inputs = (x,) * (1 if row.inputs == -1 else row.inputs)
        params = {"ddof": 0.0, "alpha": 0.5}
        values = (0.0, 1.0) if row.inputs == -1 else tuple(params.get(name, 1.0) for name in row.params)
        n = {"none": 0, "level": 0, "source": 0}.get(row.window, 2)
        clock = 0 if row.op == Op.CONST else (row.clock or QUOTE)
        last = nodes.add(row.op.name, *inputs, clock=clock, n=n, params=values)
    config = base(program(nodes.score(last)))
    verdicts = evaluated(config, Stream().quote(1, 2).book([(1, 1)], []).trade(1, 1).bar(1, 1, 1, 1).signal(1.0))[0]
    assert verdicts == [Verdict.VALID, Verdict.VALID, 0, 0, 0]
