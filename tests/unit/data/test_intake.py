"""Market data in memory: what comes in, what is refused, and that dicts come back as they went in."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.contract import NO_SYMBOL, Code, EventKind, Flag
from quartet.core.errors import DataError
from quartet.core.pb import config_pb2
from quartet.data import Places, concat, to_batch, to_dicts
from quartet.data.exact import nano_text
from tests.unit.data.test_batch import batches

QUOTE: dict[str, Any] = {
    "symbol_id": 0,
    "bid_price": "100.05",
    "ask_price": "100.06",
    "bid_size": "1000",
    "ask_size": "900",
    "timestamp": 1234567890000000000,
    "venue_id": 1,
    "flags": 0,
}


def test_the_dict_of_the_documentation() -> None:
    batch, rejects = to_batch([QUOTE])
    assert not rejects.total and len(batch) == 1
    assert batch["bid_price"][0] == 100_050_000_000 and batch["ask_size"][0] == 900 * 10**9
    assert batch["ts_event"][0] == batch["ts_init"][0] == QUOTE["timestamp"]
    assert batch["source"][0] == 1 and batch["kind"][0] == EventKind.QUOTE


def test_a_bad_row_does_not_stop_the_others() -> None:
    rows = [
        QUOTE,
        {**QUOTE, "bid_price": "1.0000000001"},
        {**QUOTE, "ask_price": "nan"},
        {key: value for key, value in QUOTE.items() if key != "ask_size"},
        {**QUOTE, "timestamp": None},
        {key: value for key, value in QUOTE.items() if key != "symbol_id"},
        {**QUOTE, "flags": -1},
        {**QUOTE, "bid_size": "0"},
    ]
    batch, rejects = to_batch(rows)
    assert len(batch) == 2 and batch["bid_size"].tolist() == [1000 * 10**9, 0]
    found = [(reject.row, reject.code, reject.field) for reject in rejects]
    assert found == [
        (1, Code.BAD_DECIMAL, "bid_price"),
        (2, Code.BAD_DECIMAL, "ask_price"),
        (3, Code.MISSING_FIELD, "ask_size"),
        (4, Code.MISSING_FIELD, "timestamp"),
        (5, Code.MISSING_FIELD, "symbol"),
        (6, Code.BAD_DECIMAL, "flags"),
    ]
    assert rejects.total == 6 and rejects.by_code() == {Code.BAD_DECIMAL: 3, Code.MISSING_FIELD: 3}
    assert "'1.0000000001'" in rejects[0].message and "row 1" in rejects[0].message


def test_the_kind_of_a_row_is_its_own_or_what_its_fields_say() -> None:
    rows: list[dict[str, Any]] = [
        {"trade_price": "1", "trade_size": "2", "side": "sell"},
        {**QUOTE, "trade_price": "1"},
        {**QUOTE, "trade_price": "1", "trade_size": "3", "flags": int(Flag.TRADE)},
        {"bids": [["1", "2"], ["0.9", "3"]], "asks": [{"price": "1.1", "size": "4"}]},
        {"open": "1", "high": "2", "low": "1", "close": "2", "volume": "9"},
        {"score": 0.25},
        {"kind": "clock"},
        {"kind": 5, "score": "0.5", "confidence": 0.75},
    ]
    batch, rejects = to_batch([{"symbol_id": 0, "timestamp": 5, **row} for row in rows])
    assert not rejects.total
    names = [EventKind(kind).name for kind in batch["kind"].tolist()]
    expected = "TRADE QUOTE TRADE BOOK BAR EXTERNAL_SIGNAL CLOCK EXTERNAL_SIGNAL"
    assert names == expected.split()
    assert batch["aggressor"].tolist() == [-1, 0]
    assert batch["book_bid_levels"].tolist() == [2] and batch["book_ask_prices"][0, 0] == 1_100_000_000
    assert batch["signal_confidence"].tolist() == [1.0, 0.75]


def test_a_ladder_too_deep_is_left_to_the_engine() -> None:
    batch, _ = to_batch([{"symbol_id": 0, "timestamp": 1, "bids": [["1", "1"]] * 12, "asks": []}])
    assert batch["book_bid_levels"].tolist() == [12]


@given(batches)
def test_dicts_and_back_are_equal_to_the_byte(batch: Any) -> None:
    keep = np.flatnonzero(np.isin(batch["kind"], [1, 2, 3, 4, 5, 7]))
    batch = batch.take(keep)
    rows = to_dicts(batch)
    again, rejects = to_batch(rows)
    assert not rejects.total and repr(to_dicts(again)) == repr(rows)  # NaN is not equal to itself
    assert again == batch


@given(st.lists(st.tuples(st.integers(0, 2**60), st.integers(0, 2**60)), min_size=1, max_size=20))
def test_every_form_gives_the_same_batch(prices: list[tuple[int, int]]) -> None:
    names = ("bid_price", "ask_price")
    text = {name: [nano_text(pair[at]) for pair in prices] for at, name in enumerate(names)}
    rest = {"symbol": ["B"] * len(prices), "bid_size": [1] * len(prices), "ask_size": [2] * len(prices)}
    times = {"timestamp": list(range(len(prices)))}
    columns = {**text, **rest, **times}
    rows = [{key: values[at] for key, values in columns.items()} for at in range(len(prices))]
    decimals = {**columns, **{name: [Decimal(value) for value in text[name]] for name in names}}
    arrow = pa.table({**columns, **{name: pa.array(decimals[name], pa.decimal128(38, 9)) for name in names}})
    structured = np.array(
        [(*(pair), "B", 1, 2, at) for at, pair in enumerate(prices)],
        dtype=[(n, "i8") for n in names]
        + [("symbol", "U4"), ("bid_size", "i8"), ("ask_size", "f8"), ("timestamp", "i8")],
    )
    raw = {name: f"{name}*0.000000001" for name in names}
    expected = to_batch(rows, ["A", "B"]).batch
    assert len(expected) == len(prices)
    frames = [decimals, arrow, arrow.to_batches()[0], pl.DataFrame(columns), pd.DataFrame(columns)]
    for frame in frames[1:]:
        assert to_batch(frame, ["A", "B"]).batch == expected
    assert to_batch(structured, ["A", "B"], map=raw).batch == expected


def test_nan_of_pandas_is_missing_and_nan_of_arrow_is_bad() -> None:
    columns = {"symbol_id": [0, 0], "bid_price": [1.5, np.nan], "ask_price": [2.5, 2.5], "timestamp": [1, 2]}
    sizes = {"bid_size": [1, 1], "ask_size": [1, 1]}
    _, missing = to_batch(pd.DataFrame({**columns, **sizes}))
    assert missing.by_code() == {Code.MISSING_FIELD: 1}
    _, bad = to_batch(pa.table({**columns, **sizes}))
    assert bad.by_code() == {Code.BAD_DECIMAL: 1}


def test_names_that_are_not_known_go_to_the_engine() -> None:
    row = {key: value for key, value in QUOTE.items() if key != "symbol_id"}
    batch, rejects = to_batch([{**row, "symbol": "ZZZ"}, {**row, "symbol": "B"}], {"A": 0, "B": 1})
    assert batch["symbol"].tolist() == [NO_SYMBOL, 1] and not rejects.total
    assert to_dicts(batch, ["A", "B"])[1]["symbol"] == "B"
    with pytest.raises(DataError, match="symbols or instruments"):
        to_batch([{**row, "symbol": "A"}])
    with pytest.raises(DataError, match="sorted"):
        to_batch([row], ["B", "A"])


def test_size_units_and_default_sizes() -> None:
    instruments = [
        config_pb2.Instrument(symbol="A", default_size=5 * 10**9),
        config_pb2.Instrument(symbol="TOKEN", size_unit=1000),
    ]
    trade: dict[str, Any] = {"trade_price": "0.5", "timestamp": 1}
    rows = [
        {**trade, "symbol": "A"},
        {**trade, "symbol": "TOKEN", "trade_size": "12000000000000"},
        {**trade, "symbol": "TOKEN", "trade_size": "0.0000005"},
        {**trade, "symbol": "TOKEN"},
    ]
    batch, rejects = to_batch(rows, instruments=instruments)
    assert batch["trade_size"].tolist() == [5 * 10**9]
    assert [(reject.row, reject.code) for reject in rejects] == [
        (1, Code.BAD_DECIMAL),
        (2, Code.BAD_DECIMAL),
        (3, Code.MISSING_FIELD),
    ]
    batch, _ = to_batch([{**trade, "symbol": "TOKEN", "trade_size": 9_000_000_000_000}], instruments=instruments)
    assert batch["trade_size"].tolist() == [9 * 10**18]


def test_levels_of_a_structured_array() -> None:
    kind = [("symbol_id", "u4"), ("timestamp", "i8")]
    kind += [(f"{side}_{what}", "f8", (2,)) for side in ("bid", "ask") for what in ("prices", "sizes")]  # type: ignore[list-item]
    data = np.array([(0, 1, [2, 1], [5, 6], [3, 4], [7, 0])], dtype=kind)
    batch, rejects = to_batch(data)
    assert not rejects.total and batch["book_bid_levels"].tolist() == [2] and batch["book_ask_levels"].tolist() == [1]


def test_large_sequences_and_rounding() -> None:
    batch, _ = to_batch([{**QUOTE, "sequence": 2**64 - 1}, {**QUOTE, "sequence": 2**64}])
    assert batch["sequence"].tolist() == [2**64 - 1]
    noisy = {**QUOTE, "bid_price": 79.95999999999998}
    assert to_batch([noisy]).rejects.total == 1
    assert to_batch([noisy], places=Places.ROUND).batch["bid_price"].tolist() == [79_960_000_000]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (5, "no table"),
        ([1], "row 0 is int"),
        (np.zeros(3), "structured"),
        ([{**QUOTE, "kind": "report"}], "row 0: kind 'report'"),
        ([{"symbol_id": 0, "timestamp": 1, "bids": [5]}], "level 0 of bids"),
    ],
)
def test_data_of_a_wrong_form_is_an_error(data: Any, says: str) -> None:
    with pytest.raises(DataError, match=says):
        to_batch(data)


def test_nothing_is_an_empty_batch() -> None:
    assert len(to_batch([]).batch) == 0
    assert len(to_batch(pl.DataFrame(schema={"symbol_id": pl.Int64, "bid": pl.Float64, "ask": pl.Float64})).batch) == 0
    assert len(concat([])) == 0
