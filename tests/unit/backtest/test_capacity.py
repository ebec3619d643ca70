"""Capacity: where impact has eaten half of the ratio, and all of the return."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
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


def test_linear_impact_has_a_closed_form() -> None:
    """An order of q units pays a share root q of its value: root q^2 price, and q grows with capital E.

    Per unit of capital the strategy earns A - K E, with K the sum of root (q / E)^2 price over its orders: nothing is
    left at A / K, and half of A at half of that. Both are worked out here from a run with little money.
    """
    frame, told = known()
    linear = {"model": "adaptive", "temporary": 0.5, "permanent": 0.0, "power": 1.0, "calm_window": 20}
    settings = BacktestSettings.of(KEYS, slippage_model=linear, max_position_size="0.02", replications=0)
    little = Backtester(settings, initial_capital=1000, lot="0.000000001").run_backtest(told, frame)
    slippage = little.plan.slippage
    assert slippage.root is not None and slippage.power == 1.0
    orders, fills = little.outcome.orders, little.outcome.fills
    root = np.nan_to_num(slippage.root[orders["decided"][fills["order_id"] - orders["order_id"][0]], 0])
    units = fills["quantity"] / 1e9 / 1000
    earned = float(little.track_record.returns.sum())
    paid = float((root * units**2 * fills["price"] / 1e9).sum())
    zero = earned / paid
    found = capacity(
        settings, told, frame, capitals=[f"{zero * share:.2f}" for share in (0.01, 0.45, 0.55, 0.95, 1.05)]
    )
    assert found.zero == pytest.approx(zero, rel=0.03)
    assert found.half == pytest.approx(zero / 2, rel=0.06)
