"""Signals that know the future are found out; honest ones are not accused, and earn nothing on noise."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.graph import close, delta, ema, sign
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
    """Within two and a half standard errors of zero, gross."""
    result = Backtester(FREE).run_backtest(momentum, walk(3000, seed=2))
    returns = result.track_record.returns
    assert abs(returns.mean()) < 2.5 * returns.std(ddof=1) / np.sqrt(len(returns))


def test_signals_given_as_a_frame_cannot_be_made_again() -> None:
    result = Backtester().run_backtest(signals([1.0]), walk(5))
    assert result.valid and result.assumptions["look_ahead"] == "not checked: signals were given as they are"
