"""Random cases from a seed: configuration, program and a stream with bad events among the good.

Any engine must agree with the reference on every seed. What ever differed is kept in RECORDED as a vector.
"""

from __future__ import annotations

import random
from typing import Any

from quartet.core.contract import (
    OPERATORS,
    AccountType,
    ControlKind,
    FillModel,
    Level,
    Op,
    OrderType,
    PriceReference,
    QueueModel,
    Rebalance,
    SelfTrade,
    Sizing,
    Trigger,
    VenueMode,
)
from quartet.core.pb import config_pb2, program_pb2, risk_pb2
from tests.conformance.authored.case import Case
from tests.conformance.configs import Nodes, base, ema_cross
from tests.conformance.stream import MS, SECOND, START, Stream, money, units

# Seeds that are recorded as vectors: a spread, and every seed on which two engines ever disagreed.
RECORDED = tuple(range(40))

SOURCES = {
    1: (1, 2, 3, 4, 5, 6, 7, 8),
    4: (9, 10, 11, 12),
    2: (13, 14, 15, 16),
    8: (17, 18, 19, 20, 21),
    16: (22, 23),
}


def recorded_random_cases() -> list[Case]:
    return [random_case(seed) for seed in RECORDED]


def random_case(seed: int, events: int = 120) -> Case:
    """The case of a seed; the same on every machine and Python version."""
    draw = random.Random(seed)
    config = random_config(draw)
    return Case(
        f"random_{seed:05d}",
        ["2.4", "5", "9.3", "14.1"],
        config,
        random_stream(draw, config, events),
        evaluate=seed % 3 == 0,
    )


def calm_case(seed: int, events: int = 600) -> Case:
    """A case of long runs of quotes, most of which change nothing: what engines have quick ways for."""
    draw = random.Random(seed)
    config = random_config(draw)
    if draw.random() < 0.7:
        config.program.CopyFrom(ema_cross(draw.choice((2, 5, 20)), draw.choice((7, 50))))
    return Case(f"calm_{seed:05d}", [], config, random_stream(draw, config, events, calm=0.95))


def random_program(draw: random.Random, clocks: list[int]) -> program_pb2.Program:
    nodes = Nodes()
    built: list[tuple[int, int]] = []
    for _ in range(draw.randint(2, 4)):
        clock = draw.choice(clocks)
        op = draw.choice(SOURCES[clock])
        built.append((nodes.add(Op(op).name, clock=clock, n=source_n(draw, op)), clock))
    built.append((nodes.const(draw.choice((0.0, -0.0, 1.0, 100.0, 0.25, -3.5, float("nan")))), 0))
    names = [op for op in OPERATORS.values() if op.inputs != 0]
    for _ in range(draw.randint(1, 9)):
        operator = draw.choice(names)
        count = operator.inputs if operator.inputs > 0 else draw.randint(1, 3)
        picked = [draw.choice(built) for _ in range(count)]
        clock = 0
        for _, own in picked:
            clock |= own
        clock = clock or draw.choice(clocks)
        if draw.random() < 0.15:
            clock = draw.choice(clocks)
        n, params = operator_values(draw, operator, count)
        built.append(
            (
                nodes.add(operator.op.name, *(index for index, _ in picked), clock=clock, n=n, params=params),
                clock,
            )
        )
    # A bounded score, so that decisions of every size are made.
    last, clock = built[-1]
    scaled = nodes.add("TANH", last, clock=clock)
    if draw.random() < 0.6:
        base_op, base_clock = draw.choice((("IMBALANCE", 1), ("EXTERNAL_SCORE", 16)))
        if base_clock in clocks:
            extra = nodes.add(base_op, clock=base_clock)
            scaled = nodes.add("COALESCE", scaled, extra, clock=clock | base_clock)
    confidence = built[0][0] if draw.random() < 0.2 else None
    fair = nodes.add("MID") if draw.random() < 0.7 else None
    return nodes.score(scaled, confidence, fair)


def source_n(draw: random.Random, op: int) -> int:
    if 9 <= op <= 12:
        return draw.choice((0, 0, 1, 2, 9))
    return draw.choice((0, 0, 1)) if op >= 22 else 0


def operator_values(draw: random.Random, operator: Any, count: int) -> tuple[int, tuple[float, ...]]:
    n = 0
    if operator.window in ("lag", "scan", "smoothing", "rolling"):
        n = draw.choice((1, 2, 3, 4, 5, 9))
    if "ddof" in operator.params:
        ddof = draw.choice((0, 1))
        return max(n, ddof + 1), (float(ddof),)
    if "alpha" in operator.params:
        return n, (draw.choice((0.1, 1.0, 2 / 7)),)
    if "lo" in operator.params:
        return n, (-0.5, draw.choice((-0.5, 0.5, 3.0)))
    if "weights" in operator.params:
        return n, tuple(draw.uniform(-1, 1) for _ in range(count + 1))
    return n, ()


def maybe(draw: random.Random, values: tuple[int, ...], chance: float = 0.4) -> int | None:
    return draw.choice(values) if draw.random() < chance else None


def random_limits(draw: random.Random) -> risk_pb2.RiskLimits:
    limits: dict[str, Any] = {
        "max_quote_age_ns": maybe(draw, (0, MS, 40 * MS)),
        "price_collar_ppb": maybe(draw, (0, 100_000, 1_000_000, 50_000_000)),
        "price_collar_far_ppb": maybe(draw, (200_000, 90_000_000)),
        "max_order_quantity": maybe(draw, (units(3), units(8)), 0.2),
        "max_order_notional": maybe(draw, (300, 900), 0.15),
        "max_order_weight_ppb": maybe(draw, (5_000_000, 20_000_000), 0.2),
        "max_adv_share_ppb": maybe(draw, (50_000_000, 10**9), 0.3),
        "duplicate_window_ns": maybe(draw, (MS, 500 * MS), 0.25),
        "max_orders_per_second": maybe(draw, (2, 20, 1000), 0.3),
        "max_orders_per_second_symbol": maybe(draw, (1, 10, 100), 0.3),
        "max_open_orders": maybe(draw, (1, 2, 8), 0.15),
        "max_open_orders_symbol": maybe(draw, (0, 1, 2), 0.15),
        "initial_margin_ppb": maybe(draw, (10_000_000, 200_000_000), 0.3),
        "max_position_weight_ppb": maybe(draw, (6_000_000, 50_000_000), 0.25),
        "max_position_quantity": maybe(draw, (units(4), units(12)), 0.2),
        "max_positions": maybe(draw, (0, 1, 2), 0.2),
        "max_concentration_ppb": maybe(draw, (8_000_000, 250_000_000), 0.25),
        "max_leverage_ppb": maybe(draw, (9_000_000, 10**9), 0.25),
        "max_net_leverage_ppb": maybe(draw, (7_000_000, 10**9), 0.2),
        "max_position_var_ppb": maybe(draw, (300_000, 2_000_000), 0.25),
        "max_portfolio_var_ppb": maybe(draw, (400_000, 3_000_000), 0.25),
        "max_drawdown_ppb": maybe(draw, (0, 100_000, 1_000_000), 0.3),
        "max_daily_loss_ppb": maybe(draw, (0, 100_000, 1_000_000), 0.3),
    }
    made = risk_pb2.RiskLimits(
        self_trade=draw.choice(tuple(SelfTrade)),
        risk_clock_ns=draw.choice((1, 7 * MS, SECOND)),
        var_default_daily_vol_ppb=20_000_000,
        var_multiplier_ppb=draw.choice((10**9, 1_500_000_000)),
    )
    for key, value in limits.items():
        if value is not None:
            setattr(made, key, money(value) if key == "max_order_notional" else value)
    return made


def random_model(draw: random.Random, symbols: int) -> risk_pb2.RiskModel:
    known = sorted(draw.sample(range(symbols), draw.randint(1, symbols)))
    size = len(known)
    cells = [[0.0] * size for _ in range(size)]
    for i in range(size):
        cells[i][i] = draw.uniform(1e-5, 1e-3)
        for j in range(i):
            cells[i][j] = cells[j][i] = draw.uniform(-1e-5, 1e-5)
    return risk_pb2.RiskModel(
        symbols=known,
        covariance=[cell for row in cells for cell in row],
        valid_until_ns=START + draw.choice((60 * MS, 1000 * SECOND)),
    )


def random_config(draw: random.Random) -> config_pb2.EngineConfig:
    symbols = draw.choice((1, 2, 2, 4))
    config = base(symbols=symbols)
    clocks = draw.choice(([1], [1, 2], [1, 16], [16], [8], [1, 4], [1, 2, 4, 8, 16]))
    config.program.CopyFrom(random_program(draw, clocks))
    for item in config.instruments:
        item.tick = units(draw.choice(("0.01", "0.01", "0.05", "0.000000003")))
        item.lot = units(draw.choice((1, 1, "0.5", "0.000000007")))
        item.multiplier = draw.choice((1, 1, 50))
        item.fill_model = FillModel.BAR if 8 in clocks and draw.random() < 0.7 else FillModel.BOOK
        for name, values in (
            ("adv", (units(40), units(4000))),
            ("reference_price", (units(100),)),
            ("price_min", (1, units("99.9"), units(-200))),
            ("max_order_quantity", (units(6),)),
            ("max_position_weight_ppb", (7_000_000,)),
            ("max_position_quantity", (units(9),)),
            ("initial_margin_ppb", (90_000_000,)),
            ("price_collar_ppb", (500_000,)),
            ("quantity_max", (units(8),)),
        ):
            value = maybe(draw, values, 0.1)
            if value is not None:
                setattr(item, name, value)
    config.signals.max_signals_per_symbol = draw.choice((1, 2, 10))
    config.signals.max_age_ns = draw.choice((MS, SECOND, 3600 * SECOND))
    config.policy.direction_threshold = draw.choice((0.0, 0.0, 0.2))
    config.policy.kind = draw.choice((1, 1, 2))
    target = config.policy.target
    target.sizing, target.rebalance = draw.choice(tuple(Sizing)), draw.choice(tuple(Rebalance))
    target.order_type, target.price_reference = (
        draw.choice(tuple(OrderType)),
        draw.choice(tuple(PriceReference)),
    )
    target.offset_ticks, target.max_weight_ppb = (
        draw.choice((0, 0, 1, -1, 3)),
        draw.choice((10_000_000, 100_000_000)),
    )
    quoting = config.policy.quoting
    quoting.half_spread, quoting.inventory_skew = (
        draw.choice((0, units("0.01"))),
        draw.choice((0, units("0.03"), units("-0.01"))),
    )
    quoting.quote_quantity, quoting.max_inventory, quoting.requote_ticks = (
        units(5),
        units(draw.choice((5, 20))),
        draw.choice((0, 1)),
    )
    config.reconciler.use_replace = draw.random() < 0.5
    config.reconciler.retry_after_ns = draw.choice((0, 2 * MS, SECOND))
    config.reconciler.slice_quantity = draw.choice((0, 0, units(3)))
    config.reconciler.order_ttl_ns = draw.choice((0, 0, 5 * MS))
    config.risk.CopyFrom(random_limits(draw))
    if draw.random() < 0.4:
        config.risk_model.CopyFrom(random_model(draw, symbols))
    venue = config.venue
    venue.mode = VenueMode.EXTERNAL if draw.random() < 0.15 else VenueMode.SIMULATED
    venue.order_latency_ns, venue.response_latency_ns = draw.choice(
        ((0, 0), (0, 0), (MS, 0), (0, MS), (1_500_000, 700_001), (1, 1))
    )
    venue.maker_fee_ppb, venue.taker_fee_ppb = (
        draw.choice((0, -33_333, 12_345_678)),
        draw.choice((0, 50_001, 10_000_000)),
    )
    venue.queue_model = draw.choice(tuple(QueueModel))
    venue.bar_slippage_ppb, venue.max_participation_ppb = (
        draw.choice((0, 500_000)),
        draw.choice((0, 100_000_000, 10**9)),
    )
    config.account.account_type = draw.choice((AccountType.MARGIN, AccountType.MARGIN, AccountType.CASH))
    config.account.initial_cash = money(draw.choice((0, 1000, 100_000, "99999.999999999999999999")))
    config.capacity.open_orders = 64 if config.risk.HasField("max_open_orders") else draw.choice((2, 64))
    config.session_roll_ns = draw.choice((0, 80_000 * SECOND))
    config.check_risk = draw.random() < 0.9
    return config


def random_stream(draw: random.Random, config: config_pb2.EngineConfig, events: int, calm: float = 0.0) -> Stream:
    """Events of all kinds, some of them bad; `calm`: the share of plain quotes put among them."""
    s = Stream()
    count = len(config.instruments)
    ticks = [item.tick for item in config.instruments]
    level = [(units(100) // tick) * tick for tick in ticks]
    external = config.venue.mode == VenueMode.EXTERNAL
    for i in range(events):
        if calm and draw.random() < calm:
            symbol = draw.randrange(count)
            level[symbol] += draw.choice((-1, 0, 0, 1)) * max(
                ticks[symbol], units("0.01") // ticks[symbol] * ticks[symbol]
            )
            prices = {"bid_price": level[symbol], "ask_price": level[symbol] + units("0.01")}
            sizes = {"bid_size": units(50), "ask_size": units(50)}
            s.raw(1, **prices, **sizes, symbol=symbol, after=draw.choice((1, MS, 300 * MS)))
            continue
        common: dict[str, Any] = {
            "symbol": draw.randrange(count),
            "after": draw.choice((0, 1, MS, MS, MS, 2 * MS, 30 * MS)),
        }
        symbol = common["symbol"]
        if draw.random() < 0.05:
            common["ts_event"] = s.time + draw.choice((-MS, 0, 3 * MS, SECOND))
        if draw.random() < 0.1:
            common["sequence"] = draw.choice((1, i, i + 5))
            common["source"] = draw.choice((0, 1, 15))
        if draw.random() < 0.04:
            common["flags"] = draw.choice((8, 16, 32, 8 | 32, 2))
        step = draw.choice((-2, -1, -1, 0, 0, 0, 1, 1, 2)) * max(
            ticks[symbol], units("0.01") // ticks[symbol] * ticks[symbol]
        )
        level[symbol] += step
        roll = draw.random()
        if roll < 0.02:
            spoil(draw, s, common, count)
        elif roll < 0.5:
            quote(draw, s, level[symbol], common)
        elif roll < 0.65:
            s.raw(
                2,
                trade_price=level[symbol] + draw.choice((-2, -1, 0, 1, 2)) * units("0.01"),
                trade_size=units(draw.choice((1, 4, 30))),
                aggressor=draw.choice((-1, 0, 1)),
                **common,
            )
        elif roll < 0.75:
            book(draw, s, level[symbol], common)
        elif roll < 0.84:
            opened, closed = level[symbol] - step, level[symbol]
            s.raw(
                4,
                bar_open=opened,
                bar_high=max(opened, closed) + units("0.01"),
                bar_low=min(opened, closed) - units("0.01"),
                bar_close=closed,
                bar_volume=units(draw.choice((0, 7, 500))),
                **common,
            )
            if draw.random() < 0.7:
                s.clock(after=draw.choice((0, MS)))
        elif roll < 0.93:
            s.signal(
                draw.choice((1.0, -1.0, 0.5, -0.3, 0.0, 0.7, -0.9)),
                draw.choice((1.0, 1.0, 0.6, 0.1)),
                source=draw.choice((0, 0, 1)),
                symbol=symbol,
                after=common["after"],
            )
        elif roll < 0.96:
            control(draw, s, count, config)
        elif external:
            report(draw, s)
        else:
            s.clock(after=common["after"])
        if external and draw.random() < 0.5:
            report(draw, s)
    return s


def quote(draw: random.Random, s: Stream, level: int, common: dict[str, Any]) -> None:
    spread = draw.choice((0, 1, 1, 2, 3)) * units("0.01")
    sizes = [
        units(draw.choice((0, 1, 2, 5, 9, 40)) if draw.random() < 0.3 else draw.choice((3, 5, 50))) for _ in range(2)
    ]
    s.raw(1, bid_price=level, ask_price=level + spread, bid_size=sizes[0], ask_size=sizes[1], **common)


def book(draw: random.Random, s: Stream, level: int, common: dict[str, Any]) -> None:
    sides = []
    for sign in (-1, 1):
        count = draw.choice((0, 1, 2, 3, 10))
        price, levels = level if sign < 0 else level + units("0.01"), []
        for _ in range(count):
            levels.append((price, units(draw.choice((1, 3, 8, 30)))))
            price += sign * draw.choice((1, 1, 2)) * units("0.01")
        sides.append(levels)
    values: dict[str, Any] = {}
    for name, levels in zip(("bid", "ask"), sides, strict=True):
        values[f"book_{name}_levels"] = len(levels)
        values[f"book_{name}_prices"] = [price for price, _ in levels] + [0] * (10 - len(levels))
        values[f"book_{name}_sizes"] = [size for _, size in levels] + [0] * (10 - len(levels))
    s.raw(3, **values, **common)


def spoil(draw: random.Random, s: Stream, common: dict[str, Any], count: int) -> None:
    """An event that must be refused, or barely not."""
    kind = draw.randrange(7)
    if kind == 0:
        s.quote("100.02", "100.01", **common)
    elif kind == 1:
        s.quote(100, 101, **{**common, "symbol": count})
    elif kind == 2:
        s.raw(draw.choice((0, 9, 200)), **common)
    elif kind == 3:
        s.quote(100, 101, ts=s.time - MS)
        s.time += MS
    elif kind == 4:
        s.trade(draw.choice((-1, 0, 100)), draw.choice((-1, 0)), **common)
    elif kind == 5:
        s.bar(100, 99, 101, 100, **common)
    else:
        s.signal(draw.choice((float("nan"), 1.0)), draw.choice((2.0, 0.01)), symbol=common["symbol"])


def control(draw: random.Random, s: Stream, count: int, config: config_pb2.EngineConfig) -> None:
    kind = draw.choice(tuple(ControlKind))
    scope = {"symbol": draw.randrange(count)} if draw.random() < 0.6 else {}
    if kind is ControlKind.SET_LEVEL:
        s.control(
            kind,
            level=int(draw.choice((Level.RUN, Level.RUN, Level.REDUCE_ONLY, Level.KILLED))),
            flatten=draw.random() < 0.4,
            **scope,
        )
        if draw.random() < 0.7:
            s.clock().control(kind, level=int(Level.RUN), **scope)
    elif kind is ControlKind.SET_LIMITS:
        limits = random_limits(draw)
        if limits.HasField("max_open_orders"):
            limits.max_open_orders = min(limits.max_open_orders, config.capacity.open_orders)
        s.control(kind, limits=limits)
    elif kind is ControlKind.SET_RISK_MODEL:
        s.control(kind, risk_model=random_model(draw, count))
    elif kind is ControlKind.SET_PROGRAM:
        s.control(kind, program=random_program(draw, [1]) if draw.random() < 0.5 else config.program)
    elif kind is ControlKind.LOAD_POSITION:
        s.control(kind, quantity=draw.choice((0, 3, -4, "2.5")), price=100, **scope)
    elif kind is ControlKind.CASH_FLOW:
        s.control(kind, cash=draw.choice((100, -50, "0.000000000000000001")))
    elif kind is ControlKind.SET_STATUS:
        s.control(
            kind,
            status=draw.choice((0, 0, 1, 2, 4, 8, 16)),
            band_low=draw.choice((0, 99)),
            band_high=draw.choice((0, 101)),
            **scope,
        )
    else:
        s.control(kind, **scope)


def report(draw: random.Random, s: Stream) -> None:
    trigger = draw.choice((Trigger.ACK, Trigger.ACK, Trigger.PARTIAL_FILL, Trigger.FILL, *Trigger))
    s.report(
        draw.randint(1, 12),
        trigger,
        exec_id=draw.randint(0, 60),
        price=100,
        quantity=draw.choice((1, 2, 5, 10)),
        liquidity=draw.choice((1, 2)),
        after=draw.choice((0, MS)),
    )
