"""Paragraph 9.9: an order that could meet one of our own, in all four modes."""

from __future__ import annotations

from quartet.core.contract import OrderType, PriceReference, SelfTrade
from tests.conformance.authored.case import Case
from tests.conformance.authored.risk import own
from tests.conformance.configs import base, quoting, reconciler, risk, venue
from tests.conformance.stream import MS, SECOND, Stream, units


def cases() -> list[Case]:
    made = []
    for mode in SelfTrade:
        config = base(
            own(0, OrderType.LIMIT, PriceReference.OPPOSITE),
            risk(self_trade=mode),
            venue(order_latency_ns=2 * MS, response_latency_ns=MS),
            reconciler(retry_after_ns=0),
        )
        made.append(Case(f"self_trade_{mode.name.lower()}", ["9.9"], config, self_trades()))
        quotes = base(
            quoting(half_spread=0, inventory_skew=units("0.3"), requote_ticks=50),
            risk(self_trade=mode),
            reconciler(retry_after_ns=0),
        )
        made.append(Case(f"self_trade_{mode.name.lower()}_quoting", ["9.9"], quotes, quote_conflicts()))
        thin = base(
            own(-1, OrderType.LIMIT, PriceReference.OWN),
            risk(self_trade=mode),
            venue(order_latency_ns=MS, response_latency_ns=0),
            reconciler(use_replace=True, retry_after_ns=0),
        )
        made.append(Case(f"self_trade_{mode.name.lower()}_replace", ["9.9", "9.7"], thin, self_trades()))
    return made


def self_trades() -> Stream:
    s = Stream().quote(100, 100.02, 5, 4).signal(1.0, after=MS).clock(after=5 * MS).signal(-1.0)
    for i in range(12):
        s.quote(100 + (i % 2) / 50, 100.02 + (i % 3) / 50, 3, 2, after=MS).signal(
            (1.0, -1.0, 0.5, -0.5)[i % 4], after=MS
        ).trade(100.02, 2, (i % 3) - 1)
    return s.clock(after=9 * MS).signal(0.0).clock(after=SECOND)


def quote_conflicts() -> Stream:
    s = Stream()
    for i in range(30):
        s.quote(100 + (i % 7) / 10, 100.6 + (i % 5) / 10, 9, 9).trade(100 + (i % 7) / 10, 12, -1).trade(
            100.6 + (i % 5) / 10, 12 * (i % 2) + 1, 1
        )
    return s
