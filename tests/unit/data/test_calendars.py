"""Calendars: known holidays, half days, weeks in which clocks change, and how many bars a year has."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from quartet.core.errors import DataError
from quartet.data.calendars import calendar, calendars
from quartet.data.calendars.known import RoundTheClock

MINUTE = 60 * 10**9
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def ns(text: str) -> np.ndarray:
    return np.array([text], "datetime64[ns]").astype(np.int64)


def test_holidays_and_half_days_of_new_york() -> None:
    sessions = calendar("XNYS").sessions(date(2024, 11, 25), date(2024, 12, 2))
    days = [day.day for day in sessions["date"]]
    assert days == [25, 26, 27, 29, 2]  # Thanksgiving is the 28th, and the day after it is a half day
    assert sessions["close"][3] == datetime(2024, 11, 29, 18, 0, tzinfo=UTC)
    assert sessions["close"][2] == datetime(2024, 11, 27, 21, 0, tzinfo=UTC)


def test_sessions_follow_the_clock_of_the_exchange() -> None:
    sessions = calendar("XNYS").sessions(date(2024, 3, 8), date(2024, 3, 11))
    assert [stamp.hour for stamp in sessions["open"]] == [14, 13]


def test_currencies_trade_from_sunday_evening_to_friday_evening() -> None:
    sessions = calendar("fx").sessions(date(2024, 3, 8), date(2024, 3, 11))
    assert sessions["date"].to_list() == [date(2024, 3, 8), date(2024, 3, 11)]
    assert sessions["close"][0] == datetime(2024, 3, 8, 22, tzinfo=UTC)
    assert sessions["open"][1] == datetime(2024, 3, 10, 21, tzinfo=UTC)
    assert not calendar("fx").is_open(ns("2024-03-09T12:00"))[0]
    assert calendar("fx").is_open(ns("2024-03-10T21:00"))[0]


def test_a_market_that_never_closes_rolls_when_it_is_told_to() -> None:
    rolled = RoundTheClock(roll_ns=8 * HOUR).sessions(date(2024, 1, 1), date(2024, 1, 1))
    assert rolled["open"][0] == datetime(2024, 1, 1, 8, tzinfo=UTC)
    assert calendar("crypto").is_open(ns("2024-12-25T03:00"))[0]


def test_the_close_belongs_to_its_session_and_the_open_to_none() -> None:
    times = np.concatenate(
        [ns("2024-07-01T13:30"), ns("2024-07-01T13:31"), ns("2024-07-01T20:00"), ns("2024-07-01T20:01")]
    )
    dates = calendar("XNYS").session_dates(times)
    assert [None if np.isnat(day) else day.item() for day in dates] == [None, date(2024, 7, 1), date(2024, 7, 1), None]
    assert calendar("XNYS").is_open(times).tolist() == [True, True, False, False]
    assert len(calendar("XNYS").session_dates(np.zeros(0, np.int64))) == 0


def test_breaks_are_not_traded() -> None:
    hong_kong = calendar("XHKG")
    assert hong_kong.session_ns() == 330 * MINUTE
    assert not hong_kong.is_open(ns("2024-07-02T04:30"))[0]
    assert hong_kong.is_open(ns("2024-07-02T05:30"))[0]


@pytest.mark.parametrize(
    ("name", "bar", "expected"),
    [
        ("XNYS", DAY, 252),
        ("XNYS", MINUTE, 252 * 390),
        ("XNYS", HOUR, 252 * 6.5),
        ("crypto", DAY, 365.25),
        ("crypto", HOUR, 8766),
        ("fx", DAY, 260.9),
        ("XNYS", 7 * DAY, 365.25 / 7),
    ],
)
def test_bars_a_year(name: str, bar: int, expected: float) -> None:
    assert calendar(name).periods_per_year(bar) == pytest.approx(expected, rel=0.005)


def test_a_year_can_be_that_of_the_data() -> None:
    year = calendar("XNYS").sessions_per_year(date(2022, 1, 1), date(2022, 12, 31))
    assert year == pytest.approx(251 * 365.25 / 365)


def test_beyond_what_is_known_is_an_error() -> None:
    with pytest.raises(DataError, match=r"XNYS: 1985-01-01 to 1985-02-01 is not within"):
        calendar("XNYS").sessions(date(1985, 1, 1), date(1985, 2, 1))
    with pytest.raises(DataError, match="not within"):
        calendar("24/7").session_dates(ns("2200-01-01"))
    with pytest.raises(DataError, match="positive length"):
        calendar("24/7").periods_per_year(0)


def test_names_are_suggested() -> None:
    with pytest.raises(DataError, match="did you mean 'XNYS'"):
        calendar("XNYSE")
    assert {"XNYS", "24/7", "24/5", "crypto"} <= set(calendars())
    assert calendar("us_equities") is calendar("XNYS") is calendar("xnys")
