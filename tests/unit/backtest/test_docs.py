"""The example of the page runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.backtest.frames import walk

PAGE = Path(__file__).resolve().parents[3] / "docs" / "backtesting.md"


def test_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, str(PAGE), "exec"), {"prices": walk(200, symbols="AB")})
    assert (tmp_path / "results" / "trend" / "result.json").exists()
