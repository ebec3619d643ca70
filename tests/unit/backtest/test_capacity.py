"""Capacity: where impact has eaten half of the ratio, and all of the return."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from quartet.backtest.capacity import capacity
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.settings import BacktestSettings
from quartet.core.errors import ConfigError
from tests.unit.backtest.frames import bars, days

COUNT = 400
KEYS = {
    "commission": 0,
    "slippage_bps": 0,
    "slippage_model": "volume_based",
    "gap_safe": False,
    "max_participation": None,
    "max_position_size": 1,
    "max_gross": None,
    "lot": "0.0001",
    "trading_year": "us_equities",
    "borrow_rate": 0,
    "risk_free_rate": 0,
}


def known() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prices that mostly follow the signal: it changes every second bar."""
    rng = np.random.default_rng(0)
    side = np.where(np.arange(COUNT) // 2 % 2, 1.0, -1.0)
    step = np.append(0.0, 0.002 * side[:-1]) + rng.normal(0, 0.005, COUNT)
    close = 100 * np.exp(np.cumsum(step))
    frame = bars(np.append(100.0, close[:-1]).tolist(), close.tolist(), volume=1e6)
    return frame, pl.DataFrame({"timestamp": days(COUNT), "symbol": ["A"] * COUNT, "signal": side})


def test_more_money_earns_less_until_nothing() -> None:
    frame, told = known()
    found = capacity(BacktestSettings.of(KEYS), told, frame)
    ratios = found.table["sharpe_ratio"].to_numpy()
    assert (np.diff(ratios) < 0).all() and ratios[0] > 1
    assert found.half is not None and found.zero is not None and 1e5 < found.half < found.zero < 1e10
    with TrialLedger.open() as ledger:
        assert len(ledger.trials("backtest: capacity")) == 7
    assert found.without_impact is not None and found.without_impact > ratios[0]


def test_twice_the_volume_has_about_twice_the_capacity() -> None:
    """Impact is a function of the share of volume alone."""
    frame, told = known()
    deeper = frame.with_columns(pl.col("volume") * 2)
    grid = [100_000 * 2**power for power in range(17)]
    one, two = (capacity(BacktestSettings.of(KEYS), told, each, capitals=grid) for each in (frame, deeper))
    assert one.half is not None and two.half is not None and two.half / one.half == pytest.approx(2.0, rel=0.001)


def test_without_impact_there_is_no_answer() -> None:
    frame, told = known()
    with pytest.raises(ConfigError, match="fixed does not grow with size; take one of volume_based, adaptive"):
        capacity(BacktestSettings.of(KEYS, slippage_model="fixed"), told, frame)


def test_a_strategy_that_loses_has_none() -> None:
    frame, told = known()
    found = capacity(BacktestSettings.of(KEYS), told.with_columns(-pl.col("signal")), frame)
    assert found.half is None and found.zero is None
