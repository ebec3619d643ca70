"""Section 10: decisions, both policies, the reconciler and its retry rule; signals."""

from __future__ import annotations

from quartet.core.contract import OrderType, PriceReference, QueueModel, Rebalance, Sizing
from tests.conformance.authored.case import Case
from tests.conformance.configs import base, ema_cross, program, quoting, reconciler, risk, target, venue
from tests.conformance.stream import MS, SECOND, Stream, units


def cases() -> list[Case]:
    made = [
        Case("signal_direction_changes", ["10.2"], base(threshold(0.25)), directions()),
        Case("target_quantity_on_change", ["10.3"], base(), steps()),
        Case(
            "target_quantity_always",
            ["10.3"],
            base(target(rebalance=Rebalance.ALWAYS, max_quantity=units("10.5"))),
            steps(),
        ),
        Case("target_weight", ["10.3"], base(target(sizing=Sizing.WEIGHT)), steps()),
        Case(
            "target_weight_always",
            ["10.3"],
            base(target(sizing=Sizing.WEIGHT, rebalance=Rebalance.ALWAYS), multiplier=3),
            steps(),
        ),
        Case(
            "target_weight_without_mark",
            ["10.3"],
            base(target(sizing=Sizing.WEIGHT)),
            Stream().signal(1.0).quote(100, "100.01").signal(1.0),
        ),
        Case("target_held_to_quantity_max", ["10.3"], base(quantity_max=units("7.5")), steps()),
        Case("target_sliced", ["10.3"], base(reconciler(slice_quantity=units("3.5"))), steps()),
        Case("target_lots", ["10.3"], base(target(max_quantity=units(17)), lot=units(5)), steps()),
        Case("retry_rule", ["10.6"], base(risk(max_order_quantity=units(5))), retries()),
        Case(
            "retry_rule_off",
            ["10.6"],
            base(risk(max_order_quantity=units(5)), reconciler(retry_after_ns=0)),
            retries(),
        ),
        Case(
            "ema_cross_market",
            ["3.8", "4.7", "6.4", "10.3"],
            base(program(ema_cross(2, 4)), symbols=2),
            walk(300, 2),
        ),
        Case("quoting_plain", ["10.4", "10.5"], base(quoting()), walk(80)),
        Case(
            "quoting_skew",
            ["10.4", "10.5"],
            base(quoting(inventory_skew=units("0.05"), half_spread=units("0.005"))),
            walk(120),
        ),
        Case(
            "quoting_replace",
            ["9.7", "10.5"],
            base(quoting(half_spread=units("0.015")), reconciler(use_replace=True)),
            walk(120),
        ),
        Case("quoting_requote", ["10.5"], base(quoting(requote_ticks=2, half_spread=units("0.01"))), walk(120)),
        Case(
            "quoting_latency",
            ["7.1", "10.5"],
            base(quoting(half_spread=0), reconciler(use_replace=True), slow),
            walk(200),
        ),
        Case(
            "quoting_probability",
            ["7.7"],
            base(quoting(half_spread=0), venue(queue_model=QueueModel.PROBABILITY), slow),
            walk(200),
        ),
        Case("quoting_no_fair_value", ["10.4"], base(quoting()), holes()),
        Case(
            "quoting_below_zero",
            ["1.2", "10.4"],
            base(quoting(half_spread=7_000_001), price_min=units(-50)),
            below_zero(),
        ),
        Case("market_below_zero", ["9.4"], base(price_min=units(-50)), below_zero()),
        Case("quoting_off_tick_market", ["10.4"], base(quoting(half_spread=0)), off_tick()),
    ]
    for order_type in OrderType:
        for reference in PriceReference:
            if order_type is OrderType.MARKET and reference is not PriceReference.OPPOSITE:
                continue
            config = base(
                target(order_type=order_type, price_reference=reference, offset_ticks=1),
                reconciler(use_replace=True),
            )
            made.append(
                Case(
                    f"target_{order_type.name.lower()}_{reference.name.lower()}",
                    ["10.3", "10.5", "7.5"],
                    config,
                    steps(),
                )
            )
            delayed = base(target(order_type=order_type, price_reference=reference, offset_ticks=-1), slow)
            made.append(
                Case(
                    f"target_{order_type.name.lower()}_{reference.name.lower()}_slow",
                    ["10.3", "7.1"],
                    delayed,
                    steps(),
                )
            )
    return made


def threshold(value: float):
    def change(config) -> None:
        config.policy.direction_threshold = value

    return change


def slow(config) -> None:
    config.venue.order_latency_ns = 1_500_000
    config.venue.response_latency_ns = 700_000


def directions() -> Stream:
    s = Stream().quote(100, "100.01")
    for score in (0.25, 0.26, 1.0, -0.25, -0.0, -0.3, 0.3, 0.0, float(2**60), -1e-300, -5.0):
        s.signal(score)
    return s


def steps() -> Stream:
    """Targets up, down, through zero, with a moving market and thin sizes."""
    s = Stream()
    for i, score in enumerate((1.0, 1.0, 0.5, 0.26, 0.26, 0.0, -0.4, -1.0, -1.0, 1.0, 0.3, 7.0, -0.05, 0.0)):
        s.quote(100 + i % 5, f"{100 + i % 5}.02", 4 + i, 3 + i).signal(score, 1.0 if i % 3 else 0.75)
        s.trade(100 + i % 4, 6, (-1, 0, 1)[i % 3]).quote(100 + i % 5, f"{100 + i % 5}.01", 9, 2).signal(score)
        s.quote(99 + i % 6, 100 + i % 6, 50, 50)
    return s.quote(100, 101, 0, 5).signal(1.0).quote(100, 101, 5, 0).signal(-1.0).quote(0, 0, 0, 0).signal(0.5)


def retries() -> Stream:
    s = Stream().quote(100, "100.01")
    s.signal(1.0).signal(1.0).signal(0.9).signal(1.0).signal(1.0, after=SECOND - MS).signal(1.0, after=MS - 1).signal(
        1.0, after=1
    ).signal(0.5).signal(-1.0)
    return s


def walk(count: int, symbols: int = 1) -> Stream:
    """A tick walk with trades that reach both sides."""
    s = Stream()
    level = 10_000
    state = 12345
    for i in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        level += (state >> 16) % 3 - 1
        bid, ask = level / 100, (level + 1 + (state >> 8) % 2) / 100
        s.quote(bid, ask, 1 + state % 7, 1 + (state >> 5) % 7, symbol=i % symbols)
        if i % 3 == 1:
            s.trade(bid if state % 2 else ask, 1 + state % 9, (state >> 3) % 3 - 1, symbol=i % symbols)
    return s


def holes() -> Stream:
    s = (
        Stream()
        .quote(100, "100.1")
        .quote(100, "100.1", 0, 5)
        .quote(100, "100.1")
        .quote(100, "100.1", 5, 0)
        .quote(100, "100.1", 3, 4)
    )
    return s


def off_tick() -> Stream:
    return (
        Stream()
        .quote("100.003", "100.007")
        .quote("100.001", "100.002")
        .quote("99.999999999", "100.000000001")
        .quote("100.005", "100.005")
    )


def below_zero() -> Stream:
    """Prices under zero and off the tick: what is rounded down goes away from zero."""
    s = Stream()
    for i in range(6):
        s.quote(f"-37.{633 - i * 7}", f"-37.{611 - i * 9}", 5, 4).trade(f"-37.{620 - i * 8}", 3, -1)
    return s.signal(1.0).quote("-37.605", "-37.595").signal(-1.0)
