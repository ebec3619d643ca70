"""Section 11 and the halts of section 8: commands, good and bad."""

from __future__ import annotations

from quartet.core.contract import ControlKind, Level, Op, OrderType, PriceReference
from quartet.core.pb import market_data_pb2, program_pb2, risk_pb2
from tests.conformance.authored.case import Case
from tests.conformance.authored.policies import walk
from tests.conformance.configs import Nodes, account, base, ema_cross, program, quoting, reconciler, risk, target, venue
from tests.conformance.stream import MS, SECOND, Stream, money, units


def cases() -> list[Case]:
    limit = target(order_type=OrderType.LIMIT, price_reference=PriceReference.OWN)
    return [
        Case("kill_engine", ["11.1", "8.7", "9.3"], base(limit, symbols=2), kills(None)),
        Case("kill_symbol", ["11.1", "8.7"], base(limit, symbols=2), kills(1)),
        Case(
            "kill_slow",
            ["11.1", "8.7", "7.3"],
            base(limit, venue(order_latency_ns=2 * MS, response_latency_ns=MS), symbols=2),
            kills(None),
        ),
        Case("flatten_engine", ["8.6", "11.1"], base(limit, symbols=2), flattens(None)),
        Case("flatten_symbol", ["8.6", "11.1"], base(symbols=2), flattens(1)),
        Case(
            "high_after_a_fill",
            ["8.4", "5.1"],
            base(risk(max_drawdown_ppb=50_000_000), venue(taker_fee_ppb=-10_000_000), symbols=2),
            high_after_a_fill(),
        ),
        *(
            Case(
                f"high_then_settled_quotes_{name}",
                ["8.4", "5.1", "10.3"],
                base(
                    program(side_of_the_book()),
                    risk(max_drawdown_ppb=900_000_000),
                    venue(taker_fee_ppb=-10_000_000),
                    symbols=2,
                ),
                settled_quotes(bids),
            )
            for name, bids in (("fall", (99, 98, 97)), ("rise", (101, 104, 103, 99)))
        ),
        Case(
            "drawdown_among_settled_quotes",
            ["8.4"],
            base(program(side_of_the_book()), risk(max_drawdown_ppb=300_000)),
            settled_until_the_fall(),
        ),
        Case("flatten_single_units", ["8.6"], base(symbols=2, lot=1), flattens_single_units()),
        Case("flatten_exempt_rows", ["8.6"], base(strict, symbols=2), flattens(None)),
        Case(
            "flatten_slow",
            ["8.6"],
            base(venue(order_latency_ns=2 * MS, response_latency_ns=2 * MS), symbols=2),
            flattens(None),
        ),
        Case("reduce_only", ["11.1", "9.3", "9.5"], base(symbols=2), reduce_only()),
        Case(
            "resume_without_halt",
            ["11.2"],
            base(),
            Stream().quote(100, 100.01).signal(1.0).control(ControlKind.RESUME),
        ),
        Case("set_limits", ["11.3", "9.6"], base(), set_limits()),
        Case(
            "set_risk_model",
            ["11.3", "9.10"],
            base(risk(max_position_var_ppb=1_000_000), symbols=2),
            set_model(),
        ),
        Case("set_program", ["11.3", "3.3"], base(program(ema_cross(2, 3)), symbols=2), set_program()),
        Case(
            "replace_counts_its_symbol_anew",
            ["9.3", "9.7"],
            base(limit, reconciler(use_replace=True), symbols=2),
            fewer_positions(),
        ),
        Case("daily_loss_from_nothing", ["8.5", "11.3"], base(account(initial_cash=money(0))), opened_with_nothing()),
        Case("load_position", ["11.4", "8.1"], base(symbols=2), load_positions()),
        Case("cash_flow", ["11.5"], base(risk(max_drawdown_ppb=1_000_000)), cash_flows()),
        Case("cash_flow_to_the_bound", ["11.5"], base(), cash_bound()),
        Case("cancel_all", ["11.7", "8.7"], base(quoting(), symbols=2), cancel_all()),
        Case("bad_controls", ["11.1", "11.3"], base(symbols=2), bad_controls()),
        Case("controls_are_read_strictly", ["12.2", "11.3", "11.5"], base(), read_strictly()),
    ]


def strict(config) -> None:
    risk(
        max_quote_age_ns=0,
        max_order_quantity=1,
        max_order_weight_ppb=0,
        duplicate_window_ns=SECOND,
        max_orders_per_second=1,
    )(config)
    config.risk.max_quote_age_ns = 1
    config.check_risk = True


def opened(symbols: int = 2) -> Stream:
    s = Stream()
    for symbol in range(symbols):
        s.quote(100, 100.05, 500, 500, symbol=symbol).signal(1.0, symbol=symbol)
    return s.trade(100, 503, -1)


def kills(symbol: int | None) -> Stream:
    scope = {} if symbol is None else {"symbol": symbol}
    s = (
        opened()
        .control(ControlKind.SET_LEVEL, level=int(Level.KILLED), **scope)
        .signal(0.5)
        .signal(0.5, symbol=1)
        .clock(after=9 * MS)
    )
    s.control(ControlKind.SET_LEVEL, level=int(Level.KILLED), **scope).signal(-0.5, symbol=1).quote(
        100, 100.05, 500, 500, symbol=1
    )
    s.control(ControlKind.SET_LEVEL, level=int(Level.RUN), **scope).control(
        ControlKind.SET_LEVEL, level=int(Level.RUN), **scope
    )
    return s.signal(-0.4, symbol=1, after=2 * SECOND).signal(0.3)


def flattens(symbol: int | None) -> Stream:
    scope = {} if symbol is None else {"symbol": symbol}
    s = opened().control(ControlKind.LOAD_POSITION, symbol=1, quantity=-7, price=100).quote(100, 100.05, 3, 2, symbol=1)
    s.control(ControlKind.SET_LEVEL, level=int(Level.KILLED), flatten=True, **scope).clock(after=3 * MS).quote(
        100, 100.05, 3, 2, symbol=1
    )
    for _ in range(6):
        s.quote(100, 100.05, 3, 2).quote(100, 100.05, 3, 2, symbol=1).clock(after=3 * MS)
    s.signal(1.0).control(ControlKind.SET_LEVEL, level=int(Level.RUN), **scope).signal(0.5, after=2 * SECOND)
    s.control(ControlKind.LOAD_POSITION, symbol=1, quantity="0.5", price=100).control(
        ControlKind.SET_LEVEL, level=int(Level.KILLED), flatten=True
    )
    return s.clock().clock(after=SECOND).clock(after=MS)


def high_after_a_fill() -> Stream:
    """A rebate makes a new high, which the next event takes, though it is a quote of a symbol that is flat."""
    s = Stream().quote(100, 100.01, 50, 50).quote(100, 100.01, 50, 50, symbol=1)
    s.signal(1.0)
    for _ in range(20):
        s.quote(100, 100.01, 50, 50, symbol=1)
    for _ in range(20):
        s.quote(99, 99.01, 50, 50).quote(100, 100.01, 50, 50, symbol=1)
    return s


def side_of_the_book():
    """+1, 0 or -1 by the larger side."""
    nodes = Nodes()
    return nodes.score(nodes.add("SIGN", nodes.add("IMBALANCE")))


def settled_quotes(bids: tuple[int, ...]) -> Stream:
    """A rebate makes a new high; then quotes that decide nothing move equity, the first of a symbol that is flat."""
    s = Stream()
    for _ in range(3):
        s.quote(100, 100.01, 50, 50, symbol=1)
    s.quote(100, 100.01, 50, 10)
    for _ in range(20):
        s.quote(100, 100.01, 50, 50, symbol=1)
    for bid in bids:
        for _ in range(3):
            s.quote(bid, round(bid + 0.01, 2), 50, 10).quote(100, 100.01, 50, 50, symbol=1)
    return s


def settled_until_the_fall() -> Stream:
    s = Stream().quote(100, 100.01, 50, 10)
    for bid in (101, 102, 101, 100, 99, 98, 97):
        for _ in range(9):
            s.quote(bid, round(bid + 0.01, 2), 50, 10)
    return s


def flattens_single_units() -> Stream:
    """Positions of one unit, long and short, are positions."""
    s = opened()
    for symbol, quantity in ((0, 1e-9), (1, -1e-9)):
        s.control(ControlKind.LOAD_POSITION, symbol=symbol, quantity=quantity, price=100)
    s.control(ControlKind.SET_LEVEL, level=int(Level.KILLED), flatten=True)
    return s.clock().clock(after=SECOND)


def reduce_only() -> Stream:
    s = (
        opened()
        .control(ControlKind.SET_LEVEL, level=int(Level.REDUCE_ONLY))
        .signal(1.0, symbol=1)
        .signal(0.2, symbol=1)
        .signal(-0.2, symbol=1)
    )
    s.control(ControlKind.SET_LEVEL, level=int(Level.REDUCE_ONLY), symbol=1).control(
        ControlKind.SET_LEVEL, level=int(Level.RUN)
    )
    return (
        s.signal(0.8, symbol=1, after=2 * SECOND)
        .signal(0.0, symbol=1)
        .control(ControlKind.SET_LEVEL, level=int(Level.RUN), symbol=1)
        .signal(0.8, symbol=1, after=2 * SECOND)
    )


def set_limits() -> Stream:
    def limits(**values) -> risk_pb2.RiskLimits:
        return risk_pb2.RiskLimits(
            self_trade=1,
            risk_clock_ns=SECOND // 2,
            var_default_daily_vol_ppb=1,
            var_multiplier_ppb=10**9,
            **values,
        )

    s = (
        Stream()
        .quote(100, 100.01, 500, 500)
        .signal(1.0)
        .control(ControlKind.SET_LIMITS, limits=limits(max_orders_per_second=2, max_drawdown_ppb=10_000_000))
    )
    s.signal(0.5).signal(0.4).signal(0.3).signal(0.2).signal(0.1).signal(0.0).quote(
        100, 100.01, 500, 500, after=2 * SECOND
    )
    s.control(ControlKind.SET_LIMITS, limits=limits(max_orders_per_second=100)).signal(0.6).signal(0.5).signal(
        0.6
    ).signal(0.5).signal(0.7)
    s.control(ControlKind.SET_LIMITS, limits=limits(max_orders_per_second=1, max_order_quantity=units(2))).signal(
        0.9
    ).signal(1.0).signal(0.1)
    return s.control(ControlKind.SET_LIMITS, limits=limits()).signal(-1.0, after=2 * SECOND).quote(50, 50.01, 500, 500)


def set_model() -> Stream:
    def model(symbols, covariance, valid_until) -> risk_pb2.RiskModel:
        return risk_pb2.RiskModel(symbols=symbols, covariance=covariance, valid_until_ns=valid_until)

    s = Stream().quote(100, 100.01, 500, 500).quote(100, 100.01, 500, 500, symbol=1).signal(1.0).signal(0.0)
    s.control(ControlKind.SET_RISK_MODEL, risk_model=model([0, 1], [1.0, 0.5, 0.5, 1.0], s.time + SECOND)).signal(
        0.5
    ).signal(0.1, symbol=1)
    s.control(ControlKind.SET_RISK_MODEL, risk_model=model([1], [1e-8], s.time + SECOND)).signal(0.7, symbol=1)
    for symbols, covariance in (
        ([1, 0], [1, 0, 0, 1]),
        ([0, 2], [1, 0, 0, 1]),
        ([0, 1], [1, 0, 0.5, 1]),
        ([0], [-1.0]),
        ([0, 1], [1.0]),
        ([0], [float("nan")]),
        ([0, 0], [1, 0, 0, 1]),
    ):
        s.control(ControlKind.SET_RISK_MODEL, risk_model=model(symbols, covariance, s.time))
    return s.control(ControlKind.SET_RISK_MODEL, risk_model=model([], [], 0)).signal(0.9, symbol=1)


def set_program() -> Stream:
    s = walk(12, 2)
    nodes = Nodes()
    s.control(
        ControlKind.SET_PROGRAM,
        program=nodes.score(nodes.add("ZSCORE", nodes.add("MID"), n=4, params=(1.0,))),
    )
    s.events += [dict(event, ts_event=s.time + i, ts_init=s.time + i) for i, event in enumerate(walk(20, 2).events)]
    s.time += SECOND
    broken = program_pb2.Program(nodes=[program_pb2.Node(op=32, inputs=[0, 1], clock=1)])
    return (
        s.control(ControlKind.SET_PROGRAM, program=broken)
        .quote(100, 100.01)
        .control(ControlKind.SET_PROGRAM, program=ema_cross(1, 1))
        .quote(100, 100.01)
    )


def load_positions() -> Stream:
    s = (
        Stream()
        .control(ControlKind.LOAD_POSITION, symbol=1, quantity=12, price=50)
        .quote(60, 60.01, 500, 500, symbol=1)
        .signal(0.7, symbol=1)
    )
    s.control(ControlKind.LOAD_POSITION, symbol=1, quantity=-3, price=61).signal(-0.9, symbol=1).signal(
        0.1, symbol=1
    ).signal(-0.1, symbol=1)
    return (
        s.control(ControlKind.LOAD_POSITION, symbol=1, quantity=0, price=61)
        .signal(0.3, symbol=1)
        .quote(61, 61.01, 500, 500, symbol=1)
    )


def cash_flows() -> Stream:
    s = (
        Stream()
        .quote(100, 100.01, 500, 500)
        .signal(1.0)
        .control(ControlKind.CASH_FLOW, cash="50000.000000000000000001")
    )
    s.quote(95, 95.01).control(ControlKind.CASH_FLOW, cash=-149_000).quote(94, 94.01).control(
        ControlKind.CASH_FLOW, cash=-1000
    ).quote(93, 93.01)
    return s.control(ControlKind.RESUME).control(ControlKind.CASH_FLOW, cash=10**6).signal(0.0)


def cash_bound() -> Stream:
    """Cash may come near 2^120 units of 1e-18, and no further; prices may then do the rest."""
    s = Stream().quote(100, 100.01, 500, 500).signal(1.0)
    for sign in (1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1):
        s.control(ControlKind.CASH_FLOW, cash=(sign * 2**118).to_bytes(16, "little", signed=True))
    return s.control(ControlKind.LOAD_POSITION, symbol=0, quantity=1000, price=100).signal(0.5)


def cancel_all() -> Stream:
    s = (
        Stream()
        .quote(100, 100.05, 5, 5)
        .quote(100, 100.05, 5, 5, symbol=1)
        .control(ControlKind.CANCEL_ALL, symbol=1)
        .quote(100, 100.05, 5, 5, symbol=1)
    )
    return s.control(ControlKind.CANCEL_ALL).control(ControlKind.CANCEL_ALL).quote(100.01, 100.06, 5, 5)


def bad_controls() -> Stream:
    s = Stream().raw_control(b"\xff\xff\xff").raw_control(b"\x08").raw_control(b"").control(99)
    s.control(ControlKind.SET_LEVEL, level=0).control(ControlKind.SET_LEVEL, level=4).control(
        ControlKind.SET_LEVEL, level=1, symbol=2
    )
    s.control(ControlKind.SET_LIMITS, limits=b"\x80").control(
        ControlKind.SET_LIMITS, limits=risk_pb2.RiskLimits(self_trade=9, risk_clock_ns=1)
    )
    s.control(ControlKind.SET_PROGRAM, program=program_pb2.Program()).control(
        ControlKind.SET_PROGRAM, program=b"\x0a\x05"
    )
    s.control(ControlKind.LOAD_POSITION, quantity=1, price=1).control(
        ControlKind.LOAD_POSITION, symbol=5, quantity=1, price=1
    )
    s.control(ControlKind.LOAD_POSITION, symbol=0, quantity=18_014_400, price=1).control(
        ControlKind.LOAD_POSITION, symbol=0, quantity=1, price=0
    )
    s.control(ControlKind.CASH_FLOW, cash=b"short").control(
        ControlKind.CASH_FLOW, cash=(2**119).to_bytes(16, "little")
    ).control(ControlKind.CASH_FLOW)
    s.control(ControlKind.SET_STATUS, symbol=2, status=1).control(ControlKind.SET_STATUS, symbol=0, status=32).control(
        ControlKind.SET_STATUS, status=1
    )
    s.control(ControlKind.CANCEL_ALL, symbol=2)
    return (
        s.raw_control(market_data_pb2.Control(kind=9).SerializeToString() + b"\x12\x7f\x00")
        .quote(100, 100.01)
        .signal(1.0)
    )


def read_strictly() -> Stream:
    """A cash flow with something else behind it, none of which a lenient reader would mind; then unusual but sound forms."""
    one = market_data_pb2.Control(kind=ControlKind.CASH_FLOW, cash=(10**18).to_bytes(16, "little")).SerializeToString()
    s = Stream().quote(100, 100.01)
    unknown, other_wire_type, group, end_group = b"\xf8\x01\x00", b"\x0a\x00", b"\xfb\x01\xfc\x01", b"\x0c"
    long_key, eleven_bytes = b"\x88\x80\x80\x80\x20\x07", b"\x08" + b"\x87" + b"\x80" * 9 + b"\x00"
    above_64_bits, no_end, no_field = b"\x08" + b"\x87" + b"\x80" * 8 + b"\x02", b"\x08\x87", b"\x00\x00"
    for rest in (unknown, other_wire_type, group, end_group, long_key, eleven_bytes, above_64_bits, no_end, no_field):
        s.raw_control(one + rest)
    limits = risk_pb2.RiskLimits(self_trade=1, risk_clock_ns=SECOND).SerializeToString()
    s.control(ControlKind.SET_LIMITS, limits=limits + unknown)
    node = program_pb2.Node(op=Op.MID, clock=1, name="m").SerializeToString()
    not_utf8, unknown_inside = node[:-1] + b"\xff", node + unknown
    for inside in (not_utf8, unknown_inside):
        s.control(ControlKind.SET_PROGRAM, program=b"\x0a" + bytes([len(inside)]) + inside)
    ten_bytes = b"\x08" + bytes([0x80 | ControlKind.CASH_FLOW]) + b"\x80" * 8 + b"\x00"
    s.raw_control(one + ten_bytes).raw_control(ten_bytes + one)
    # DELTA over input 0, which is written once as one number and once packed.
    for inputs in (b"\x10\x00", b"\x12\x01\x00", b"\x12\x00\x10\x00"):
        delta = program_pb2.Node(op=Op.DELTA, clock=1, n=1).SerializeToString() + inputs
        both = b"".join(b"\x0a" + bytes([len(each)]) + each for each in (node, delta))
        s.control(ControlKind.SET_PROGRAM, program=both + b"\x10\x01").quote(100, 100.01).quote(100.01, 100.02)
    return s


def fewer_positions() -> Stream:
    """A resting order is the symbol's only reason to be held; its replace is judged without it."""
    s = Stream().quote(100, 100.05, 50, 50).signal(0.5)
    for most in (0, 1):
        limits = risk_pb2.RiskLimits(
            self_trade=1,
            risk_clock_ns=SECOND,
            var_multiplier_ppb=10**9,
            max_positions=most,
            max_portfolio_var_ppb=10**9,
        )
        s.control(ControlKind.SET_LIMITS, limits=limits).signal(0.8 + most / 10).quote(100, 100.05, 50, 50)
    return s.quote(50, 50.05, 9, 9, symbol=1).signal(1.0, symbol=1).trade(100, 52, -1).signal(1.0)


def opened_with_nothing() -> Stream:
    """A session that opened with no equity is locked by a daily limit even where it has won since."""
    limits = risk_pb2.RiskLimits(
        self_trade=1, risk_clock_ns=SECOND, max_daily_loss_ppb=10_000_000, var_multiplier_ppb=10**9
    )
    s = Stream().quote(100, 100.01, 500, 500).signal(1.0).quote(110, 110.01, 500, 500)
    return s.control(ControlKind.SET_LIMITS, limits=limits).signal(0.5).signal(1.0).quote(111, 111.01, 500, 500)
