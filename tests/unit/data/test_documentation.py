"""The examples of docs/data.md run as they are written."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from quartet.data import Store, sample
from tests.unit.data.providers.test_file_sources import BOOK_RECORDS, dbn_file

ROOT = Path(__file__).resolve().parents[3]


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUARTET_STORE", str(tmp_path / "store"))
    stocks = sample("us_stocks")
    Store().import_dataset("us_daily", stocks)
    (tmp_path / "prices").mkdir()
    day = "2024-01-02,1,1,1,1,5\n2024-01-03,1,1,1,1,5\n"
    (tmp_path / "prices" / "AAPL.csv").write_text(f"Date,Open,High,Low,Close,Volume\n{day}")
    dbn_file(tmp_path, *BOOK_RECORDS).rename(tmp_path / "es.dbn.zst")
    actions = {"symbol": ["IBM"], "ex_date": [date(2005, 1, 3)], "kind": ["split"], "ratio": [2.0]}
    members = {"symbol": ["IBM"], "start": [date(2000, 1, 1)], "end": [date(2022, 1, 1)]}
    names: dict[str, Any] = {
        "bars": stocks.frame,
        "actions": pl.DataFrame(actions),
        "membership": pl.DataFrame(members),
    }
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "data.md").read_text(), re.DOTALL)
    assert len(blocks) == 5
    for block in blocks:
        exec(compile(block, "docs/data.md", "exec"), names)
    assert "bars, passed" in capsys.readouterr().out
