"""The store: whole or not at all, the same after any interruption, and honest about what is torn or faulty."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from quartet.core.errors import DataError
from quartet.data import Dataset, Provenance, Store, load
from quartet.data.contracts.schema import TIME
from quartet.data.loading import LoadOptions
from quartet.data.store import ImportOptions, atomic, importing
from quartet.data.store.atomic import locked
from tests.unit.data.frames import bars_of, random_bars, weekdays

BARS = random_bars(1, symbols=3, count=600)
DAYS = weekdays(date(2023, 12, 28), 6)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bars.parquet"
    BARS.rename({"timestamp": "ts"}).write_parquet(path, row_group_size=200)
    return path


def ends(existing: str = "refuse", **values: object) -> ImportOptions:
    return ImportOptions(existing=existing, **values)  # type: ignore[arg-type]


def imported(store: Store, file: Path, existing: str = "refuse") -> str:
    return store.import_files("us", file, load=LoadOptions(interval=0), options=ends(existing)).hash


def test_what_went_in_comes_out(store: Store, file: Path) -> None:
    manifest = store.import_files("us", file, load=LoadOptions(interval=0), licence="mine")
    assert [each.period for each in manifest.partitions] == ["2015", "2016", "2017"]
    assert store.load("us").frame.equals(BARS)
    assert store.load("us").provenance.files[0].name == "bars.parquet"
    assert manifest.provenance.licence == "mine" and manifest.provenance.retrieved_ns
    assert (manifest.rows, manifest.symbols) == (1800, ("S0", "S1", "S2"))
    assert store.manifest("us") == manifest and store.datasets() == [manifest]
    assert store.check("us").passed


def test_ranges_open_only_the_files_they_need(store: Store, file: Path) -> None:
    imported(store, file)
    for part in (store.place / "us").glob("2015*.parquet"):
        part.write_bytes(b"torn")
    found = store.scan("us", symbols=["S1"], start=date(2016, 3, 1), end=datetime(2016, 3, 4, 12, tzinfo=UTC)).collect()
    assert found["timestamp"].dt.date().to_list() == [date(2016, 3, day) for day in (1, 2, 3)]
    assert set(found["symbol"]) == {"S1"}
    with pytest.raises(DataError, match=r"the file 2015-.* is missing or torn; `quartet data check us`"):
        store.scan("us")
    with pytest.raises(DataError, match="has no time zone"):
        store.scan("us", start=datetime(2016, 1, 1))


def test_a_torn_file_is_found_by_the_check(store: Store, file: Path) -> None:
    imported(store, file)
    part = next((store.place / "us").glob("2016*.parquet"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    verdict = store.check("us")
    assert not verdict.passed and verdict.count("torn_file") > 200
    imported(store, file, "replace")
    assert store.check("us").passed


class Stop(Exception):
    """Planted."""


def stopping(after: int) -> Callable[[Path, Callable[[Path], None]], None]:
    """replace_file that stops the import after so many files."""
    done = 0

    def replace_file(path: Path, write: Callable[[Path], None]) -> None:
        nonlocal done
        if done == after:
            raise Stop
        done += 1
        atomic.replace_file(path, write)

    return replace_file


def test_an_import_goes_on_wherever_it_was_stopped(tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_BLOCK_ROWS", 600)
    old = bars_of({"OLD": [1.0, 2, 3]}, DAYS)
    clean = imported(Store(tmp_path / "clean"), file)
    for after in range(60):
        store = Store(tmp_path / str(after))
        store.import_dataset("us", Dataset.of(old, "bars"))
        with monkeypatch.context() as patch:
            patch.setattr(importing, "replace_file", stopping(after))
            try:
                assert imported(store, file, "replace") == clean
                break
            except Stop:
                # Until the end readers see what was there before.
                assert store.load("us").frame.equals(old)
        assert imported(store, file, "replace") == clean and store.check("us").passed
        others = [path.name for path in (store.place / "us").iterdir() if path.suffix != ".parquet"]
        assert others == ["dataset.json"]
    assert 9 < after < 59


def test_what_was_set_aside_is_not_read_again(store: Store, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(importing.Import, "_write_periods", lambda *_: (_ for _ in ()).throw(Stop))
        with pytest.raises(Stop):
            imported(store, file)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "by_period", lambda *_: pytest.fail("the file was read again"))
        imported(store, file)
    assert store.load("us").frame.equals(BARS)


def test_a_full_disk_leaves_the_store_as_it_was(store: Store, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = bars_of({"OLD": [1.0, 2, 3]}, DAYS)
    store.import_dataset("us", Dataset.of(old, "bars"))
    monkeypatch.setattr(pl.DataFrame, "write_parquet", full_disk)
    with pytest.raises(DataError, match=r"the disk is full\. Nothing was changed"):
        imported(store, file, "replace")
    assert store.load("us").frame.equals(old)


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_two_imports_of_one_dataset_exclude_each_other(store: Store, file: Path) -> None:
    with locked(store.place / ".us.lock"), pytest.raises(DataError, match="us is being imported by another process"):
        imported(store, file)


def test_a_name_that_is_taken_is_not_overwritten(store: Store, file: Path) -> None:
    first = imported(store, file)
    with pytest.raises(DataError, match="a dataset us already, of 1,800 rows"):
        imported(store, file)
    assert imported(store, file, "replace") == first


def test_appending_the_same_again_changes_nothing(store: Store, file: Path) -> None:
    first = imported(store, file)
    assert imported(store, file, "append") == first
    more = random_bars(2, symbols=1, count=620).with_columns(symbol=pl.lit("NEW"))
    manifest = store.import_dataset("us", Dataset.of(more, "bars"), ends("append"))
    assert manifest.rows == 1800 + 620 and manifest.symbols == ("NEW", "S0", "S1", "S2")
    assert store.load("us", symbols=["S0", "S1", "S2"]).frame.equals(BARS)
    assert store.check("us").passed


def test_equal_trades_are_kept_as_often_as_they_happened(store: Store) -> None:
    stamps = pl.Series([1, 1, 1, 2]).cast(TIME)
    trades = pl.DataFrame({"timestamp": stamps, "symbol": "A", "price": [1.0, 1, 1, 2], "size": 1.0}).with_columns(
        side=pl.lit(0, pl.Int8)
    )
    store.import_dataset("t", Dataset.of(trades, "trades"))
    assert store.import_dataset("t", Dataset.of(trades[:3], "trades"), ends("append")).rows == 4
    more = pl.concat([trades[:3], trades[:1]])
    assert store.import_dataset("t", Dataset.of(more, "trades"), ends("append")).rows == 5


def test_rows_that_disagree_are_refused_or_the_last_is_kept(store: Store) -> None:
    old = bars_of({"A": [1.0, 2, 3]}, DAYS)
    new = bars_of({"A": [1.0, 2.5, 3]}, DAYS)
    store.import_dataset("us", Dataset.of(old, "bars"))
    with pytest.raises(DataError, match=r"duplicate_rows(.|\n)*Nothing was imported"):
        store.import_dataset("us", Dataset.of(new, "bars"), ends("append"))
    assert store.load("us").frame.equals(old)
    store.import_dataset("us", Dataset.of(new, "bars"), ends("append", duplicates="last"))
    assert store.load("us").frame["close"].to_list() == [1.0, 2.5, 3.0]


def test_faulty_data_need_a_word_and_carry_their_verdict(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "X.csv"
    path.write_text("Date,Open,High,Low,Close\n2024-01-02,1,1,1,1\n2024-01-03,1,0.5,1,1\n")
    with pytest.raises(DataError, match="high_below"):
        store.import_files("x", path)
    assert not (store.place / "x").exists() and store.datasets() == []
    assert store.import_files("x", path, options=ends(accept_failed=True)).verdict.grade == "failed"
    assert not store.load("x").verdict.passed
    dropped = store.import_files("x", path, load=LoadOptions(faulty="drop"), options=ends("replace"))
    assert (dropped.rows, dropped.verdict.grade, dropped.verdict.count("refused_rows")) == (1, "doubtful", 1)


def test_simulated_stays_simulated(store: Store) -> None:
    made = Provenance("made up", "simulator", simulated=True)
    store.import_dataset("us", Dataset.of(BARS, "bars", made))
    assert store.load("us").provenance.label == "SIMULATED made up"
    more = Dataset.of(BARS, "bars")
    assert store.import_dataset("us", more, ends("append")).provenance.simulated


def test_a_lazy_dataset_goes_in_by_slices(store: Store) -> None:
    assert store.import_dataset("us", Dataset.of(BARS.lazy(), "bars")).rows == 1800
    assert store.load("us").frame.equals(BARS)


def test_minutes_lie_in_files_of_a_month_and_midnight_is_of_the_day_before(store: Store) -> None:
    stamps = pl.Series([datetime(2024, 1, 31, 23, 59), datetime(2024, 2, 1, 0, 0), datetime(2024, 2, 1, 0, 1)])
    prices = dict.fromkeys(("open", "high", "low", "close", "volume"), 1.0)
    frame = pl.DataFrame({"timestamp": stamps.dt.replace_time_zone("UTC").cast(TIME), "symbol": "A"}).with_columns(
        **{name: pl.lit(value) for name, value in prices.items()}
    )
    manifest = store.import_dataset("m", Dataset.of(frame, "bars"))
    assert [(each.period, each.rows) for each in manifest.partitions] == [("2024-01", 2), ("2024-02", 1)]
    assert [
        each.period for each in store.import_dataset("d", Dataset.of(frame, "bars"), ends(period="day")).partitions
    ] == [
        "2024-01-31",
        "2024-02-01",
    ]


def test_sql_sees_every_dataset(store: Store, file: Path) -> None:
    imported(store, file)
    answer = store.sql("select symbol, count(*) as n, max(timestamp) as last from us group by symbol order by symbol")
    assert answer["symbol"].to_list() == ["S0", "S1", "S2"] and answer["n"].to_list() == [600] * 3
    assert answer["last"].dt.epoch("ns")[0] == BARS["timestamp"].to_physical().max()
    with pytest.raises(DataError, match="cannot be answered"):
        store.sql("select nonsense from us")


def test_names_and_damage_are_told(store: Store, file: Path) -> None:
    with pytest.raises(DataError, match="no name of a dataset"):
        imported_as(store, file, "../us")
    imported(store, file)
    with pytest.raises(DataError, match="did you mean 'us'"):
        store.scan("uss")
    path = store.place / "us" / "dataset.json"
    values = json.loads(path.read_text())
    values["partitions"].pop()
    path.write_text(json.dumps(values))
    with pytest.raises(DataError, match="does not agree with its own hash"):
        store.manifest("us")
    path.write_text("{")
    with pytest.raises(DataError, match="is damaged"):
        store.datasets()


def imported_as(store: Store, file: Path, name: str) -> None:
    store.import_files(name, file, load=LoadOptions(interval=0))


def test_files_of_the_store_load_as_they_are(store: Store, file: Path) -> None:
    imported(store, file)
    parts = sorted((store.place / "us").glob("*.parquet"))
    assert load([str(path) for path in parts]).frame.equals(BARS)


def test_removing_leaves_the_others(store: Store, file: Path) -> None:
    imported(store, file)
    imported_as(store, file, "other")
    store.remove("us")
    assert [each.name for each in store.datasets()] == ["other"]


def test_a_jump_between_two_files_is_seen(store: Store) -> None:
    days = weekdays(date(2023, 12, 1), 60)
    closes = [100.0 + n % 3 for n in range(60)]
    turn = next(place for place, day in enumerate(days) if day.year == 2024)
    split = [value if place < turn else value / 2 for place, value in enumerate(closes)]
    manifest = store.import_dataset("us", Dataset.of(bars_of({"A": split}, days), "bars"))
    assert manifest.verdict.count("split_like_jump") == 1 and manifest.verdict.quarantined == ("A",)
    assert store.check("us").quarantined == ("A",)
    assert store.import_dataset("calm", Dataset.of(bars_of({"A": closes}, days), "bars")).verdict.quarantined == ()


def test_progress_says_of_how_much(store: Store, file: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    store.import_files("us", file, load=LoadOptions(interval=0), progress=lambda *each: told.append(each))
    assert told[0] == ("reading", 1800, 1800) and told[-1] == ("writing", 3, 3)


def test_who_reads_the_old_data_goes_on_reading_them(store: Store, file: Path) -> None:
    old = bars_of({"OLD": [1.0, 2, 3]}, DAYS)
    store.import_dataset("us", Dataset.of(old, "bars"))
    begun = store.scan("us")
    imported(store, file, "replace")
    assert begun.collect().equals(old)
    assert store.load("us").frame.equals(BARS)
    store.import_dataset("us", Dataset.of(BARS[:9], "bars"), ends("replace"))
    assert not list((store.place / "us").glob("2023-*.parquet"))
