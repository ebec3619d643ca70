"""Sources of files, each on a small file made by hand; tests/integration/test_real_datasets.py reads the real ones."""

from __future__ import annotations

import gzip
import lzma
import struct
import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import databento_dbn
import pytest

from quartet.core.errors import DataError
from quartet.core.registry import entries, entry
from quartet.data.dataset import Dataset
from tests.unit.data.providers.http_server import serving

NANO = 10**9


def source(name: str, what: Any, **values: Any) -> Dataset:
    made: Dataset = entry("source", name)(what, **values)
    return made


def text_file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def mbo(action: str, side: str, order: int, price: float, size: int, at: int, flags: int = 128) -> bytes:
    record = databento_dbn.MBOMsg(
        1, 7, at, order, int(price * NANO), size, getattr(databento_dbn.Action, _ACTIONS[action]),
        getattr(databento_dbn.Side, {"B": "BID", "A": "ASK", "N": "NONE"}[side]), at + 5, flags=flags, sequence=at,
    )  # fmt: skip
    return bytes(record)


_ACTIONS = {"A": "ADD", "C": "CANCEL", "M": "MODIFY", "T": "TRADE", "F": "FILL", "R": "CLEAR"}


def dbn_file(folder: Path, *records: bytes, schema: str = "MBO") -> Path:
    metadata = databento_dbn.Metadata(
        "XNAS.ITCH",
        0,
        databento_dbn.SType.RAW_SYMBOL,
        databento_dbn.SType.INSTRUMENT_ID,
        getattr(databento_dbn.Schema, schema),
        symbols=["X"],
    )
    path = folder / "x.dbn"
    path.write_bytes(bytes(metadata) + b"".join(records))
    return path


BOOK_RECORDS = (
    mbo("A", "B", 1, 9.0, 100, 1),
    mbo("A", "A", 2, 10.0, 50, 2),
    mbo("A", "A", 3, 10.0, 25, 3),
    mbo("M", "B", 1, 9.5, 80, 4),
    mbo("T", "B", 0, 10.0, 60, 5, flags=0),
    mbo("F", "A", 2, 10.0, 50, 5, flags=0),
    mbo("C", "A", 2, 10.0, 50, 5, flags=0),
    mbo("F", "A", 3, 10.0, 10, 5, flags=0),
    mbo("C", "A", 3, 10.0, 10, 5),
    mbo("C", "B", 99, 9.0, 1, 6),
    mbo("C", "A", 3, 10.0, 15, 7),
)


def test_dbn_rebuilds_the_book_order_by_order(tmp_path: Path) -> None:
    path = dbn_file(tmp_path, *BOOK_RECORDS)
    quotes = source("dbn", path, symbol="X")
    assert quotes.frame.select("bid", "bid_size", "ask", "ask_size").rows() == [
        (9.0, 100.0, None, None),
        (9.0, 100.0, 10.0, 50.0),
        (9.0, 100.0, 10.0, 75.0),
        (9.5, 80.0, 10.0, 75.0),
        (9.5, 80.0, 10.0, 15.0),
        (9.5, 80.0, None, None),
    ]
    assert quotes.verdict.count("unknown_orders") == 1
    assert quotes.frame["ts_init"].dt.epoch("ns").to_list() == [6, 7, 8, 9, 10, 12]
    trades = source("dbn", path, kind="trades", symbol="X")
    assert trades.frame.select("price", "size", "side").rows() == [(10.0, 60.0, 1)]
    book = source("dbn", path, kind="book", symbol="X")
    assert book.frame["ask_price_1"].to_list() == [None, 10.0, 10.0, 10.0, 10.0, None]
    assert book.frame["ask_price_2"].null_count() == len(book.frame)


def test_dbn_bars_are_stamped_with_their_end(tmp_path: Path) -> None:
    bar = databento_dbn.OHLCVMsg(33, 1, 7, 60 * NANO, 1 * NANO, 3 * NANO, 1 * NANO, 2 * NANO, 10)
    data = source("dbn", dbn_file(tmp_path, bytes(bar), schema="OHLCV_1M"), kind="bars", symbol="X").sound()
    assert data.frame["timestamp"].dt.epoch("ns")[0] == 120 * NANO
    assert data.frame.select("open", "high", "low", "close", "volume").row(0) == (1.0, 3.0, 1.0, 2.0, 10.0)


def test_dbn_refuses_what_is_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.dbn: it is no Databento file"):
        source("dbn", text_file(tmp_path, "x.dbn", "nothing" * 50))
    with pytest.raises(DataError, match="give one file"):
        source("dbn", [tmp_path / "x.dbn", tmp_path / "x.dbn"])


def test_databento_keeps_what_it_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABENTO_API_KEY", "db-" + "x" * 29)
    content = dbn_file(tmp_path, *BOOK_RECORDS).read_bytes()
    asked = {"dataset": "XNAS.ITCH", "records": "mbo", "start": "2024-01-02", "folder": str(tmp_path / "kept")}
    # The client speaks to https only; everything after that is its own.
    monkeypatch.setattr("databento.historical.client.validate_gateway", lambda address: address)
    with serving() as service:
        service.answers["timeseries.get_range"] = lambda query: (200, "application/octet-stream", content)
        data = source("databento", "X", base_url=service.url, **asked)
        assert len(data.frame) > 0 and data.provenance.source == "databento"
        assert service.asked[0][1]["schema"] == "mbo"
    # The service has gone; what is kept is read.
    assert source("databento", "X", base_url="http://127.0.0.1:9", **asked).hash == data.hash
    with pytest.raises(DataError, match="Databento gave no data"):
        source("databento", "Y", base_url="http://127.0.0.1:9", **asked)


MESSAGES = """34200.1,1,11,100,5850000,1
34200.2,1,12,50,5860000,-1
34200.3,4,12,50,5860000,-1
34200.4,3,11,100,5850000,1
"""
BOOK = """9999999999,0,5850000,100
5860000,50,5850000,100
5870000,10,5850000,100
5870000,10,-9999999999,0
"""


def lobster_pair(folder: Path, messages: str = MESSAGES, book: str = BOOK) -> Path:
    text_file(folder, "AAPL_2012-06-21_34200000_57600000_orderbook_1.csv", book)
    return text_file(folder, "AAPL_2012-06-21_34200000_57600000_message_1.csv", messages)


def test_lobster_joins_messages_and_book(tmp_path: Path) -> None:
    data = source("lobster", lobster_pair(tmp_path), kind="quotes")
    assert data.frame.select("bid", "ask").rows() == [(585.0, None), (585.0, 586.0), (585.0, 587.0), (None, 587.0)]
    assert data.frame["timestamp"][0] == datetime(2012, 6, 21, 13, 30, 0, 100_000, tzinfo=UTC)
    assert data.symbols == ["AAPL"] and len(data.provenance.files) == 2 and data.provenance.source == "lobster"
    trades = source("lobster", lobster_pair(tmp_path), kind="trades").sound()
    assert trades.frame.select("price", "size", "side").rows() == [(586.0, 50.0, 1)]


def test_lobster_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="LOBSTER's files are called"):
        source("lobster", text_file(tmp_path, "messages.csv", MESSAGES))
    path = lobster_pair(tmp_path, book=BOOK.splitlines()[0] + "\n")
    with pytest.raises(DataError, match="has 4 rows"):
        source("lobster", path, kind="quotes")
    path.with_name(path.name.replace("message", "orderbook")).unlink()
    with pytest.raises(DataError, match=r"orderbook_1\.csv is missing"):
        source("lobster", path)


def binance_line(received: int, data: str) -> str:
    return f'{received} {{"stream":"x","data":{data}}}\n' if '"e"' in data else f"{received} {data}\n"


def difference(first: int, last: int, previous: int, bids: str = "[]", asks: str = "[]") -> str:
    return (
        f'{{"e":"depthUpdate","E":{last},"T":{last},"s":"BTCUSDT","U":{first},"u":{last},"pu":{previous},'
        f'"b":{bids},"a":{asks}}}'
    )


SNAPSHOT = '{"lastUpdateId":10,"bids":[["100.0","1.0"],["99.0","2.0"]],"asks":[["101.0","1.0"],["102.0","3.0"]]}'
NOW = 1_700_000_000_000_000_000


def capture(folder: Path, *messages: str) -> Path:
    lines = "".join(binance_line(NOW + number, message) for number, message in enumerate(messages))
    path = folder / "capture.jsonl.gz"
    path.write_bytes(gzip.compress(lines.encode()))
    return path


def test_binance_applies_what_came_before_the_snapshot_by_number(tmp_path: Path) -> None:
    path = capture(
        tmp_path,
        difference(1, 9, 0, '[["100.0","9.0"]]'),
        difference(10, 12, 9, '[["100.5","4.0"]]'),
        SNAPSHOT,
        difference(13, 15, 12, "[]", '[["101.0","0.0"]]'),
        difference(16, 18, 15, '[["102.0","1.0"]]'),
    )
    data = source("binance_capture", path, kind="book")
    assert data.frame.select("bid_price_1", "bid_size_1", "ask_price_1").rows() == [
        (100.5, 4.0, 101.0),
        (100.5, 4.0, 102.0),
        (102.0, 1.0, None),
    ]
    assert data.verdict.count("book_gaps") == 0
    assert data.frame["ts_init"].dt.epoch("ns").to_list() == [NOW + 2, NOW + 3, NOW + 4]


def test_binance_waits_after_a_gap(tmp_path: Path) -> None:
    path = capture(
        tmp_path, SNAPSHOT, difference(11, 12, 10), difference(15, 16, 14, '[["99.5","1.0"]]'), difference(17, 18, 16)
    )
    data = source("binance_capture", path, kind="book")
    assert data.verdict.count("book_gaps") == 1 and len(data.frame) == 1
    with pytest.raises(DataError, match="line 1 is no message"):
        source("binance_capture", text_file(tmp_path, "x.jsonl", f"{NOW} {{broken\n"), kind="book")


def kraken_checksum(*levels: tuple[str, str]) -> int:
    digits = "".join(text.replace(".", "").lstrip("0") for level in levels for text in level)
    return zlib.crc32(digits.encode())


def kraken_capture(folder: Path, checksum: int) -> Path:
    start = (
        '[1,{"as":[["0.0510","5.0","1700000000.000001"]],"bs":[["0.0500","4.0","1700000000.000002"]]},"book-10","X/Y"]'
    )
    update = f'[1,{{"b":[["0.0505","2.0","1700000001.5"]],"c":"{checksum}"}},"book-10","X/Y"]'
    trade = '[2,[["0.0505","1.5","1700000002.25","s","l",""]],"trade","X/Y"]'
    lines = ["wss://ws.kraken.com <-> 1700000000.0"]
    lines += [f"170000000{second}.125: {text}" for second, text in enumerate((start, update, trade), 1)]
    return text_file(folder, "kraken.txt", "\n".join(lines) + "\n")


def test_kraken_holds_the_book_against_the_checksum(tmp_path: Path) -> None:
    right = kraken_checksum(("0.0510", "5.0"), ("0.0505", "2.0"), ("0.0500", "4.0"))
    book = source("kraken_capture", kraken_capture(tmp_path, right)).sound()
    assert book.frame["bid_price_1"].to_list() == [0.05, 0.0505]
    assert book.frame["timestamp"].dt.epoch("ns").to_list() == [1_700_000_000_000_002_000, 1_700_000_001_500_000_000]
    assert book.provenance.steps == ("1 checksums of books were compared, 0 differed",)
    wrong = source("kraken_capture", kraken_capture(tmp_path, right ^ 1))
    assert len(wrong.frame) == 1 and wrong.verdict.count("book_checksums") == 1
    trades = source("kraken_capture", kraken_capture(tmp_path, right), kind="trades").sound()
    assert trades.frame.select("price", "size", "side").row(0) == (0.0505, 1.5, -1)


COINBASE = """wss://ws-feed.pro.coinbase.com <-> 1618677816.8
1618677817.1: {"type":"snapshot","product_id":"X-Y","asks":[["1.2","5.0"]],"bids":[["1.0","4.0"],["0.9","1.0"]]}
1618677817.2: {"type":"last_match","product_id":"X-Y","side":"buy","size":"9",\
"price":"1","sequence":1,"time":"2021-04-17T16:43:30Z"}
1618677817.3: {"type":"l2update","product_id":"X-Y","changes":[["buy","1.1","2.0"]],"time":"2021-04-17T16:43:37.25Z"}
1618677817.4: {"type":"l2update","product_id":"Z","changes":[["buy","1.1","2.0"]],"time":"2021-04-17T16:43:37.25Z"}
1618677817.5: {"type":"match","product_id":"X-Y","side":"buy","size":"1.5",\
"price":"1.1","sequence":7,"time":"2021-04-17T16:43:37.5Z"}
"""


def test_coinbase_gives_book_and_trades(tmp_path: Path) -> None:
    path = text_file(tmp_path, "coinbase.txt", COINBASE)
    book = source("coinbase_capture", path).sound()
    assert book.frame["bid_price_1"].to_list() == [1.0, 1.1] and book.frame["bid_price_3"].to_list() == [None, 0.9]
    assert book.provenance.steps == ("1 changes came before a snapshot and were dropped",)
    trades = source("coinbase_capture", path, kind="trades").sound()
    assert trades.frame.select("price", "size", "side", "sequence").rows() == [(1.1, 1.5, -1, 7)]


ORDERS = """id,timestamp,exchange.timestamp,price,volume,action,direction
1,1000,1000,99.0,200,created,bid
2,2000,2000,101.0,100,created,ask
3,3000,3000,102.0,50,created,bid
3,4000,3000,102.0,0,deleted,bid
2,4000,2000,101.0,50,changed,ask
4,5000,5000,98.0,1,deleted,bid
4,6000,5000,98.0,10,created,bid
1,7000,1000,99.0,200,deleted,bid
"""


def test_an_order_log_becomes_quotes(tmp_path: Path) -> None:
    data = source("order_log", text_file(tmp_path, "orders.csv", ORDERS), symbol="X", volume_unit=0.01)
    assert data.frame.select("bid", "bid_size", "ask", "ask_size").rows() == [
        (99.0, 2.0, None, None),
        (99.0, 2.0, 101.0, 1.0),
        (99.0, 2.0, 101.0, 0.5),
        (None, None, 101.0, 0.5),
    ]
    assert data.verdict.count("unknown_orders") == 1
    assert any("1 states in which an order crossed" in step for step in data.provenance.steps)
    with pytest.raises(DataError, match="has the column direction"):
        source("order_log", text_file(tmp_path, "x.csv", "id,timestamp,price,volume,action\n1,1,1,1,created\n"))


def test_truefx_as_the_site_gives_it(tmp_path: Path) -> None:
    text = "EUR/USD,20130101 22:00:00.295,1.3190,1.3192\nEUR/USD,20130101 22:00:01,1.3191,1.3192\n"
    data = source("truefx", text_file(tmp_path, "EURUSD.csv", text)).sound()
    assert data.frame["timestamp"][0] == datetime(2013, 1, 1, 22, 0, 0, 295_000, tzinfo=UTC)
    assert data.symbols == ["EURUSD"] and data.frame["ask"].to_list() == [1.3192, 1.3192]
    with pytest.raises(DataError, match="is none of TrueFX"):
        source("truefx", text_file(tmp_path, "x.csv", "1,2\n"))


def test_dukascopy_hours_in_binary(tmp_path: Path) -> None:
    path = tmp_path / "EURUSD_2024-03-01-14h.bi5"
    path.write_bytes(lzma.compress(struct.pack(">IIIff", 500, 108_123, 108_120, 1.5, 0.75), lzma.FORMAT_ALONE))
    data = source("dukascopy", path, symbol="EURUSD").sound()
    assert data.frame["timestamp"][0] == datetime(2024, 3, 1, 14, 0, 0, 500_000, tzinfo=UTC)
    assert data.frame.select("bid", "ask", "bid_size").row(0) == (1.0812, 1.08123, 750_000.0)
    with pytest.raises(DataError, match="give symbol"):
        source("dukascopy", path)
    cut = tmp_path / "cut.bi5"
    cut.write_bytes(lzma.compress(b"123", lzma.FORMAT_ALONE))
    with pytest.raises(DataError, match="no whole number of ticks"):
        source("dukascopy", cut, symbol="EURUSD", hour="2024-03-01T14")


def test_a_factor_file_gives_its_splits_and_dividends(tmp_path: Path) -> None:
    text = (
        "symbol,date,price_factor,split_factor,reference_price\n"
        "X,20240104,0.475,0.5,20\nX,20240105,0.5,0.5,20\nX,20240110,1,0.5,30\nX,20501231,1,1,0\n"
    )
    text = text.replace("0.475,0.5,20", "0.95,0.5,40").replace("X,20240105,0.5,0.5,20\n", "X,20240105,1,0.5,42\n")
    data = source("factor_file", text_file(tmp_path, "factors.csv", text)).sound()
    assert data.frame.select("ex_date", "kind", "ratio", "amount").rows() == [
        (date(2024, 1, 5), "dividend", None, 2.0),
        (date(2024, 1, 11), "split", 2.0, None),
    ]


def test_every_source_is_listed_with_what_it_gives() -> None:
    for name, each in entries("source").items():
        assert each.facts["schemas"], name
        assert each.doc.endswith(".")
