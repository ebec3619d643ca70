"""Seeded faults of every kind in clean data: 99 of 100 are found, and of sound rows fewer than one in a thousand.

Each case plants a hundred faults, tells the rule that is to find them, and how many findings a fault makes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

from quartet.data.calendars import calendar
from quartet.data.contracts import check
from quartet.data.contracts.schema import TIME
from quartet.data.quality import assess, compare
from quartet.data.verdict import Severity, Verdict
from tests.unit.data.frames import random_bars

Floats = np.ndarray
Planted = tuple[pl.DataFrame, int]
SYMBOLS, ROWS, EACH = 20, 600, 5
FAULTS = SYMBOLS * EACH
PRICES = ("open", "high", "low", "close")


def clean(seed: int, symbols: int = SYMBOLS) -> pl.DataFrame:
    """Sound bars of sessions of New York, by symbol and time."""
    frame = random_bars(seed, symbols=symbols, count=ROWS + 60)
    sessions = calendar("XNYS").sessions(date(2015, 1, 5), date(2018, 1, 5))["date"].implode()
    kept = frame.filter(pl.col("timestamp").dt.date().is_in(sessions)).sort("symbol", "timestamp")
    return kept.group_by("symbol", maintain_order=True).head(ROWS)


def places(seed: int, symbols: int = SYMBOLS, each: int = EACH) -> Floats:
    """Rows of the faults: so many in each symbol, far from each other and from both ends."""
    rng = np.random.default_rng(seed)
    room = (ROWS - 60) // each
    inside = 30 + room * np.arange(each) + rng.integers(0, room - 40, (symbols, each))
    return np.asarray((inside + ROWS * np.arange(symbols)[:, None]).ravel())


def changed(frame: pl.DataFrame, rows: Floats, change: Callable[[Floats], Floats], *names: str) -> pl.DataFrame:
    """Other values in those rows."""
    made = {}
    for name in names:
        values = frame[name].to_numpy().copy()
        values[rows] = change(values[rows])
        made[name] = values
    return frame.with_columns(**{name: pl.Series(values) for name, values in made.items()})


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("timestamp", "symbol", maintain_order=True)


def from_then_on(factor: float) -> Callable[[int], Planted]:
    """A hundred symbols, each times a factor from some row on."""

    def plant(seed: int) -> Planted:
        frame = clean(seed, symbols=100)
        after = np.zeros(len(frame), bool)
        for row in places(seed, symbols=100, each=1).tolist():
            after[row : row // ROWS * ROWS + ROWS] = True
        return changed(frame, np.flatnonzero(after), lambda values: values * factor, *PRICES), 100

    return plant


def spikes(seed: int) -> Planted:
    return changed(clean(seed), places(seed), lambda values: values * 1.2, *PRICES), FAULTS


def frozen(seed: int) -> Planted:
    """Thirty equal closes each time."""
    rows = places(seed, each=2)
    frame = clean(seed)
    close = frame["close"].to_numpy().copy()
    for row in rows.tolist():
        close[row : row + 30] = close[row]
    prices = {name: pl.Series(close) for name in PRICES}
    return frame.with_columns(**prices), 30 * len(rows)


def without_volume(seed: int) -> Planted:
    return changed(clean(seed), places(seed), lambda values: 0.0 * values, "volume"), FAULTS


def high_too_low(seed: int) -> Planted:
    return changed(clean(seed), places(seed), lambda values: values * 0.9, "high"), FAULTS


def low_too_high(seed: int) -> Planted:
    return changed(clean(seed), places(seed), lambda values: values * 1.1, "low"), FAULTS


def no_price(seed: int) -> Planted:
    rng = np.random.default_rng(seed)
    return changed(clean(seed), places(seed), lambda values: -values * rng.integers(0, 2, len(values)), "low"), FAULTS


def not_a_number(seed: int) -> Planted:
    return changed(clean(seed), places(seed), lambda values: values * np.nan, "close"), FAULTS


def twice(seed: int) -> Planted:
    frame = clean(seed)
    return pl.concat([frame, frame[places(seed)]]), FAULTS


def left_out(seed: int) -> Planted:
    frame = clean(seed).with_row_index("row")
    return frame.filter(~pl.col("row").is_in(places(seed).tolist())).drop("row"), FAULTS


BARS = [
    ("spike", spikes),
    ("unit_jump", from_then_on(100.0)),
    ("split_like_jump", from_then_on(0.5)),
    ("split_like_jump", from_then_on(7.0)),
    ("stale", frozen),
    ("moved_without_volume", without_volume),
    ("high_below", high_too_low),
    ("low_above", low_too_high),
    ("price_not_positive", no_price),
    ("not_finite", not_a_number),
    ("duplicate_rows", twice),
    ("missing_sessions", left_out),
    ("missing_rows", left_out),
]
ALONG = {
    "missing_sessions": {"missing_rows"},
    "missing_rows": {"missing_sessions"},
    "high_below": {"low_above"},
    "low_above": {"high_below"},
    "price_not_positive": {"low_above", "high_below"},
    "not_finite": {"high_below", "low_above"},
    "unit_jump": {"split_like_jump"},
    "stale": {"moved_without_volume"},
}
"""What the same fault breaks too."""


def judged(frame: pl.DataFrame) -> Verdict:
    """The contract, and where it is kept, the quality."""
    found = check(frame, "bars")
    return found + assess(frame, "bars", calendar="XNYS") if found.passed else found


@pytest.mark.parametrize(("rule", "plant"), BARS)
def test_faults_are_found_and_sound_rows_left_alone(rule: str, plant: Callable[[int], Planted]) -> None:
    frame, planted = plant(7)
    verdict = judged(in_order(frame))
    assert planted * 0.99 <= verdict.count(rule) <= planted + 0.001 * len(frame)
    beside = {rule, *ALONG.get(rule, ())}
    false = sum(
        each.count for each in verdict.findings if each.severity is not Severity.NOTE and each.rule not in beside
    )
    assert false <= 0.001 * len(frame)


def test_sound_bars_are_left_alone() -> None:
    rows = false = 0
    for seed in range(5):
        verdict = judged(in_order(clean(seed)))
        rows += verdict.rows
        false += sum(each.count for each in verdict.findings if each.severity is not Severity.NOTE)
    assert rows == 5 * SYMBOLS * ROWS and false <= 0.001 * rows


def test_two_sources_that_disagree() -> None:
    frame = in_order(clean(3))
    rows = np.random.default_rng(3).choice(len(frame), 100, replace=False)
    other = changed(frame, rows, lambda values: values * 1.0051, "close")
    near = changed(other, np.setdiff1d(np.arange(len(frame)), rows), lambda values: values * 1.0049, "close")
    assert compare(frame, near).count("sources_disagree") == 100
    assert compare(frame, frame).count("sources_disagree") == 0


@pytest.mark.parametrize(("rule", "shift"), [("crossed", -0.01), ("locked", 0.0)])
def test_quotes_that_cross_or_lock(rule: str, shift: float) -> None:
    rng = np.random.default_rng(4)
    mid = np.round(100 + np.cumsum(rng.normal(0.0, 0.01, 20_000)), 2)
    bid, ask = np.round(mid - 0.01, 2), np.round(mid + 0.01, 2)
    rows = rng.choice(len(mid), 100, replace=False)
    ask[rows] = np.round(bid[rows] + shift, 2)
    sizes = {name: rng.integers(1, 9, len(mid)).astype(float) for name in ("bid_size", "ask_size")}
    stamps = pl.Series(np.arange(len(mid))).cast(TIME)
    quotes = pl.DataFrame({"timestamp": stamps, "symbol": "A", "bid": bid, "ask": ask, **sizes})
    verdict = check(quotes, "quotes") + assess(quotes, "quotes")
    assert verdict.count(rule) == 100
    false = [each for each in verdict.findings if each.severity is not Severity.NOTE and each.rule != rule]
    assert sum(each.count for each in false) <= 20
