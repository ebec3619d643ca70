"""Sizers, the gap cap and rebalancing, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quartet.backtest.backtester import Backtester
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signals import SignalPanel
from quartet.backtest.sizing import Sized
from quartet.backtest.targets import gap_cap, targets_of
from quartet.backtest.trailing import daily_volatility
from quartet.core.errors import ConfigError
from quartet.core.registry import entries, entry
from tests.unit.backtest.frames import bars, signals, walk

PANEL = PricePanel.of(walk(80, symbols="AB"))
ONES = np.ones(PANEL.close.shape)


def sized(model: str, signed: Any, full: float = 0.1, **keys: Any) -> Any:
    return Sized.of(entry("sizer", model)(PANEL, signed, full, **keys)).share


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
    again = Sized.of(entry("sizer", name)(cut, signed[:60], 0.1)).share
    assert np.allclose(again, whole[:60], rtol=1e-12, atol=0, equal_nan=True)
    known = ~np.isnan(whole)
    assert (np.abs(whole[known]) <= 1.0).all() and (whole[known] * signed[known] >= 0.0).all()


def test_the_gap_cap_of_the_catalogue() -> None:
    """At 100,000, a gap of 2 % and a budget of 0.3 %: at most 15,000."""
    panel = PricePanel.of(bars([100] * 5, [100] * 5))
    assert gap_cap(panel, BacktestSettings.of(slippage_bps=0))[-1, 0] == pytest.approx(0.15)
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


@settings(max_examples=40, deadline=None)
@given(
    st.floats(1.0, 5000.0),
    st.floats(0.0, 0.02),
    st.sampled_from([1.0, -1.0]),
    st.floats(0.05, 1.0),
    st.floats(0.0005, 0.01),
)
def test_no_gap_up_to_the_one_that_is_survived_costs_more_than_the_budget(
    price: float, gap: float, side: float, size: float, budget: float
) -> None:
    """Before fees, whatever the price, the side, the size that was wanted and the budget."""
    price, size = round(price, 2), round(size, 6)
    after = round(price * (1 - side * gap), 4)
    frame = bars([price, price, after], [price, price, after])
    keys = dict(max_position_size=size, slippage_bps=0, commission=0, gap_budget=budget, lot="0.001", borrow_rate=0)
    result = Backtester(keys, max_participation=None, replications=0).run_backtest(signals([side]), frame)
    lost = 100_000 - float(result.equity["equity"][-1])
    # A price is rounded to its tick: what that makes of the gap is no fault of the size.
    assert lost <= 100_000 * budget * (1 + 1e-9) + 1e-4 / price * 100_000
    wanted = size > budget / 0.02
    assert result.orders["gap_bound"].to_list() == [wanted] * len(result.orders)


@pytest.mark.parametrize("mode", [{"mode": "columnar"}, {"mode": "engine", "engine": "python"}])
def test_trades_that_the_gap_cap_made_smaller_are_flagged(mode: dict[str, str]) -> None:
    """A full position of a half is above the cap of 15 %, a fifth of it is not."""
    keys = dict(max_position_size=0.5, slippage_bps=0, commission=0, replications=0, **mode)
    frame, told = bars([100] * 8, [100] * 8), signals([1.0, 1.0, 0.0, 0.2, 0.2, 0.0])
    result = Backtester(keys).run_backtest(told, frame)
    assert result.trades["gap_bound"].to_list() == [True, False]
    assert result.trades["quantity"].to_list() == [150, 100]
    assert result.orders["gap_bound"].to_list() == [True, False, False, False]
    free = Backtester(keys, gap_safe=False).run_backtest(told, frame)
    assert free.trades["gap_bound"].to_list() == [False, False]


def test_a_position_that_is_held_keeps_the_flag_of_its_size() -> None:
    """The signal stays, the order is not filled at once: what is bought later was made smaller too."""
    frame = bars([100] * 5, [100] * 5).with_columns(volume=np.array([1e6, 0.0, 1e6, 1e6, 1e6]))
    result = Backtester(max_position_size=0.5, slippage_bps=0).run_backtest(signals([1.0, 1.0, 1.0]), frame)
    assert result.orders["filled"].to_list()[-1] == 150 and result.orders["gap_bound"].all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.6), st.floats(0.1, 1.0))
def test_no_sizer_leads_above_the_caps(seed: int, size: float, gross: float) -> None:
    """Of each symbol, and of all together: at the stamp of a fill no weight is above its cap, but for the price."""
    rng, size, gross = np.random.default_rng(seed), round(size, 6), round(gross, 6)
    frame = walk(90, seed=seed, symbols="ABC", spread=0.0)
    told = frame.select("timestamp", "symbol").with_columns(signal=rng.uniform(-1, 1, frame.height))
    model = str(rng.choice(sorted(entries("sizer"))))
    keys = dict(max_position_size=size, max_gross=gross, sizer=model, slippage_bps=0, commission=0, borrow_rate=0)
    weights = Backtester(keys, replications=0).run_backtest(told, frame).record.weights
    assert np.abs(weights).max() <= size * (1 + 1e-9) and np.abs(weights).sum(axis=1).max() <= gross * (1 + 1e-9)


def test_a_volatility_target_is_met_on_independent_returns() -> None:
    """Twenty years of days at 25 % a year, with a position that follows the target of 10 %: within 3 %."""
    rng = np.random.default_rng(12)
    returns = rng.normal(0.0, 0.25 / np.sqrt(252), (5040, 4))
    panel = PricePanel.of_arrays(np.arange(1, 5041) * 86_400 * 10**9, "ABCD", 100 * np.cumprod(1 + returns, axis=0))
    share = entry("sizer", "vol_target")(panel, np.ones((5040, 4)), 1.0, target=0.10, half_life=20.0)
    made = share[100:-1] * (panel.closes[101:] / panel.closes[100:-1] - 1.0)
    assert made.std(ddof=1) * np.sqrt(252) == pytest.approx(0.10, rel=0.03)


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


IMPACT = {"alpha": 0.02, "power": 1.0, "temporary": 0.5, "permanent": 0.0, "times": 1.0}


def test_linear_impact_in_closed_form() -> None:
    """Impact and expected return are both linear in the signal: s (1 - c / alpha), c the impact of a full order."""
    panel = PricePanel.of(walk(60))
    volatility, close = daily_volatility(panel, 20)[-1, 0], panel.closes[-1, 0]
    full = 0.5 * volatility * 0.1 * 1e7 / close / 1e6
    for strength in (1.0, 0.5, -0.25):
        signed = np.full(panel.close.shape, strength)
        made = entry("sizer", "impact_aware")(panel, signed, 0.1, **IMPACT, capital=1e7)
        assert made.share[-1, 0] == pytest.approx(strength * max(0.0, 1.0 - full / 0.02), rel=1e-12)
        assert made.notes == ()
    nothing = float(1e7 * 0.02 / full)
    at = [entry("sizer", "impact_aware")(panel, np.ones((60, 1)), 0.1, **IMPACT, capital=c).share[-1, 0]
          for c in (nothing / 2, nothing, 2 * nothing)]  # fmt: skip
    assert at == [pytest.approx(0.5), pytest.approx(0.0, abs=1e-12), 0.0]


def test_an_unknown_alpha_leaves_the_signal_and_says_so() -> None:
    result = Backtester(sizer="impact_aware", gap_safe=False, replications=0).run_backtest(
        signals([None] * 30 + [1.0]), walk(60)
    )
    assert "sizer: impact_aware: alpha is not known: signals are as they came" in result.warnings
    assert result.signals["target"].to_list() == [1.0]


def test_the_order_is_sized_by_the_initial_capital() -> None:
    """Ten times the money, ten times the impact's share of the signal."""
    panel = PricePanel.of(walk(60))
    keys = {"sizer": {"model": "impact_aware", **IMPACT}, "gap_safe": False}
    at = []
    for capital in (10**6, 10**7):
        settings = BacktestSettings.of(keys, initial_capital=capital)
        at.append(targets_of(panel, SignalPanel(np.ones((60, 1))), settings).share[-1, 0])
    assert 1.0 - at[1] == pytest.approx(10.0 * (1.0 - at[0]))


def test_no_signal_is_none_whatever_it_would_cost() -> None:
    panel = PricePanel.of(walk(60))
    assert entry("sizer", "impact_aware")(panel, np.zeros((60, 1)), 0.1, **IMPACT).share[-1, 0] == 0.0
    dry = PricePanel.of(walk(60).drop("volume"))
    with pytest.raises(ConfigError, match="impact_aware reads volume"):
        entry("sizer", "impact_aware")(dry, np.ones((60, 1)), 0.1, alpha=0.01, capital=1)
