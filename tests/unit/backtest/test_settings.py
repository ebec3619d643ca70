"""Settings: names, bounds, and the way to YAML and back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from quartet.backtest.settings import BacktestSettings, load_backtest_settings
from quartet.core.errors import ConfigError


def test_the_defaults_of_the_catalogue() -> None:
    settings = BacktestSettings.of()
    assert (settings.initial_capital, settings.max_position_size, settings.slippage_bps) == (100_000, Decimal("0.1"), 5)
    assert (settings.slippage_model.model, settings.risk_free_rate) == ("fixed", 0.02)
    assert settings.commission.values == {"rate": "0.001"}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"commission": {"model": "per_share", "rate": 0.005, "maximum_share": None}},
        {"instruments": {"A": {"tick": 0.01}, "B": {"lot": "0.001", "multiplier": 50}}},
        {"max_gross": None, "max_participation": None, "rebalance": "every", "rebalance_every": 5},
        {"sizer": {"model": "vol_target", "target": 0.15}, "slippage_model": "adaptive", "seed": 7},
    ],
)
def test_what_is_written_reads_back_the_same(values: dict[str, Any]) -> None:
    settings = BacktestSettings.of(values)
    assert BacktestSettings.of(settings.to_config()) == settings
    assert BacktestSettings.of(settings) == settings


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"slipage_bps": 5}, "unknown parameter 'slipage_bps', did you mean 'slippage_bps'"),
        ({"initial_capital": 0}, "initial_capital = 0: must be above 0"),
        ({"commission": 0.06}, "commission 'rate': rate = 0.06: must be at most 0.05"),
        ({"commission": {"model": "per_shar"}}, "did you mean 'per_share'"),
        ({"commission": 0.001, "commission_per_trade": 0.001}, "are the same key; keep commission"),
        ({"sizer": {"model": "kelly", "fracton": 1}}, "unknown parameter 'fracton', did you mean 'fraction'"),
        ({"mode": "colunmar"}, "must be one of columnar, engine, did you mean 'columnar'"),
        ({"slippage_bps": "0.000001"}, "at most 5 decimal places"),
        ({"initial_capital": float("nan")}, "must be a finite number"),
        ({"replications": 10}, "must be 0 or at least 100"),
        ({"instruments": {"A": {"ticks": 1}}}, "instruments.A.ticks"),
    ],
)
def test_what_cannot_be_says_what_could(values: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigError, match="backtest") as raised:
        BacktestSettings.of(values)
    assert text in str(raised.value)


def test_a_block_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "backtest.yaml"
    path.write_text("backtest:\n  initial_capital: 50000\n  commission: 0.0005\n  sizer: {model: kelly, window: 60}\n")
    settings = load_backtest_settings(path, mode="engine")
    assert settings.initial_capital == 50_000 and settings.mode == "engine"
    assert settings.sizer.values == {"window": 60}
    path.write_text("backtest: 5\n")
    with pytest.raises(ConfigError, match="backtest must be a block of keys"):
        load_backtest_settings(path)


def test_yaml_reads_back_the_same(tmp_path: Path) -> None:
    """Every key written as YAML, and read as a file is."""
    values = {"commission": {"model": "per_share"}, "sizer": {"model": "kelly", "window": 60}, "slippage_bps": "7.25"}
    settings = BacktestSettings.of(values, instruments={"A": {"tick": "0.01"}}, max_gross=None, seed=2**40)
    path = tmp_path / "backtest.yaml"
    with path.open("w") as file:
        YAML(typ="safe").dump({"backtest": settings.to_config()}, file)
    assert load_backtest_settings(path) == settings
