"""Columns proved clean as a whole are what looking at each value gives; where they are not, nothing is claimed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.columns import NUMPY, Passes, compiled
from quartet.core.contract import NO_SYMBOL
from quartet.core.errors import DataError
from quartet.data import clean_columns, intake
from quartet.data.clean_columns import clean_ids, clean_nanos, clean_times
from quartet.data.clean_quotes import clean_quotes
from quartet.data.decimals import to_nanos
from quartet.data.intake import Intake, to_batch

I64 = st.integers(-(2**63), 2**63 - 1)
FACTORS = st.sampled_from(
    [Fraction(1), Fraction(1, 10**9), Fraction(1, 10000), Fraction(5), Fraction(10**30), Fraction(1, 3)]
)
COLUMNS = st.one_of(
    st.lists(I64 | st.integers(-9, 9), max_size=8).map(lambda v: np.array(v, np.int64)),
    st.lists(st.integers(0, 2**32 - 1), max_size=8).map(lambda v: np.array(v, np.uint32)),
    st.lists(st.integers(0, 2**64 - 1), max_size=8).map(lambda v: pa.array(v, pa.uint64())),
    st.lists(I64 | st.none(), max_size=8).map(lambda v: pa.array(v, pa.int64())),
    st.lists(st.floats() | st.integers(-(10**6), 10**6).map(lambda n: n / 100), max_size=8).map(np.array),
    st.lists(st.floats(0, 1e6).map(lambda x: round(x, 9)), max_size=8).map(pa.array),
    st.lists(st.decimals(-(10**20), 10**20, places=3) | st.none(), max_size=8).map(
        lambda v: pa.array(v, pa.decimal128(38, 3))
    ),
    st.lists(st.decimals(0, 10**8, places=9), max_size=8).map(lambda v: pa.array(v, pa.decimal128(38, 9))[1:]),
    st.lists(st.decimals(0, 10, places=12), max_size=8).map(lambda v: pa.array(v, pa.decimal128(38, 12))),
    st.lists(st.sampled_from(["1", "1.5", "x", None, True, 7, 0.1, Decimal("2.25")]), max_size=8),
)


@given(COLUMNS, FACTORS)
def test_what_is_clean_is_what_each_value_gives(column: Any, factor: Fraction) -> None:
    clean = clean_nanos(column, factor)
    if clean is not None:
        each = to_nanos(column, factor)
        assert not each.bad.any() and not each.missing.any()
        assert clean.tolist() == each.values.tolist() and clean.dtype == np.int64


@pytest.mark.parametrize(
    "column",
    [
        np.array([100, 0, -3]),
        np.array([100], np.uint16),
        pa.array([1, 2]),
        pa.array([100.01, -0.000000001]),
        pa.array([Decimal("100.01"), Decimal(0)], pa.decimal128(31, 2)),
        ["100.01", 5, 0.25],
    ],
)
def test_common_columns_are_clean(column: Any) -> None:
    room = np.full(len(column), -1)
    clean = clean_nanos(column, out=room)
    assert clean is not None and clean.tolist() == to_nanos(column).values.tolist()
    assert isinstance(column, list) or clean is room


LONG = {
    "floats": np.arange(-700, 700) / 100,
    "floats with a gap": np.where(np.arange(1400) == 1300, np.nan, 0.25),
    "decimals": pa.array([Decimal(n) / 100 for n in range(1400)], pa.decimal128(31, 2)),
    "decimals, one negative": pa.array([Decimal(n - 1399) / 100 for n in range(1400, 0, -1)], pa.decimal128(31, 2)),
    "decimals, one too large": pa.array([Decimal(n) * 10**7 for n in range(1400)], pa.decimal128(31, 2)),
}


@pytest.mark.parametrize("passes", [NUMPY, *compiled()], ids=lambda each: getattr(each, "__name__", "numpy"))
@pytest.mark.parametrize("column", LONG.values(), ids=LONG)
def test_long_columns_are_clean_whoever_passes_over_them(
    column: Any, passes: Passes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean_columns, "passes", lambda rows: passes)
    clean, each = clean_nanos(column), to_nanos(column)
    proved = not each.bad.any() and each.values.min() >= (0 if isinstance(column, pa.Array) else -(2**63))
    assert (clean is not None) == proved
    assert clean is None or clean.tolist() == each.values.tolist()


def test_units_of_our_own_are_shared() -> None:
    column = np.array([1, 2, 3])
    clean = clean_nanos(column, Fraction(1, 10**9))
    assert clean is column


def test_ids_and_times() -> None:
    ids = clean_ids(pa.array([0, 5], pa.uint32()), NO_SYMBOL)
    assert ids is not None and ids.tolist() == [0, 5]
    assert clean_ids(pa.array([0, 5], pa.uint32()), 4) is None and clean_ids(np.array([-1]), 9) is None
    assert clean_ids([1, "2"], 9).tolist() == [1, 2]  # type: ignore[union-attr]
    for unit, factor in (("s", 10**9), ("us", 1000), ("ns", 1)):
        times = clean_times(pa.array([7], pa.timestamp(unit, "Europe/Paris")), "UTC")
        assert times is not None and times.tolist() == [7 * factor]
    local = pa.array([7], pa.timestamp("ns"))
    assert clean_times(local, "Europe/Paris") is None and clean_times(local, "UTC") is not None
    assert clean_times(pa.array(["2020-01-01"]), "UTC") is None and clean_times(pa.array([1.5]), "UTC") is None


ROWS = [
    {
        "symbol": name,
        "timestamp": 10**18 + place,
        "bid": 99.5 - place,
        "ask": 100.25,
        "bid_size": 3,
        "ask_size": 4 + place,
    }
    for place, name in enumerate(("AAA", "BBB", "ZZZ"))
]
FRAME = pl.DataFrame(ROWS)
PLAIN = {
    "dicts": ROWS,
    "frame": FRAME,
    "ids": FRAME.drop("symbol").with_columns(symbol_id=pl.Series([1, 0, 9], dtype=pl.UInt32)),
    "names in a dictionary": FRAME.with_columns(pl.col("symbol").cast(pl.Categorical)),
    "decimals": FRAME.with_columns(pl.col("bid", "ask").cast(pl.Decimal(20, 4))),
    "time zone": FRAME.with_columns((pl.col("timestamp") // 1000).cast(pl.Datetime("us", "America/New_York"))),
    "source and our clock": FRAME.with_columns(source=pl.lit(3), ts_init=pl.col("timestamp") + 5),
    "array": np.array(
        [(1, 10**18, 99, 100, 3, 4)],
        [(n, "i8") for n in ("symbol_id", "timestamp", "bid", "ask", "bid_size", "ask_size")],
    ),
}
OTHERS = {
    "a missing price": [*ROWS, ROWS[0] | {"bid": None}],
    "too many places": [*ROWS, ROWS[0] | {"bid": "1.0000000001"}],
    "no time": [*ROWS, ROWS[0] | {"timestamp": None}],
    "no symbol": [*ROWS, ROWS[0] | {"symbol": None}],
    "no size": [*ROWS, ROWS[0] | {"ask_size": None}],
    "flags": [*ROWS, ROWS[0] | {"flags": 2}],
    "a trade": [*ROWS, ROWS[0] | {"bid": None, "ask": None, "trade_price": 5, "trade_size": 1}],
    "a kind": [ROWS[0] | {"kind": "clock"}],
    "a large source": [ROWS[0] | {"source": 2**31}],
    "nothing": FRAME.clear(),
}


def both_ways(data: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Intake, Intake, bool]:
    """The intake as it is, and row by row; and whether the first one found the columns clean."""
    found = []
    monkeypatch.setattr(intake, "clean_quotes", lambda *given: found.append(clean_quotes(*given)) or found[-1])
    first = to_batch(data, ["AAA", "BBB"])
    monkeypatch.setattr(intake, "clean_quotes", lambda *given: None)
    return first, to_batch(data, ["AAA", "BBB"]), bool(found) and found[0] is not None


@pytest.mark.parametrize("data", PLAIN.values(), ids=PLAIN)
def test_clean_quotes_are_as_row_by_row(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, rows, clean = both_ways(data, monkeypatch)
    assert clean and whole.batch == rows.batch and len(whole.batch)
    assert not len(whole.rejects) and not len(rows.rejects)


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_rows_are_looked_at_where_there_is_something_to_see(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, rows, clean = both_ways(data, monkeypatch)
    assert whole.batch == rows.batch and list(whole.rejects) == list(rows.rejects)
    assert clean == (not len(data))


def test_names_need_a_table() -> None:
    with pytest.raises(DataError, match="rows name their symbols"):
        to_batch(FRAME)
    with pytest.raises(DataError, match="rows name their symbols"):
        to_batch(ROWS)
