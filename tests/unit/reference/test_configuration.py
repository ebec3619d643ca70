"""Bounds of a configuration at the limit and one beyond, and errors of a program (spec 1.8, 3.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from quartet.core.contract import ErrorCode, Op, PolicyKind, Sizing
from quartet.core.pb import config_pb2, program_pb2, risk_pb2
from quartet.engines.reference import Engine, EngineError
from tests.conformance.configs import BAR, BOOK, EXTERNAL, QUOTE, TRADE, Nodes, base, program, quoting
from tests.conformance.stream import money

Config = config_pb2.EngineConfig


def error_of(config: Config | bytes) -> int:
    """The error code of configuring, 0 for none."""
    data = config if isinstance(config, bytes) else config.SerializeToString()
    try:
        Engine(data)
    except EngineError as error:
        assert error.message
        return error.code
    return 0


def put(path: str, value: Any) -> Callable[[Config], None]:
    def change(config: Config) -> None:
        *way, last = path.split(".")
        target: Any = config
        for name in way:
            target = target.instruments[0] if name == "0" else getattr(target, name)
        setattr(target, last, value)

    return change


YEAR = 1 << 60
BOUNDS: list[tuple[str, int, int]] = [
    ("0.tick", 1, 1 << 40),
    ("0.lot", 1, 1 << 50),
    ("0.multiplier", 1, 10**6),
    ("0.fill_model", 1, 2),
    ("0.price_collar_ppb", 0, 10**11),
    ("0.price_collar_far_ppb", 0, 10**11),
    ("0.max_position_weight_ppb", 0, 10**11),
    ("0.initial_margin_ppb", 0, 10**11),
    ("signals.max_signals_per_symbol", 1, 1000),
    ("signals.max_age_ns", 0, YEAR),
    ("policy.kind", 1, 2),
    ("policy.target.sizing", 1, 2),
    ("policy.target.rebalance", 1, 2),
    ("policy.target.order_type", 1, 5),
    ("policy.target.price_reference", 1, 3),
    ("policy.target.offset_ticks", -(10**6), 10**6),
    ("policy.target.max_quantity", 1, YEAR),
    ("policy.quoting.requote_ticks", 0, 10**6),
    ("reconciler.retry_after_ns", 0, YEAR),
    ("reconciler.order_ttl_ns", 0, YEAR),
    ("risk.max_quote_age_ns", 0, YEAR),
    ("risk.duplicate_window_ns", 0, YEAR),
    ("risk.max_orders_per_second", 1, 10**9),
    ("risk.max_orders_per_second_symbol", 1, 10**9),
    ("risk.self_trade", 1, 4),
    ("risk.max_leverage_ppb", 0, 10**11),
    ("risk.max_drawdown_ppb", 0, 10**11),
    ("risk.var_default_daily_vol_ppb", 0, 10**11),
    ("risk.var_multiplier_ppb", 0, 10**11),
    ("venue.mode", 1, 2),
    ("venue.order_latency_ns", 0, YEAR),
    ("venue.response_latency_ns", 0, YEAR),
    ("venue.maker_fee_ppb", -(10**9), 10**9),
    ("venue.taker_fee_ppb", -(10**9), 10**9),
    ("venue.queue_model", 1, 2),
    ("venue.bar_slippage_ppb", 0, 10**8),
    ("venue.max_participation_ppb", 0, 10**9),
    ("account.account_type", 1, 2),
    ("capacity.open_orders", 1, 65536),
    ("capacity.source_count", 1, 65536),
    ("session_roll_ns", 0, 86_400 * 10**9 - 1),
]


@pytest.mark.parametrize(("path", "low", "high"), BOUNDS)
def test_bounds(path: str, low: int, high: int) -> None:
    for value, code in ((low, 0), (high, 0), (low - 1, 1), (high + 1, 1)):
        if value < 0 and path in UNSIGNED:
            continue
        config = base(price_max=1 << 42)
        put(path, value)(config)
        assert error_of(config) == (ErrorCode.BAD_CONFIG if code else 0), (path, value)


UNSIGNED = frozenset({"policy.kind"})


def test_money_bound() -> None:
    # 2^48 * 2^60 * 2^10 = 2^118, and not a unit of cash more.
    wide = {"price_max": 1 << 48, "quantity_max": 1 << 60, "multiplier": 1 << 10, "price_min": -(1 << 48)}
    assert error_of(base(put("account.initial_cash", money(0)), **wide)) == 0
    one = (1).to_bytes(16, "little")
    assert error_of(base(put("account.initial_cash", one), **wide)) == ErrorCode.BAD_CONFIG
    deep = {**wide, "price_min": -(1 << 48) - 1}
    assert error_of(base(put("account.initial_cash", money(0)), **deep)) == ErrorCode.BAD_CONFIG


@pytest.mark.parametrize(
    "values",
    [
        {"price_min": 10, "price_max": 9},
        {"price_max": 1 << 62},
        {"price_min": -(1 << 62)},
        {"quantity_max": 0},
        {"quantity_max": (1 << 60) + 1},
        {"price_min": 10, "reference_price": 9},
        {"price_max": 10**9, "reference_price": 10**9 + 1},
        {"adv": -1},
        {"currency": "EUR"},
    ],
)
def test_instruments(values: dict[str, Any]) -> None:
    assert error_of(base(**values)) == ErrorCode.BAD_CONFIG


def test_instruments_are_strictly_ascending() -> None:
    for names in (("B", "A"), ("A", "A"), ("a", "B"), ("é", "z")):
        config = base(symbols=2)
        config.instruments[0].symbol, config.instruments[1].symbol = names
        assert error_of(config) == ErrorCode.BAD_CONFIG
    config.instruments[0].symbol, config.instruments[1].symbol = "z", "é"
    assert error_of(config) == 0


def test_floats() -> None:
    nan, inf = float("nan"), float("inf")
    for value in (-0.1, 1.1, nan):
        assert error_of(base(put("signals.min_confidence", value))) == ErrorCode.BAD_CONFIG
    for value in (-0.1, inf, nan):
        assert error_of(base(put("policy.direction_threshold", value))) == ErrorCode.BAD_CONFIG


def test_money_has_sixteen_bytes() -> None:
    assert error_of(base(put("account.initial_cash", b""))) == ErrorCode.BAD_CONFIG
    assert error_of(base(put("risk.max_order_notional", b"\0" * 15))) == ErrorCode.BAD_CONFIG
    assert error_of(base(put("risk.max_order_notional", money(-1)))) == ErrorCode.BAD_CONFIG
    assert error_of(base(put("risk.max_order_notional", money(0)))) == 0


def test_sizings_and_policies_are_tested_where_they_are_in_use() -> None:
    weight = put("policy.target.sizing", Sizing.WEIGHT)
    assert error_of(base(weight, put("policy.target.max_quantity", 0))) == 0
    assert error_of(base(weight, put("policy.target.max_weight_ppb", 0))) == ErrorCode.BAD_CONFIG
    assert error_of(base(weight, put("policy.target.max_weight_ppb", 10**11 + 1))) == ErrorCode.BAD_CONFIG
    assert error_of(base(put("policy.quoting.half_spread", -1))) == 0
    assert error_of(base(quoting(half_spread=-1))) == ErrorCode.BAD_CONFIG
    assert error_of(base(quoting(inventory_skew=(1 << 50) + 1))) == ErrorCode.BAD_CONFIG
    assert error_of(base(quoting(quote_quantity=21 * 10**9))) == ErrorCode.BAD_CONFIG
    assert error_of(base(quoting(), put("policy.target.sizing", 0))) == 0
    assert PolicyKind.QUOTING == 2


def test_slices_and_open_orders() -> None:
    lot = base().instruments[0].lot
    for value, code in ((0, 0), (lot, 0), (lot - 1, 1), (-1, 1)):
        assert error_of(base(put("reconciler.slice_quantity", value))) == code
    for value, code in ((64, 0), (65, 1)):
        assert error_of(base(put("risk.max_open_orders", value))) == code


@pytest.mark.parametrize(
    ("symbols", "covariance", "code"),
    [
        ([0, 1], [1.0, 0.5, 0.5, 1.0], 0),
        ([], [], 0),
        ([1, 0], [1.0, 0.5, 0.5, 1.0], 1),
        ([0, 2], [1.0, 0.5, 0.5, 1.0], 1),
        ([0, 1], [1.0, 0.5, 0.5], 1),
        ([0, 1], [1.0, 0.5, 0.4, 1.0], 1),
        ([0, 1], [1.0, 0.0, -0.0, 1.0], 1),
        ([0], [-1.0], 1),
        ([0], [float("inf")], 1),
    ],
)
def test_risk_models(symbols: list[int], covariance: list[float], code: int) -> None:
    config = base(symbols=2)
    config.risk_model.CopyFrom(risk_pb2.RiskModel(symbols=symbols, covariance=covariance))
    assert error_of(config) == code


def test_unreadable() -> None:
    assert error_of(b"\xff") == ErrorCode.BAD_CONFIG
    assert error_of(b"") == ErrorCode.BAD_CONFIG
    assert error_of(config_pb2.EngineConfig()) == ErrorCode.BAD_CONFIG


def program_error(build: Callable[[Nodes], program_pb2.Program]) -> int:
    return error_of(base(program(build(Nodes()))))


NAN = float("nan")
NODES: list[tuple[tuple[Any, ...], dict[str, Any], int]] = [
    (("BID",), {}, 0),
    (("BID",), {"clock": 0}, 1),
    (("BID",), {"clock": TRADE}, 1),
    (("BID",), {"clock": QUOTE | TRADE}, 1),
    (("BID",), {"clock": 32}, 1),
    (("BID",), {"n": 1}, 1),
    (("BID",), {"params": (1.0,)}, 1),
    (("BID", 0), {}, 1),
    (("EXTERNAL_SCORE",), {"clock": QUOTE | BAR | EXTERNAL, "n": 15}, 0),
    (("EXTERNAL_SCORE",), {"n": 16}, 1),
    (("SECONDS",), {"clock": TRADE | BOOK}, 0),
    (("BID_SIZE_LEVEL",), {"clock": BOOK, "n": 9}, 0),
    (("BID_SIZE_LEVEL",), {"clock": BOOK, "n": 10}, 1),
    (("ADD", 0, 0), {"clock": BAR}, 0),
    (("ADD", 0), {}, 1),
    (("ADD", 0, 1), {}, 1),
    (("ADD", 0, 2), {}, 1),
    (("CLIP", 0), {"params": (1.0, 1.0)}, 0),
    (("CLIP", 0), {"params": (1.0, 0.5)}, 1),
    (("CLIP", 0), {"params": (NAN, 0.5)}, 1),
    (("DELAY", 0), {"n": 65536}, 0),
    (("DELAY", 0), {"n": 65537}, 1),
    (("DELAY", 0), {"n": 0}, 1),
    (("STD", 0), {"n": 2, "params": (1.0,)}, 0),
    (("STD", 0), {"n": 1, "params": (1.0,)}, 1),
    (("STD", 0), {"n": 1, "params": (0.0,)}, 0),
    (("STD", 0), {"n": 3, "params": (2.0,)}, 1),
    (("EMA", 0), {"n": 1, "params": (1.0,)}, 0),
    (("EMA", 0), {"n": 1, "params": (0.0,)}, 1),
    (("EMA", 0), {"n": 1, "params": (1.5,)}, 1),
    (("EMA", 0), {"n": 0, "params": (0.5,)}, 1),
    (("LINEAR", 0), {"params": (1.0, 2.0)}, 0),
    (("LINEAR", 0), {"params": (1.0,)}, 1),
    (("LINEAR",), {"params": (1.0,)}, 1),
    (("LINEAR", *([0] * 256)), {"params": (1.0,) * 257}, 0),
    (("LINEAR", *([0] * 257)), {"params": (1.0,) * 258}, 1),
]


@pytest.mark.parametrize(("node", "values", "bad"), NODES)
def test_nodes(node: tuple[Any, ...], values: dict[str, Any], bad: int) -> None:
    def build(nodes: Nodes) -> program_pb2.Program:
        nodes.add("BID")
        return nodes.score(nodes.add(*node, **values))

    assert program_error(build) == (ErrorCode.BAD_PROGRAM if bad else 0)


def test_outputs_of_a_program() -> None:
    assert program_error(lambda nodes: nodes.score(0)) == ErrorCode.BAD_PROGRAM
    assert program_error(lambda nodes: nodes.score(nodes.const(1.0))) == ErrorCode.BAD_PROGRAM
    assert program_error(lambda nodes: nodes.score(nodes.add("BID"), nodes.const(NAN))) == 0
    assert program_error(lambda nodes: nodes.score(nodes.add("BID"), 1)) == ErrorCode.BAD_PROGRAM
    assert program_error(lambda nodes: nodes.score(nodes.add("BID"), None, 1)) == ErrorCode.BAD_PROGRAM
    assert program_error(lambda nodes: nodes.score(nodes.add("BID") + 1)) == ErrorCode.BAD_PROGRAM


def test_unknown_operators_and_too_many_nodes() -> None:
    unknown = program_pb2.Program(nodes=[program_pb2.Node(op=26, clock=1, name="odd")])
    with pytest.raises(EngineError, match="node 0 'odd': unknown operator 26"):
        Engine(base(program(unknown)).SerializeToString())
    node = program_pb2.Node(op=Op.BID, clock=1)
    assert error_of(base(program(program_pb2.Program(nodes=[node] * 4096)))) == 0
    assert error_of(base(program(program_pb2.Program(nodes=[node] * 4097)))) == ErrorCode.BAD_PROGRAM


def test_capacity_of_state() -> None:
    # 5 + 5n + 2 words a node: 6553 nodes of 65536 would be beyond, 4096 nodes of this size on two symbols are.
    node = program_pb2.Node(op=Op.CORR, clock=1, n=65536, inputs=[0, 0])
    source = program_pb2.Node(op=Op.BID, clock=1)
    built = program_pb2.Program(nodes=[source, *([node] * 4095)])
    assert error_of(base(program(built), symbols=1)) == 0
    assert error_of(base(program(built), symbols=2)) == ErrorCode.CAPACITY
