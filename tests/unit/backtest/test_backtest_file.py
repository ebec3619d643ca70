"""A backtest as a YAML file."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from quartet.backtest.backtest_file import BacktestFile, load_prices
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.prices import PricePanel
from quartet.cli import app
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


def test_rates_lie_beside_it_and_are_run_and_run_again(tmp_path: Path, ledger: Path) -> None:
    """A file with funding, quotes and spreads from the command line, and its trial once more: the same bits."""
    bars = walk(60)
    bars.write_parquet(tmp_path / "bars.parquet")
    times = bars["timestamp"]
    pl.DataFrame({"timestamp": times, "symbol": "A", "rate": 0.0001}).write_csv(
        tmp_path / "funding.csv", datetime_format="%+"
    )
    pl.DataFrame({"timestamp": times, "currency": "EUR", "bid": 1.09, "ask": 1.11}).write_parquet(
        tmp_path / "fx.parquet"
    )
    pl.DataFrame({"timestamp": times, "symbol": "A", "spread_bps": 2.0}).write_parquet(tmp_path / "spreads.parquet")
    (tmp_path / "mine.yaml").write_text(
        "signal: {score: 'sign(delta(close, 3))'}\n"
        "data: {prices: bars.parquet, funding: funding.csv, fx: fx.parquet, spreads: spreads.parquet}\n"
        "backtest:\n"
        "  instruments: {A: {currency: EUR}}\n"
        "  conversion_bps: 2\n"
        "  spread_bps: 3\n"
        "  commission: {model: maker_taker, tiers: [{volume: 0, taker: 0.001}, {volume: 20000, taker: 0.0005}]}\n"
        "  slippage_model: {model: adaptive, conditions: true, time_of_day: {calendar: us_equities}}\n"
        "  replications: 0\n"
        "grid: {conversion_bps: [0, 2], spread_bps: [0, 3]}\n"
    )
    done = CliRunner().invoke(app, ["backtest", str(tmp_path / "mine.yaml"), "--no-report", "--json"])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    paid = {"commission", "conversion", "spread", "slippage", "impact", "funding"}
    assert paid <= {name for name, amount in result["costs"].items() if float(amount)}
    with TrialLedger.open() as book:
        costs = book.trial(result["trial"]).costs
        assert costs is not None and costs["funding"] == pytest.approx(float(result["costs"]["funding"]))
        # The member of the grid with the same settings is the same run.
        member = book.trial(result["trial"] - 1)
        assert member.metrics["total_return"] == pytest.approx(result["figures"]["total_return"], rel=1e-12)
        assert member.costs == pytest.approx(costs, rel=1e-9, abs=1e-9)
    given = [f"--{name}" for name in ("prices", "funding", "fx", "spreads")]
    files = [str(tmp_path / name) for name in ("bars.parquet", "funding.csv", "fx.parquet", "spreads.parquet")]
    pairs = [each for pair in zip(given, files, strict=True) for each in pair]
    again = CliRunner().invoke(app, ["trials", "rerun", str(result["trial"]), *pairs, "--json"])
    assert again.exit_code == 0 and json.loads(again.stdout)["same"], again.output
    refused = CliRunner().invoke(app, ["trials", "rerun", str(result["trial"]), *pairs[:2]])
    assert refused.exit_code != 0 and "give the rates that it was run on" in refused.output


def test_a_table_of_rates_of_another_kind_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path, SIGNAL + "data: {prices: demo:x, fx: quotes.txt}\n")
    with pytest.raises(ConfigError, match=r"quotes\.txt: fx are read from \.parquet"):
        found.load_rates()


def test_limit_orders_of_an_engine_have_their_page(tmp_path: Path) -> None:
    """Neither the scenarios nor the larger capitals of the page ask the columnar mode for what it cannot do."""
    walk(60).write_parquet(tmp_path / "bars.parquet")
    (tmp_path / "mine.yaml").write_text(
        "signal: {score: 'sign(delta(close, 3))'}\ndata: {prices: bars.parquet}\n"
        "backtest: {mode: engine, engine: python, price_for_fill: engine, replications: 0}\n"
    )
    page = tmp_path / "page.html"
    done = CliRunner().invoke(app, ["backtest", str(tmp_path / "mine.yaml"), "--report", str(page)])
    assert done.exit_code == 0, done.output
    assert "limit orders at the mark" in page.read_text(encoding="utf-8")
