"""Numbers at their edges: large prices, large positions, money that needs all its bits, many symbols."""

from __future__ import annotations

from decimal import Decimal

from quartet.core.contract import ControlKind, OrderType, PriceReference, Sizing, Trigger
from tests.conformance.authored.case import Case
from tests.conformance.authored.policies import walk
from tests.conformance.configs import account, base, ema_cross, external_venue, program, risk, target, venue
from tests.conformance.stream import Stream, money, units


def cases() -> list[Case]:
    return [
        Case("bounds_large_notional", ["1.2", "1.8", "8.1"], large(), large_stream()),
        Case(
            "bounds_tiny_units",
            ["1.2", "8.1"],
            base(venue(taker_fee_ppb=333_333_333), tick=1, lot=1, price_min=1),
            tiny_stream(),
        ),
        Case(
            "bounds_share_rounds_into_the_next_word",
            ["1.2", "8.1"],
            base(venue(taker_fee_ppb=500_000_000), target(max_quantity=31 * 8191), tick=1, lot=1),
            half_of_two_to_the_65(),
        ),
        Case("bounds_average_cost", ["8.1"], base(tick=1, lot=1, multiplier=7), odd_costs()),
        Case(
            "bounds_many_symbols",
            ["9.3", "9.10"],
            base(
                program(ema_cross(2, 5)),
                risk(max_portfolio_var_ppb=10**9, max_leverage_ppb=2 * 10**9, max_positions=9),
                symbols=20,
            ),
            walk(600, 20),
        ),
        Case("fault_losses_beyond_money", ["12.1"], largest(), ruinous_trips(12)),
        Case("bounds_high_and_open", ["11.4"], largest(), falling_loads(14)),
        Case("bounds_single_units", ["1.2", "8.4", "9.3"], base(target(max_quantity=1), tick=1, lot=1), single_units()),
        Case("bounds_equity", ["1.8", "11.5"], base(big_multiplier), equity_bound()),
        Case("bounds_order_prices", ["9.3"], edges(), at_the_edges()),
        Case("bounds_report_prices", ["7.11"], edges(external_venue), reports_at_the_edges()),
        Case(
            "bounds_negative_equity",
            ["9.3", "10.3"],
            base(target(sizing=Sizing.WEIGHT), account(initial_cash=money(-5))),
            Stream().quote(1, 2).signal(1.0),
        ),
    ]


def big_multiplier(config) -> None:
    config.instruments[0].multiplier = 8192


def equity_bound() -> Stream:
    """Cash alone would stay below 2^120; with the position's value it would not."""
    s = Stream().quote(1_125_899, 1_125_899, 1, 1)
    s.control(ControlKind.LOAD_POSITION, symbol=0, quantity=18_014_398, price=1_125_899)
    for units_of_cash in (2**118, 2**118, 2**118, 2**117, 2**116, 2**110, 2**104):
        s.control(ControlKind.CASH_FLOW, cash=units_of_cash.to_bytes(16, "little"))
    s.control(ControlKind.CASH_FLOW, cash=(-(2**118)).to_bytes(16, "little", signed=True))
    s.control(ControlKind.LOAD_POSITION, symbol=0, quantity=0, price=1)
    for units_of_cash in (2**118, 2**116):
        s.control(ControlKind.CASH_FLOW, cash=units_of_cash.to_bytes(16, "little"))
    return s.control(ControlKind.LOAD_POSITION, symbol=0, quantity=18_014_398, price=1_125_899)


# The largest price and quantity whose product still fits the bounds of a configuration.
TOP = 2**58 // 10**9 - 1
MOST = 2**59 // 10**9


def largest():
    config = base(target(max_quantity=2**59), price_max=2**58, quantity_max=2**59)
    config.account.initial_cash = money(10**12)
    config.check_risk = False
    return config


def ruinous_trips(count: int) -> Stream:
    """Every trip loses about 2^117 units of money; one of them brings cash to 2^120."""
    s = Stream()
    for _ in range(count):
        s.quote(TOP - 1, TOP, 4 * 10**9, 4 * 10**9).signal(1.0).quote(1, 1, 4 * 10**9, 4 * 10**9).signal(0.0)
    return s


def falling_loads(count: int) -> Stream:
    """Positions come at a high mark and go at a low one: equity is as before, its high and its open have grown."""
    s = Stream()
    for _ in range(count):
        s.quote(TOP - 1, TOP, 1, 1).control(ControlKind.LOAD_POSITION, symbol=0, quantity=MOST, price=TOP)
        s.quote(1, 2, 1, 1).control(ControlKind.LOAD_POSITION, symbol=0, quantity=0, price=1)
    return s


def half_of_two_to_the_65() -> Stream:
    """The notional is 2^65 - 1; its half is a tie that rounds up to 2^64."""
    price = Decimal(145_295_143_558_111).scaleb(-9)
    return Stream().quote(price, price, 9, 9).signal(1.0).signal(-1.0)


def single_units() -> Stream:
    """Orders of one unit of 1e-9."""
    return (
        Stream().quote("0.000000005", "0.000000006", 9, 9).signal(1.0).quote(7e-9, 7e-9, 9, 9).signal(-1.0).signal(0.0)
    )


def edges(*changes):
    """Limit orders at our own side's best price, in a market from 99 to 101."""
    own = target(order_type=OrderType.LIMIT, price_reference=PriceReference.OWN)
    return base(*changes, own, price_min=units(99), price_max=units(101))


def at_the_edges() -> Stream:
    return Stream().quote(99, 101).signal(1.0).signal(-1.0).quote("99.01", "100.99").signal(0.5).signal(-0.5)


def reports_at_the_edges() -> Stream:
    s = Stream().quote(99, 101).signal(1.0)
    for i, price in enumerate(("98.99", 99, 101, "101.01")):
        s.report(1, Trigger.PARTIAL_FILL, exec_id=i + 1, price=price, quantity=1, liquidity=1)
    return s


def large():
    config = base(target(max_quantity=2**59), price_max=2**58, quantity_max=2**59)
    config.account.initial_cash = money(10**12)
    config.policy.target.sizing = Sizing.QUANTITY
    return config


def large_stream() -> Stream:
    top = 2**58 // 10**9 - 1
    s = Stream().quote(top - 1, top, 4 * 10**9, 4 * 10**9)
    return (
        s.signal(1.0)
        .signal(-1.0)
        .quote(1, 2, 4 * 10**9, 4 * 10**9)
        .signal(0.123456789)
        .quote(top - 1, top, 4 * 10**9, 4 * 10**9)
        .signal(0.0)
    )


def tiny_stream() -> Stream:
    s = Stream().quote("0.000000001", "0.000000002", 5, 5).signal(1.0).signal(-1.0)
    for i in range(1, 9):
        s.quote(f"0.00000000{i}", f"0.00000000{i + 1}", "0.000000007", "0.000000003").signal((-1) ** i * 0.3)
    return s


def odd_costs() -> Stream:
    s = Stream()
    for i in range(30):
        price = units("33.333333333") + i * 7
        s.raw(
            1,
            bid_price=price,
            ask_price=price + 1,
            bid_size=units("1.000000007"),
            ask_size=units("0.333333331"),
        )
        s.signal((0.7, 1.0, 0.31, -0.2, -0.9, 0.05)[i % 6])
    return s
