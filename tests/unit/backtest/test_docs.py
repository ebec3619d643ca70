"""The examples of the page run as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quartet.backtest.backtest_file import BacktestFile
from tests.unit.backtest.frames import walk

PAGE = Path(__file__).resolve().parents[3] / "docs" / "backtesting.md"


def test_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"prices": walk(200, symbols="AB"), "np": np}
    for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(code, str(PAGE), "exec"), names)
    assert names["found"].table.height == 6
    assert (tmp_path / "results" / "trend" / "result.json").exists()


def test_the_file_of_costs_is_one(tmp_path: Path) -> None:
    """Every YAML block of the page, with a signal, is read without a complaint."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        path = tmp_path / "page.yaml"
        path.write_text(block + "signal: {score: 'sign(delta(close, 3))'}\n", encoding="utf-8")
        found = BacktestFile.read(path)
        assert set(found.rates) == {"funding", "fx", "spreads"} and found.settings.commission.model == "maker_taker"
