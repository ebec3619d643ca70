"""Section 9: every row of the gate at its limit and one above, and what it writes when it refuses."""

from __future__ import annotations

from quartet.core.contract import AccountType, ControlKind, OrderType, PriceReference, Status
from tests.conformance.authored.case import Case
from tests.conformance.configs import account, base, quoting, reconciler, risk, target
from tests.conformance.stream import MS, SECOND, START, Stream, money, units


def cases() -> list[Case]:
    made = [
        Case("risk_lot_of_loaded_position", ["9.3"], base(), odd_lot()),
        Case("risk_limit_price", ["9.3"], base(own(-300, OrderType.LIMIT), price_min=units(99)), ramp()),
        Case(
            "risk_tick",
            ["9.3"],
            base(own(0, OrderType.LIMIT)),
            Stream().quote(100.005, 100.015).signal(1.0).signal(-1.0),
        ),
        Case("risk_status", ["9.3", "11.6"], base(), statuses()),
        Case("risk_status_limit_orders", ["9.3", "11.6"], base(own(1, OrderType.LIMIT)), statuses()),
        Case("risk_quote_age", ["9.3"], base(risk(max_quote_age_ns=5 * MS)), ages()),
        Case(
            "risk_no_reference",
            ["9.3", "9.4"],
            base(risk(price_collar_ppb=10_000_000)),
            Stream().signal(1.0).trade(100, 1).signal(1.0),
        ),
        Case(
            "risk_reference_price",
            ["6.3", "9.4"],
            base(risk(price_collar_ppb=10_000_000), reference_price=units(99)),
            Stream().signal(1.0).quote(100, 100.01).signal(-1.0),
        ),
        Case(
            "risk_collar_edges",
            ["9.4"],
            base(risk(price_collar_ppb=1_000_000, price_collar_far_ppb=2_000_000), own(0, OrderType.LIMIT)),
            collar_edges(),
        ),
        Case(
            "risk_collar_two_ticks",
            ["9.4"],
            base(risk(price_collar_ppb=0), own(2, OrderType.LIMIT)),
            collar_edges(),
        ),
        Case(
            "risk_collar_far_absent",
            ["9.4"],
            base(risk(price_collar_ppb=1_000_000), own(-10, OrderType.LIMIT)),
            collar_edges(),
        ),
        Case(
            "risk_collar_market",
            ["9.4"],
            base(risk(price_collar_ppb=100_000), price_collar_ppb=50_000, price_max=units("100.02")),
            ramp(),
        ),
        Case("risk_order_size", ["9.3"], base(risk(max_order_quantity=units(4))), ramp()),
        Case(
            "risk_order_size_of_instrument",
            ["9.3"],
            base(risk(max_order_quantity=units(4)), max_order_quantity=units(6)),
            ramp(),
        ),
        Case("risk_order_notional", ["9.3"], base(risk(max_order_notional=money("400.02"))), ramp()),
        Case("risk_order_notional_at_limit", ["9.3"], base(risk(max_order_notional=money("500.025"))), ramp()),
        Case("risk_order_weight", ["9.3"], base(risk(max_order_weight_ppb=4_000_200)), ramp()),
        Case("risk_adv_share", ["9.3"], base(risk(max_adv_share_ppb=50_000_000), adv=units(100)), ramp()),
        Case("risk_adv_absent", ["9.3"], base(risk(max_adv_share_ppb=1)), ramp()),
        Case(
            "risk_duplicate",
            ["9.6"],
            base(risk(duplicate_window_ns=10 * MS), reconciler(retry_after_ns=0)),
            flips(),
        ),
        Case(
            "risk_duplicate_quoting",
            ["9.3"],
            base(quoting(half_spread=0), risk(duplicate_window_ns=SECOND)),
            ramp(),
        ),
        Case(
            "risk_message_rate",
            ["9.6"],
            base(risk(max_orders_per_second=3), reconciler(retry_after_ns=0)),
            flips(),
        ),
        Case(
            "risk_message_rate_symbol",
            ["9.6"],
            base(
                risk(max_orders_per_second=9, max_orders_per_second_symbol=2),
                reconciler(retry_after_ns=0),
                symbols=2,
            ),
            flips(2),
        ),
        Case(
            "risk_open_orders",
            ["9.3"],
            base(quoting(), risk(max_open_orders=3, max_open_orders_symbol=2), symbols=3),
            many_quotes(),
        ),
        Case(
            "risk_open_orders_of_symbol",
            ["9.3"],
            base(quoting(), risk(max_open_orders_symbol=1), symbols=2),
            many_quotes(),
        ),
        Case(
            "risk_capacity_without_checks",
            ["9.3"],
            base(quoting(), unchecked, small_capacity, symbols=3),
            many_quotes(),
        ),
        Case(
            "risk_buying_power_margin",
            ["9.3"],
            base(risk(initial_margin_ppb=200_000_000), account(initial_cash=money(150)), symbols=2),
            two_ramps(),
        ),
        Case(
            "risk_buying_power_of_instrument",
            ["9.3"],
            base(risk(initial_margin_ppb=1), account(initial_cash=money(150)), initial_margin_ppb=500_000_000),
            ramp(),
        ),
        Case(
            "risk_buying_power_cash",
            ["9.3"],
            base(account(initial_cash=money("600.03"), account_type=AccountType.CASH)),
            ramp(),
        ),
        Case(
            "risk_cash_reserved",
            ["9.5"],
            base(
                own(0, OrderType.LIMIT),
                account(initial_cash=money(1500), account_type=AccountType.CASH),
                symbols=2,
            ),
            two_ramps(),
        ),
        Case("risk_max_position_weight", ["9.3"], base(risk(max_position_weight_ppb=5_000_250)), ramp()),
        Case("risk_max_position_quantity", ["9.3"], base(risk(max_position_quantity=units(5))), ramp()),
        Case(
            "risk_max_position_of_instrument",
            ["9.3"],
            base(
                risk(max_position_quantity=units(5)),
                max_position_quantity=units(7),
                max_position_weight_ppb=7_000_000,
            ),
            ramp(),
        ),
        Case("risk_max_positions", ["9.3"], base(risk(max_positions=1), symbols=3), two_ramps()),
        Case("risk_concentration", ["9.3"], base(risk(max_concentration_ppb=6_000_300)), ramp()),
        Case("risk_leverage", ["9.3"], base(risk(max_leverage_ppb=12_000_000), symbols=2), two_ramps()),
        Case(
            "risk_net_leverage",
            ["9.3"],
            base(risk(max_leverage_ppb=10**9, max_net_leverage_ppb=8_000_000), symbols=2),
            two_ramps(),
        ),
        Case("risk_position_var", ["9.10"], base(risk(max_position_var_ppb=300_000), symbols=2), two_ramps()),
        Case(
            "risk_position_var_model",
            ["9.10"],
            base(risk(max_position_var_ppb=300_000), model, symbols=3),
            two_ramps(),
        ),
        Case(
            "risk_portfolio_var",
            ["9.10", "8.3"],
            base(risk(max_portfolio_var_ppb=500_000, var_multiplier_ppb=1_250_000_000), symbols=3),
            two_ramps(),
        ),
        Case(
            "risk_portfolio_var_model",
            ["9.10", "8.3"],
            base(risk(max_portfolio_var_ppb=400_000), model, symbols=3),
            two_ramps(),
        ),
        Case(
            "risk_model_runs_out",
            ["9.10"],
            base(risk(max_portfolio_var_ppb=10**9, max_position_var_ppb=10**9), short_model, symbols=2),
            two_ramps(),
        ),
        Case(
            "risk_portfolio_model_runs_out",
            ["9.10"],
            base(risk(max_portfolio_var_ppb=10**9), short_model, symbols=2),
            two_ramps(),
        ),
        Case("risk_drawdown", ["8.4", "9.3", "11.2"], base(risk(max_drawdown_ppb=2_000_000)), losses()),
        Case(
            "risk_drawdown_to_nothing",
            ["8.4"],
            base(risk(max_drawdown_ppb=10**9), account(initial_cash=money(1))),
            losses(),
        ),
        Case("risk_daily_loss", ["8.2", "8.5", "9.3"], base(risk(max_daily_loss_ppb=1_000_000)), losses()),
        Case(
            "risk_both_halts",
            ["8.4", "8.5", "11.2"],
            base(
                own(0, OrderType.LIMIT),
                risk(max_daily_loss_ppb=1_000_000, max_drawdown_ppb=1_500_000),
                symbols=2,
            ),
            losses(),
        ),
        Case(
            "risk_unchecked",
            ["9.3"],
            base(risk(max_order_quantity=1, max_positions=0, price_collar_ppb=1), unchecked),
            ramp(),
        ),
        Case(
            "risk_reducing_orders",
            ["9.5"],
            base(reduce_config, risk(max_leverage_ppb=1, max_order_weight_ppb=1, max_adv_share_ppb=1), adv=1),
            odd_lot(),
        ),
        Case("risk_short_sale_limit", ["9.3", "9.5"], base(own(0, OrderType.LIMIT)), short_sales()),
        Case(
            "risk_replace_gate",
            ["9.7"],
            base(
                own(0, OrderType.LIMIT),
                reconciler(use_replace=True),
                risk(max_order_quantity=units(7), max_order_notional=money(650), max_position_quantity=units(8)),
            ),
            replace_gate(),
        ),
        Case(
            "risk_replace_rate",
            ["9.6", "9.7"],
            base(
                own(0, OrderType.LIMIT),
                reconciler(use_replace=True, retry_after_ns=0),
                risk(max_orders_per_second_symbol=2),
            ),
            replace_gate(),
        ),
    ]
    return made


def own(offset: int, order_type: int, reference: int = PriceReference.OWN):
    return target(order_type=order_type, price_reference=reference, offset_ticks=offset)


def unchecked(config) -> None:
    config.check_risk = False


def small_capacity(config) -> None:
    config.capacity.open_orders = 4


def reduce_config(config) -> None:
    config.policy.target.max_quantity = units(20)


def model(config) -> None:
    config.risk_model.symbols.extend([0, 2])
    config.risk_model.covariance.extend([0.0004, 0.0001, 0.0001, 0.0009])
    config.risk_model.valid_until_ns = START + 100 * SECOND


def short_model(config) -> None:
    model(config)
    del config.risk_model.symbols[1:]
    del config.risk_model.covariance[1:]
    config.risk_model.valid_until_ns = START + 12 * MS


def ramp(symbol: int = 0) -> Stream:
    """Targets of 1 to 10 lots, then back and short; the market moves a little."""
    s = Stream().quote(100, 100.01, 500, 500, symbol=symbol)
    for score in (0.4, 0.5, 0.6, 1.0, 0.7, 0.2, 0.0, -0.4, -0.5, -0.6, -0.8, -1.0, 1.0, 0.1):
        s.signal(score, symbol=symbol).quote(100, 100.01, 500, 500, symbol=symbol)
    return s.quote(100.01, 100.02, 500, 500, symbol=symbol).signal(0.5, symbol=symbol).signal(-0.5, symbol=symbol)


def two_ramps() -> Stream:
    s = Stream().quote(100, 100.01, 500, 500).quote(50, 50.01, 500, 500, symbol=1)
    for i, score in enumerate((0.4, 0.7, 1.0, -0.3, -1.0, 0.0, 1.0, 0.5)):
        s.signal(score).signal(-score if i % 2 else score, symbol=1).quote(
            100 + i, 100.01 + i, 500, 500, after=SECOND // 2 if i % 3 == 2 else MS
        )
    return s.signal(0.0).signal(0.0, symbol=1).signal(1.0, symbol=1).signal(-1.0)


def odd_lot() -> Stream:
    s = (
        Stream()
        .quote(100, 100.01, 500, 500)
        .control(ControlKind.LOAD_POSITION, symbol=0, quantity="2.5", price=99)
        .signal(1.0)
        .signal(0.5)
    )
    s.control(ControlKind.LOAD_POSITION, symbol=0, quantity=15, price=99).signal(0.2).signal(0.1).signal(0.0).signal(
        -0.1
    )
    return (
        s.control(ControlKind.LOAD_POSITION, symbol=0, quantity=-15, price=99)
        .signal(-0.5)
        .signal(0.0)
        .signal(0.05)
        .signal(-0.05)
    )


def statuses() -> Stream:
    s = Stream(step=2 * SECOND).quote(100, 100.01, 500, 500)
    for bits in (
        Status.HALTED,
        Status.CLOSED,
        Status.SHORT_SALE,
        Status.NO_LOCATE,
        Status.RESTRICTED,
        Status(31),
        Status(0),
    ):
        s.control(ControlKind.SET_STATUS, symbol=0, status=int(bits)).signal(1.0).signal(-1.0).signal(0.0).quote(
            100, 100.01, 500, 500
        )
    for low, high in ((99, 101), (100, "100.005"), ("99.5", "99.99"), (5, 5), ("100.01", "103"), (99, 106)):
        s.control(ControlKind.SET_STATUS, symbol=0, status=0, band_low=low, band_high=high).signal(0.5).signal(
            -0.5
        ).signal(0.0).quote(100, 100.01, 500, 500)
    return s


def ages() -> Stream:
    s = (
        Stream()
        .signal(1.0)
        .quote(100, 100.01)
        .signal(0.5, after=5 * MS)
        .signal(0.6, after=1)
        .clock()
        .trade(100, 1)
        .signal(0.7, after=5 * MS)
        .signal(0.8, after=1)
    )
    return s.bar(100, 100, 100, 100).signal(0.9)


def collar_edges() -> Stream:
    s = Stream()
    for i in range(8):
        s.quote(100, round(100 + 0.05 * i, 2), 5, 5).signal(1.0 - i / 10).signal(-0.5)
        s.book([(round(100 - 0.07 * i, 2), 3)], [(100.5, 3)]).trade(100, 1).quote(0, 100.5, 0, 5).trade(
            round(100 + 0.03 * i, 2), 1
        ).quote(round(100 - 0.04 * i, 2), 0, 5, 0)
        s.signal(0.3).signal(-0.2)
    return s


def flips(symbols: int = 1) -> Stream:
    s = Stream()
    for symbol in range(symbols):
        s.quote(100, 100.01, 500, 500, symbol=symbol)
    for i in range(36):
        s.signal(
            (0.2, 0.0, -0.2, 0.0)[i % 4],
            symbol=i % symbols if i % 5 else 0,
            after=(MS, 4 * MS, 90 * MS, 1)[i % 4],
        )
    return (
        s.signal(0.6, after=3 * SECOND)
        .signal(0.1)
        .signal(0.6)
        .signal(0.1)
        .signal(0.6)
        .signal(0.1)
        .signal(0.6)
        .signal(0.1)
    )


def many_quotes() -> Stream:
    s = Stream()
    for i in range(12):
        s.quote(100 + i % 4, 100.05 + i % 4, 5, 6, symbol=i % 3 if i % 4 else 0)
    return s


def losses() -> Stream:
    s = Stream(time=1_700_006_000 * SECOND).quote(100, 100.01, 500, 500).signal(1.0).quote(95, 95.02, 500, 500)
    for price in (92, 90, 89.98, 88, 85, 80, 79, 81, 120):
        s.quote(price, price + 0.02, 500, 500).signal(0.8 if price % 2 else 0.9).signal(0.4)
    s.quote(70, 70.02, 500, 500, ts=1_700_006_400 * SECOND - 1).signal(1.0, after=1).quote(69, 69.02, 500, 500).quote(
        40, 40.02, 500, 500
    ).signal(-1.0).signal(-0.4)
    s.control(ControlKind.RESUME).signal(1.0).quote(30, 30.02, 500, 500).control(ControlKind.RESUME).signal(0.5).quote(
        20, 20.02
    )
    return (
        s.quote(20, 20.02, 500, 500, ts=s.time + 90_000 * SECOND)
        .signal(1.0)
        .signal(-1.0)
        .quote(900, 900.02, 500, 500)
        .signal(0.0)
    )


def short_sales() -> Stream:
    s = (
        Stream()
        .quote(100, 100.02, 500, 500)
        .control(ControlKind.SET_STATUS, symbol=0, status=int(Status.SHORT_SALE | Status.NO_LOCATE))
        .signal(-1.0)
    )
    s.control(ControlKind.LOAD_POSITION, symbol=0, quantity=10, price=99).signal(0.0).quote(
        100, 100.02, 500, 500
    ).trade(100.02, 900, 1).signal(-0.3)
    return (
        s.control(ControlKind.SET_STATUS, symbol=0, status=int(Status.SHORT_SALE))
        .signal(-0.4)
        .quote(0, 100.02, 0, 50)
        .signal(-0.5)
        .quote(100.02, 100.02)
        .signal(-0.6)
    )


def replace_gate() -> Stream:
    s = Stream().quote(100, 100.05, 50, 50)
    for i, score in enumerate((0.5, 0.6, 0.7, 0.8, 0.65, 0.3, 1.0, 0.2)):
        s.signal(score).quote(100 + (i % 3) / 100, 100.05, 50, 50).signal(score)
    return s.trade(100, 52, -1).signal(0.9).signal(-0.9).quote(100.02, 100.05, 5, 5).signal(-0.8).signal(0.1)
