"""Funding of perpetual futures by hand: who pays, when, and of what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.market_rates import MarketRates
from quartet.backtest.outcome import money_of
from quartet.backtest.reconcile import reconcile
from quartet.core.errors import DataError
from tests.conformance.engines import ENGINES
from tests.unit.backtest.frames import BEGIN, bars, signals

MONEY = 10**18
KEYS = {"commission": 0, "slippage_bps": 0, "gap_safe": False, "borrow_rate": 0, "replications": 0}
PRICES = bars([100, 101, 103, 102], [100, 102, 104, 101])


def rates(*rows: tuple[float, float], symbol: str = "A") -> pl.DataFrame:
    """Days after the first stamp, and the rate."""
    return pl.DataFrame(
        {
            "timestamp": [BEGIN + timedelta(days=day) for day, _ in rows],
            "symbol": [symbol] * len(rows),
            "rate": [rate for _, rate in rows],
        },
        schema_overrides={"timestamp": pl.Datetime("ns", "UTC")},
    )


def funded(side: float, funding: pl.DataFrame, **keys: Any) -> list[int]:
    result = Backtester({**KEYS, **keys}).run_backtest(signals([side, side, side, None]), PRICES, funding=funding)
    return money_of(result.outcome.funded)


def test_longs_pay_and_shorts_receive() -> None:
    """100 held from the open of day 1: at its close of 102 a rate of 1 per mille is 10.2."""
    assert funded(1.0, rates((1, 0.001))) == [0, 10_200_000_000_000_000_000, 0, 0]
    assert funded(-1.0, rates((1, 0.001))) == [0, -10_200_000_000_000_000_000, 0, 0]
    assert funded(1.0, rates((1, -0.001))) == [0, -10_200_000_000_000_000_000, 0, 0]


def test_times_between_stamps_are_of_the_next() -> None:
    """Three times in the third bar, at its close of 104."""
    assert funded(1.0, rates((1.3, 0.001), (1.6, 0.002), (2, 0.001))) == [0, 0, 100 * 104 * 4 * MONEY // 1000, 0]


def test_before_the_first_stamp_and_after_the_last_nothing_is_due() -> None:
    assert funded(1.0, rates((-1, 0.5), (0, 0.5), (9, 0.5))) == [0, 0, 0, 0]


def test_a_fill_at_the_close_owes_nothing_for_the_bar_before_it() -> None:
    """At next_close 100 are held from the close of day 1; a time within the bar finds nothing, its end finds them."""
    assert funded(1.0, rates((0.5, 0.001)), price_for_fill="next_close") == [0, 0, 0, 0]
    assert funded(1.0, rates((1, 0.001)), price_for_fill="next_close")[1] == 10_200_000_000_000_000_000
    # Within the next bar it is of the mark before, 102.
    assert funded(1.0, rates((1.5, 0.001)), price_for_fill="next_close")[2] == 10_200_000_000_000_000_000


@pytest.mark.parametrize("engine", ENGINES)
def test_both_modes_and_the_attribution(engine: str) -> None:
    funding = rates((1, 0.001), (1.5, -0.0003), (3, 0.000123456))
    keys = {**KEYS, "price_for_fill": "next_close"}
    one = Backtester(keys).run_backtest(signals([1, -1, 1, None]), PRICES, funding=funding)
    other = Backtester(keys, mode="engine", engine=engine).run_backtest(
        signals([1, -1, 1, None]), PRICES, funding=funding
    )
    assert reconcile(one, other) is None and one.hashes["result"] == other.hashes["result"]
    assert one.record.costs["funding"] == sum(money_of(one.outcome.funded)) != 0
    assert "funding" in one.costs["component"].to_list()


def test_a_symbol_that_is_not_there_is_left_alone() -> None:
    assert funded(1.0, rates((1, 0.5), symbol="Z")) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (rates((1, 0.1)).drop("rate"), "funding: column rate is missing"),
        (rates((1, 0.1)).drop("symbol"), "funding: columns symbol are missing"),
        (rates((1, 0.1), (1, 0.2)), "funding, row 1: A at 2024-01-02T00:00:00Z is there twice"),
        (rates((1, 0.1)).with_columns(rate=pl.lit(None)), "row 0: rate = None is no number"),
        (rates((1, 0.1)).with_columns(pl.col("timestamp").dt.replace_time_zone(None)), "with a time zone"),
    ],
)
def test_what_cannot_be_is_refused(frame: pl.DataFrame, text: str) -> None:
    with pytest.raises(DataError, match=text):
        MarketRates.of(funding=frame)
