"""Paragraph 7.9 and the bar verdicts of 10.1, with the worked case."""

from __future__ import annotations

from quartet.core.contract import OrderType, PriceReference, Sizing
from tests.conformance.authored.case import Case
from tests.conformance.configs import Nodes, bars, base, program, reconciler, target, venue
from tests.conformance.stream import MS, SECOND, Stream, money, units

DAY = 86_400 * SECOND


def cases() -> list[Case]:
    own = dict(price_reference=PriceReference.MARK)
    made = [
        Case("bars_worked_case", ["7.9", "8.1", "10.1", "10.3"], worked_config(), worked_case()),
        Case("bars_slippage_rounds_against_us", ["7.9"], base(bars, venue(bar_slippage_ppb=333_333)), path()),
        Case("bars_participation", ["7.9"], base(bars, venue(max_participation_ppb=100_000_000)), path()),
        Case("bars_symbols_of_one_stamp", ["10.1"], base(bars, symbols=3), many_symbols()),
        Case("bars_verdict_expires", ["10.1"], base(bars), late_clock()),
        Case("bars_verdict_replaced", ["10.1"], base(bars), replaced()),
        Case("bars_market_beyond_collar", ["7.9", "9.4"], base(bars), path(gap=20)),
        Case("bars_halted", ["7.9"], base(bars), halted()),
        Case("bars_mark_and_quotes", ["6.3"], base(bars), marks()),
    ]
    for order_type in (OrderType.LIMIT, OrderType.IOC, OrderType.FOK, OrderType.POST_ONLY):
        for offset in (-30, 0, 30):
            config = base(
                bars,
                target(order_type=order_type, offset_ticks=offset, **own),
                venue(max_participation_ppb=150_000_000),
            )
            name = f"bars_{order_type.name.lower()}_{'minus' if offset < 0 else 'plus'}{abs(offset)}"
            made.append(Case(name, ["7.9"], config, path()))
    config = base(
        bars,
        target(order_type=OrderType.LIMIT, **own),
        venue(order_latency_ns=DAY, response_latency_ns=DAY),
        reconciler(use_replace=True),
    )
    made.append(Case("bars_slow", ["7.2", "7.9"], config, path()))
    under = base(bars, venue(bar_slippage_ppb=333_333), price_min=units(-50))
    made.append(Case("bars_below_zero", ["1.2", "7.9"], under, below_zero()))
    fok = base(bars, target(order_type=OrderType.FOK, offset_ticks=30, **own))
    made.append(Case("bars_fok_takes_all_there_is", ["7.9"], fok, exact_volume()))
    crossing = target(order_type=OrderType.LIMIT, offset_ticks=9, **own)
    made.append(
        Case(
            "bars_replace_beside_quotes",
            ["7.9", "7.10"],
            base(bars, crossing, reconciler(use_replace=True)),
            beside_quotes(),
        )
    )
    return made


def worked_config():
    """Capital 100 000, weight .1, lot 1, tick .0001, slippage 5 bp, commission .1 %, no limits."""
    close = Nodes()
    score = close.add("EXTERNAL_SCORE", clock=8)
    config = base(bars, target(sizing=Sizing.WEIGHT), program(close.score(score)), tick=units("0.0001"))
    config.venue.bar_slippage_ppb = 500_000
    config.venue.taker_fee_ppb = config.venue.maker_fee_ppb = 1_000_000
    config.account.initial_cash = money(100_000)
    config.signals.max_age_ns = DAY
    return config


def worked_case() -> Stream:
    s = Stream(step=0)
    for day, (open_, close, score) in enumerate(((100, 100, 1.0), (101, 102, 1.0), (103, 104, 0.0), (102, 101, 0.0))):
        s.signal(score, ts=s.time + (DAY if day else 0))
        s.bar(open_, max(open_, close), min(open_, close), close).clock()
    return s


def path(gap: float = 0) -> Stream:
    s = Stream(step=0)
    closes = (100, 101, 99.5, 100.25, 102, 98, 98.5, 103, 100, 100.3)
    for i, close in enumerate(closes):
        open_ = close + (0.4 if i % 2 else -0.3) + (gap if i % 3 == 1 else 0)
        high, low = max(open_, close) + 0.35, min(open_, close) - 0.25
        s.signal((1.0, 0.4, -1.0, -1.0, 0.7)[i % 5], ts=s.time + SECOND)
        s.bar(round(open_, 2), round(high, 2), round(low, 2), close, (40, 3, 1000, 0, 61)[i % 5]).clock()
    return s


def many_symbols() -> Stream:
    s = Stream(step=0)
    for day in range(4):
        s.signal(1.0 - day, symbol=2, ts=s.time + SECOND).signal(0.5 * day, symbol=0).signal(-1.0, symbol=1)
        for symbol in (2, 0, 1):
            s.bar(50 + symbol + day, 60, 40, 50 + symbol, symbol=symbol)
        s.clock()
    return s


def late_clock() -> Stream:
    s = (
        Stream(step=0)
        .signal(1.0, after=SECOND)
        .bar(100, 100, 100, 100)
        .clock(after=SECOND)
        .bar(100, 100, 100, 100, after=MS)
        .clock(after=SECOND + 1)
    )
    return s.signal(-1.0, after=MS).bar(100, 101, 99, 100).clock(after=SECOND)


def replaced() -> Stream:
    s = (
        Stream(step=0)
        .signal(1.0, after=SECOND)
        .bar(100, 100, 100, 100)
        .signal(-1.0)
        .bar(101, 101, 101, 101)
        .clock()
        .clock()
        .bar(99, 99, 99, 99)
        .clock()
    )
    return s


def halted() -> Stream:
    s = Stream(step=0)
    for i in range(6):
        s.signal(1.0 if i % 2 else -1.0, after=SECOND).bar(100, 101, 99, 100, flags=8 if i in (1, 4) else 0).clock()
    return s


def marks() -> Stream:
    s = (
        Stream()
        .quote(90, 91)
        .bar(100, 100, 100, 100)
        .signal(1.0)
        .bar(100, 100, 100, 100)
        .clock()
        .quote(90, 91, 0, 1)
        .bar(80, 80, 80, 80)
        .clock()
    )
    return s.trade(70, 1).bar(75, 75, 75, 75).clock().quote(90, 91).trade(60, 1).clock()


def beside_quotes() -> Stream:
    """A bar instrument's orders never meet quotes, not even when they are replaced."""
    s = Stream(step=0)
    for i in range(5):
        s.quote(100 + i / 10, 100.02 + i / 10, 4, 4, after=SECOND).signal(1.0).bar(101, 102, 101, 101.5, 0).clock()
        s.trade(99, 5, -1)
    return s.bar(100, 100, 99, 99.5, 7, after=SECOND).clock()


def below_zero() -> Stream:
    s = Stream(step=0)
    for i, score in enumerate((1.0, -1.0, 0.5, -0.5, 0.0)):
        price = -37.63 + i / 7
        s.signal(score, after=SECOND).bar(price, price + 1, price - 1, price + 0.5).clock()
    return s


def exact_volume() -> Stream:
    """Volume of one less than the order, as much, and one more."""
    s = Stream(step=0)
    for volume in (9, 10, 11, 20, 19):
        s.signal(1.0 if volume < 12 else -1.0, after=SECOND).bar(100, 101, 99, 100, volume).clock()
    return s
