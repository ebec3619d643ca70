"""Files: recognised without a map, mapped, refused with a reason; order, clocks, notes."""

import gzip
import lzma
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from quartet.core.contract import NO_SYMBOL, Code, EventKind, Flag
from quartet.core.errors import DataError
from quartet.core.pb import config_pb2
from quartet.data import EventBatch, EventFile, FileOptions, events_of, merged_events, open_all, open_events, survey

DAY = 86_400 * 10**9


def ns(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 10**9  # type: ignore[misc,arg-type]


def csv(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    data = text.encode()
    packed = gzip.compress(data) if name.endswith(".gz") else lzma.compress(data) if name.endswith(".xz") else data
    path.write_bytes(packed)
    return path


def read(path: Path, **options: Any) -> tuple[EventBatch, EventFile]:
    file = open_events(path, options=FileOptions(**options))
    return file.read(), file


@pytest.mark.parametrize("ending", ["", ".gz", ".xz"])
def test_quotes_of_a_csv(tmp_path: Path, ending: str) -> None:
    text = (
        "timestamp,bid,ask\n2013-01-01 22:00:00.295000+00:00,86.655,86.728\n2013-01-01 22:00:01+00:00,86.656,86.729\n"
    )
    batch, file = read(csv(tmp_path, f"feed_USDJPY_ticks.csv{ending}", text))
    assert file.symbols.names == ["USDJPY"] and file.kind is EventKind.QUOTE and file.rows_read == 2
    assert batch["bid_price"].tolist() == [86_655_000_000, 86_656_000_000]
    assert batch["bid_size"].tolist() == [10**9, 10**9]
    assert batch["ts_event"].tolist() == [ns(2013, 1, 1, 22) + 295_000_000, ns(2013, 1, 1, 22, 0, 1)]
    assert file.notes == ["4 sizes are not in the file; the default size stands for them"]


def test_a_map_with_scales_time_zone_and_kind(tmp_path: Path) -> None:
    text = "when;px;vol;who;what\n20140501 093000;1234500;7;B;X\n20140501 093001;1234600;8;S;Y\n"
    named = {
        "timestamp": "when",
        "trade_price": "px/10000",
        "trade_size": "vol*100",
        "aggressor": "who",
        "symbol": "what",
    }
    batch, file = read(csv(tmp_path, "any.csv", text), map=named, timezone="America/New_York")
    assert file.kind is EventKind.TRADE and file.symbols.ids == {"X": 0, "Y": 1}
    assert batch["trade_price"].tolist() == [123_450_000_000, 123_460_000_000]
    assert batch["trade_size"].tolist() == [700 * 10**9, 800 * 10**9]
    assert batch["aggressor"].tolist() == [1, -1]
    assert batch["ts_event"][0] == ns(2014, 5, 1, 13, 30)


def test_daily_bars_are_known_at_the_end_of_their_day(tmp_path: Path) -> None:
    text = "Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,1,2,0.5,1.5,1.4,10\n"
    text += "2020-01-03,1.5,2,1,2,2,null\n,,,,,,\n"
    batch, file = read(csv(tmp_path, "GC.csv", text), timezone="America/New_York", default_size=3)
    assert [EventKind(kind).name for kind in batch["kind"].tolist()] == ["BAR", "CLOCK"] * 2
    assert batch["ts_event"][0] == ns(2020, 1, 3, 5) - 1 == batch["ts_event"][1]
    assert batch["bar_volume"].tolist() == [10 * 10**9, 3 * 10**9]
    assert file.rejects.by_code() == {Code.MISSING_FIELD: 1} and file.rejects[0].row == 2


def test_bars_of_many_symbols_are_brought_into_order(tmp_path: Path) -> None:
    minutes = [datetime(2024, 1, 2, 9, minute, tzinfo=UTC) for minute in range(3)]
    frame = pl.DataFrame(
        {
            "symbol": ["B"] * 3 + ["A"] * 3,
            "date": minutes * 2,
            **{name: [1.5] * 6 for name in ("open", "high", "low", "close")},
            "volume": [4] * 6,
        }
    )
    frame.write_parquet(tmp_path / "bars.parquet")
    batch, file = read(tmp_path / "bars.parquet")
    assert file.rows == 6 and not file.ordered and "sorted" in file.notes[0]
    assert batch["kind"].tolist() == [EventKind.BAR, EventKind.BAR, EventKind.CLOCK] * 3
    assert batch["symbol"][:2].tolist() == [1, 0]
    assert batch["ts_init"][0] == ns(2024, 1, 2, 9, 1)
    assert events_of(frame).read() == batch
    same, _ = read(tmp_path / "bars.parquet", interval="1m")
    assert same == batch
    ends, _ = read(tmp_path / "bars.parquet", interval=0)
    assert ends["ts_init"][0] == ns(2024, 1, 2, 9)


def test_books_and_kinds_by_row(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "kind": ["book", "trade", "BOOK"],
        "timestamp": [1, 2, 3],
        "trade_price": [None, "5", None],
        "trade_size": [None, "6", None],
    }
    for level in (1, 2):
        for side, price in (("bid", 10 - level), ("ask", 10 + level)):
            columns[f"{side}_price_{level}"] = [str(price), None, None if level == 2 else str(price)]
            columns[f"{side}_size_{level}"] = ["1", None, "1"]
    pl.DataFrame(columns).write_csv(tmp_path / "book.csv")
    batch, _ = read(tmp_path / "book.csv", time_unit="ns", symbol="S")
    assert [EventKind(kind).name for kind in batch["kind"].tolist()] == ["BOOK", "TRADE", "BOOK"]
    assert batch["book_bid_levels"].tolist() == [2, 1]
    assert batch["book_ask_prices"][0, :3].tolist() == [11 * 10**9, 12 * 10**9, 0]


def test_given_symbols_instruments_and_latency(tmp_path: Path) -> None:
    text = "timestamp,symbol,bid,ask\n1,AAA,1,2\n2,BBB,1,2\n3,,1,2\n"
    path = csv(tmp_path, "q.csv", text)
    instruments = [config_pb2.Instrument(symbol="BBB", default_size=5 * 10**9)]
    file = open_events(path, instruments=instruments, options=FileOptions(time_unit="s", feed_latency_ns=7))
    batch = file.read()
    assert batch["symbol"].tolist() == [NO_SYMBOL, 0] and batch["bid_size"].tolist() == [10**9, 5 * 10**9]
    assert batch["ts_init"].tolist() == [10**9 + 7, 2 * 10**9 + 7]
    assert file.rejects.by_code() == {Code.MISSING_FIELD: 1}
    skipped = open_events(path, ["BBB"], options=FileOptions(time_unit="s", unknown_symbols="skip")).read()
    assert skipped["symbol"].tolist() == [0]


def test_numbers_with_too_many_places(tmp_path: Path) -> None:
    text = "timestamp,price,size\n1,79.95999999999998,1\n2,0.00000012345,1\n3,5.800000000000,1\n"
    path = csv(tmp_path, "t.csv", text)
    batch, file = read(path, time_unit="s")
    assert batch["trade_price"].tolist() == [79_960_000_000, 5_800_000_000]
    assert file.rejects.by_code() == {Code.BAD_DECIMAL: 1} and "rounded" in file.notes[0]
    exact, strict = read(path, time_unit="s", places="exact")
    assert exact["trade_price"].tolist() == [5_800_000_000] and strict.rejects.total == 2


def test_a_csv_without_header(tmp_path: Path) -> None:
    trades, _ = read(csv(tmp_path, "T.csv", "1315922016,5.8,1.0\n1315922024,5.83,3.0\n"))
    assert trades["trade_price"].tolist() == [5_800_000_000, 5_830_000_000]
    bars, file = read(csv(tmp_path, "B.csv", "20110103 090100;1;2;0.5;1;9\n20110103 090200;1;2;0.5;1;9\n"))
    assert bars["ts_event"][0] == ns(2011, 1, 3, 9, 1) and "NinjaTrader" in file.dialect
    with pytest.raises(DataError, match="no header"):
        read(csv(tmp_path, "C.csv", "1,2\n3,4\n"))


def test_a_note_before_the_header(tmp_path: Path) -> None:
    text = "Times are UTC,https://example.com\ndate,symbol,open,high,low,close,volume_btc,volume\n"
    text += "2019-10-17 09-AM,X,1,2,1,2,3,9\n2019-10-17 08-AM,X,1,2,1,2,4,9\n"
    batch, _ = read(csv(tmp_path, "c.csv", text))
    assert batch["bar_volume"].tolist() == [4 * 10**9, 3 * 10**9]
    assert batch["ts_event"][0] == ns(2019, 10, 17, 9)


def test_bars_side_by_side(tmp_path: Path) -> None:
    head = ",".join(f"{s}:{f}" for s in ("BTC", "ETH") for f in ("open", "high", "low", "close", "volume"))
    text = f",{head}\n2014-12-01,1,2,1,2,5,,,,,\n2014-12-02,1,2,1,2,6,3,4,3,bad,7\n"
    batch, file = read(csv(tmp_path, "w.csv", text))
    assert file.symbols.names == ["BTC", "ETH"] and batch["bar_volume"].tolist() == [5 * 10**9, 6 * 10**9]
    assert [(reject.row, reject.field) for reject in file.rejects] == [(1, "close")]
    assert file.rows_read == 2


def test_lobster(tmp_path: Path) -> None:
    rows = [
        (34200.5, 1, 1, 5, 100, 1),
        (34200.6, 4, 1, 2, 100, 1),
        (34200.7, 7, 0, 0, -1, -1),
        (34200.8, 7, 0, 0, 1, 1),
    ]
    names = ("time_s", "event_type", "order_id", "size", "price_e4", "direction")
    columns: dict[str, Any] = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    columns |= {"ask_price_e4_1": [9_999_999_999, 102, 102, 102], "ask_size_1": [0, 7, 7, 7]}
    columns |= {"bid_price_e4_1": [100] * 4, "bid_size_1": [5, 3, 3, 3]}
    pl.DataFrame(columns).write_parquet(tmp_path / "AMZN_2012-06-21_level1.parquet")
    batch, file = read(tmp_path / "AMZN_2012-06-21_level1.parquet")
    assert [EventKind(kind).name for kind in batch["kind"].tolist()] == ["QUOTE", "TRADE", "QUOTE", "QUOTE", "QUOTE"]
    assert batch["aggressor"].tolist() == [-1] and batch["trade_price"].tolist() == [10_000_000]
    assert batch["ask_size"].tolist() == [0, 7 * 10**9, 7 * 10**9, 7 * 10**9]
    assert batch["flags"].tolist() == [0, 0, 0, int(Flag.HALT), 0]
    assert batch["ts_event"][0] == ns(2012, 6, 21, 13, 30) + 500_000_000 and file.symbols.names == ["AMZN"]
    with pytest.raises(DataError, match="option date"):
        (tmp_path / "AMZN_2012-06-21_level1.parquet").rename(tmp_path / "x.parquet")
        read(tmp_path / "x.parquet")
    dated, _ = read(tmp_path / "x.parquet", date="2012-06-21", symbol="AMZN")
    assert dated == batch


def test_files_in_one_stream(tmp_path: Path) -> None:
    quotes = csv(tmp_path, "q.csv", "timestamp,symbol,bid,ask\n1,B,1,2\n3,B,1,2\n3,A,1,2\n")
    trades = csv(tmp_path, "t.csv", "timestamp,symbol,price,size\n2,C,1,2\n3,A,1,2\n9,A,1,2\n")
    options = FileOptions(time_unit="s")
    files = open_all([quotes, trades], options=options)
    assert files[0].symbols.names == ["A", "B", "C"]
    whole = [batch for batch in merged_events(files) if len(batch)]
    kinds = np.concatenate([batch["kind"] for batch in whole]).tolist()
    assert kinds == [1, 2, 1, 1, 2, 2]
    apart = [open_events(quotes, options=options), open_events(trades, options=options)]
    with pytest.raises(DataError, match="open_all"):
        list(merged_events(apart))


def test_bars_of_two_files_share_their_clocks(tmp_path: Path) -> None:
    for name in ("AAA", "BBB"):
        csv(tmp_path, f"{name}.csv", "date,open,high,low,close,volume\n2020-01-02,1,1,1,1,1\n2020-01-03,1,1,1,1,1\n")
    files = open_all([tmp_path / "AAA.csv", tmp_path / "BBB.csv"])
    kinds = [kind for batch in merged_events(files) for kind in batch["kind"].tolist()]
    assert kinds == [EventKind.BAR, EventKind.BAR, EventKind.CLOCK] * 2


def test_survey_tells_steps(tmp_path: Path) -> None:
    text = "timestamp,symbol,bid,ask,bid_size,ask_size\n1,B,1.25,2.5,100,300\n2,A,3,3,0.5,1\n"
    file = open_events(csv(tmp_path, "q.csv", text), options=FileOptions(time_unit="s"))
    a, b = survey(file, file.symbols.names)
    assert (a.price_step, a.size_step) == (10**9, 10**8) and (b.price_step, b.size_step) == (10**7, 10**9)
    assert (b.price_low, b.price_high, b.events) == (1_250_000_000, 2_500_000_000, {EventKind.QUOTE: 1})


@pytest.mark.parametrize(
    ("name", "text", "options", "says"),
    [
        ("f.csv", "a,b\n1,2\n", {}, "give a map"),
        ("f.csv", "a,b\nx,y\n", {"map": {"colour": "a"}}, "'colour' is no field"),
        ("f.csv", "a,b\nx,y\n", {"map": {"bid_price": "c/10"}}, "names no column"),
        ("f.csv", "a,b\nx,y\n", {"map": {"bid_price": "a"}}, "no whole event"),
        ("f.csv", "timestamp,price\n1,2\n", {"kind": "quote"}, "QUOTE events need bid_price"),
        ("f.csv", "timestamp,price\n1,2\n", {"kind": "control"}, "is not one of quote"),
        ("f.csv", "timestamp,price\nsoon,2\n", {}, "row 0, column timestamp: 'soon'"),
        ("f.csv", "timestamp,price\n1,2,3\n", {}, "f.csv: "),
        ("f.csv", "date,open,high,low,close\n2020-01-02 09:30:00,1,1,1,1\n", {}, "option interval"),
        ("f.csv", "", {}, "neither Parquet nor text"),
        ("f.csv", "a,b\nx,y\n", {"map": {"trade_price": "a"}}, "no time"),
        ("f.csv", "kind,timestamp,price\nnone,1,2\n", {}, "row 0: kind 'none'"),
        ("f.csv", "id,timestamp,price,volume,action,direction\n1,2,3,4,5,6\n", {}, "level 3"),
        ("f.csv", "timestamp,symbol_id,price\n1,2,3\n", {}, "symbol_id; give the symbols"),
        ("f.csv", "timestamp,price\n1,2\n", {"timezone": "Mars/Base"}, "IANA"),
        ("f.parquet", "PAR1 but no more", {}, "cannot be read"),
    ],
)
def test_errors_say_what_and_how(tmp_path: Path, name: str, text: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(DataError, match=says):
        read(csv(tmp_path, name, text), **options)


def test_no_file() -> None:
    with pytest.raises(DataError, match="no such file"):
        open_events("nowhere.csv")
    with pytest.raises(DataError, match="no table"):
        events_of(Decimal(1))
