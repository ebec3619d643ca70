"""Factors of impact by time of day and by the market's condition, on tables worked by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.costs.conditions import Condition, classify, conditions_of, multipliers_of, usual_ratio
from quartet.backtest.costs.time_of_day import TimeOfDay, session_slots, time_multipliers
from quartet.backtest.prices import PricePanel
from quartet.core.errors import ConfigError
from quartet.core.registry import entry
from tests.unit.backtest.frames import BEGIN, signals, walk

nan = float("nan")
NEW_YORK = TimeOfDay()


def stamps(*texts: str) -> Any:
    return np.array(texts, "datetime64[ns]").astype(np.int64)


@pytest.mark.parametrize(
    ("time", "factor"),
    [
        ("2024-01-16T14:30", 1.5),  # 9:30 in winter
        ("2024-01-16T14:59", 1.5),
        ("2024-01-16T15:00", 1.0),
        ("2024-01-16T17:00", 1.2),  # 12:00
        ("2024-01-16T18:29", 1.2),
        ("2024-01-16T18:30", 1.0),
        ("2024-01-16T20:29", 1.0),
        ("2024-01-16T20:30", 1.3),  # 15:30
        ("2024-01-16T20:59", 1.3),
        ("2024-01-16T21:00", 1.5),  # at the close an order waits for the next open
        ("2024-01-13T12:00", 1.5),  # on Saturday too
        ("2024-07-16T13:30", 1.5),  # 9:30 in summer
        ("2024-07-16T14:30", 1.0),
        ("2024-11-29T17:15", 1.2),  # a half day closes at 13:00: lunch,
        ("2024-11-29T17:45", 1.3),  # and its last half hour
        ("1950-01-01T00:00", 2.0),  # before the calendar
    ],
)
def test_a_time_of_new_york(time: str, factor: float) -> None:
    assert time_multipliers(stamps(time), NEW_YORK).tolist() == [factor]


def test_extended_hours_cost_twice() -> None:
    given = TimeOfDay(extended_hours=True)
    assert time_multipliers(stamps("2024-01-16T21:00", "2024-01-16T13:00", "2024-01-16T16:00"), given).tolist() == [
        2.0, 2.0, 1.0,
    ]  # fmt: skip


def test_a_market_around_the_clock_has_its_hours() -> None:
    hours = [1.0 + hour / 10 for hour in range(24)]
    found = time_multipliers(stamps("2024-01-13T00:59", "2024-01-13T23:00"), TimeOfDay(calendar="crypto", hours=hours))
    assert found.tolist() == [1.0, 3.3]
    assert time_multipliers(stamps("2024-01-13T12:00"), TimeOfDay(calendar="crypto")).tolist() == [1.0]
    with pytest.raises(ConfigError, match="23 factors: 24 above zero are wanted"):
        time_multipliers(stamps("2024-01-13"), TimeOfDay(calendar="crypto", hours=hours[1:]))
    with pytest.raises(ConfigError, match="hours are of a market around the clock, us_equities has sessions"):
        time_multipliers(stamps("2024-01-13"), TimeOfDay(hours=hours))


def test_slots_know_of_summer_time() -> None:
    winter, summer = stamps("2024-01-16T15:00"), stamps("2024-07-16T14:00")
    assert session_slots(winter, "us_equities") == session_slots(summer, "us_equities") == 1800 * 10**9
    assert session_slots(winter, None) == 15 * 3600 * 10**9


@pytest.mark.parametrize(
    ("volatility", "spread", "volume", "label"),
    [
        (2.5, 3.0, 1.0, "STRESSED"),
        (2.49, 3.0, 1.0, "ILLIQUID"),
        (2.5, 2.99, 1.0, "ILLIQUID"),
        (2.5, 1.99, 1.0, "HIGH_VOLATILITY"),
        (1.0, 2.0, 1.0, "ILLIQUID"),
        (1.0, 1.0, 0.5, "ILLIQUID"),
        (1.0, 1.0, 0.51, "NORMAL"),
        (1.5, 1.0, 1.0, "HIGH_VOLATILITY"),
        (1.49, 1.0, 1.0, "NORMAL"),
        (0.7, 1.0, 1.0, "NORMAL"),
        (0.69, 1.0, 1.0, "LOW_VOLATILITY"),
        (nan, 1.0, 1.0, "UNKNOWN"),
        (2.0, 1.0, nan, "UNKNOWN"),
        (1.0, nan, 1.0, "ILLIQUID"),
    ],
)
def test_the_grid(volatility: float, spread: float, volume: float, label: str) -> None:
    cells = (np.array([[each]]) for each in (volatility, volume, spread))
    assert Condition(int(classify(*cells)[0, 0])).name == label


def test_without_spreads_they_are_not_asked_for() -> None:
    assert classify(np.array([[3.0]]), np.array([[1.0]])).tolist() == [[Condition.HIGH_VOLATILITY]]


def test_what_a_condition_costs() -> None:
    factors = dict(zip(Condition, multipliers_of(np.array([int(each) for each in Condition])), strict=True))
    assert factors == {
        Condition.UNKNOWN: 1.0, Condition.STRESSED: 3.0, Condition.ILLIQUID: 2.0, Condition.HIGH_VOLATILITY: 1.5,
        Condition.LOW_VOLATILITY: 0.8, Condition.NORMAL: 1.0,
    }  # fmt: skip


def test_the_usual_is_of_the_same_time_on_the_days_before() -> None:
    values = np.arange(1.0, 15.0)[:, None]
    slots = np.tile([0, 1], 7)
    found = usual_ratio(values, slots)[:, 0]
    assert np.isnan(found[:10]).all()
    # The sixth value of a time, 11, over the median of 1, 3, 5, 7, 9.
    assert found[10:].tolist() == pytest.approx([11 / 5, 12 / 6, 13 / 6, 14 / 7])


def thin(count: int = 40) -> PricePanel:
    frame = walk(count)
    return PricePanel.of(
        frame.with_columns(volume=pl.when(pl.int_range(pl.len()) == count - 2).then(4e5).otherwise(1e6))
    )


def test_a_thin_bar_doubles_the_impact_and_is_on_the_fill() -> None:
    panel = thin()
    plain, read = (entry("slippage", "adaptive")(panel, Decimal(5), conditions=each) for each in (False, True))
    assert conditions_of(panel, panel.stamps % (86_400 * 10**9))[-2, 0] == Condition.ILLIQUID
    assert read.root[-2, 0] == 2.0 * plain.root[-2, 0] and read.line[-2, 0] == 2.0 * plain.line[-2, 0]
    keys = {"slippage_model": {"model": "adaptive", "conditions": True}, "gap_safe": False, "replications": 0}
    result = Backtester(keys).run_backtest(signals([None] * 38 + [1.0]), panel)
    assert result.fills["condition"].to_list() == ["ILLIQUID"]
    assert result.record.costs["impact"] > 0


def test_wide_spreads_are_read_from_their_series() -> None:
    panel = thin()
    times = [BEGIN + timedelta(days=day) for day in range(40)]
    table = pl.DataFrame({"timestamp": times, "symbol": "A", "spread_bps": [4.0] * 30 + [9.0] + [4.0] * 8 + [None]})
    found = conditions_of(panel.with_rates(spreads=table.drop_nulls()), panel.stamps % (86_400 * 10**9))[:, 0]
    assert found[30] == Condition.ILLIQUID and found[29] != Condition.ILLIQUID
    # The last bar has no spread.
    assert found[39] == Condition.ILLIQUID


def test_factors_of_the_spread_too() -> None:
    """Decided at the close of a day, filled at the open: 1.5 times the fixed part, and the temporary impact."""
    panel = thin()
    keys = {"time_of_day": {"calendar": "us_equities"}}
    plain = entry("slippage", "adaptive")(panel, Decimal(5))
    timed = entry("slippage", "adaptive")(panel, Decimal(5), **keys)
    whole = entry("slippage", "adaptive")(panel, Decimal(5), **keys, of_spread=True)
    assert timed.flat is None and timed.root[-1, 0] == pytest.approx(1.5 * plain.root[-1, 0])
    assert timed.line[-1, 0] == plain.line[-1, 0]
    assert whole.flat[-1, 0] == pytest.approx(0.00025)
    run = {"slippage_model": {"model": "adaptive", **keys, "of_spread": True, "temporary": 0, "permanent": 0}}
    result = Backtester(run, gap_safe=False, replications=0).run_backtest(signals([None] * 38 + [1.0]), panel)
    fill = result.outcome.fills[0]
    assert fill["price"] == pytest.approx(panel.open[39, 0] * 1.00075, abs=100_001)


def test_spreads_of_later_are_not_read() -> None:
    times = [BEGIN + timedelta(days=day) for day in range(40)]
    rng = np.random.default_rng(1)
    table = pl.DataFrame({"timestamp": times, "symbol": "A", "spread_bps": rng.uniform(1.0, 12.0, 40).round(3)})
    panel = thin().with_rates(spreads=table)
    slots = panel.stamps % (86_400 * 10**9)
    whole = conditions_of(panel, slots)
    assert len(set(whole[:, 0].tolist())) > 2
    for cut in (10, 25, 39):
        assert np.array_equal(conditions_of(panel.until(cut), slots[:cut]), whole[:cut])
