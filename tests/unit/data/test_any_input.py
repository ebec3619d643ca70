"""Whatever a file holds: it becomes a dataset with a verdict, or a typed error, and nothing else."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartet.core.errors import QuartetError
from quartet.core.registry import entry
from quartet.data import Dataset, load
from quartet.data.contracts import SCHEMAS

CELLS = st.one_of(
    st.sampled_from(["", "1", "-1", "0", "1e400", "nan", "inf", "1,5", "abc", "2024-01-02", "2024-13-45", "C", "put"]),
    st.sampled_from(
        [
            "2024-01-02T03:04:05Z",
            "2024-01-02 03:04:05",
            "20240102",
            "1704067200",
            "1704067200000",
            "99999999999999999999",
        ]
    ),
    st.floats(width=32).map(str),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8),
)
_BARS = ["Date", "timestamp", "time", "time_ms", "symbol", "Open", "High", "Low", "Close", "Volume"]
_OTHERS = ["bid", "ask", "price", "size", "side", "strike", "expiry", "type", "underlying", "value", "ex_date", "x"]
NAMES = st.sampled_from([*_BARS, *_OTHERS, "kind", "ratio", "start", "end"])
TABLES = st.lists(NAMES, min_size=1, max_size=9, unique=True).flatmap(
    lambda names: st.tuples(
        st.just(names), st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=5)
    )
)
UNHURRIED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def loaded(what: object, schema: str, **options: object) -> None:
    try:
        data = load(what, schema, **options)
    except QuartetError as error:
        assert str(error)
        return
    assert isinstance(data, Dataset) and data.verdict.rows == len(data.frame)


@UNHURRIED
@given(TABLES, st.sampled_from(sorted(SCHEMAS)), st.sampled_from([None, "UTC", "America/New_York"]))
def test_any_csv(tmp_path: Path, table: tuple[list[str], list[list[str]]], schema: str, timezone: str | None) -> None:
    names, rows = table
    path = tmp_path / "X.csv"
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path.write_text("\n".join([",".join(names), *quoted]) + "\n")
    loaded(path, schema, timezone=timezone)


@UNHURRIED
@given(TABLES, st.sampled_from(sorted(SCHEMAS)))
def test_any_frame(table: tuple[list[str], list[list[str]]], schema: str) -> None:
    names, rows = table
    loaded(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), schema, symbol="X")


@UNHURRIED
@given(st.binary(max_size=400), st.sampled_from(["", "PAR1", "ARROW1", "\x1f\x8b", "DBN", "{", "12345 {"]))
def test_any_bytes(tmp_path: Path, content: bytes, start: str) -> None:
    path = tmp_path / "X.csv"
    path.write_bytes(start.encode("latin-1") + content)
    for schema in ("bars", "quotes"):
        loaded(path, schema)


@UNHURRIED
@given(st.binary(max_size=400))
@pytest.mark.parametrize(
    ("source", "start"),
    [
        ("dbn", b"DBN\x03"),
        ("binance_capture", b"1700000000000000000 {"),
        ("kraken_capture", b"1700000000.5: ["),
        ("kraken_capture", b"1700000000.5: []\n"),
        ("kraken_capture", b'1700000000.5: [1,{"as":3,"bs":[]},"book-10","X/Y"]\n'),
        ("coinbase_capture", b'1700000000.5: {"type":"snapshot","product_id":"X"}\n'),
        ("binance_capture", b'1700000000000000000 {"lastUpdateId":1,"bids":[["a","b"]],"asks":[]}\n'),
        ("order_log", b"id,timestamp,price,volume,action,direction\n1,a,b,c,created,bid\n"),
        ("dukascopy", b'{"multiplier":1,"times":[1]'),
        ("dukascopy", b'{"multiplier":1,"times":[1]}'),
        ("coinbase_capture", b"1700000000.5: {"),
        ("order_log", b"id,timestamp,price,volume,action,direction\n"),
        ("truefx", b"EUR/USD,"),
        ("factor_file", b"symbol,date,price_factor,split_factor,reference_price\nX,"),
    ],
)
def test_any_capture(tmp_path: Path, source: str, start: bytes, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(start + content)
    kind = {"kind": "book"} if source == "binance_capture" else {}
    try:
        assert isinstance(entry("source", source)(path, **kind), Dataset)
    except QuartetError as error:
        assert str(error)


COLUMNS = st.one_of(
    st.lists(st.none() | st.integers(-(2**62), 2**62), min_size=3, max_size=3),
    st.lists(st.none() | st.integers(-5, 5), min_size=3, max_size=3),
    st.lists(st.none() | st.floats(), min_size=3, max_size=3),
    st.lists(st.none() | st.datetimes(), min_size=3, max_size=3),
    st.lists(st.none() | st.dates(), min_size=3, max_size=3),
    st.lists(st.none() | st.booleans(), min_size=3, max_size=3),
    st.lists(st.none() | st.sampled_from(["A", "B", ""]), min_size=3, max_size=3),
)


@UNHURRIED
@given(st.dictionaries(NAMES, COLUMNS, min_size=1, max_size=8), st.sampled_from(sorted(SCHEMAS)))
def test_any_types(columns: dict[str, list[object]], schema: str) -> None:
    loaded(pl.DataFrame(columns, strict=False), schema, symbol="X", timezone="UTC", faulty="drop")
