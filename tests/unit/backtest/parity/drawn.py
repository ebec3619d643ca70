"""Drawn paths, signals and settings for backtests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st

from quartet.backtest.market_rates import MarketRates
from quartet.backtest.plan import Plan
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signals import SignalPanel

_HOUR_NS = 3600 * 10**9
_BEGIN_NS = 1_700_000_000 * 10**9


@st.composite
def panels(draw: st.DrawFn) -> PricePanel:
    """Few symbols, few bars; gaps, halts, jumps, empty volume, prices below zero."""
    symbols = draw(st.integers(1, 3))
    bars = draw(st.integers(2, 14))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    scale = 10.0 ** draw(st.integers(-1, 4))
    steps = rng.normal(0.0, draw(st.sampled_from([0.001, 0.02, 0.3])), (bars, symbols))
    close = np.round(scale * np.exp(np.cumsum(steps, axis=0)), 4) + 0.0001
    opened = np.round(close * np.exp(rng.normal(0.0, 0.02, (bars, symbols))), 4) + 0.0001
    if draw(st.booleans()) and draw(st.booleans()):
        close, opened = close - scale, opened - scale
    present = rng.random((bars, symbols)) > draw(st.sampled_from([0.0, 0.0, 0.3]))
    present[rng.integers(0, bars), rng.integers(0, symbols)] = True
    halted = (rng.random((bars, symbols)) < draw(st.sampled_from([0.0, 0.0, 0.2]))) & present
    volume = np.round(rng.exponential(draw(st.sampled_from([50.0, 1e5])), (bars, symbols)), 3)
    volume[rng.random((bars, symbols)) < 0.1] = 0.0
    step = draw(st.sampled_from([_HOUR_NS, 24 * _HOUR_NS]))

    def nanos(values: Any) -> Any:
        return np.where(present, np.rint(values * 1e9), 0).astype(np.int64)

    return PricePanel(
        _BEGIN_NS + step * np.arange(1, bars + 1),
        tuple("ABC"[:symbols]),
        nanos(opened),
        nanos(np.maximum(opened, close)),
        nanos(np.minimum(opened, close)),
        nanos(close),
        present,
        nanos(volume),
        halted,
    )


TIERS = [
    {"volume": 0, "maker": "0", "taker": "0.002"},
    {"volume": 500, "maker": "-0.0001", "taker": "0.001"},
    {"volume": 20_000, "maker": "0.0001", "taker": "0.000333333"},
]
UNIT_TIERS = [{"volume": 0, "rate": "0.05"}, {"volume": 3, "rate": "0.03"}, {"volume": 400, "rate": "0.01"}]


def market_rates(rng: np.random.Generator, prices: PricePanel) -> MarketRates:
    """Funding at stamps and between them, quotes of a money with and without a spread."""
    first, last = int(prices.stamps[0]), int(prices.stamps[-1])
    times = np.unique(np.concatenate([rng.integers(first - _HOUR_NS, last, 9), rng.choice(prices.stamps, 3)]))
    paid = [(int(t), symbol, float(rng.normal(0.0, 0.001))) for t in times for symbol in "AB" if rng.random() < 0.6]
    funding = _frame(paid, {"symbol": pl.String, "rate": pl.Float64})
    times = np.unique(np.concatenate([[first - 1], rng.integers(first, last, 6), rng.choice(prices.stamps, 3)]))
    level = np.round(np.exp(rng.normal(0.0, 0.1, len(times))), 6)
    quoted = [(int(t), "EUR", float(bid), round(float(bid) * 1.0001, 6)) for t, bid in zip(times, level, strict=True)]
    return MarketRates.of(funding, _frame(quoted, {"currency": pl.String, "bid": pl.Float64, "ask": pl.Float64}))


def _frame(rows: list[Any], columns: dict[str, Any]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, {"timestamp": pl.Int64, **columns}, orient="row")
    return frame.with_columns(pl.col("timestamp").cast(pl.Datetime("ns", "UTC")))


@st.composite
def settings_values(draw: st.DrawFn, **fixed: Any) -> BacktestSettings:
    """Settings that both modes take."""
    values: dict[str, Any] = {
        "initial_capital": draw(st.sampled_from(["100000", "1000", "123456.789012345678901234"[:22]])),
        "commission": draw(
            st.sampled_from(
                [
                    0,
                    "0.001",
                    "0.000123457",
                    {"model": "per_share", "rate": "0.005", "minimum": 1, "maximum_share": "0.01"},
                    {"model": "per_order", "amount": "1.25"},
                    {"model": "maker_taker", "tiers": TIERS, "days": draw(st.sampled_from([1, 3, 30]))},
                    {"model": "per_share_tiered", "tiers": UNIT_TIERS, "minimum": "0.01"},
                ]
            )
        ),
        "slippage_bps": draw(st.sampled_from(["0", "5", "12.34567"])),
        "spread_bps": draw(st.sampled_from(["0", "0", "3.3333"])),
        "conversion_bps": draw(st.sampled_from(["0", "1.5"])),
        "max_position_size": draw(st.sampled_from(["0.1", "0.333333333", "1", "2.5"])),
        "max_gross": draw(st.sampled_from([None, "1", "0.5", "2"])),
        "max_participation": draw(st.sampled_from([None, "0.1", "0.01", "1"])),
        "tick": draw(st.sampled_from(["0.0001", "0.01", "0.000000001"])),
        "lot": draw(st.sampled_from(["1", "0.001", "7"])),
        "multiplier": draw(st.sampled_from([1, 1, 50])),
        "rebalance": draw(st.sampled_from(["on_change", "always", "every"])),
        "rebalance_every": 3,
        "price_for_fill": draw(st.sampled_from(["next_open", "next_open", "next_close", "same_close"])),
        "allow_short": draw(st.booleans()),
        "sizer": draw(st.sampled_from(["confidence", "fixed_fraction"])),
        "gap_safe": draw(st.booleans()),
        "max_wait": draw(st.sampled_from([0, 1, 5])),
        "borrow_rate": draw(st.sampled_from(["0", "0.003", "0.5"])),
        "cash_interest": draw(st.booleans()),
        "liquidate_at_end": draw(st.booleans()),
    }
    return BacktestSettings.of({**values, **fixed})


@st.composite
def plans(draw: st.DrawFn, **fixed: Any) -> Plan:
    """A plan that both modes take."""
    prices = draw(panels())
    if draw(st.booleans()):
        prices = replace(prices, rates=market_rates(np.random.default_rng(draw(st.integers(0, 2**32 - 1))), prices))
        if draw(st.booleans()):
            fixed = {"instruments": {prices.symbols[0]: {"currency": "EUR"}}, **fixed}
    settings = draw(settings_values(**fixed))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    shape = prices.close.shape
    kind = draw(st.sampled_from(["sides", "scores", "sparse"]))
    score = rng.integers(-1, 2, shape).astype(float) if kind != "scores" else rng.uniform(-1, 1, shape)
    if kind == "sparse":
        score[rng.random(shape) < 0.6] = np.nan
    confidence = rng.random(shape) if draw(st.booleans()) else None
    plan = Plan.of(settings, prices, SignalPanel(score, confidence)._checked(prices))
    return replace(plan, payments=payments(rng, prices)) if draw(st.booleans()) else plan


def payments(rng: np.random.Generator, prices: PricePanel) -> Any:
    """Dividends while a symbol has bars, and ends after its last one."""
    rows = []
    for i in range(len(prices.symbols)):
        bars = np.flatnonzero(prices.present[:, i])
        for t in bars[bars > 0].tolist():
            if rng.random() < 0.3:
                rows.append((t, i, int(rng.integers(0, 10**9)), 0))
        if len(bars) and bars[-1] + 1 < len(prices.stamps):
            rows.append((int(bars[-1]) + 1, i, int(rng.integers(0, 20 * 10**9)), 1))
    return np.array(sorted(rows), np.int64).reshape(-1, 4)
