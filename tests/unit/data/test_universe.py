"""Universes as of a day: who left and returned, who went bankrupt, and what nobody could have known."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from quartet.core.errors import DataError
from quartet.data.contracts import check
from quartet.data.contracts.schema import TIME
from quartet.data.universe import Universe, with_delistings
from tests.unit.data.frames import bars_of, day_end, weekdays

ROWS = pl.DataFrame(
    {
        "symbol": ["A", "B", "B", "C"],
        "start": [date(2020, 1, 1), date(2020, 1, 1), date(2022, 1, 1), date(2021, 6, 1)],
        "end": [None, date(2020, 12, 31), None, date(2022, 6, 30)],
    },
    schema_overrides={"end": pl.Date},
)
DAYS = weekdays(date(2024, 1, 1), 4)


@pytest.mark.parametrize(
    ("day", "members"),
    [
        (date(2020, 1, 1), ["A", "B"]),
        (date(2020, 12, 31), ["A", "B"]),
        (date(2021, 1, 1), ["A"]),
        (date(2021, 6, 1), ["A", "C"]),
        (date(2022, 3, 1), ["A", "B", "C"]),
        (date(2022, 6, 30), ["A", "B", "C"]),
    ],
)
def test_members_of_a_day(day: date, members: list[str]) -> None:
    assert Universe(ROWS).members(as_of=day) == members


def test_no_question_without_a_day() -> None:
    with pytest.raises(TypeError, match="as_of"):
        Universe(ROWS).members()  # type: ignore[call-arg]


def test_beyond_the_table_is_an_error_not_an_empty_list() -> None:
    with pytest.raises(DataError, match="known from 2020-01-01 to 2022-06-30, not on 2023-01-01"):
        Universe(ROWS).members(as_of=date(2023, 1, 1))
    assert Universe(ROWS, known_until=date(2023, 12, 31)).members(as_of=date(2023, 1, 1)) == ["A", "B"]


def test_bars_are_kept_for_the_days_of_membership_only() -> None:
    rows = pl.DataFrame({"symbol": ["A", "B"], "start": [DAYS[0]] * 2, "end": [DAYS[3], DAYS[1]]})
    bars = bars_of({"A": [1.0, 2, 3, 4], "B": [1.0, 2, 3, 4], "Z": [1.0, 2, 3, 4]}, DAYS)
    kept = Universe(rows).keep(bars)
    assert kept.filter(pl.col("symbol") == "A").height == 4
    assert kept.filter(pl.col("symbol") == "B")["close"].to_list() == [1.0, 2.0]
    assert "Z" not in kept["symbol"]
    assert Universe(rows).mark(bars)["member"].sum() == 6
    with pytest.raises(DataError, match="3 bars are of other days, the first of A on 2024-01-04"):
        Universe(rows, known_until=DAYS[2]).mark(bars)


def test_a_later_membership_does_not_leak_into_the_past() -> None:
    early = Universe(ROWS.filter(pl.col("start") < date(2021, 1, 1)), known_until=date(2022, 6, 30))
    for day in (date(2020, 5, 1), date(2021, 5, 1)):
        assert early.members(as_of=day) == Universe(ROWS).members(as_of=day)


def test_overlapping_memberships_are_refused() -> None:
    rows = pl.DataFrame({"symbol": ["A", "A"], "start": [DAYS[0], DAYS[1]], "end": [DAYS[1], DAYS[2]]})
    with pytest.raises(DataError, match="A starts on 2024-01-02 while an earlier membership"):
        Universe(rows)
    with pytest.raises(DataError, match="ends_before_start"):
        Universe(rows[:1].with_columns(end=pl.lit(date(2000, 1, 1))))


def test_a_delisting_costs_its_holders() -> None:
    bars = bars_of({"A": [10.0, 10, 10, 10], "B": [10.0, 5]}, DAYS)
    gone = pl.DataFrame(
        {
            "symbol": ["B"],
            "timestamp": pl.Series([day_end(DAYS[2])]).cast(TIME),
            "delisting_return": pl.Series([None], dtype=pl.Float64),
        }
    )
    with_end = with_delistings(bars, gone)
    last = with_end.filter(pl.col("symbol") == "B").row(-1, named=True)
    assert (last["close"], last["volume"]) == (3.5, 0.0)
    assert check(with_end, "bars").passed
    known = with_delistings(bars, gone.with_columns(delisting_return=pl.lit(-1.0)))
    assert known.filter(pl.col("symbol") == "B")["close"][-1] == 0.0
    # Without the bankrupt name the mean return of the two would be 0.
    ends = with_end.group_by("symbol").agg((pl.col("close").last() / pl.col("close").first() - 1).alias("r"))
    assert ends["r"].mean() == pytest.approx(-0.325)


def test_a_delisting_before_the_last_bar_is_refused() -> None:
    bars = bars_of({"B": [10.0, 5]}, DAYS)
    gone = pl.DataFrame(
        {"symbol": ["B"], "timestamp": [datetime(2024, 1, 1, 12, tzinfo=UTC)], "delisting_return": [-0.5]}
    ).with_columns(pl.col("timestamp").cast(TIME))
    with pytest.raises(DataError, match="cannot have been delisted before"):
        with_delistings(bars, gone)
    later = gone.with_columns(
        timestamp=pl.lit(datetime(2024, 2, 1, tzinfo=UTC)).cast(TIME), delisting_return=pl.lit(-30.0)
    )
    with pytest.raises(DataError, match="as a share"):
        with_delistings(bars, later)
