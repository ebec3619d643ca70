"""Periods a year from trading years and from timestamps."""

from __future__ import annotations

import numpy as np
import pytest

from quartet.core.errors import DataError
from quartet.risk import TRADING_YEARS, TrackRecord, TradingYear, measure_all, periods_per_year
from quartet.risk.annualisation import DAY_NS, MINUTE_NS
from quartet.risk.measures import reward

EQUITIES, CRYPTO = TRADING_YEARS["us_equities"], TRADING_YEARS["crypto"]


@pytest.mark.parametrize(
    ("year", "bar", "expected"),
    [
        (EQUITIES, DAY_NS, 252),
        (EQUITIES, MINUTE_NS, 98_280),
        (EQUITIES, 390 * MINUTE_NS, 252),
        (EQUITIES, 30 * MINUTE_NS, 252 * 13),
        (CRYPTO, DAY_NS, 365),
        (CRYPTO, 60 * MINUTE_NS, 8_760),
        (EQUITIES, 7 * DAY_NS, 365.25 / 7),
        (CRYPTO, 7 * DAY_NS, 365.25 / 7),
    ],
)
def test_a_trading_year_divides_its_sessions(year, bar, expected):
    assert year.periods(bar) == pytest.approx(expected, rel=1e-12)


def days(first: str, last: str, weekends: bool = True) -> np.ndarray:
    stamps = np.arange(np.datetime64(first), np.datetime64(last)).astype("datetime64[ns]").astype(np.int64)
    return stamps if weekends else stamps[(stamps // DAY_NS + 3) % 7 < 5]


def test_stamps_alone_are_counted_over_whole_weeks():
    assert periods_per_year(days("2020-01-01", "2022-01-01")) == pytest.approx(365.25)
    assert periods_per_year(days("2020-01-01", "2022-01-01", weekends=False)) == pytest.approx(365.25 * 5 / 7)
    # Where in the week the stamps begin and end does not matter.
    for extra in range(7):
        short = days("2020-01-06", "2020-03-01", weekends=False)[: 25 + extra]
        assert periods_per_year(short) == pytest.approx(365.25 * 5 / 7)
    sessions = days("2020-01-06", "2020-03-02", weekends=False)
    minutes = (sessions[:, None] + MINUTE_NS * np.arange(571, 961)).ravel()
    assert periods_per_year(minutes) == pytest.approx(365.25 * 5 / 7 * 390)
    assert periods_per_year(minutes, "us_equities") == pytest.approx(98_280)
    assert periods_per_year(minutes[:20], "us_equities") == pytest.approx(98_280)


def test_what_cannot_be_told_is_refused_with_a_remedy():
    with pytest.raises(
        DataError, match=r"span 9\.0 days.*give periods_per_year, or a trading year, one of us_equities"
    ):
        periods_per_year(days("2020-01-01", "2020-01-11"))
    with pytest.raises(DataError, match="each later than the one before"):
        periods_per_year(np.array([5, 5]))
    with pytest.raises(DataError, match="trading year 'us' is not known; there are: us_equities, fx, crypto"):
        periods_per_year(days("2020-01-01", "2020-01-11"), "us")
    with pytest.raises(DataError, match="positive length"):
        TradingYear(252, DAY_NS).periods(0)


def test_figures_of_a_year_are_null_where_the_year_is_not_known():
    record = TrackRecord.of_returns([0.01, -0.01, 0.02], timestamps=days("2020-01-01", "2020-01-05"))
    table = measure_all(record, ["sharpe_ratio", "total_return"])
    assert table["sharpe_ratio"] is None
    assert table.row("sharpe_ratio").why == "the record has no periods_per_year"
    assert table["total_return"] == pytest.approx(1.01 * 0.99 * 1.02 - 1)
    told = TrackRecord.of_returns(
        [0.01, -0.01, 0.02], timestamps=days("2020-01-01", "2020-01-05"), trading_year="crypto"
    )
    assert told.periods_per_year == 365


def test_one_path_sampled_daily_and_by_the_minute_has_one_ratio():
    minutes = np.random.default_rng(11).normal(2e-6, 4e-4, (1000, 390))
    daily = np.prod(1 + minutes, axis=1) - 1
    fine = reward.sharpe_ratio(minutes.ravel(), EQUITIES.periods(MINUTE_NS))
    coarse = reward.sharpe_ratio(daily, EQUITIES.periods(DAY_NS))
    assert coarse == pytest.approx(fine, abs=0.15)
    assert reward.sharpe_ratio(minutes.ravel(), 252) < fine / 10
