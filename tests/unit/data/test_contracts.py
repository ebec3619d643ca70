"""Contracts: every break is found, with its place and what to do; what keeps a contract passes."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from quartet.core.errors import DataError
from quartet.data.contracts import SCHEMAS, check, schema_named
from quartet.data.contracts.schema import TIME
from quartet.data.verdict import Severity, Verdict, together
from tests.unit.data.frames import bars_of, day_end, random_bars, weekdays

DAYS = weekdays(date(2024, 1, 1), 5)
CLEAN = bars_of({"A": [1.0, 2, 3, 4, 5], "B": [5.0, 4, 3, 2, 1]}, DAYS)


def at_row(row: int, name: str, value: object) -> pl.DataFrame:
    """CLEAN with another value in one place."""
    return CLEAN.with_columns(pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value)).otherwise(name).alias(name))


def test_clean_bars_pass() -> None:
    verdict = check(CLEAN, "bars")
    assert verdict.passed and verdict.grade == "passed" and verdict.findings == () and verdict.rows == 10


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_empty_frame_of_every_contract_keeps_it(name: str) -> None:
    verdict = check(schema_named(name).empty(), name)
    assert verdict.passed
    assert [each.rule for each in verdict.findings] == ["no_rows"]


@pytest.mark.parametrize(
    ("frame", "rule", "row", "symbol"),
    [
        (at_row(3, "close", float("nan")), "not_finite", 3, "B"),
        (at_row(3, "open", float("inf")), "not_finite", 3, "B"),
        (at_row(4, "close", None), "missing_value", 4, "A"),
        (at_row(5, "low", 0.0), "price_not_positive", 5, "B"),
        (at_row(5, "low", -1.0), "price_not_positive", 5, "B"),
        (at_row(2, "volume", -1.0), "negative", 2, "A"),
        (at_row(2, "high", 1.5), "high_below", 2, "A"),
        (at_row(2, "low", 2.5), "low_above", 2, "A"),
        (at_row(1, "symbol", None), "missing_value", 1, None),
        (CLEAN.reverse(), "unsorted", 1, "A"),
        (pl.concat([CLEAN[:2], CLEAN[1:]]), "duplicate_rows", 2, "B"),
    ],
)
def test_each_break_is_found_where_it_is(frame: pl.DataFrame, rule: str, row: int, symbol: str | None) -> None:
    for form in (frame, frame.lazy()):
        verdict = check(form, "bars")
        found = next(each for each in verdict.findings if each.rule == rule)
        assert (found.row, found.symbol) == (row, symbol)
        assert found.severity is Severity.ERROR and found.remedy
        assert found.timestamp_ns == frame["timestamp"].to_physical()[row]
        with pytest.raises(DataError, match=rf"^prices: {rule}|\n  {rule}"):
            verdict.raise_if_failed("prices")


def test_duplicates_are_found_in_rows_out_of_order_too() -> None:
    verdict = check(pl.concat([CLEAN, CLEAN[:2]]), "bars")
    assert verdict.count("duplicate_rows") == 2 and verdict.count("unsorted") == 1


def test_a_missing_volume_is_no_break() -> None:
    assert check(at_row(2, "volume", None), "bars").passed


def test_prices_rounded_by_an_adjustment_keep_the_laws() -> None:
    assert check(at_row(2, "high", 2.0 - 1e-9), "bars").passed


def test_negative_prices_are_a_note_where_they_are_possible() -> None:
    verdict = check(at_row(5, "low", -37.63), "bars", signed_prices=True)
    assert verdict.passed and [each.severity for each in verdict.findings] == [Severity.NOTE]


def test_columns_and_types_are_named_with_the_remedy() -> None:
    verdict = check(CLEAN.drop("close").with_columns(pl.col("volume").cast(pl.Int64)), "bars")
    rules = {each.rule: each for each in verdict.findings}
    assert rules["missing_column"].column == "close" and "map=" in rules["missing_column"].remedy
    assert rules["wrong_type"].column == "volume"


def test_naive_times_are_told_to_need_a_zone() -> None:
    naive = CLEAN.with_columns(pl.col("timestamp").dt.replace_time_zone(None))
    assert any("timezone=" in each.remedy for each in check(naive, "bars").findings)


def test_a_column_beyond_the_contract_is_left_alone() -> None:
    assert check(CLEAN.with_columns(mine=pl.lit(float("nan"))), "bars").passed


def test_one_row_is_enough() -> None:
    assert check(CLEAN[:1], "bars").passed


def test_trades_may_repeat_and_sides_are_choices() -> None:
    trades = pl.DataFrame(
        {
            "timestamp": pl.Series([1, 1, 2]).cast(TIME),
            "symbol": ["A", "A", "A"],
            "price": [1.0, 1.0, 1.0],
            "size": [2.0, 2.0, 0.0],
            "side": pl.Series([1, 1, 2], dtype=pl.Int8),
        }
    )
    assert [(each.rule, each.row) for each in check(trades, "trades").findings] == [("not_a_choice", 2)]
    assert check(trades[:2], "trades").passed


def test_crossed_quotes_are_a_warning_with_their_count() -> None:
    quotes = pl.DataFrame(
        {
            "timestamp": pl.Series([1, 2, 3, 4]).cast(TIME),
            "symbol": ["A"] * 4,
            "bid": [1.0, 3.0, None, 2.0],
            "ask": [2.0, 2.0, 2.0, 2.0],
            "bid_size": [1.0] * 4,
            "ask_size": [1.0] * 4,
        }
    )
    verdict = check(quotes, "quotes")
    assert verdict.passed and verdict.grade == "doubtful"
    assert (verdict.count("crossed"), verdict.count("locked")) == (1, 1)


def test_a_membership_cannot_end_before_it_starts() -> None:
    rows = pl.DataFrame({"symbol": ["A"], "start": [date(2020, 1, 2)], "end": [date(2020, 1, 1)]})
    assert check(rows, "membership").count("ends_before_start") == 1


def test_an_unknown_contract_names_the_nearest() -> None:
    with pytest.raises(DataError, match="did you mean 'bars'"):
        schema_named("bar")


def test_a_verdict_survives_json_and_adds_up() -> None:
    first, second = check(at_row(3, "close", None), "bars"), check(at_row(4, "close", None), "bars")
    assert Verdict.from_dict(first.to_dict()) == first
    both = together([first, second], 20)
    assert both.count("missing_value") == 2 and both.rows == 20
    assert both.findings[0].row == 3
    assert (first + second).count("missing_value") == 2


def test_large_and_lazy_agree() -> None:
    frame = random_bars(1)
    broken = frame.with_columns(pl.when(pl.int_range(pl.len()) % 997 == 0).then(None).otherwise("close").alias("close"))
    assert check(broken, "bars") == check(broken.lazy(), "bars")
    assert check(broken, "bars").count("missing_value") == -(-len(frame) // 997)


def test_a_stamp_is_told_to_the_nanosecond() -> None:
    found = check(at_row(0, "close", None), "bars").findings[0]
    assert found.timestamp_ns == day_end(DAYS[0])
    assert "2024-01-01T23:59:59.999999999Z" in str(found)
