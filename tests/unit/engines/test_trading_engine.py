"""TradingEngine on whichever engine runs: data in every form, commands, reading, failures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import quartet
from quartet.core.contract import Level, Status
from quartet.core.errors import ConfigError, EngineError, EngineUnavailable
from quartet.data.intake import to_batch
from quartet.engines import selection
from quartet.engines.config import engine_settings
from quartet.engines.protocol import MissingEngine
from quartet.engines.results import joined
from quartet.engines.selection import DegradedEngineWarning
from quartet.engines.trading_engine import TradingEngine
from quartet.graph import close, delay, graph
from tests.unit.engines.fake_engine import loaded
from tests.unit.engines.streams import CONFIG, OPEN_TABLE, START, STEP, quotes, reversion


@pytest.fixture
def engine() -> Iterator[TradingEngine]:
    with quartet.open_engine(CONFIG, graph=reversion()) as engine:
        yield engine


def structured(rows: list[dict[str, Any]]) -> np.ndarray[Any, Any]:
    names = ("bid_price", "ask_price", "bid_size", "ask_size")
    dtype = [("symbol_id", "u4"), *((name, "U12") for name in names), ("timestamp", "i8")]
    cells = [(["AAA", "BBB"].index(row["symbol"]), *(row[name] for name in names), row["timestamp"]) for row in rows]
    return np.array(cells, dtype)


FORMS: dict[str, Any] = {
    "dicts": lambda rows: rows,
    "numpy": structured,
    "polars": pl.DataFrame,
    "pandas": lambda rows: pl.DataFrame(rows).to_pandas(),
    "arrow": lambda rows: pl.DataFrame(rows).to_arrow(),
    "batch": lambda rows: to_batch(rows, ["AAA", "BBB"]).batch,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_records(engine: TradingEngine, form: str) -> None:
    result = engine.process_market_data(FORMS[form](quotes(60)))
    with quartet.open_engine(CONFIG, graph=reversion()) as other:
        assert result.sha256 == other.process_market_data(quotes(60)).sha256
    assert result.fill_count > 10 and not result.errors
    assert (result.engine, result.degraded, result.symbols) == (engine.engine_name, "", ("AAA", "BBB"))
    assert result.config_hash == engine_settings(CONFIG).config_hash
    assert 0 < result.processing_ns < result.bridge_ns


@pytest.mark.parametrize("rows_each", [1, 7, 1000])
def test_how_the_stream_is_cut_changes_nothing(engine: TradingEngine, rows_each: int) -> None:
    rows = quotes(60)
    parts = [engine.process_market_data(rows[i : i + rows_each]) for i in range(0, len(rows), rows_each)]
    assert [part.sequence for part in parts] == list(range(1, len(parts) + 1))
    with quartet.open_engine(CONFIG, graph=reversion()) as other:
        assert joined(parts).sha256 == other.process_market_data(rows).sha256


def test_one_row_may_come_alone(engine: TradingEngine) -> None:
    assert engine.process_market_data(quotes(1)[0]).counts()["rejects"] == 0
    assert engine.get_performance_stats()["ticks_processed"] == 1


def test_bad_rows_are_reported_and_the_others_count(engine: TradingEngine) -> None:
    rows = quotes(10)
    rows[3]["bid_price"] = "1.0000000001"
    rows[5]["bid_price"] = "200"
    result = engine.process_market_data(rows)
    assert len(result.errors) == 1 and "row 3: bid_price is '1.0000000001'" in result.errors[0]
    assert [row["code"] for row in result.rejects] == ["CROSSED"]
    stats = engine.get_performance_stats()
    assert (stats["ticks_processed"], stats["ticks_rejected"]) == (9, 1)


def test_an_open_table_is_fixed_by_the_first_data_or_by_symbols() -> None:
    with quartet.open_engine(OPEN_TABLE, graph=reversion()) as engine:
        assert not engine.symbols
        for call in (engine.snapshot, engine.kill, engine.positions):
            with pytest.raises(ConfigError, match="not known before the first data"):
                call()
        assert engine.health().available
        engine.process_market_data(quotes(4, symbols=("ZZ", "AA")))
        assert engine.symbols == ("AA", "ZZ")
        later = engine.process_market_data(quotes(1, first=4, symbols=("NEW",)))
        assert [row["code"] for row in later.rejects] == ["UNKNOWN_SYMBOL"]
    with quartet.open_engine(OPEN_TABLE, graph=reversion(), symbols=["C", "B"]) as engine:
        assert engine.symbols == ("B", "C")
    mixed = CONFIG | {"instruments": [{"symbol": "*"}, {"symbol": "AAA", "lot": 5}]}
    for form in FORMS:
        with quartet.open_engine(mixed, graph=reversion()) as engine:
            if form in ("numpy", "batch"):
                with pytest.raises(ConfigError, match="names no symbols; pass symbols="):
                    engine.process_market_data(FORMS[form](quotes(2)))
            else:
                engine.process_market_data(FORMS[form](quotes(2, symbols=("BBB",))))
                assert engine.symbols == ("AAA", "BBB")


def test_bars_are_closed_by_clocks_unless_told_otherwise() -> None:
    config = CONFIG | {"instruments": [{"symbol": "*", "fill_model": "bar"}]}
    config["signal_generation"] = {"max_signal_age_seconds": 10**6}
    config["policy"] = {"target": {"sizing": "quantity", "max_quantity": 10, "order_type": "market"}}
    trend = graph(score=(close - delay(close, 1)) * 100)
    rows = [
        {"symbol": name, "timestamp": START + i * STEP, "volume": 10**6, "low": "9", "high": "12"}
        | dict.fromkeys(("open", "close"), f"{10 + i / 100:.2f}")
        for i in range(6)
        for name in ("A", "B")
    ]
    with quartet.open_engine(config, graph=trend) as engine:
        result = engine.process_market_data(rows)
        assert result.fill_count > 0
        assert engine.get_performance_stats()["ticks_processed"] == 12 + 6
        fills = result.fills.to_dicts()
        assert min(row["ts_init"] for row in fills) > START + STEP
    with quartet.open_engine(config, graph=trend) as engine:
        assert engine.process_market_data(rows, clocks=False).order_count == 0


def test_check_risk_must_agree_with_the_configuration(engine: TradingEngine) -> None:
    engine.process_market_data(quotes(1), check_risk=True)
    with pytest.raises(ConfigError, match=r"check_risk=False, but risk_management.check_risk is True"):
        engine.process_market_data(quotes(1, 1), check_risk=False)
    free = CONFIG | {"risk_management": {"limit_set": "research", "check_risk": False}}
    with quartet.open_engine(free, graph=reversion()) as research:
        research.process_market_data(quotes(1), check_risk=False)
        with pytest.raises(ConfigError, match="check_risk=True"):
            research.process_market_data(quotes(1, 1), True)


def test_kill_flatten_and_resume(engine: TradingEngine) -> None:
    engine.process_market_data(quotes(30))
    assert engine.positions()
    killed = engine.kill(flatten=True)
    assert [row["action"] for row in killed.halts] == ["LATCHED"]
    assert killed.halts[0]["ts_init"] == START + 29 * STEP
    assert engine.account().level is Level.KILLED
    after = engine.process_market_data(quotes(20, 30))
    assert not engine.positions() and not engine.open_orders()
    assert {row["code"] for row in after.risk_rejects} <= {"KILLED"}
    assert [row["action"] for row in engine.resume().halts] == ["CLEARED"]
    assert engine.process_market_data(quotes(20, 50)).fill_count > 0


def test_one_symbol_can_be_killed(engine: TradingEngine) -> None:
    engine.process_market_data(quotes(10))
    engine.kill("AAA", ts=START + 100 * STEP)
    engine.set_level(Level.REDUCE_ONLY, "BBB")
    result = engine.process_market_data(quotes(20, 101))
    assert {row["symbol"] for row in result.risk_rejects if row["code"] == "KILLED"} == {"AAA"}
    with pytest.raises(ConfigError, match="symbol 'CCC' is not one of the engine's 2 symbols"):
        engine.kill("CCC")
    with pytest.raises(ConfigError, match="refused the command at 1: OUT_OF_ORDER"):
        engine.kill(ts=1)


def test_resume_clears_latches(engine: TradingEngine) -> None:
    engine.process_market_data(quotes(2))
    engine.set_limits({"max_drawdown": "0.0001"})
    engine.load_positions({"AAA": ("100000", "100.0")})
    dear = quotes(1, 2)
    dear[0] |= {"bid_price": "90.00", "ask_price": "90.02"}
    assert [row["code"] for row in engine.process_market_data(dear).halts] == ["DRAWDOWN"]
    assert engine.account().drawdown_latched
    assert [row["code"] for row in engine.resume().halts] == ["DRAWDOWN"]
    assert not engine.account().drawdown_latched
    assert engine.settings.risk_management.max_drawdown == Decimal("0.0001")


def test_commands_change_the_engine(engine: TradingEngine) -> None:
    engine.load_positions({"AAA": ("10", "99.5"), "BBB": (-3, Decimal("50.25"))})
    held = engine.positions()
    assert (held["AAA"].quantity, held["AAA"].average_price) == (Decimal(10), Decimal("99.5"))
    assert held["BBB"].market_value == Decimal("-150.75")
    before = engine.account().cash
    engine.cash_flow("-0.000000000000000001")
    assert before - engine.account().cash == Decimal("1e-18")
    engine.set_status("AAA", Status.RESTRICTED, (99, "101.5"))
    state = engine.state().symbols[0].phase_two
    assert (state.status, state.band) == (Status.RESTRICTED, (99_000_000_000, 101_500_000_000))
    engine.set_risk_model(["BBB", "AAA"], [[0.04, 0.01], [0.01, 0.09]], START * 2)
    assert engine.state().risk_model_bytes
    engine.set_program(graph(score=close))
    assert len(engine.state().program.nodes) == 1
    assert engine.cancel_all().order_count == 0
    with pytest.raises(ConfigError, match="quantity: '1e-12'"):
        engine.load_positions({"AAA": ("1e-12", 1)})
    with pytest.raises(ConfigError, match="cash flow 'much'"):
        engine.cash_flow("much")
    with pytest.raises(ConfigError, match="BAD_CONTROL"):
        engine.load_positions({"AAA": (1, "0.001")})


def test_limits_that_cannot_be_are_refused_before_the_engine(engine: TradingEngine) -> None:
    with pytest.raises(ConfigError, match="max_drawdown"):
        engine.set_limits({"max_drawdown": -1})
    with pytest.raises(ConfigError, match="max_draw_down"):
        engine.set_limits({"max_draw_down": "0.1"})
    engine.set_limits({"max_orders_per_second": 5})
    assert engine.settings.performance.max_orders_per_second == 5
    engine.set_limits(engine_settings(CONFIG))
    assert engine.settings.performance.max_orders_per_second is None


def test_a_snapshot_goes_on_in_another_engine(engine: TradingEngine) -> None:
    engine.process_market_data(quotes(30))
    kept = engine.snapshot()
    expected = engine.process_market_data(quotes(30, 30))
    engine.restore(kept)
    assert engine.process_market_data(quotes(30, 30)).sha256 == expected.sha256
    with quartet.PythonTradingEngine(OPEN_TABLE, graph=reversion()) as same:
        same.restore(kept)
        assert same.config_hash == same.settings.config_hash
    richer = OPEN_TABLE | {"account": {"initial_cash": 10**7}}
    with quartet.PythonTradingEngine(richer, graph=reversion()) as other:
        other.restore(kept)
        assert other.symbols == ("AAA", "BBB")
        assert other.config_hash != other.settings.config_hash
        assert other.health().last_ts_ns == START + 29 * STEP
        assert other.process_market_data(quotes(30, 30)).sha256 == expected.sha256
        with pytest.raises(EngineError, match="BAD_SNAPSHOT"):
            other.restore(kept[:100])


def test_statistics_are_a_recount_of_the_records(engine: TradingEngine) -> None:
    result = engine.process_market_data(quotes(60))
    stats = engine.get_performance_stats(reset=True)
    assert stats["ticks_processed"] == 60
    assert stats["signals_processed"] == result.signal_count
    assert stats["orders_submitted"] + stats["orders_rejected"] == result.order_count
    assert stats["fills"] == result.fill_count
    assert stats["throughput_ticks_per_s"] > 0 and stats["uptime_s"] > 0 and stats["engine_available"] == 1
    again = engine.get_performance_stats()
    assert again["ticks_processed"] == 60 and again["latency_samples"] == again["throughput_ticks_per_s"] == 0


def test_the_time_of_commands_ignores_refused_events(engine: TradingEngine) -> None:
    engine.process_market_data(quotes(4))
    wild = quotes(1, 4)
    wild[0] |= {"symbol": "NONE", "timestamp": 2**61}
    engine.process_market_data(wild)
    assert engine.health().last_ts_ns == START + 3 * STEP
    engine.kill()
    engine.resume()
    engine.evaluate(quotes(2, 6))
    assert engine.health().last_ts_ns == START + 7 * STEP
    assert engine.process_market_data(quotes(2, 8)).counts()["rejects"] == 0


def test_a_missing_engine_is_an_error_or_marked_as_degraded(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise MissingEngine("rust", "not here", "build it")

    monkeypatch.setitem(selection._LOADERS, "rust", missing)
    config = CONFIG | {"engine": {"type": "rust"}}
    with pytest.raises(EngineUnavailable, match="rust engine unavailable: not here: build it"):
        quartet.open_engine(config, graph=reversion())
    with pytest.raises(EngineUnavailable):
        quartet.RustTradingEngine(CONFIG, graph=reversion())
    config = CONFIG | {"engine": {"type": "rust", "fallback_to_python": True}}
    with pytest.warns(DegradedEngineWarning):
        engine = quartet.open_engine(config, graph=reversion())
    assert engine.engine_name == "python" and engine.degraded and engine.health().degraded
    assert "degraded" in repr(engine)
    assert "rust is missing" in engine.process_market_data(quotes(1)).degraded


def test_a_failed_engine_says_so_until_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        """Fails on the second batch, as an engine whose process died."""

        def __init__(self, config: bytes) -> None:
            self.inner = selection.find("python").create(config)
            self.calls = 0
            self.processing_ns = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

        def process(self, columns: Any, controls: Any) -> bytes:
            self.calls += 1
            if self.calls == 2:
                raise EngineError(7, "its process ended")
            return self.inner.process(columns, controls)

    chosen = selection.Selection("go", Failing, False, "for the test")
    engine = TradingEngine(CONFIG, graph=reversion(), engine=chosen)
    engine.process_market_data(quotes(4))
    kept = engine.snapshot()
    with pytest.raises(EngineError, match="ENGINE_FAILED: its process ended"):
        engine.process_market_data(quotes(4, 4))
    health = engine.health()
    assert not health.available and "its process ended" in health.failure
    engine.restore(kept)
    assert engine.health().available
    assert engine.process_market_data(quotes(4, 4)).counts()["rejects"] == 0


def test_the_best_available_engine_is_named_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUARTET_ENGINE", raising=False)
    monkeypatch.setitem(selection._LOADERS, "cpp", lambda: loaded("cpp"))
    with quartet.create_best_available_engine(CONFIG, graph=reversion(), preference=("cpp", "python")) as engine:
        assert engine.engine_name == "python"
        assert "cpp engine unavailable: it fails its self-test" in engine.reason


def test_configurations_come_as_files_mappings_and_settings(tmp_path: Path) -> None:
    path = tmp_path / "engine_config.yaml"
    path.write_text(
        "engine: {type: python}\ninstruments: [{symbol: AAA}]\nsignal: {score: 'ema(mid, span=3)'}\n"
        "risk_management: {limit_set: research}\n"
    )
    with quartet.open_engine(path, overrides={"account.initial_cash": 5}) as engine:
        assert engine.account().cash == 5
        with quartet.open_engine(engine.settings) as other:
            assert other.account().cash == 5
        with pytest.raises(ConfigError, match="loaded already"):
            quartet.open_engine(engine.settings, overrides={"account.initial_cash": 6})
    with pytest.raises(ConfigError, match="there is no graph"):
        quartet.open_engine(CONFIG)


def test_the_package_names_are_loaded_when_used() -> None:
    assert set(quartet.__all__) <= set(dir(quartet))
    for name in quartet.__all__:
        assert getattr(quartet, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = quartet.nothing
