"""A ledger of each test's own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "trials.sqlite"
    monkeypatch.setenv("QUARTET_LEDGER", str(place))
    return place
