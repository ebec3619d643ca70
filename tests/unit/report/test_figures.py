"""Sampling, Sharpe ratio and number formats, on values worked out by hand."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from quartet.report import numbers
from quartet.report.performance import sharpe_ratio
from quartet.report.sampling import DAY, Sampler, interval_text

SECOND = 10**9


def test_sampler_keeps_the_last_and_the_least() -> None:
    sampler = Sampler(None, SECOND)
    ts = np.array([0, 1, 2, SECOND, SECOND + 5, 3 * SECOND])
    sampler.add(ts[:2], np.array([5.0, 4.0]))
    sampler.add(ts[2:], np.array([6.0, 1.0, 2.0, 9.0]))
    assert sampler.ts.tolist() == [2, SECOND + 5, 3 * SECOND]
    assert sampler.last.tolist() == [6.0, 2.0, 9.0]
    assert sampler.least.tolist() == [4.0, 1.0, 9.0]


def test_sampler_grows_its_interval() -> None:
    sampler = Sampler(100, SECOND)
    for start in range(0, 1000, 10):
        ts = np.arange(start, start + 10) * SECOND
        sampler.add(ts, ts.astype(float))
    assert len(sampler.ts) <= 100
    assert sampler.interval_ns == 10 * SECOND
    assert sampler.last[-1] == 999 * SECOND
    assert interval_text(sampler.interval_ns) == "10 seconds"


def test_sharpe_of_known_returns() -> None:
    returns = np.array([0.01, -0.005] * 20)
    equity = 100.0 * np.cumprod(1 + returns)
    ts = np.arange(40) // 5 * 7 * DAY + np.arange(40) % 5 * DAY + 4 * DAY  # weeks of five days from a Monday on
    found = sharpe_ratio(ts, equity, 100.0)
    daily = 0.0025 / float(np.std(returns, ddof=1))
    year = 5 * 365.25 / 7  # no holidays
    assert found.ratio == pytest.approx(daily * math.sqrt(year))
    assert found.error == pytest.approx(math.sqrt((1 + daily**2 / 2) / 40) * math.sqrt(year))
    assert "260.9" in found.assumptions and "risk-free" in found.assumptions


def test_sharpe_counts_every_day_where_weekends_trade() -> None:
    equity = 100.0 * np.cumprod(1 + np.array([0.01, -0.005] * 20))
    assert "365.2" in sharpe_ratio(np.arange(40) * DAY, equity, 100.0).assumptions


def test_sharpe_is_not_stated_for_few_or_flat_sessions() -> None:
    assert sharpe_ratio(np.arange(5) * DAY, np.full(5, 100.0), 100.0).ratio is None
    assert "4 weeks" in sharpe_ratio(np.arange(21) * DAY, np.arange(1.0, 22.0), 0.5).assumptions
    assert "never moved" in sharpe_ratio(np.arange(30) * DAY, np.full(30, 100.0), 100.0).assumptions
    assert "zero" in sharpe_ratio(np.arange(30) * DAY, np.zeros(30), 100.0).assumptions


@pytest.mark.parametrize(
    ("value", "text"),
    [("1234567.891", "1,234,567.89"), ("-0.005", "-0.005"), ("0", "0.00"), ("-1", "-1.00"), ("0.125", "0.12")],
)
def test_money(value: str, text: str) -> None:
    assert numbers.money_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("ts", "text"),
    [
        (0, "1970-01-01"),
        (DAY - 1, "1970-01-01"),
        (34_200 * SECOND, "1970-01-01 09:30:00"),
        (34_200 * SECOND + 5_000_000, "1970-01-01 09:30:00.005"),
    ],
)
def test_times(ts: int, text: str) -> None:
    assert numbers.time_text(ts) == text


def test_other_formats() -> None:
    assert numbers.decimal_text(Decimal("1200.500000000")) == "1,200.5"
    assert numbers.price_text(Decimal("1.5")) == "1.50"
    assert numbers.percent_text(-0.1234, signed=True).startswith("-12.34")
    assert numbers.percent_text(0.000095).startswith("0.0095")
    assert numbers.ratio_text(0.5, 0.25) == "0.50 ± 0.25"
    assert numbers.duration_text(300_000) == "300 µs"
    assert numbers.duration_text(0) == "0"
