"""Symbols in another money than the account's, by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.backtest.backtester import Backtester
from quartet.backtest.conversion import converted, times_quote
from quartet.backtest.market_rates import MarketRates
from quartet.backtest.prices import PricePanel
from quartet.backtest.reconcile import reconcile
from quartet.backtest.settings import BacktestSettings
from quartet.core.errors import ConfigError, DataError
from tests.conformance.engines import ENGINES
from tests.unit.backtest.frames import BEGIN, bars, signals

MONEY = 10**18
PRICES = bars([100, 100, 100, 100], [100, 100, 100, 100])
KEYS: dict[str, Any] = {
    "commission": "0.001", "slippage_bps": 0, "gap_safe": False, "replications": 0,
    "instruments": {"A": {"currency": "EUR"}},
}  # fmt: skip


def quotes(*rows: tuple[float, float], money: str = "EUR") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "timestamp": [BEGIN + timedelta(days=day) for day, _ in rows],
            "currency": [money] * len(rows),
            "rate": [rate for _, rate in rows],
        },
        schema_overrides={"timestamp": pl.Datetime("ns", "UTC")},
    )


def panel(fx: pl.DataFrame, **keys: Any) -> Any:
    return converted(BacktestSettings.of({**KEYS, **keys}), PricePanel.of(PRICES).with_rates(fx=fx))


def test_marks_are_at_the_last_quote_and_fills_at_the_first_after_the_decision() -> None:
    found = panel(quotes((-1, 1.0), (0.5, 1.1), (0.7, 1.2), (1, 1.3), (3, 1.4)))
    assert (found.prices.close[:, 0] / 1e9).tolist() == [100, 130, 130, 140]
    # The third bar has no quote of its own: the last one stays.
    assert (found.prices.open[:, 0] / 1e9).tolist() == [100, 110, 130, 140]
    assert (found.prices.high >= np.maximum(found.prices.open, found.prices.close)).all()
    assert (found.prices.low <= np.minimum(found.prices.open, found.prices.close)).all()


def test_a_price_is_rounded_half_to_even() -> None:
    odd = bars([1e-9, 3e-9], [1e-9, 3e-9])
    found = converted(
        BacktestSettings.of({**KEYS, "tick": "0.000000001"}), PricePanel.of(odd).with_rates(fx=quotes((-1, 0.5)))
    )
    assert found is not None and found.prices.close[:, 0].tolist() == [0, 2]


@given(st.lists(st.tuples(st.integers(-(2**62), 2**62), st.integers(1, 2**62)), min_size=1))
def test_a_product_is_exact_whatever_its_size(pairs: list[tuple[int, int]]) -> None:
    exact = [round(Fraction(value * quote, 10**12)) for value, quote in pairs]
    values, quoted = (np.array(each, np.int64) for each in zip(*pairs, strict=True))
    if max(map(abs, exact)) > 2**62 - 2**12:
        pairs = [(value >> 40, quote >> 20) for value, quote in pairs]
        exact = [round(Fraction(value * quote, 10**12)) for value, quote in pairs]
        values, quoted = (np.array(each, np.int64) for each in zip(*pairs, strict=True))
    assert times_quote(values, quoted).tolist() == exact


def test_a_half_goes_to_the_even_one() -> None:
    half = 10**12 // 2
    assert times_quote(np.array([1, 3, 5, -1, -3, -5]), np.full(6, half)).tolist() == [0, 2, 2, 0, -2, -2]
    with pytest.raises(DataError, match=r"above 4\.6e9: use larger units"):
        times_quote(np.array([2**61]), np.array([4 * 10**12]))


def test_a_run_by_hand() -> None:
    """Equity 100,000 and a mark of 110: 90 for a tenth; bought at 100 x 1.2 = 120 with 1 per mille and 2 bp for the
    change, marked at 120, then at 121."""
    fx = quotes((0, 1.1), (1, 1.2), (3, 1.21))
    result = Backtester(KEYS, conversion_bps=2).run_backtest(signals([1, 1, 1, None]), PRICES, fx=fx)
    assert result.fills.select("price", "quantity", "fee").rows() == [
        (Decimal(120), Decimal(90), Decimal("10.8") + Decimal("2.16"))
    ]
    costs = result.record.costs
    assert (costs["commission"], costs["conversion"]) == (10_800 * MONEY // 1000, 2160 * MONEY // 1000)
    assert result.equity["equity"].to_list() == [
        Decimal(100_000), Decimal("99987.04"), Decimal("99987.04"), Decimal("100077.04"),
    ]  # fmt: skip
    assert "USD; prices in EUR" in result.assumptions["money"]


def test_half_of_the_quoted_spread_is_paid() -> None:
    frame = quotes((0, 1.0)).drop("rate").with_columns(bid=pl.lit(0.999), ask=pl.lit(1.001))
    result = Backtester(KEYS).run_backtest(signals([1, 1, 1, None]), PRICES, fx=frame)
    assert result.record.costs["conversion"] == 10 * MONEY  # 10,000 at 10 bp


@pytest.mark.parametrize("engine", ENGINES)
def test_both_modes(engine: str) -> None:
    fx = quotes((0, 1.1), (0.4, 1.234567891234), (2, 1.2), (3, 1.21))
    prices = pl.concat([PRICES, bars([50, 51, 52, 53], [50, 51, 52, 53], "B")])
    both = pl.concat([signals([1, -1, 0.5, None]), signals([1, 0, -1, None], "B")])
    runs = [
        Backtester({**KEYS, **keys}, conversion_bps="1.5").run_backtest(both, prices, fx=fx)
        for keys in ({}, {"mode": "engine", "engine": engine})
    ]
    assert reconcile(*runs) is None


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ConfigError, match="A is in EUR: give quotes of EUR as fx"):
        Backtester(KEYS).run_backtest(signals([1, 1, 1, None]), PRICES)
    with pytest.raises(ConfigError, match="give quotes of EUR"):
        panel(quotes((0, 150.0), money="JPY"))
    with pytest.raises(DataError, match="the first quote of EUR is at 2024-01-02T00:00:00Z, after the first bar"):
        panel(quotes((1, 1.0)))
    with pytest.raises(DataError, match="fx, row 0: a quote must be above zero"):
        MarketRates.of(quotes=quotes((0, 0.0)))
    crossed = quotes((0, 1.0)).drop("rate").with_columns(bid=pl.lit(1.1), ask=pl.lit(1.0))
    with pytest.raises(DataError, match="fx, row 0: bid is above ask"):
        MarketRates.of(quotes=crossed)


def test_old_quotes_are_noted() -> None:
    assert panel(quotes((-3, 1.0))).notes == ("fx: EUR was last quoted more than five days before 1 bars",)


def test_the_money_of_the_account_needs_no_quotes() -> None:
    assert converted(BacktestSettings.of(instruments={"A": {"currency": "USD"}}), PricePanel.of(PRICES)) is None
