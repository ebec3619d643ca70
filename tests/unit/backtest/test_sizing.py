"""Sizers, the gap cap and rebalancing, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signals import SignalPanel
from quartet.backtest.targets import gap_cap, targets_of
from quartet.core.registry import entries, entry
from tests.unit.backtest.frames import bars, signals, walk

PANEL = PricePanel.of(walk(80, symbols="AB"))
ONES = np.ones(PANEL.close.shape)


def sized(model: str, signed: Any, full: float = 0.1, **keys: Any) -> Any:
    return entry("sizer", model)(PANEL, signed, full, **keys)


def shares(score: Any, **keys: Any) -> Any:
    return targets_of(PANEL, SignalPanel(np.array(score, float)), BacktestSettings.of(keys)).share


@pytest.mark.parametrize(
    ("score", "confidence", "model", "quantity"),
    [
        (1.0, 1.0, "confidence", 100),
        (0.5, 1.0, "confidence", 50),
        (0.5, 0.5, "confidence", 25),
        (0.5, 0.5, "fixed_fraction", 100),
        (0.009, 1.0, "confidence", 0),  # 0.9 of a lot is none
        (-0.019, 1.0, "confidence", -1),  # towards zero
        (0.0, 1.0, "fixed_fraction", 0),
    ],
)
def test_a_hand_table(score: float, confidence: float, model: str, quantity: int) -> None:
    frame = signals([score]).with_columns(confidence=np.array([confidence]))
    result = Backtester(sizer=model).run_backtest(frame, bars([100] * 3, [100] * 3))
    assert result.outcome.positions.tolist() == [quantity * 10**9]


def test_volatility_target() -> None:
    """A constant size of returns r has a volatility of |r| sqrt(252) a year."""
    close = 100 * np.cumprod(np.where(np.arange(40) % 2, 1.02, 1 / 1.02))
    panel = PricePanel.of_arrays(np.arange(1, 41) * 86_400 * 10**9, ["A"], close[:, None])
    share = entry("sizer", "vol_target")(panel, np.ones((40, 1)), 0.1, target=0.10, half_life=20.0)
    assert np.isnan(share[0, 0])
    assert share[-1, 0] == pytest.approx(0.10 / (0.02 * np.sqrt(252)), rel=0.02)


def test_risk_per_trade() -> None:
    share = sized("risk_per_trade", ONES, 0.1, budget=0.003, stop=2.0, window=20)
    closes = PANEL.closes[:, 0]
    volatility = np.std(closes[-20:] / closes[-21:-1] - 1.0, ddof=1)
    assert share[-1, 0] == pytest.approx(min(1.0, 0.003 / (2 * volatility) / 0.1))


def test_equal_risk_is_in_inverse_proportion() -> None:
    share = sized("equal_risk", ONES, window=20)
    returns = PANEL.closes[-20:] / PANEL.closes[-21:-1] - 1.0
    volatility = returns.std(axis=0, ddof=1)
    assert share[-1].max() == 1.0
    assert share[-1] * volatility == pytest.approx(volatility.min())


def test_kelly_never_reverses() -> None:
    long, short = (sized("kelly", sign * ONES, 0.5, window=40) for sign in (1.0, -1.0))
    mean = (PANEL.closes[1:] / PANEL.closes[:-1] - 1.0)[-40:].mean(axis=0)
    assert ((long[-1] > 0) == (mean > 0)).all() and ((short[-1] < 0) == (mean < 0)).all()
    assert (long[-1] * short[-1] == 0.0).all()


@pytest.mark.parametrize("name", list(entries("sizer")))
def test_no_sizer_looks_ahead_or_exceeds_a_full_position(name: str) -> None:
    rng = np.random.default_rng(5)
    signed = rng.uniform(-1, 1, PANEL.close.shape)
    whole = sized(name, signed)
    cut = PANEL.until(60)
    again = entry("sizer", name)(cut, signed[:60], 0.1)
    assert np.allclose(again, whole[:60], rtol=1e-12, atol=0, equal_nan=True)
    known = ~np.isnan(whole)
    assert (np.abs(whole[known]) <= 1.0).all() and (whole[known] * signed[known] >= 0.0).all()


def test_the_gap_cap_of_the_catalogue() -> None:
    """At 100,000, a gap of 2 % and a budget of 0.3 %: at most 15,000."""
    settings = BacktestSettings.of(slippage_bps=0)
    panel = PricePanel.of(bars([100] * 5, [100] * 5))
    assert gap_cap(panel, settings)[-1, 0] == pytest.approx(0.15)
    result = Backtester(slippage_bps=0, max_position_size=0.5).run_backtest(signals([1.0]), bars([100] * 3, [100] * 3))
    assert result.outcome.positions.tolist() == [150 * 10**9]
    assert any("1 decisions were bound by the gap cap" in each for each in result.warnings)


def test_wild_nights_tighten_the_gap_cap() -> None:
    rng = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.03, 100)))
    frame = bars((close * np.exp(rng.normal(0, 0.03, 100))).tolist(), close.tolist())
    assert gap_cap(PricePanel.of(frame), BacktestSettings.of())[-1, 0] < 0.003 / 0.06


def test_loss_at_the_gap_stays_in_the_budget() -> None:
    """Bought at 100, the next open is 2 % lower: the loss before fees is at most 0.3 % of 100,000."""
    frame = bars([100, 100, 98], [100, 100, 98])
    result = Backtester(max_position_size=1, slippage_bps=0, commission=0).run_backtest(signals([1.0]), frame)
    assert 299.0 <= 100_000 - float(result.equity["equity"][-1]) <= 300.0


def test_rebalancing_on_change_holds_the_size_of_the_change() -> None:
    score = np.ones(PANEL.close.shape)
    score[50:] = 0.5
    share = shares(score, sizer={"model": "equal_risk", "window": 20}, rebalance="on_change", gap_safe=False)
    first = int(np.flatnonzero(~np.isnan(share[:, 0]))[0])
    assert (share[first:50] == share[first]).all() and (share[50:] == share[50]).all()
    assert (share[50] != share[49] / 2).any()


def test_rebalancing_every_so_many_bars() -> None:
    share = shares(ONES, rebalance="every", rebalance_every=20, gap_safe=False)
    assert np.flatnonzero(~np.isnan(share[:, 0])).tolist() == [0, 20, 40, 60]


def test_a_band_keeps_a_position_that_is_near() -> None:
    """Within 20 % of its target nothing is traded: 100, at 110 the target is 91, at 130 it is 79."""
    frame = bars([100, 100, 110, 130, 130], [100, 100, 110, 130, 130])
    keys = dict(slippage_bps=0, commission=0, gap_safe=False)
    traded = Backtester(keys, rebalance="band").run_backtest(signals([1.0] * 5), frame)
    assert traded.fills["quantity"].to_list() == [100, 21]
    always = Backtester(keys, rebalance="always").run_backtest(signals([1.0] * 5), frame)
    assert len(always.fills) == 3


def test_short_signals_are_held_to_zero_where_shorts_are_not_allowed() -> None:
    result = Backtester(allow_short=False).run_backtest(signals([1.0, -1.0, -1.0]), bars([10] * 5, [10] * 5))
    assert result.outcome.positions.tolist() == [0]
    assert any("2 signals below zero were held to zero" in each for each in result.warnings)


def test_everything_is_sold_at_the_last_bar_if_asked() -> None:
    keys = dict(commission=0, slippage_bps=0)
    frame, told = bars([10, 10, 11, 12], [10, 11, 12, 13]), signals([1.0, 1.0, 1.0, 1.0])
    marked = Backtester(keys).run_backtest(told, frame)
    sold = Backtester(keys, liquidate_at_end=True).run_backtest(told, frame)
    assert marked.outcome.positions[0] == 1000 * 10**9 and sold.outcome.positions[0] == 0
    assert float(sold.equity["equity"][-1]) == 100_000 + 1000 * 2
