"""The message that engines get: every key that is theirs changes it, by the exact integer, and no other key does."""

from decimal import Decimal
from typing import Any, get_args

import pytest

from quartet.core import contract
from quartet.core.fixed import money_from_bytes
from quartet.core.pb.config_pb2 import EngineConfig, Instrument
from quartet.core.pb.program_pb2 import Program
from quartet.core.pb.risk_pb2 import RiskLimits
from quartet.engines.config import Configuration, engine_settings
from quartet.engines.config.block import keys
from quartet.graph import graph, mid
from tests.unit.config.files import SMALL, message

# Key: a value, the field it goes to, and what stands there then.
ENGINE_KEYS: dict[str, tuple[Any, str, Any]] = {
    "performance.max_orders_per_second": (50000, "risk.max_orders_per_second", 50000),
    "risk_management.max_portfolio_var": ("0.123456789", "risk.max_portfolio_var_ppb", 123_456_789),
    "risk_management.max_position_var": (0.03, "risk.max_position_var_ppb", 30_000_000),
    "risk_management.max_drawdown": (0.2, "risk.max_drawdown_ppb", 200_000_000),
    "risk_management.max_daily_loss": ("0.000000001", "risk.max_daily_loss_ppb", 1),
    "risk_management.max_leverage": (100, "risk.max_leverage_ppb", 10**11),
    "risk_management.max_net_leverage": (1, "risk.max_net_leverage_ppb", 10**9),
    "risk_management.max_concentration": (1, "risk.max_concentration_ppb", 10**9),
    "risk_management.max_positions": (7, "risk.max_positions", 7),
    "risk_management.max_position_weight": (0.3, "risk.max_position_weight_ppb", 300_000_000),
    "risk_management.max_position_quantity": ("1152921504.606846976", "risk.max_position_quantity", 2**60),
    "risk_management.initial_margin": (0.5, "risk.initial_margin_ppb", 500_000_000),
    "risk_management.max_open_orders": (16384, "risk.max_open_orders", 16384),
    "risk_management.max_open_orders_symbol": (3, "risk.max_open_orders_symbol", 3),
    "risk_management.self_trade": ("decrement", "risk.self_trade", contract.SelfTrade.DECREMENT),
    "risk_management.max_orders_per_second_symbol": (5, "risk.max_orders_per_second_symbol", 5),
    "risk_management.duplicate_window_ms": (0.000001, "risk.duplicate_window_ns", 1),
    "risk_management.max_adv_share": (0.1, "risk.max_adv_share_ppb", 10**8),
    "risk_management.max_order_notional": (
        "0.000000000000000001",
        "risk.max_order_notional",
        (1).to_bytes(16, "little"),
    ),
    "risk_management.max_order_weight": (1, "risk.max_order_weight_ppb", 10**9),
    "risk_management.max_order_quantity": ("0.5", "risk.max_order_quantity", 500_000_000),
    "risk_management.price_collar": (0.1, "risk.price_collar_ppb", 10**8),
    "risk_management.price_collar_far": (0.3, "risk.price_collar_far_ppb", 3 * 10**8),
    "risk_management.max_quote_age_seconds": (2.5, "risk.max_quote_age_ns", 2_500_000_000),
    "risk_management.var_default_daily_vol": (0.01, "risk.var_default_daily_vol_ppb", 10**7),
    "risk_management.var_multiplier": (1.5, "risk.var_multiplier_ppb", 1_500_000_000),
    "signal_generation.max_signals_per_symbol": (3, "signals.max_signals_per_symbol", 3),
    "signal_generation.min_signal_confidence": (0.3, "signals.min_confidence", 0.3),
    "signal_generation.max_signal_age_seconds": (0.5, "signals.max_age_ns", 500_000_000),
    "policy.kind": ("quoting", "policy.kind", contract.PolicyKind.QUOTING),
    "policy.direction_threshold": ("0.05", "policy.direction_threshold", 0.05),
    "policy.target.sizing": ("quantity", "policy.target.sizing", contract.Sizing.QUANTITY),
    "policy.target.max_quantity": (3, "policy.target.max_quantity", 3 * 10**9),
    "policy.target.max_weight": (0.5, "policy.target.max_weight_ppb", 5 * 10**8),
    "policy.target.rebalance": ("always", "policy.target.rebalance", contract.Rebalance.ALWAYS),
    "policy.target.order_type": ("fok", "policy.target.order_type", contract.OrderType.FOK),
    "policy.target.price_reference": ("mark", "policy.target.price_reference", contract.PriceReference.MARK),
    "policy.target.offset_ticks": (-2, "policy.target.offset_ticks", -2),
    "policy.quoting.half_spread": ("0.02", "policy.quoting.half_spread", 20_000_000),
    "policy.quoting.inventory_skew": ("-0.02", "policy.quoting.inventory_skew", -20_000_000),
    "policy.quoting.quote_quantity": (2, "policy.quoting.quote_quantity", 2 * 10**9),
    "policy.quoting.max_inventory": (20, "policy.quoting.max_inventory", 20 * 10**9),
    "policy.quoting.requote_ticks": (1, "policy.quoting.requote_ticks", 1),
    "reconciler.use_replace": (False, "reconciler.use_replace", False),
    "reconciler.retry_after_ms": (0, "reconciler.retry_after_ns", 0),
    "reconciler.slice_quantity": (5, "reconciler.slice_quantity", 5 * 10**9),
    "reconciler.order_ttl_seconds": (5, "reconciler.order_ttl_ns", 5 * 10**9),
    "venue.mode": ("external", "venue.mode", contract.VenueMode.EXTERNAL),
    "venue.order_latency_us": ("0.001", "venue.order_latency_ns", 1),
    "venue.response_latency_us": (10, "venue.response_latency_ns", 10_000),
    "venue.maker_fee": (-0.0001, "venue.maker_fee_ppb", -100_000),
    "venue.taker_fee": (0.0005, "venue.taker_fee_ppb", 500_000),
    "venue.queue_model": ("probability", "venue.queue_model", contract.QueueModel.PROBABILITY),
    "venue.bar_slippage": (0.0005, "venue.bar_slippage_ppb", 500_000),
    "venue.max_participation": (1, "venue.max_participation_ppb", 10**9),
    "account.initial_cash": ("0.000000000000000001", "account.initial_cash", (1).to_bytes(16, "little")),
    "account.currency": ("EUR", "account.currency", "EUR"),
    "account.type": ("cash", "account.account_type", contract.AccountType.CASH),
    "session.roll_utc": ("01:02:03", "session_roll_ns", 3723 * 10**9),
    "session.risk_clock_seconds": (60, "risk.risk_clock_ns", 60 * 10**9),
    "capacity.open_orders": (20000, "capacity.open_orders", 20000),
    "capacity.source_count": (3, "capacity.source_count", 3),
}
INSTRUMENT_KEYS: dict[str, tuple[Any, str, Any]] = {
    "tick": ("0.000000001", "tick", 1),
    "lot": ("0.1", "lot", 10**8),
    "multiplier": (50, "multiplier", 50),
    "currency": ("USD", "currency", "USD"),
    "venue": ("XNAS", "venue", "XNAS"),
    "price_min": (-5, "price_min", -5 * 10**9),
    "price_max": (500, "price_max", 500 * 10**9),
    "quantity_max": (5, "quantity_max", 5 * 10**9),
    "size_unit": (1000, "size_unit", 1000),
    "default_size": (100, "default_size", 100 * 10**9),
    "reference_price": ("99.995", "reference_price", 99_995_000_000),
    "adv": (10**6, "adv", 10**15),
    "fill_model": ("bar", "fill_model", contract.FillModel.BAR),
    "price_collar": (0.5, "price_collar_ppb", 5 * 10**8),
    "price_collar_far": (0.5, "price_collar_far_ppb", 5 * 10**8),
    "max_order_quantity": (5, "max_order_quantity", 5 * 10**9),
    "max_position_weight": (0.5, "max_position_weight_ppb", 5 * 10**8),
    "max_position_quantity": (5, "max_position_quantity", 5 * 10**9),
    "initial_margin": (0.5, "initial_margin_ppb", 5 * 10**8),
}
# Act at the edge: the message stays as it is.
EDGE_KEYS: dict[str, Any] = {
    "engine.type": "go",
    "engine.fallback_to_python": True,
    "performance.max_threads": 1,
    "performance.memory_pool_size_mb": 64,
    "performance.cache_size_mb": 0,
    "performance.enable_simd": False,
    "performance.enable_quantization": False,
    "signal_generation.enable_caching": False,
    "data.files": ["x.csv"],
    "data.map": {"bid_price": "bid"},
    "data.symbols": ["A"],
    "data.start_date": "2024-01-02",
    "data.end_date": "2024-01-02",
    "report.path": None,
    "logging.level": "ERROR",
    "logging.file": "x.log",
}
# Tested below, each by itself.
OTHER_KEYS = {
    "risk_management.limit_set",
    "risk_management.check_risk",
    "signal_generation.enable_technical_indicators",
    "signal_generation.enable_statistical_signals",
    "signal_generation.enable_ml_signals",
    "instruments[].symbol",
    *(f"signal.{key}" for key in ("score", "confidence", "fair_value", "let")),
    *(f"risk_model.{key}" for key in ("symbols", "covariance", "valid_until")),
}


def at(config: Any, path: str) -> Any:
    for name in path.split("."):
        config = getattr(config, name)
    return config


def test_every_key_is_tested_here() -> None:
    tested = {*ENGINE_KEYS, *EDGE_KEYS, *OTHER_KEYS, *(f"instruments[].{key}" for key in INSTRUMENT_KEYS)}
    assert {path for path, _ in keys(Configuration)} == tested


def test_every_field_of_the_message_is_reached() -> None:
    reached = {path for _, path, _ in ENGINE_KEYS.values()}
    limits = {f"risk.{field.name}" for field in RiskLimits.DESCRIPTOR.fields}
    assert limits - reached == set()
    assert {f.name for f in Instrument.DESCRIPTOR.fields} == {p for _, p, _ in INSTRUMENT_KEYS.values()} | {"symbol"}
    blocks = {f.name for f in EngineConfig.DESCRIPTOR.fields}
    assert blocks == {p.split(".")[0] for p in reached} | {"instruments", "program", "risk_model", "check_risk"}


@pytest.mark.parametrize("key", ENGINE_KEYS)
def test_engine_keys_reach_their_field(key: str) -> None:
    value, field, expected = ENGINE_KEYS[key]
    base = {"policy": {"kind": "quoting"}} if ".quoting." in key else {}
    changed = message({**base, key: value})
    assert at(changed, field) == expected
    assert at(message(base), field) != expected
    assert changed.SerializeToString() != message(base).SerializeToString()


@pytest.mark.parametrize("key", INSTRUMENT_KEYS)
def test_instrument_keys_reach_their_field(key: str) -> None:
    value, field, expected = INSTRUMENT_KEYS[key]
    instrument = message({"instruments": [{"symbol": "AAA", key: value}]}).instruments[0]
    assert getattr(instrument, field) == expected
    if key != "currency":
        assert getattr(message().instruments[0], field) != expected


@pytest.mark.parametrize("key", EDGE_KEYS)
def test_edge_keys_leave_the_message_alone(key: str) -> None:
    changed = engine_settings(SMALL | {key: EDGE_KEYS[key]})
    plain = engine_settings(SMALL)
    assert changed.engine_config(["AAA"]) == plain.engine_config(["AAA"])
    assert changed.config_hash != plain.config_hash


NULLABLE = [
    key
    for key, field in keys(Configuration)
    if key.startswith(("risk_management.", "performance.")) and type(None) in get_args(field.annotation)
]


@pytest.mark.parametrize("key", NULLABLE)
def test_null_switches_a_row_off(key: str) -> None:
    _, path, _ = ENGINE_KEYS[key]
    field = path.removeprefix("risk.")
    assert not message({key: None}).risk.HasField(field)
    assert key in engine_settings(SMALL | {key: None}).rows_off
    given = engine_settings(SMALL | {key: ENGINE_KEYS[key][0]})
    assert EngineConfig.FromString(given.engine_config(["A"])).risk.HasField(field)
    assert key not in given.rows_off


def test_research_starts_with_all_rows_off_and_takes_what_is_given() -> None:
    research = message({"risk_management": {"limit_set": "research", "max_drawdown": "0.3", "check_risk": False}})
    set_fields = {field.name for field, _ in research.risk.ListFields()}
    always = {"self_trade", "risk_clock_ns", "var_default_daily_vol_ppb", "var_multiplier_ppb"}
    assert set_fields == {"max_drawdown_ppb", *always}
    assert research.check_risk is False
    assert message().check_risk is True
    kept = message({"risk_management.limit_set": "research", "performance.max_orders_per_second": 5})
    assert kept.risk.max_orders_per_second == 5
    assert len(engine_settings({"risk_management.limit_set": "research"}).rows_off) == len(NULLABLE)


def test_symbols_are_sorted_by_their_bytes_and_named_once() -> None:
    assert [i.symbol for i in message(None, "b", "Ä", "a", "Z", "b").instruments] == ["Z", "a", "b", "Ä"]


def test_the_template_gives_what_an_entry_leaves_out() -> None:
    entries = [{"symbol": "*", "tick": "0.5", "lot": 2}, {"symbol": "B", "tick": "0.25"}]
    a, b = message({"instruments": entries}, "A", "B").instruments
    assert (a.symbol, a.tick, a.lot) == ("A", 5 * 10**8, 2 * 10**9)
    assert (b.symbol, b.tick, b.lot) == ("B", 25 * 10**7, 2 * 10**9)
    (alone,) = message({"instruments": entries[1:]}, "B").instruments
    assert alone.lot == 10**9


def test_absent_stays_absent() -> None:
    (instrument,) = message().instruments
    optional = (
        "price_min",
        "price_max",
        "quantity_max",
        "reference_price",
        "adv",
        "price_collar_ppb",
        "initial_margin_ppb",
    )
    assert [name for name in optional if instrument.HasField(name)] == []
    config = message()
    assert config.HasField("policy")
    assert not config.policy.HasField("quoting")
    assert not config.HasField("risk_model")
    assert not message({"policy.kind": "quoting"}).policy.HasField("target")


def test_money_is_exact() -> None:
    cash = "332306998946228968.225951765070086144"
    config = message({"account.initial_cash": "123456789012.123456789012345678"})
    assert money_from_bytes(config.account.initial_cash) == 123456789012123456789012345678
    with pytest.raises(Exception, match="could exceed the range of money"):
        message({"account.initial_cash": cash})


def test_the_graph_is_the_signal_block_or_the_one_that_is_passed() -> None:
    settings = engine_settings(
        SMALL | {"signal": {"score": "a", "let": {"a": "mid - 1"}, "confidence": 0.5, "fair_value": "mid"}}
    )
    program = Program.FromString(EngineConfig.FromString(settings.engine_config(["A"])).program.SerializeToString())
    expected = graph((mid - 1).named("a"), confidence=0.5, fair_value=mid)
    assert program == expected.to_proto()
    assert settings.graph is not None
    assert settings.graph.to_bytes() == expected.to_bytes()
    other = graph(mid)
    assert EngineConfig.FromString(settings.engine_config(["A"], graph=other)).program == other.to_proto()
    assert engine_settings().graph is None


@pytest.mark.parametrize(
    ("key", "op"),
    [
        ("enable_technical_indicators", contract.Op.EMA),
        ("enable_statistical_signals", contract.Op.ZSCORE),
        ("enable_ml_signals", contract.Op.LINEAR),
    ],
)
def test_toggles_remove_their_family(key: str, op: contract.Op) -> None:
    score = "coalesce(ema(mid, 3), bid) + coalesce(zscore(mid, 9), ask) + coalesce(linear([mid], [2]), spread)"

    def ops(on: bool) -> set[int]:
        return {node.op for node in message({"signal": {"score": score}, f"signal_generation.{key}": on}).program.nodes}

    assert ops(True) - ops(False) == {op}


def test_the_risk_model_follows_the_symbols() -> None:
    model = {
        "symbols": ["C", "A", "B"],
        "covariance": [[9, 1, 2], [1, 4, 3], [2, 3, 16]],
        "valid_until": "2025-12-31T21:00:00Z",
    }
    config = message({"risk_model": model}, "A", "C", "D")
    assert list(config.risk_model.symbols) == [0, 1]
    assert list(config.risk_model.covariance) == [4.0, 1.0, 1.0, 9.0]
    assert config.risk_model.valid_until_ns == 1767214800 * 10**9
    number = engine_settings({"risk_model": model | {"valid_until": 5}}).risk_model
    assert number is not None
    assert number.valid_until == 5


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"covariance": [[1, 0], [0, 1]]}, "must have 1 rows of 1 numbers"),
        ({"covariance": [["-1"]]}, "no negative number on its diagonal"),
        ({"symbols": []}, "at least one"),
        ({"symbols": ["A", "A"]}, "named once each"),
        ({"symbols": ["A", "B"], "covariance": [[1, 0.1], [0.2, 1]]}, "symmetric to the last bit"),
        ({"symbols": ["A", "B"], "covariance": [[1, 1.001], [1.001, 1]]}, "not positive semidefinite"),
        ({"valid_until": "soon"}, "must be nanoseconds, or a time"),
        ({"valid_until": -1}, "must be at least 0"),
    ],
)
def test_bad_risk_models(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(Exception, match=rule):
        engine_settings({"risk_model": {"symbols": ["A"], "covariance": [[1]], "valid_until": 1} | changes})


def test_a_singular_covariance_is_one() -> None:
    third = Decimal(1) / 3
    rows = [[float(third), float(third)], [float(third), float(third)]]
    assert engine_settings({"risk_model": {"symbols": ["A", "B"], "covariance": rows, "valid_until": 1}}).risk_model


def test_limits_alone_are_those_of_the_message() -> None:
    settings = engine_settings(SMALL)
    assert RiskLimits.FromString(settings.risk_limits()) == EngineConfig.FromString(settings.engine_config(["A"])).risk
