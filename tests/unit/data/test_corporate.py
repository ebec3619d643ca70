"""Corporate actions: worked by hand, known splits, returns that do not change, and what was not known yet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from quartet.core.errors import DataError
from quartet.data.contracts import schema_named
from quartet.data.corporate import adjust, apply_to_position, total_return
from tests.unit.data.frames import bars_of, random_bars, weekdays

DAYS = weekdays(date(2024, 1, 1), 6)
BARS = bars_of({"A": [100.0, 102, 51, 52, 50, 55]}, DAYS)


def actions(*rows: dict[str, Any]) -> pl.DataFrame:
    columns = schema_named("actions").by_name
    filled = [{"ratio": None, "amount": None, "other": None, "known_at": None, **row} for row in rows]
    return pl.DataFrame(filled, schema={name: column.type for name, column in columns.items()})


SPLIT = {"symbol": "A", "ex_date": DAYS[2], "kind": "split", "ratio": 2.0}
DIVIDEND = {"symbol": "A", "ex_date": DAYS[4], "kind": "dividend", "amount": 2.6}


def closes(frame: pl.DataFrame) -> list[float]:
    return [round(value, 10) for value in frame["close"].to_list()]


def test_a_split_halves_the_prices_before_it_and_doubles_the_volumes() -> None:
    adjusted = adjust(BARS, actions(SPLIT), as_of=DAYS[-1])
    assert closes(adjusted) == [50.0, 51.0, 51.0, 52.0, 50.0, 55.0]
    assert adjusted["volume"].to_list() == [2000.0, 2000.0, 1000.0, 1000.0, 1000.0, 1000.0]
    assert adjusted.columns == BARS.columns


def test_a_dividend_lowers_the_prices_before_it_by_its_share_of_the_close() -> None:
    adjusted = adjust(BARS, actions(SPLIT, DIVIDEND), as_of=DAYS[-1], mode="back")
    share = 1 - 2.6 / 52
    assert closes(adjusted) == [round(value, 10) for value in (50 * share, 51 * share, 51 * share, 52 * share, 50, 55)]
    assert closes(adjust(BARS, actions(SPLIT, DIVIDEND), as_of=DAYS[-1])) == [50.0, 51.0, 51.0, 52.0, 50.0, 55.0]


def test_what_was_not_known_changes_nothing() -> None:
    both = actions(SPLIT, DIVIDEND)
    assert closes(adjust(BARS, both, as_of=DAYS[1], mode="back")) == [100.0, 102.0]
    assert closes(adjust(BARS, both, as_of=DAYS[2], mode="back")) == [50.0, 51.0, 51.0]
    late = actions({**SPLIT, "known_at": datetime(2024, 1, 5, 12, tzinfo=UTC)})
    assert closes(adjust(BARS, late, as_of=DAYS[3])) == [100.0, 102.0, 51.0, 52.0]
    assert closes(adjust(BARS, late, as_of=DAYS[4]))[0] == 50.0


@pytest.mark.parametrize("as_of", DAYS)
def test_later_rows_and_actions_do_not_matter(as_of: date) -> None:
    both = actions(SPLIT, DIVIDEND)
    seen = adjust(
        BARS.filter(pl.col("timestamp").dt.date() <= as_of), both.filter(pl.col("ex_date") <= as_of), as_of=as_of
    )
    assert adjust(BARS, both, as_of=as_of).equals(seen)


def test_the_total_return_is_that_of_a_holder() -> None:
    returns = total_return(BARS, actions(SPLIT, DIVIDEND), as_of=DAYS[-1])
    expected = [None, 0.02, 0.0, 52 / 51 - 1, (50 + 2.6) / 52 - 1, 0.1]
    assert returns["total_return"].to_list() == pytest.approx(expected)
    assert returns["total_return_index"][-1] == pytest.approx(1.02 * 52 / 51 * 52.6 / 52 * 1.1)


def test_an_ex_date_without_a_bar_belongs_to_the_next_one() -> None:
    gap = BARS.filter(pl.col("timestamp").dt.date() != DAYS[4])
    returns = total_return(gap, actions(SPLIT, DIVIDEND), as_of=DAYS[-1])
    assert returns["total_return"][-1] == pytest.approx((55 + 2.6) / 52 - 1)
    assert closes(adjust(gap, actions(SPLIT), as_of=DAYS[-1])) == [50.0, 51.0, 51.0, 52.0, 55.0]


def test_a_split_and_a_dividend_on_one_day() -> None:
    both = actions(SPLIT, {"symbol": "A", "ex_date": DAYS[2], "kind": "dividend", "amount": 5.1})
    adjusted = adjust(BARS, both, as_of=DAYS[-1], mode="back")
    assert closes(adjusted)[:3] == [round(50 * 0.95, 10), round(51 * 0.95, 10), 51.0]
    assert total_return(BARS, both, as_of=DAYS[-1])["total_return"][2] == pytest.approx((2 * 51 + 5.1) / 102 - 1)


def test_returns_are_the_same_across_any_split() -> None:
    clean = random_bars(5, symbols=3, count=300)
    day = clean["timestamp"].dt.date()[450]
    before = pl.col("timestamp").dt.date() < day
    for ratio in (2.0, 7.0, 1.5, 0.1):
        raw = clean.with_columns(
            [pl.when(before).then(pl.col(n) * ratio).otherwise(n).alias(n) for n in ("open", "high", "low", "close")]
        )
        rows = actions(*({"symbol": s, "ex_date": day, "kind": "split", "ratio": ratio} for s in ("S0", "S1", "S2")))
        back = adjust(raw, rows, as_of=date(2030, 1, 1))
        assert back["close"].to_list() == pytest.approx(clean["close"].to_list(), rel=1e-12)


# Closes on the days around known splits, as they were traded (USD).
KNOWN_SPLITS = [
    ("AAPL", date(2014, 6, 9), 7.0, 645.57, 93.70),
    ("AAPL", date(2020, 8, 31), 4.0, 499.23, 129.04),
    ("AAPL", date(2005, 2, 28), 2.0, 88.99, 44.86),
    ("AAPL", date(2000, 6, 21), 2.0, 101.25, 55.62),
    ("TSLA", date(2020, 8, 31), 5.0, 2213.40, 498.32),
    ("TSLA", date(2022, 8, 25), 3.0, 891.29, 296.07),
    ("AMZN", date(2022, 6, 6), 20.0, 2447.00, 124.79),
    ("GOOGL", date(2022, 7, 18), 20.0, 2235.55, 109.03),
    ("NVDA", date(2024, 6, 10), 10.0, 1208.88, 121.79),
    ("USO", date(2020, 4, 29), 0.125, 2.13, 19.02),
]


@pytest.mark.parametrize(("symbol", "day", "ratio", "before", "after"), KNOWN_SPLITS)
def test_ten_known_splits(symbol: str, day: date, ratio: float, before: float, after: float) -> None:
    bars = bars_of({symbol: [before, after]}, [date.fromordinal(day.toordinal() - 3), day])
    rows = actions({"symbol": symbol, "ex_date": day, "kind": "split", "ratio": ratio})
    adjusted = adjust(bars, rows, as_of=day)["close"]
    assert abs(adjusted[1] / adjusted[0] - 1) < 0.15
    assert total_return(bars, rows, as_of=day)["total_return"][1] == pytest.approx(adjusted[1] / adjusted[0] - 1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"kind": "split", "ratio": 2.0}, (200.0, 5.0, 0.0, "A")),
        ({"kind": "dividend", "amount": 0.5}, (100.0, 10.0, 50.0, "A")),
        ({"kind": "merger", "ratio": 0.5, "amount": 3.0, "other": "B"}, (50.0, 20.0, 300.0, "B")),
        ({"kind": "merger", "amount": 30.0}, (0.0, 10.0, 3000.0, "A")),
        ({"kind": "symbol_change", "other": "META"}, (100.0, 10.0, 0.0, "META")),
        ({"kind": "delisting"}, (100.0, 10.0, 0.0, "A")),
    ],
)
def test_a_position_on_an_ex_date(row: dict[str, Any], expected: tuple[float, float, float, str]) -> None:
    made = apply_to_position(row, "A", 100.0, 10.0)
    assert (made.quantity, made.cost_per_share, made.cash, made.symbol) == expected
    short = apply_to_position(row, "A", -100.0, 10.0)
    assert (short.quantity, short.cash) == (-expected[0], -expected[2])


def test_bad_actions_are_refused() -> None:
    with pytest.raises(DataError, match=r"A: the dividend 60\.0 .* is not below the close before it, 52\.0"):
        adjust(BARS, actions({**DIVIDEND, "amount": 60.0}), as_of=DAYS[-1], mode="back")
    with pytest.raises(DataError, match="not_positive: ratio"):
        adjust(BARS, actions({**SPLIT, "ratio": 0.0}), as_of=DAYS[-1])
    with pytest.raises(DataError, match="there are: split, back"):
        adjust(BARS, actions(SPLIT), as_of=DAYS[-1], mode="both")  # type: ignore[arg-type]
