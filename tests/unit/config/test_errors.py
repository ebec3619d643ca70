"""Every error names file and line, the key, its value, the rule, and the key that was probably meant."""

import re
from pathlib import Path

import pytest

from quartet.core.errors import ConfigError
from tests.unit.config.files import load

GOOD = 'instruments: [{symbol: "*"}]\nsignal: {score: imbalance}\n'

CASES = {
    "unknown key": (
        "risk_management:\n  max_drawdwn: 0.1",
        2,
        "risk_management.max_drawdwn = 0.1: unknown key, did you mean 'max_drawdown'?",
    ),
    "unknown block": ("\nrisk_managment:\n  x: 1", 2, "risk_managment: unknown key, did you mean 'risk_management'?"),
    "key of another block": (
        "risk_management:\n  max_threads: 3",
        2,
        "unknown key; it belongs to performance.max_threads",
    ),
    "unknown nested key": (
        "policy:\n  target:\n    sizng: weight",
        3,
        "policy.target.sizng = 'weight': unknown key, did you mean 'sizing'?",
    ),
    "unknown key of an instrument": (
        "instruments:\n- symbol: A\n- symbol: B\n  tik: 1",
        4,
        "instruments[1].tik = 1: unknown key, did you mean 'tick'?",
    ),
    "nothing like it": ("zzz: 1", 1, "zzz = 1: unknown key"),
    "missing": ("instruments:\n- tick: 1", 2, "instruments[0].symbol: is required"),
    "bool": ("engine:\n  fallback_to_python: 1", 2, "engine.fallback_to_python = 1: must be true or false"),
    "yes is text": ("engine:\n  fallback_to_python: yes", 2, "= 'yes': must be true or false"),
    "whole number": ("performance:\n  max_threads: 2.5", 2, "performance.max_threads = 2.5: must be a whole number"),
    "number": ("account:\n  initial_cash: lots", 2, "account.initial_cash = 'lots': must be a plain decimal"),
    "bool for a number": (
        "account:\n  initial_cash: true",
        2,
        "account.initial_cash = true: must be a number, not true or false",
    ),
    "not finite": ("account:\n  initial_cash: .nan", 2, "must be a finite number"),
    "text": ("account:\n  currency: 5", 2, "account.currency = 5: must be text; put it in quotes"),
    "list": ("data:\n  files: x.csv", 2, "data.files = 'x.csv': must be a list"),
    "mapping": ("data:\n  map: [a]", 2, "data.map = ['a']: must be a mapping"),
    "block": ("engine: rust", 1, "engine = 'rust': must be a block of keys"),
    "choice": (
        "engine:\n  type: ruts",
        2,
        "engine.type = 'ruts': must be one of auto, rust, cpp, go, python, did you mean 'rust'?",
    ),
    "no choice": ("engine:\n  type: null", 2, "engine.type = null: must be one of auto"),
    "null": ("account:\n  initial_cash: null", 2, "account.initial_cash = null: must be a number"),
    "too large": ("risk_management:\n  max_drawdown: 1.5", 2, "risk_management.max_drawdown = 1.5: must be at most 1"),
    "zero": ("risk_management:\n  max_drawdown: 0", 2, "risk_management.max_drawdown = 0: must be above 0"),
    "negative": ("risk_management:\n  max_leverage: -1", 2, "must be at least 0"),
    "places": (
        "instruments:\n- symbol: A\n  tick: 0.0000000001",
        3,
        "instruments[0].tick = 1E-10: must have at most 9 decimal places",
    ),
    "places of a share": ("venue:\n  maker_fee: 0.1234567891", 2, "must have at most 9 decimal places"),
    "places of a time": ("venue:\n  order_latency_us: 0.0001", 2, "must have at most 3 decimal places"),
    "time of day": (
        'session:\n  roll_utc: "24:00:00"',
        2,
        "session.roll_utc = '24:00:00': must be a time of day as \"HH:MM:SS\"",
    ),
    "date": ("data:\n  start_date: 2024-13-01", 2, "data.start_date = '2024-13-01': must be a date as YYYY-MM-DD"),
    "symbol twice": ("instruments:\n- symbol: A\n- symbol: A", 1, "symbol 'A' has two entries; keep one of them"),
    "symbol empty": ('instruments:\n- symbol: ""', 2, "instruments[0].symbol = '': must not be empty"),
    "quoting": (
        "policy:\n  quoting:\n    quote_quantity: 20",
        2,
        "policy.quoting: quote_quantity must not be above max_inventory",
    ),
    "unchecked": (
        "risk_management:\n  check_risk: false",
        1,
        "check_risk: false is for research only; set limit_set: research too",
    ),
    "open orders": (
        "capacity:\n  open_orders: 64",
        2,
        "risk_management.max_open_orders = 10000 must be at most capacity.open_orders = 64",
    ),
    "open orders, asked": ("risk_management:\n  max_open_orders: 20000", 2, "max_open_orders = 20000 must be at most"),
    "memory": (
        "performance:\n  memory_pool_size_mb: 65536",
        2,
        "memory_pool_size_mb = 65536: must be at most half of the memory",
    ),
    "formula": (
        "signal:\n  score: imbalanc",
        2,
        "signal.score: column 1: unknown name 'imbalanc', did you mean 'imbalance'?",
    ),
    "formula of a name": (
        "signal:\n  let:\n    fast: emaa(mid, 3)\n  score: fast",
        3,
        "signal.let.fast: column 1: 'emaa' is not a function",
    ),
    "cycle": ("signal:\n  let: {a: b, b: a}\n  score: a", 2, "in a circle: a -> b -> a"),
    "never ticks": ("signal:\n  score: 1 + 2", 2, "signal.score: the score never ticks"),
    "switched off": (
        "signal_generation: {enable_technical_indicators: false}\nsignal:\n  score: ema(mid, 3)",
        3,
        "signal.score: the score never ticks, switched off: ema(mid, span=3)",
    ),
    "basis points": ("venue:\n  maker_fee_bps: few", 2, "venue.maker_fee_bps = 'few': must be a plain decimal"),
    "contradiction": (
        "venue:\n  maker_fee: 0.002\n  maker_fee_bps: 10",
        3,
        "venue.maker_fee_bps = 10: contradicts venue.maker_fee, which is 0.002; give one of them",
    ),
    "risk model": (
        "risk_model:\n  symbols: [A, B]\n  covariance: [[1, 2], [2, 1]]\n  valid_until: 1",
        1,
        "risk_model: covariance is not positive semidefinite: an eigenvalue is -1",
    ),
}


@pytest.mark.parametrize(("text", "line", "expected"), CASES.values(), ids=CASES)
def test_errors_say_where_what_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int, expected: str
) -> None:
    monkeypatch.setattr("quartet.engines.config.machine.memory_mb", lambda: 8192)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    first = str(caught.value)
    assert first.startswith(f"{tmp_path / 'engine.yaml'}:{line}: "), first
    assert expected in first


def test_all_errors_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "engine: {type: x}\nperformance: {max_threads: 0}\nfoo: 1\n")
    lines = str(caught.value).splitlines()
    assert lines[0] == "the configuration has 3 errors:"
    assert [int(m.group(1)) for m in (re.search(r"engine\.yaml:(\d+):", line) for line in lines[1:]) if m] == [1, 2, 3]


def test_a_formula_is_shown_with_a_caret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, 'signal:\n  score: "mid - emaa(mid, 3)"\n')
    assert str(caught.value).splitlines()[1:] == ["    mid - emaa(mid, 3)", "          ^"]


def test_long_values_are_cut(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"engine: {{type: {'x' * 500}}}")
    assert len(str(caught.value)) < 300


SYMBOL_CASES = {
    "no entry": (
        "instruments: [{symbol: B}]",
        "engine.yaml:1: instruments: there is no entry for symbol 'A'; add one, or a template",
    ),
    "no instruments": ("account: {}", "engine.yaml: instruments: there is no entry for symbol 'A'"),
    "currency": (
        "instruments:\n- {symbol: A, currency: EUR}",
        "engine.yaml:1: instruments: A settles in EUR, the account in USD",
    ),
    "prices": ("instruments: [{symbol: A, price_min: 2, price_max: 1}]", "A: price_min is above price_max"),
    "reference": ("instruments: [{symbol: A, reference_price: 3, price_max: 2}]", "A: reference_price is not between"),
    "money of negative prices": (
        "instruments: [{symbol: A, price_min: -4611686018, quantity_max: 1000000000}]",
        "could exceed the range of money",
    ),
    "money": ("instruments: [{symbol: A, multiplier: 1000000}]", "could exceed the range of money"),
    "slice": (
        "instruments: [{symbol: A, lot: 10}]\nreconciler: {slice_quantity: 5}",
        "engine.yaml:2: reconciler: slice_quantity = 5 is below the largest lot",
    ),
    "source": (
        "instruments: [{symbol: A}]\nsignal: {score: external_score(16)}",
        "engine.yaml:2: signal: external source 16 is not below capacity.source_count = 16",
    ),
}


@pytest.mark.parametrize(("text", "expected"), SYMBOL_CASES.values(), ids=SYMBOL_CASES)
def test_what_does_not_fit_the_symbols(tmp_path: Path, text: str, expected: str) -> None:
    settings = load(tmp_path, text if "signal" in text else f"{text}\nsignal: {{score: imbalance}}")
    with pytest.raises(ConfigError) as caught:
        settings.engine_config(["A"])
    assert expected in str(caught.value)


def test_there_must_be_symbols_and_a_graph(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there are no symbols to trade"):
        load(tmp_path, GOOD).engine_config([])
    with pytest.raises(ConfigError, match="there is no graph; write a signal block, or pass a graph"):
        load(tmp_path, 'instruments: [{symbol: "*"}]').engine_config(["A"])
    with pytest.raises(ConfigError, match="more than 2\\^31"):
        load(tmp_path, GOOD.replace("imbalance", '"corr(mid, bid, 65536)"')).engine_config(map(str, range(7000)))
