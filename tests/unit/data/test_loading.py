"""Loading: columns as users have them, in every container; what is not clear is refused with its place."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.contract import EventKind
from quartet.core.errors import ConfigError, DataError
from quartet.data import load
from quartet.data.contracts.schema import TIME
from quartet.data.dataset import Dataset
from quartet.data.loading import Chunks, LoadOptions
from tests.unit.data.frames import bars_of, day_end, weekdays

DAYS = weekdays(date(2024, 1, 1), 3)
CLEAN = bars_of({"A": [1.0, 2, 3], "B": [3.0, 2, 1]}, DAYS)
YAHOO = "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,10,12,9,11,10.5,100\n2024-01-03,11,13,10,12,11.5,0\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_csv_of_a_stock_loads_as_it_is(tmp_path: Path) -> None:
    data = load(written(tmp_path, "AAPL.csv", YAHOO))
    assert data.symbols == ["AAPL"] and data.verdict.passed
    assert data.frame["timestamp"].to_physical().to_list() == [day_end(date(2024, 1, 2)), day_end(date(2024, 1, 3))]
    assert data.frame["adj_close"].to_list() == [10.5, 11.5]
    assert data.frame["volume"].to_list() == [100.0, 0.0]
    assert any("days of UTC" in step for step in data.provenance.steps)
    assert data.provenance.files[0].name == "AAPL.csv" and len(data.provenance.files[0].sha256) == 64
    assert data.verdict.count("moved_without_volume") == 1


def test_every_container_gives_the_same_data(tmp_path: Path) -> None:
    frame = CLEAN.with_columns(timestamp=(pl.col("timestamp").to_physical() // 10**6 * 10**6).cast(TIME))
    theirs = frame.rename({"timestamp": "ts", "symbol": "Ticker", "close": "Close"})
    theirs.write_parquet(tmp_path / "x.parquet")
    theirs.write_ipc(tmp_path / "x.arrow")
    pa.feather.write_feather(theirs.to_arrow(), tmp_path / "x.feather")
    stamped = theirs.with_columns(pl.col("ts").dt.to_string("%Y-%m-%dT%H:%M:%S%.9fZ"))
    stamped.write_csv(tmp_path / "x.csv")
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress((tmp_path / "x.csv").read_bytes()))
    connection = duckdb.connect()
    connection.register("theirs", theirs.to_arrow())
    containers = [
        *(tmp_path / f"x.{end}" for end in ("parquet", "arrow", "feather", "csv", "csv.gz")),
        theirs,
        theirs.lazy(),
        theirs.to_arrow(),
        theirs.to_pandas(),
        theirs.to_pandas().set_index("ts"),
        {name: theirs[name].to_list() for name in theirs.columns if name != "ts"} | {"ts": theirs["ts"]},
        connection.sql("select * from theirs"),
    ]
    loaded = [load(each, interval=0) for each in containers]
    assert [data.frame.equals(frame.select(data.frame.columns)) for data in loaded] == [True] * len(containers)
    assert {data.hash for data in loaded} == {loaded[0].hash}


def test_a_wide_frame_of_two_levels_becomes_long() -> None:
    one = pd.DataFrame(
        {"Open": [1.0, 2], "High": [1.0, 2], "Low": [1.0, 2], "Close": [1.0, 2], "Volume": [1, 2]},
        index=pd.DatetimeIndex(["2024-01-02", "2024-01-03"], name="Date"),
    )
    wide = pd.concat({"A": one, "B": one * 2}, axis=1)
    by_ticker, by_field = load(wide), load(wide.swaplevel(axis=1))
    assert by_ticker.symbols == ["A", "B"] and by_ticker.frame.equals(by_field.frame)
    assert by_ticker.frame["close"].to_list() == [1.0, 2.0, 2.0, 4.0]


def test_a_frame_of_the_contract_is_taken_as_it_is() -> None:
    data = load(CLEAN)
    assert data.frame.equals(CLEAN) and "as it is" in data.provenance.steps[0]


def test_bars_are_moved_from_their_start_to_their_end() -> None:
    frame = pl.DataFrame(
        {"time": [0, 60_000, 120_000], "symbol": "A", "open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0}
    )
    assert load(frame, time_unit="ms").frame["timestamp"].to_physical().to_list() == [
        6 * 10**10,
        12 * 10**10,
        18 * 10**10,
    ]
    ends = load(frame, time_unit="ms", interval=0).frame["timestamp"].to_physical().to_list()
    assert ends == [0, 6 * 10**10, 12 * 10**10]


def test_times_without_a_zone_are_refused_until_one_is_named(tmp_path: Path) -> None:
    text = "timestamp,open,high,low,close\n2024-07-01 09:30:00,1,1,1,1\n2024-07-01 09:31:00,1,1,1,1\n"
    path = written(tmp_path, "A.csv", text)
    with pytest.raises(DataError, match=r"A\.csv: the times carry no time zone.*timezone='UTC'"):
        load(path)
    data = load(path, timezone="America/New_York")
    assert data.frame["timestamp"][0] == datetime(2024, 7, 1, 13, 31, tzinfo=UTC)
    with pytest.raises(DataError, match="no time zone"):
        load(pl.DataFrame({"ts": [datetime(2024, 7, 1, 9)], "price": [1.0], "size": [1.0], "symbol": ["A"]}), "trades")


def test_times_with_and_without_a_zone_in_one_column_are_refused(tmp_path: Path) -> None:
    text = "timestamp,open,high,low,close\n2024-07-01T09:30:00Z,1,1,1,1\n2024-07-01 09:31:00,1,1,1,1\n"
    with pytest.raises(DataError, match=r"row 1: .*with and without an offset"):
        load(written(tmp_path, "A.csv", text))


def test_offsets_may_differ_within_a_column(tmp_path: Path) -> None:
    text = "timestamp,open,high,low,close\n2024-11-03T01:30:00-04:00,1,1,1,1\n2024-11-03T01:30:00-05:00,1,1,1,1\n"
    stamps = load(written(tmp_path, "A.csv", text), interval=0).frame["timestamp"].to_list()
    assert [stamp.hour for stamp in stamps] == [5, 6]


def test_unsorted_rows_are_sorted_and_it_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "A.csv", "\n".join([YAHOO.splitlines()[0], *reversed(YAHOO.splitlines()[1:])]))
    data = load(path)
    assert data.verdict.passed and data.frame["close"].to_list() == [11.0, 12.0]
    assert "sorted by timestamp, symbol" in data.provenance.steps


def test_duplicates_are_refused_or_one_is_kept(tmp_path: Path) -> None:
    text = YAHOO + "2024-01-03,11,13,10,12.5,11.5,0\n"
    path = written(tmp_path, "A.csv", text)
    with pytest.raises(DataError, match="duplicate_rows"):
        load(path).sound()
    assert load(path, duplicates="first").sound().frame["close"].to_list() == [11.0, 12.0]
    last = load(path, duplicates="last").sound()
    assert last.frame["close"].to_list() == [11.0, 12.5]
    assert any("1 rows with the key of another" in step for step in last.provenance.steps)


def test_faulty_rows_are_left_out_only_where_asked_for(tmp_path: Path) -> None:
    path = written(
        tmp_path, "A.csv", YAHOO + "2024-01-04,11,10,10,12.5,11.5,0\n2024-01-05,,,,,,\n2024-01-08,1,1,-1,1,1,5\n"
    )
    with pytest.raises(DataError, match="high_below"):
        load(path).sound()
    data = load(path, faulty="drop").sound()
    assert len(data.frame) == 2 and data.verdict.count("refused_rows") == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Date,Open,High,Low,Close\n2024-01-02,1,1,one,1\n", r"row 0, column Low: 'one' is no low"),
        ("Date,Open,High,Low,Close\nsoon,1,1,1,1\n", r"row 0: 'soon' is no time"),
        ("Date,Open,High,Low\n2024-01-02,1,1,1\n", r"is close; name it: map="),
        ("Open,High,Low,Close\n1,1,1,1\n", "no header|no column holds the time"),
        ("", "neither Parquet nor text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load(written(tmp_path, "A.csv", text))


def test_rows_without_a_symbol_need_one() -> None:
    with pytest.raises(DataError, match="symbol='NAME'"):
        load(CLEAN.drop("symbol").unique("timestamp"))


def test_a_map_names_and_scales_columns(tmp_path: Path) -> None:
    text = "when,o4,h4,l4,c4,v\n2024-01-02,10000,20000,10000,15000,7\n"
    data = load(
        written(tmp_path, "A.csv", text),
        map={"timestamp": "when", "open": "o4/10000", "high": "h4/10000", "low": "l4/10000", "close": "c4/10000"},
    )
    assert data.frame.select("open", "close", "volume").row(0) == (1.0, 1.5, 7.0)
    with pytest.raises(DataError, match="names no column"):
        load(written(tmp_path, "A.csv", text), map={"close": "c5"})
    with pytest.raises(DataError, match="'closing' is no column of bars"):
        load(written(tmp_path, "A.csv", text), map={"closing": "c4"})


def test_options_are_known_by_name() -> None:
    with pytest.raises(ConfigError, match="did you mean 'timezone'"):
        load(CLEAN, timezon="UTC")


def test_several_files_and_folders_are_one_dataset(tmp_path: Path) -> None:
    for symbol in ("AA", "BB"):
        written(tmp_path, f"{symbol}.csv", YAHOO)
    data = load(tmp_path)
    assert data.symbols == ["AA", "BB"] and len(data.provenance.files) == 2 and data.verdict.passed
    assert load([tmp_path / "AA.csv", tmp_path / "BB.csv"]).hash == data.hash
    with pytest.raises(DataError, match="no such file"):
        load(tmp_path / "CC.csv")


def test_one_row_and_one_side_are_enough() -> None:
    one = load(CLEAN[:1])
    assert one.verdict.passed and one.verdict.count("one_row") == 1
    trades = load({"ts": ["2024-01-01T00:00:00Z"], "price": [1.5], "qty": [2], "symbol": ["X"]}, "trades")
    assert trades.frame.row(0)[1:] == ("X", 1.5, 2.0, 0)


def test_ticks_keep_what_is_missing(tmp_path: Path) -> None:
    path = written(
        tmp_path, "EURUSD.csv", "timestamp,bid,ask\n2024-01-01T00:00:00Z,1.1,1.2\n2024-01-01T00:00:01Z,,1.3\n"
    )
    frame = load(path, "quotes").frame
    assert frame["bid"].to_list() == [1.1, None] and frame["bid_size"].to_list() == [None, None]


def test_an_option_chain_of_calls_and_puts() -> None:
    rows = {
        "quotedate": ["01/04/2024".replace("01/04/2024", "2024-01-04")] * 2,
        "underlying": ["SPX", "SPX"],
        "expiration": ["2024-02-16", "2024-02-16"],
        "strike": [4700, 4700],
        "type": ["call", "put"],
        "bid": [1.0, 2.0],
        "ask": [1.1, 2.1],
        "impliedvol": [0.12, 0.13],
    }
    data = load(rows, "chain").sound()
    assert data.frame["cp"].to_list() == ["C", "P"]
    assert data.frame["expiry"].to_list() == [date(2024, 2, 16)] * 2
    assert data.frame["iv"].to_list() == [0.12, 0.13] and data.frame["volume"].null_count() == 2


def test_chunks_are_the_whole(tmp_path: Path) -> None:
    path = written(tmp_path, "A.csv", YAHOO)
    assert pl.concat(Chunks(path, "bars", LoadOptions())).equals(load(path).frame)


def test_rows_go_to_an_engine_as_events() -> None:
    batch = load(CLEAN).batch()
    assert batch.counts()[EventKind.BAR] == 6
    assert batch["ts_init"].tolist() == CLEAN["timestamp"].to_physical().to_list()
    assert batch["bar_close"].tolist() == [int(value * 10**9) for value in CLEAN["close"]]
    with pytest.raises(DataError, match="MISSING_FIELD"):
        load(CLEAN.with_columns(volume=pl.lit(None, pl.Float64))).batch()


def test_a_hash_is_of_what_the_data_say() -> None:
    data = Dataset.of(CLEAN, "bars")
    chunked = pl.concat([CLEAN[:2], CLEAN[2:]], rechunk=False)
    assert Dataset.of(chunked, "bars").hash == data.hash
    hidden = CLEAN.with_columns(pl.when(pl.col("volume") > 0).then(None).otherwise("volume").alias("volume"))
    shown = CLEAN.with_columns(pl.lit(None, pl.Float64).alias("volume"))
    assert Dataset.of(hidden, "bars").hash == Dataset.of(shown, "bars").hash != data.hash
    assert Dataset.of(CLEAN.with_columns(pl.col("close") + 1e-12), "bars").hash != data.hash


def test_whole_number_dates_are_dates() -> None:
    frame = pl.DataFrame({"date": [20240102, 20240103], "symbol": "A", "close": [1.0, 2.0]})
    assert load(frame).frame["timestamp"].to_physical().to_list() == [
        day_end(date(2024, 1, 2)),
        day_end(date(2024, 1, 3)),
    ]


def test_a_single_bar_within_a_day_needs_its_interval() -> None:
    frame = pl.DataFrame({"ts": [60_000_000_000], "symbol": "A", "close": [1.0]})
    with pytest.raises(DataError, match="give the option interval"):
        load(frame, time_unit="ns")
    assert len(load(frame, time_unit="ns", interval="1m").frame) == 1


@given(st.permutations(range(len(CLEAN))))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    assert load(CLEAN[order]).hash == load(CLEAN).hash


def test_weeks_and_months_need_to_say_where_their_date_lies() -> None:
    frame = pl.DataFrame({"Date": ["2024-01-01", "2024-02-01", "2024-03-01"], "symbol": "A", "Close": [1.0, 2.0, 3.0]})
    with pytest.raises(DataError, match="rows are 30 days apart"):
        load(frame)
    assert load(frame, interval="1d").frame["timestamp"].dt.date()[0] == date(2024, 1, 1)
    assert load(frame, interval="31d").frame["timestamp"].dt.date()[0] == date(2024, 1, 31)


def test_a_reader_may_be_read_again(tmp_path: Path) -> None:
    chunks = Chunks(written(tmp_path, "A.csv", YAHOO), "bars", LoadOptions())
    first = pl.concat(chunks)
    steps = list(chunks.steps)
    assert pl.concat(chunks).equals(first) and chunks.steps == steps


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_clock_of_the_machine_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    path = written(tmp_path, "A.csv", YAHOO)
    here = load(path).hash
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert load(path).hash == here
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_panel_has_the_date_of_each_bar() -> None:
    frame = CLEAN.with_columns(pl.col("timestamp").dt.cast_time_unit("us"), sector=pl.lit("Energy"))
    panel = load(frame, "panel", interval=0).sound().frame
    assert panel["date"].to_list() == [day for day in DAYS for _ in "AB"] and set(panel["sector"]) == {"Energy"}
