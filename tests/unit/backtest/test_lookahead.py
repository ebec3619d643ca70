"""Signals that know the future are found out; honest ones are not accused, and earn nothing on noise."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.history import history_needed
from quartet.backtest.prices import PricePanel
from quartet.backtest.signal_sources import SignalSource
from quartet.graph import close, delta, ema, rolling_mean, sign
from tests.unit.backtest.frames import signals, walk

PRICES = walk(300, symbols="AB")
FREE = dict(commission=0, slippage_bps=0, gap_safe=False, replications=0, borrow_rate=0)


def leak(prices: pl.DataFrame) -> pl.DataFrame:
    """The sign of the next return."""
    after = pl.col("close").shift(-1).over("symbol")
    return prices.select("timestamp", "symbol", signal=(after / pl.col("close") - 1).sign())


def whole_sample(prices: pl.DataFrame) -> pl.DataFrame:
    """Above or below a mean that includes the future."""
    return prices.select("timestamp", "symbol", signal=(pl.col("close") - pl.col("close").mean().over("symbol")).sign())


def momentum(prices: pl.DataFrame) -> pl.DataFrame:
    """The sign of the last return."""
    before = pl.col("close").shift(1).over("symbol")
    return prices.select("timestamp", "symbol", signal=(pl.col("close") / before - 1).sign())


@pytest.mark.parametrize("planted", [leak, whole_sample])
def test_a_planted_leak_marks_the_run_invalid(planted: object) -> None:
    result = Backtester(FREE).run_backtest(planted, PRICES)
    assert not result.valid
    assert result.assumptions["look_ahead"].startswith("FAILED: with the future")


def test_a_leak_pays_which_is_why_it_is_looked_for() -> None:
    result = Backtester(FREE, price_for_fill="same_close").run_backtest(leak, PRICES)
    assert not result.valid and (result["sharpe_ratio"] or 0) > 10
    assert any("RED FLAG" in each for each in result.warnings)


@pytest.mark.parametrize("honest", [momentum, sign(delta(close, 1)), sign(ema(close, span=5) - ema(close, span=20))])
def test_honest_signals_pass(honest: object) -> None:
    result = Backtester(FREE).run_backtest(honest, PRICES)
    assert result.valid and result.assumptions["look_ahead"] == "passed"


def test_momentum_on_noise_earns_nothing() -> None:
    """Within two standard errors of zero, gross: of five independent symbols together, and not of one by luck."""
    symbols = "ABCDE"
    settings = {**FREE, "max_position_size": 0.2, "lookahead_check": False}
    result = Backtester(settings).run_backtest(sign(delta(close, 1)), walk(800, seed=2, symbols=symbols))
    returns = result.track_record.returns
    assert len(set(result.fills["symbol"])) == len(symbols)
    assert abs(returns.mean()) < 2 * returns.std(ddof=1) / np.sqrt(len(returns))


@pytest.mark.parametrize(
    ("given", "bars"),
    [
        (sign(delta(close, 5)), 5),
        (rolling_mean(close, 20) / close - 1, 19),
        (momentum, 1),
    ],
)
def test_windows_need_their_length_of_history(given: object, bars: int) -> None:
    source = SignalSource.of(given)
    panel = PricePanel.of(PRICES)
    need = history_needed(source, panel, source.panel(panel))
    assert (need.starts, need.bars) == (3, bars)
    assert need.text == f"{bars:,} bars, after which the signals are the same whatever was before"


def test_averages_that_never_forget_need_some_hundreds() -> None:
    """An exponential average of 10 forgets a billionth in ln(1e9) / ln(11 / 9) = 103 bars."""
    result = Backtester(FREE).run_backtest(ema(close, span=10) / close - 1, PRICES)
    assert result.valid
    told = result.assumptions["history"]
    assert 80 <= int(told.split(" ")[0]) <= 110 and "bars, after which" in told


def test_what_counts_from_the_first_bar_is_told() -> None:
    def since_the_start(prices: pl.DataFrame) -> pl.DataFrame:
        """Above the first close of the data: no look ahead, and never the same from another start."""
        first = pl.col("close").first().over("symbol")
        return prices.select("timestamp", "symbol", signal=((pl.col("close") / first).log() * 2).clip(-1, 1))

    result = Backtester(FREE).run_backtest(since_the_start, PRICES)
    assert result.valid and result.assumptions["look_ahead"] == "passed"
    assert result.assumptions["history"].startswith("all of it: from a later start")
    assert "live trading must begin with the same history" in result.assumptions["history"]


def test_signals_given_as_a_frame_cannot_be_made_again() -> None:
    result = Backtester().run_backtest(signals([1.0]), walk(5))
    assert result.valid and result.assumptions["look_ahead"] == "not checked: signals were given as they are"
    assert result.assumptions["history"] == "not checked: signals were given as they are"
