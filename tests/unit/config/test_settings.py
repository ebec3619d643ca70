"""What settings say of themselves: effective values, hash, limits of the machine; and the files of config/."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.errors import ConfigError
from quartet.engines.config import EngineSettings, engine_settings, load_engine_config
from quartet.engines.config.block import block_of, is_list
from quartet.engines.config.pages import pages, write_pages
from quartet.engines.reference import Engine
from tests.unit.config.files import ROOT, SMALL, load

FILES = sorted(p.name for p in (ROOT / "config").glob("*.yaml") if p.stem != "backtest")
"""Those of engines; that of a backtest has its own test."""


@pytest.mark.filterwarnings("ignore:.*is clamped to")
def test_effective_values_give_the_same_settings() -> None:
    settings = engine_settings(
        SMALL
        | {
            "instruments": [{"symbol": "*", "tick": "0.5"}, {"symbol": "B", "lot": 3}],
            "data": {"start_date": "2024-01-02"},
            "risk_management": {"limit_set": "research", "max_drawdown": "0.10"},
            "risk_model": {"symbols": ["A"], "covariance": [[0.1]], "valid_until": "2025-01-01"},
        }
    )
    again = engine_settings(settings.effective())
    assert again.effective() == settings.effective()
    assert again.config_hash == settings.config_hash
    assert again.engine_config(["A", "B"]) == settings.engine_config(["A", "B"])
    assert settings.effective()["risk_management"]["max_drawdown"] == "0.1"
    assert settings.effective()["instruments"][1]["tick"] == "0.5"


def test_blocks_that_are_not_given_are_as_checked_ones() -> None:
    for name, field in EngineSettings.model_fields.items():
        block = block_of(field)
        if block is not None and not is_list(field) and field.default is not None:
            assert block.usual() == block.model_validate({}) == getattr(EngineSettings(), name)


def test_the_hash_is_of_values_not_of_their_writing(tmp_path: Path) -> None:
    one = load(tmp_path, "account: {initial_cash: 1000000.000}\nengine: {type: rust}\n")
    other = load(tmp_path, 'engine:\n  type: "rust"\naccount:\n  initial_cash: "1e6"\n')
    assert one.config_hash == other.config_hash == engine_settings().config_hash
    assert one.config_hash != engine_settings({"account.initial_cash": "1000000.000000000000000001"}).config_hash


def test_the_hash_does_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    before = engine_settings().config_hash
    monkeypatch.setattr("quartet.engines.config.machine.processors", lambda: 1)
    monkeypatch.setattr("quartet.engines.config.machine.memory_mb", lambda: 100)
    assert engine_settings().config_hash == before


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        engine_settings().engine.type = "go"


def test_threads_are_clamped_with_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quartet.engines.config.machine.processors", lambda: 3)
    with pytest.warns(
        UserWarning, match=r"engine\.yaml:1: performance\.max_threads = 8 is clamped to the 3 processors"
    ):
        settings = load(tmp_path, "performance: {max_threads: 8}")
    assert (settings.threads, settings.performance.max_threads, len(settings.warnings)) == (3, 8, 1)
    # The default is clamped too, but nobody asked for it.
    assert engine_settings().threads == 3
    assert engine_settings().warnings == ()
    assert engine_settings({"performance.max_threads": 2}).threads == 2


def test_memory_is_half_of_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quartet.engines.config.machine.memory_mb", lambda: 1000)
    assert engine_settings().memory_pool_mb == 500
    assert engine_settings({"performance.memory_pool_size_mb": 500}).memory_pool_mb == 500
    with pytest.raises(ConfigError, match=r"memory_pool_size_mb = 501: must be at most half .* 500 MiB"):
        engine_settings({"performance.memory_pool_size_mb": 501})


def test_the_machine_has_processors_and_memory() -> None:
    settings = engine_settings()
    assert 1 <= settings.threads <= 16
    assert settings.memory_pool_mb >= 1


@given(st.text(max_size=30))
def test_any_symbol_name_is_taken_as_it_is(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    if not name:
        return
    assert name.encode() in engine_settings(SMALL).engine_config([name])


@pytest.mark.filterwarnings("ignore:.*is clamped to")
@pytest.mark.parametrize("name", FILES)
def test_files_of_the_repository_load_and_every_engine_could_take_them(name: str) -> None:
    settings = load_engine_config(ROOT / "config" / name, environ={})
    assert settings.graph is not None
    Engine(settings.engine_config(["AAPL", "EURUSD"]))


@pytest.mark.filterwarnings("ignore:.*is clamped to")
def test_the_file_of_defaults_has_every_default() -> None:
    shown = load_engine_config(ROOT / "config" / "engine.yaml", environ={})
    signal = shown.effective()["signal"]
    assert shown.config_hash == engine_settings({"instruments": [{"symbol": "*"}], "signal": signal}).config_hash


@pytest.mark.parametrize("name", pages())
def test_generated_files_are_current(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == pages()[name], "run python -m quartet.engines.config"


def test_pages_are_written_where_they_differ(tmp_path: Path) -> None:
    assert len(write_pages(tmp_path)) == len(pages())
    assert write_pages(tmp_path) == []


def test_origins_are_told() -> None:
    settings: EngineSettings = engine_settings({"account": {"initial_cash": 5}})
    assert settings.origin("account.initial_cash") == "settings"
    assert settings.origin("account.currency") == "default"
