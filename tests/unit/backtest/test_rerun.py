"""Trials run again: the same bits, or why not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from quartet.backtest.backtester import Backtester
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.rerun import rerun
from quartet.backtest.signal_files import read_signals
from quartet.cli import app
from quartet.core.errors import ConfigError, DataError
from quartet.data.loading import load
from tests.conformance.engines import ENGINES
from tests.unit.backtest.frames import signals, walk

PRICES = walk(120, symbols="AB")
KEYS = {"commission": {"model": "per_share"}, "sizer": {"model": "vol_target", "target": 0.2}, "seed": 3}


@pytest.mark.parametrize("engine", ["columnar", *ENGINES])
def test_the_same_bits(engine: str) -> None:
    mode = {} if engine == "columnar" else {"mode": "engine", "engine": engine}
    first = Backtester(KEYS, replications=100, **mode).run_backtest("sign(delta(close, 5))", PRICES)
    with TrialLedger.open() as ledger:
        again = rerun(ledger, first.trial_id or 0, prices=PRICES)
        assert again.same and again.result.engine == engine
        assert ledger.trial(again.result.trial_id or 0).result_hash == again.trial.result_hash


def test_what_the_ledger_cannot_make_has_to_be_given() -> None:
    told = signals([1.0, 0.0, -1.0])
    first = Backtester(replications=0).run_backtest(told, PRICES)
    with TrialLedger.open() as ledger:
        number = first.trial_id or 0
        with pytest.raises(ConfigError, match="give the prices that it was run on"):
            rerun(ledger, number, signals=told)
        with pytest.raises(ConfigError, match="the ledger has only the hash of that frame"):
            rerun(ledger, number, prices=PRICES)
        with pytest.raises(DataError, match="was run on other data"):
            rerun(ledger, number, prices=walk(120, seed=1, symbols="AB"), signals=told)
        with pytest.raises(DataError, match="was run on other data"):
            rerun(ledger, number, prices=PRICES, signals=signals([1.0]))
        assert rerun(ledger, number, prices=PRICES, signals=told).same


def test_the_command(tmp_path: Path) -> None:
    prices, told = tmp_path / "bars.parquet", tmp_path / "signals.parquet"
    PRICES.write_parquet(prices)
    signals([1.0, 0.0, -1.0]).write_parquet(told)
    first = Backtester(replications=0).run_backtest(read_signals(told), load(prices))
    arguments = ["trials", "rerun", str(first.trial_id), "--prices", str(prices), "--signals", str(told)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "the same, bit for bit" in done.output


def test_signals_of_a_csv_file_name_their_zone(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    path.write_text("timestamp,symbol,signal\n2024-01-02T00:00:00Z,A,1\n2024-01-03T09:00:00+09:00,A,-1\n")
    frame = read_signals(path)
    assert frame["timestamp"].dtype == pl.Datetime("ns", "UTC")
    assert frame["timestamp"].dt.hour().to_list() == [0, 0]
    path.write_text("timestamp,symbol,signal\n2024-01-02 00:00:00,A,1\n")
    with pytest.raises(DataError, match="names no zone"):
        read_signals(path)
    with pytest.raises(ConfigError, match="signals are read from"):
        read_signals(tmp_path / "signals.xlsx")
    with pytest.raises(DataError, match="cannot be read"):
        read_signals(tmp_path / "none.parquet")
