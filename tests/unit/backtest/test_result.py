"""The result: figures, tables, files, the trial, and what moves when a key does."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.result import TABLES, BacktestResult
from tests.unit.backtest.frames import bars, signals, walk

PRICES = walk(250, seed=4, symbols="AB")
TREND = {"score": "sign(fast - slow)", "let": {"fast": "ema(close, 5)", "slow": "ema(close, 20)"}}


def run(**keys: Any) -> BacktestResult:
    return Backtester(replications=0, trading_year="us_equities", **keys).run_backtest(TREND, PRICES)


def test_figures_are_reached_by_name() -> None:
    result = run()
    assert result["sharpe_ratio"] == result.measures["sharpe_ratio"]
    assert {"total_return", "max_drawdown", "turnover", "deflated_sharpe_ratio", "trials"} <= set(result)
    assert len(result) == len(list(result)) and "250 bars on columnar" in repr(result)
    with pytest.raises(KeyError):
        result["sharp_ratio"]


def test_headline_figures_have_intervals_that_a_seed_gives_again() -> None:
    one, other = (
        Backtester(replications=200, seed=seed, trading_year="us_equities").run_backtest(TREND, PRICES)
        for seed in (1, 1)
    )
    row = one.measures.row("sharpe_ratio")
    assert row.low is not None and row.high is not None and row.low < (row.value or 0) < row.high
    assert row == other.measures.row("sharpe_ratio")


def test_tables_agree_with_each_other() -> None:
    result = run()
    equity, fills = result.equity, result.fills
    assert equity.height == 250 and result.trades.height == len(result.trips)
    assert equity["net_return"].null_count() == 1
    paid = dict(result.costs.select("component", "amount").iter_rows())
    assert paid["commission"] == fills["fee"].sum() and paid["slippage"] == fills["slippage_cost"].sum()
    # What was paid is the difference between the curves, but for what it would have earned.
    gross = result.track_record.gross_returns
    assert gross is not None
    cost = (gross - result.track_record.returns) @ result.track_record.equity[:-1]
    assert cost == pytest.approx(float(sum(paid.values())), rel=1e-9)
    assert result.positions["weight"].abs().max() < 0.12
    assert set(result.orders["state"]) <= {"FILLED", "CANCELED", "RISK_REJECTED"}


def test_a_benchmark_by_name_and_as_a_frame() -> None:
    named = Backtester(replications=0).run_backtest(TREND, PRICES, benchmark="A")
    frame = Backtester(replications=0).run_backtest(TREND, PRICES, benchmark=PRICES.filter(pl.col("symbol") == "A"))
    assert named["beta"] is not None and named["beta"] == frame["beta"]


def test_files(tmp_path: Path) -> None:
    result = run()
    paths = result.to_parquet(tmp_path / "out")
    assert [path.name for path in paths] == [*(f"{name}.parquet" for name in TABLES), "result.json"]
    assert pl.read_parquet(paths[0]).equals(result.equity)
    told = json.loads(paths[-1].read_text())
    assert told["figures"]["sharpe_ratio"] == result["sharpe_ratio"]
    assert told["hashes"] == dict(result.hashes) and told["trial"] == result.trial_id
    assert set(json.loads(result.to_json(tables=True))["tables"]) == set(TABLES)


def test_every_run_is_a_trial_of_its_study() -> None:
    for text in ("sign(delta(close, 1))", "-sign(delta(close, 3))", "sign(close - ema(close, 40))", "sign(close)"):
        result = Backtester(study="trend", replications=0, trading_year="us_equities").run_backtest(text, PRICES)
    assert result["trials"] == 4.0 and (result["effective_trials"] or 0) > 1.0 and result.evidence is not None
    with TrialLedger.open() as ledger:
        trial = ledger.trial(result.trial_id or 0)
    assert trial.config["backtest"] == result.settings.to_config()
    assert trial.metrics["sharpe_ratio"] == result["sharpe_ratio"]
    assert trial.metrics["outcome"] == result.hashes["result"] and trial.data_hash == result.hashes["data"]
    # With four trials less is left of the ratio than with one.
    assert (result["deflated_sharpe_ratio"] or 0) < (result["probabilistic_sharpe_ratio"] or 0)


def test_the_same_run_gives_the_same_trial() -> None:
    one, other = run(study="s"), run(study="s")
    with TrialLedger.open() as ledger:
        assert len({ledger.trial(each.trial_id or 0).result_hash for each in (one, other)}) == 1
    assert other["trials"] == 2.0 and other["effective_trials"] == 1.0


@pytest.mark.parametrize(
    ("keys", "figure", "sign"),
    [
        ({"commission": 0.002}, "total_return", -1),
        ({"slippage_bps": 20}, "total_return", -1),
        ({"slippage_model": "volume_based"}, "total_return", -1),
        ({"max_position_size": 0.2, "gap_safe": False}, "annual_volatility", 1),
        ({"risk_free_rate": 0.05}, "sharpe_ratio", -1),
        ({"borrow_rate": 0.2}, "total_return", -1),
        ({"cash_interest": True}, "total_return", 1),
    ],
)
def test_each_key_moves_the_result_its_way(keys: dict[str, Any], figure: str, sign: int) -> None:
    before, after = run()[figure], run(**keys)[figure]
    assert before is not None and after is not None and sign * (after - before) > 0


def test_initial_capital_scales_money() -> None:
    small, large = run(lot="0.000001"), run(lot="0.000001", initial_capital=1_000_000)
    ratio = float(large.equity["equity"][-1]) / float(small.equity["equity"][-1])
    assert ratio == pytest.approx(10, rel=1e-6)


def test_fills_at_the_next_close_and_the_average_price() -> None:
    frame = bars([10, 11, 12], [10.5, 11.5, 12.5]).with_columns(vwap=pl.Series([10.2, 11.2, 12.2]))
    keys = dict(slippage_bps=0, replications=0)
    told = signals([1.0])
    for rule, price in (("next_open", "11"), ("next_close", "11.5"), ("next_vwap", "11.2"), ("same_close", "10.5")):
        result = Backtester(keys, price_for_fill=rule).run_backtest(told, frame)
        assert result.fills["price"].to_list() == [Decimal(price)]


def test_borrow_by_hand() -> None:
    """900 short at 100 for two days at 36.5 %: a thousandth of 90,000 a day, from the second close on."""
    frame = bars([100] * 4, [100] * 4)
    keys = dict(commission=0, slippage_bps=0, max_position_size=0.9, gap_safe=False, borrow_rate="0.365")
    result = Backtester(keys, replications=0).run_backtest(signals([-1.0]), frame)
    assert result.equity["equity"].to_list() == [Decimal(each) for each in (100_000, 100_000, 99_910, 99_820)]


def test_pandas_frames_are_taken() -> None:
    pytest.importorskip("pandas")
    told = signals([1.0, 0.0])
    plain = Backtester(replications=0).run_backtest(told, walk(20))
    pandas = Backtester(replications=0).run_backtest(told.to_pandas(), walk(20).to_pandas())
    assert plain.hashes["result"] == pandas.hashes["result"]


def test_the_order_of_symbols_changes_nothing() -> None:
    shuffled = PRICES.sort("symbol", "timestamp", descending=[True, False])
    other = Backtester(replications=0, trading_year="us_equities").run_backtest(TREND, shuffled)
    assert other.hashes["result"] == run().hashes["result"]


def test_the_zone_of_the_stamps_changes_nothing() -> None:
    elsewhere = PRICES.with_columns(pl.col("timestamp").dt.convert_time_zone("Asia/Tokyo"))
    other = Backtester(replications=0, trading_year="us_equities").run_backtest(TREND, elsewhere)
    assert other.hashes["result"] == run().hashes["result"]


def test_the_result_is_as_numpy_says() -> None:
    result = run()
    equity = np.array([float(each) for each in result.equity["equity"]])
    returns = equity[1:] / equity[:-1] - 1.0
    excess = returns - (1.02 ** (1 / 252) - 1.0)
    assert result["sharpe_ratio"] == pytest.approx(excess.mean() / excess.std(ddof=1) * np.sqrt(252), rel=1e-9)
    assert result["max_drawdown"] == pytest.approx((1 - equity / np.maximum.accumulate(equity)).max(), rel=1e-9)
