"""A backtest as a YAML file."""

from __future__ import annotations

from pathlib import Path

import pytest

from quartet.backtest.backtest_file import BacktestFile, load_prices
from quartet.backtest.prices import PricePanel
from quartet.core.errors import ConfigError
from tests.unit.backtest.frames import walk

ROOT = Path(__file__).resolve().parents[3]
SIGNAL = "signal: {score: sign(fast - slow), let: {n: 5, fast: 'ema(close, span=n)', slow: 'ema(close, span=20)'}}\n"


def read(tmp_path: Path, text: str, **given: object) -> BacktestFile:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return BacktestFile.read(path, **given)  # type: ignore[arg-type]


def test_the_documented_file_is_read() -> None:
    found = BacktestFile.read(ROOT / "config" / "backtest.yaml")
    assert found.prices == ("demo:us_stocks",) and found.settings.trading_year == "us_equities"
    assert found.report == Path("results/backtest.html") and set(found.grid) == {"fast_days", "slow_days"}


def test_files_lie_beside_it_and_those_of_the_caller_do_not(tmp_path: Path) -> None:
    text = SIGNAL + "data: {prices: [a.parquet, b.parquet]}\n"
    assert read(tmp_path, text).prices == (str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"))
    assert read(tmp_path, text, prices=["c.parquet"]).prices == ("c.parquet",)


def test_prices_and_signals_are_loaded(tmp_path: Path) -> None:
    walk(30).write_parquet(tmp_path / "bars.parquet")
    walk(30).select("timestamp", "symbol").with_columns(signal=1.0).write_parquet(tmp_path / "own.parquet")
    found = read(tmp_path, "signals: own.parquet\ndata: {prices: bars.parquet}\n")
    assert found.load_prices().frame.height == 30 and found.source().height == 30 and found.name == "mine"


def test_settings_of_the_command_line_come_first(tmp_path: Path) -> None:
    text = SIGNAL + "data: {prices: demo:x}\nbacktest: {slippage_bps: 7, mode: columnar}\n"
    found = read(tmp_path, text, changes={"mode": "engine"})
    assert found.settings.mode == "engine" and found.settings.slippage_bps == 7


def test_a_member_of_the_grid_has_other_values(tmp_path: Path) -> None:
    found = read(tmp_path, SIGNAL + "data: {prices: demo:x}\ngrid: {n: [3, 4], slippage_bps: [1]}\n")
    panel = PricePanel.of(walk(30))
    assert found.member_signals(panel, n=3)["let"]["n"] == 3 and found.source()["let"]["n"] == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("data: {prices: demo:x}\n", "give either signal"),
        (SIGNAL + "signals: x.csv\ndata: {prices: demo:x}\n", "give either signal"),
        (SIGNAL, "names no prices"),
        (SIGNAL + "data: {price: demo:x}\n", "data.price"),
        (SIGNAL + "data: {prices: demo:x}\nbacktest: {slipage_bps: 1}\n", "slippage_bps"),
        (SIGNAL + "data: {prices: demo:x}\ngrid: {m: [1]}\n", "neither a setting of backtest nor a name in signal.let"),
        (SIGNAL + "data: {prices: demo:x}\ngrid: {n: []}\n", "n has no values"),
        ("- a\n", "must be a mapping"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read(tmp_path, text)


def test_samples_and_files_are_not_mixed() -> None:
    with pytest.raises(ConfigError, match="not mixed"):
        load_prices(["demo:us_stocks", "bars.parquet"])
