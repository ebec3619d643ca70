"""Variants of a template are, byte for byte and word for word, what loading each of them anew would give."""

from __future__ import annotations

import warnings

import pytest

from quartet.bench.settings import CROSS_GRID, cross_settings
from quartet.core.errors import ConfigError
from quartet.core.pb.config_pb2 import EngineConfig
from quartet.engines.config import Variants, engine_settings
from quartet.engines.sweep import members

SYMBOLS = ["B", "A", "ÉCU"]
SIGNAL = {"let": {"fast": "ema(mid, 3)", "slow": "ema(mid, 9)", "edge": 0.5}, "score": "fast - slow > edge"}
TEMPLATES = {
    "plain": {"signal": SIGNAL, "instruments": [{"symbol": "*"}]},
    "research": {
        "signal": SIGNAL,
        "risk_management": {"limit_set": "research", "max_drawdown": "0.3", "check_risk": False},
        "instruments": [{"symbol": "*", "tick": "0.5", "venue": "X"}, {"symbol": "A", "lot": 2, "reference_price": 7}],
        "risk_model": {"symbols": ["A", "C"], "covariance": [[0.04, 0.01], [0.01, 0.09]], "valid_until": 10**18},
        "session": {"roll_utc": "21:30:00"},
    },
    "quoting": {
        "signal": {"score": "0 * mid", "fair_value": "microprice"},
        "policy": {"kind": "quoting"},
        "instruments": [{"symbol": name} for name in SYMBOLS],
        "data": {"start_date": "2024-05-06"},
    },
    "no graph": {"instruments": [{"symbol": "*"}]},
}
OVERRIDES = [
    {"signal.let.fast": "ema(mid, 4)"},
    {"signal.let.fast": "ema(mid, 4)", "policy.target.max_quantity": 7},
    {"signal.let.fast": "ema(mid, 4)", "policy": {"target": {"max_quantity": "7.5"}}},
    {"signal.let.extra": "ema(slow, 2)", "signal.score": "extra + 1.0", "signal.confidence": 0.25},
    {"signal.score": "imbalance"},
    {"signal": {"score": "external_score(3)"}},
    {"signal_generation.enable_technical_indicators": False, "signal.score": "mid"},
    {"signal_generation.max_signal_age_seconds": "0.25"},
    {"policy.kind": "quoting", "signal.fair_value": "mid"},
    {"policy.kind": "target"},
    {"policy.quoting.quote_quantity": 2, "policy.direction_threshold": "0.125"},
    {"reconciler.slice_quantity": 3, "reconciler.use_replace": "false"},
    {"venue.taker_fee_bps": 5, "venue.order_latency_ns": 1500},
    {"account.initial_cash": "12.000000000000000001", "account.type": "cash"},
    {"account.currency": "EUR"},
    {"session": {"roll_utc": "01:02:03", "risk_clock_seconds": 2}},
    {"risk_management.session_roll_utc": "04:00:00"},
    {"capacity.source_count": 4, "capacity.open_orders": 20000},
    {"instruments": [{"symbol": "*", "tick": "0.25"}]},
    {"risk_model": None},
    {"risk_model": {"symbols": ["B"], "covariance": [[0.5]], "valid_until": "2030-01-01"}},
    {"risk_management.max_drawdown": None, "risk_management.max_order_notional": 5},
    {"risk_management.limit_set": "research", "risk_management.check_risk": False},
    {"risk_management.limit_set": "research", "performance.max_orders_per_second": 7},
    {"performance.max_orders_per_second": None},
    {"performance": {}},
    {"engine.type": "python", "data.symbols": "[A, B]", "report.path": "null"},
    {},
]
REFUSED = [
    {"policy.target.max_quantity": -1},
    {"policy.target.max_quantity": -1, "colour": 1, "account.initial_cash": "much", "venue.mode": "simulatd"},
    {"policy.target.colour": 1},
    {"colour.red": 1},
    {"max_drawdown": 0.1},
    {"risk_management": None},
    {"risk_management": 5},
    {"risk_management.limit_set": "default", "risk_management.check_risk": False},
    {"risk_management.max_open_orders": 20000},
    {"risk_management.account_type": "cash", "account.type": "margin"},
    {"venue.maker_fee_bps": "none of these"},
    {"instruments": []},
    {"instruments": [{"symbol": "A"}, {"symbol": "A"}]},
    {"instruments": [{"symbol": "A"}]},
    {"instruments": [{"symbol": "*", "currency": "JPY", "price_min": 9, "price_max": 8, "reference_price": 10}]},
    {"instruments": [{"symbol": "*", "multiplier": 10**6, "price_max": "4611686018", "quantity_max": "1152921504"}]},
    {"reconciler.slice_quantity": "0.5"},
    {"signal": None},
    {"signal.let.fast": "ema(mid, 4) +"},
    {"signal.let.fast": "ema(mid, 4, 5, 6)"},
    {"signal.let.fast": "ema(slw, 4)"},
    {"signal.let.slow": "fast", "signal.let.fast": "slow"},
    {"signal.let.mid": "bid"},
    {"signal.score": "1"},
    {"signal.score": "external_score(99)"},
    {"signal.colour": "mid"},
    {"signal_generation.enable_technical_indicators": False},
    {"risk_model.symbols": ["A"]},
    {"performance.memory_pool_size_mb": 65536},
    {"performance.memory_pool_size": "many"},
    {"session.roll_utc": "25:00:00"},
]


def anew(template, overrides):
    values = engine_settings(template).effective()
    for key in ("max_threads", "memory_pool_size_mb"):
        del values["performance"][key]
    return engine_settings(values, overrides=overrides).engine_config(SYMBOLS)


def answer(make, *args):
    """The bytes or the complaint, and what was warned of."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            made = make(*args)
        except ConfigError as error:
            made = str(error)
    return made, [(each.category, str(each.message)) for each in said]


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    monkeypatch.setattr("quartet.engines.config.machine.processors", lambda: 2)
    monkeypatch.setattr("quartet.engines.config.machine.memory_mb", lambda: 8192)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_variant_is_what_loading_it_anew_gives(template):
    variants = Variants(engine_settings(template), SYMBOLS)
    answers = [answer(variants.engine_config, each) for each in (*OVERRIDES, *REFUSED)]
    assert answers == [answer(anew, template, each) for each in (*OVERRIDES, *REFUSED)]
    configs = [made for made, _ in answers if isinstance(made, bytes)]
    assert len(set(configs)) > len(OVERRIDES) / 3 if "signal" in template else configs
    for config in configs:
        assert EngineConfig.FromString(config).SerializeToString(deterministic=True) == config


def test_what_is_refused_is_refused_by_the_first_template():
    variants = Variants(engine_settings(TEMPLATES["plain"]), SYMBOLS)
    assert all(isinstance(answer(variants.engine_config, each)[0], bytes) for each in OVERRIDES)
    assert all(isinstance(answer(variants.engine_config, each)[0], str) for each in REFUSED)


@pytest.mark.parametrize("overrides", [{"performance.max_threads": 64}, {"memory_pool_size": 2**25 + 1}])
def test_a_variant_warns_as_loading_it_anew_does(overrides):
    variants = Variants(engine_settings(TEMPLATES["plain"]), SYMBOLS)
    made, said = answer(variants.engine_config, overrides)
    assert (made, said) == answer(anew, TEMPLATES["plain"], overrides)
    assert said


def test_every_cross_is_what_loading_it_anew_gives():
    variants = Variants(cross_settings(1), ["A"])
    crosses = members(CROSS_GRID)
    configs = [variants.engine_config(member) for member in crosses]
    assert configs == [cross_settings(1, member).engine_config(["A"]) for member in crosses]
    assert len(set(configs)) == 1000
