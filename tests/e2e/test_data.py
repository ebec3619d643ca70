"""`quartet data` end to end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import Done, quartet

YAHOO = "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,10,12,9,11,10.5,100\n2024-01-03,11,13,10,12,11.5,50\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data")
    for symbol in ("AAA", "BBB"):
        (path / f"{symbol}.csv").write_text(YAHOO)
    (path / "FAULTY.csv").write_text(YAHOO + "2024-01-04,11,1,10,12,11.5,50\n")
    done = data(
        path, "import", "us", path / "AAA.csv", path / "BBB.csv", "--calendar", "XNYS", "--licence", "[bold]mine"
    )
    assert done.code == 0, done.err
    assert "us" in done.out and "passed" in done.out
    return path


def data(folder: Path, *arguments: object) -> Done:
    return quartet("data", *arguments, QUARTET_STORE=str(folder / "store"))


def test_list_and_show(folder: Path) -> None:
    assert "AAA" not in data(folder, "list").out
    [listed] = data(folder, "list", "--json").last_json["datasets"]
    assert (listed["name"], listed["rows"], listed["symbols"], listed["grade"]) == ("us", 4, 2, "passed")
    shown = data(folder, "show", "us", "--rows", 2).out
    assert "AAA, BBB" in shown and "[bold]mine" in shown and "AAA.csv" in shown
    values = data(folder, "show", "us", "--json").last_json
    assert values["calendar"] == "XNYS" and values["sha256"] == listed["sha256"]
    assert values["first_rows"][0]["symbol"] == "AAA" and values["first_rows"][0]["close"] == 11.0


def test_check_finds_what_was_torn(folder: Path, tmp_path: Path) -> None:
    assert data(folder, "check", "us").code == 0
    copy = quartet("data", "import", "us", folder / "AAA.csv", "--store", tmp_path)
    assert copy.code == 0
    next((tmp_path / "us").glob("*.parquet")).write_bytes(b"torn")
    done = quartet("data", "check", "us", "--store", tmp_path, "--json")
    assert done.code == 1 and done.last_json["verdict"]["findings"][0]["rule"] == "torn_file"


def test_query(folder: Path) -> None:
    done = data(folder, "query", "select symbol, max(close) as top from us group by symbol order by symbol", "--json")
    assert done.last_json == {"columns": ["symbol", "top"], "rows": [["AAA", 12.0], ["BBB", 12.0]]}


def test_refusals_say_where_and_what_to_do(folder: Path) -> None:
    faulty = data(folder, "import", "faulty", folder / "FAULTY.csv", "--json")
    assert faulty.code == 2
    message = faulty.last_json["error"]["message"]
    assert "high_below" in message and "row 2, symbol FAULTY" in message and "--faulty drop" in message
    assert data(folder, "import", "faulty", folder / "FAULTY.csv", "--faulty", "drop").code == 0
    again = data(folder, "import", "us", folder / "AAA.csv")
    assert again.code == 2 and "--existing append" in again.err
    assert data(folder, "import", "us", folder / "AAA.csv", "--existing", "append").code == 0
    assert data(folder, "show", "uss").code == 2
    assert data(folder, "remove", "faulty").code == 0


def test_sources_take_their_parameters(folder: Path) -> None:
    done = data(
        folder, "import", "ticks", "none", "--source", "simulated_book", "-o", "events=200", "-o", "seed=7", "--json"
    )
    assert done.code == 0 and done.last_json["simulated"] is True
    assert "SIMULATED" in data(folder, "list").out and "SIMULATED ticks" in data(folder, "show", "ticks").out
    wrong = data(folder, "import", "x", "none", "--source", "simulated_book", "-o", "evnts=3")
    assert wrong.code == 2 and "did you mean 'events'" in wrong.err
    typed = data(folder, "import", "x", "none", "--source", "simulated_book", "-o", "events=many")
    assert typed.code == 2 and "must be a whole number" in typed.err


def test_samples_and_sources_are_listed() -> None:
    names = [each["name"] for each in quartet("data", "samples", "--json").last_json["samples"]]
    assert "wti_spot" in names
    sources = quartet("list", "source", "--json").last_json["entries"]
    assert {"dbn", "lobster", "yfinance", "simulated_book"} <= {each["name"] for each in sources}
