"""Quality: planted faults are found, clean data are left alone, and a broken check fails the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from quartet.core.errors import DataError
from quartet.data.contracts import check
from quartet.data.contracts.schema import TIME
from quartet.data.quality import assess, compare, coverage
from quartet.data.verdict import Finding, Severity
from tests.unit.data.frames import bars_of, random_bars, weekdays

ROWS = 1000
Fault = Callable[[np.ndarray, int], None]


def spike(values: np.ndarray, row: int) -> None:
    values[row] *= 1.2


def unit(values: np.ndarray, row: int) -> None:
    values[row:] *= 100.0


def split(values: np.ndarray, row: int) -> None:
    values[row:] /= 2.0


def frozen(values: np.ndarray, row: int) -> None:
    values[row : row + 30] = values[row]


def corrupted(seed: int, fault: Fault) -> tuple[pl.DataFrame, int]:
    """Clean bars of one symbol with one fault in the closes, and the row where it starts."""
    clean = random_bars(seed, symbols=1, count=ROWS)
    row = int(np.random.default_rng(seed).integers(100, ROWS - 100))
    values = clean["close"].to_numpy().copy()
    fault(values, row)
    prices = pl.Series(values)
    return clean.with_columns(**dict.fromkeys(("open", "high", "low", "close"), prices)), row


@pytest.mark.parametrize(
    ("fault", "rule"), [(spike, "spike"), (unit, "unit_jump"), (split, "split_like_jump"), (frozen, "stale")]
)
def test_planted_faults_are_found_where_they_are(fault: Fault, rule: str) -> None:
    found = 0
    for seed in range(25):
        frame, row = corrupted(seed, fault)
        hits = [each for each in assess(frame, "bars").findings if each.rule == rule]
        found += bool(hits) and hits[0].row is not None and abs(hits[0].row - row) <= 1
    assert found == 25


def test_clean_data_are_left_alone() -> None:
    warned = rows = 0
    for seed in range(20):
        verdict = assess(random_bars(seed), "bars")
        warned += sum(each.count for each in verdict.findings if each.severity is not Severity.NOTE)
        rows += verdict.rows
    assert warned <= rows / 1000


def test_doubtful_jumps_put_a_symbol_into_quarantine() -> None:
    frame, _ = corrupted(3, split)
    assert assess(frame, "bars").quarantined == ("S0",)
    jump = frame["close"].pct_change().abs().arg_max()
    day = frame["timestamp"].dt.date()[jump]  # type: ignore[index]
    known = pl.DataFrame({"symbol": ["S0"], "ex_date": [day]})
    assert assess(frame, "bars", actions=known).quarantined == ()
    assert assess(frame, "bars", adjusted=True).quarantined == ()


def test_gaps_are_counted_against_a_calendar() -> None:
    days = [day for day in weekdays(date(2024, 1, 1), 60) if day != date(2024, 1, 1)]
    holidays = {date(2024, 1, 15), date(2024, 2, 19)}
    open_days = [day for day in days if day not in holidays]
    full = bars_of({"A": [1.0 + n / 100 for n in range(len(open_days))]}, open_days)
    assert assess(full, "bars", calendar="XNYS").count("missing_sessions") == 0
    lacking = full.filter(~pl.col("timestamp").dt.date().is_in([date(2024, 1, 17), date(2024, 2, 1)]))
    assert assess(lacking, "bars", calendar="XNYS").count("missing_sessions") == 2
    with_holiday = bars_of({"A": [1.0 + n / 100 for n in range(len(days))]}, days)
    assert assess(with_holiday, "bars", calendar="XNYS").count("no_session") == 2


def test_minutes_in_the_wrong_zone_lie_outside_of_the_sessions() -> None:
    start = 1_719_840_600 * 10**9  # 2024-07-01 13:30 UTC, when New York opens
    stamps = pl.Series([start + minute * 60 * 10**9 for minute in range(1, 391)])
    prices = {name: pl.Series(np.linspace(100, 101, 390)) for name in ("open", "high", "low", "close")}
    frame = pl.DataFrame({"timestamp": stamps.cast(TIME), "symbol": "A", **prices, "volume": 1.0})
    assert assess(frame, "bars", calendar="XNYS").count("outside_sessions") == 0
    local = frame.with_columns((pl.col("timestamp") - timedelta(hours=4)).cast(TIME))
    assert assess(local, "bars", calendar="XNYS").count("outside_sessions") == 240


def test_symbols_that_come_and_go_are_noted_not_warned_of() -> None:
    days = weekdays(date(2024, 1, 1), 40)
    whole = bars_of({"A": [1.0 + n / 50 for n in range(40)], "B": [2.0 + n / 50 for n in range(40)]}, days)
    late = whole.filter((pl.col("symbol") != "B") | (pl.col("timestamp").dt.date() > days[9]))
    verdict = assess(late, "bars")
    assert verdict.grade == "passed" and verdict.count("comes_and_goes") == 1 and verdict.count("missing_rows") == 0
    holes = whole.filter((pl.col("symbol") != "B") | ~pl.col("timestamp").dt.date().is_in(days[10:13]))
    assert assess(holes, "bars").count("missing_rows") == 3


def test_a_volume_of_zero_matters_where_the_price_moved() -> None:
    days = weekdays(date(2024, 1, 1), 4)
    frame = bars_of({"A": [1.0, 1.1, 1.1, 1.2]}, days, volume=pl.Series([1.0, 0.0, 0.0, 1.0]))
    verdict = assess(frame, "bars")
    assert (verdict.count("moved_without_volume"), verdict.count("zero_volume")) == (1, 1)


def test_a_check_that_breaks_down_fails_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(frame: pl.DataFrame) -> Iterator[Finding]:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(coverage, "comings", broken)
    verdict = assess(random_bars(1), "bars")
    assert not verdict.passed and "planted" in str(verdict.of(Severity.ERROR)[0])


def test_two_sources_are_compared_where_both_have_rows() -> None:
    clean = random_bars(1, symbols=2)
    assert compare(clean, clean).findings == ()
    row = 700
    apart = pl.when(pl.int_range(pl.len()) == row).then(pl.col("close") * 1.006).otherwise("close").alias("close")
    verdict = compare(clean.with_columns(apart), clean[: len(clean) - 10])
    found = {each.rule: each for each in verdict.findings}
    assert found["sources_disagree"].row == row and found["sources_disagree"].count == 1
    assert found["not_in_both"].count == 10
    with pytest.raises(DataError, match="share no"):
        compare(clean, clean.with_columns(symbol=pl.lit("Z")))


def test_quotes_and_trades_are_looked_at_too() -> None:
    stamps = pl.Series(range(1000)).cast(TIME)
    mid = 100 + np.cumsum(np.random.default_rng(1).normal(0, 0.01, 1000))
    mid[500] = 130.0
    quotes = pl.DataFrame({"timestamp": stamps, "symbol": "A", "bid": mid - 0.01, "ask": mid + 0.01})
    quotes = quotes.with_columns(bid_size=pl.int_range(pl.len()).cast(pl.Float64), ask_size=pl.lit(1.0))
    assert check(quotes, "quotes").passed
    assert [each.row for each in assess(quotes, "quotes").findings if each.rule == "spike"] == [500]
    trades = pl.DataFrame({"timestamp": stamps, "symbol": "A", "price": mid, "size": 0.0}).with_columns(
        side=pl.lit(0, pl.Int8)
    )
    rules = {each.rule: each.count for each in assess(trades, "trades").findings}
    assert rules == {"spike": 1, "zero_size": 1000}
