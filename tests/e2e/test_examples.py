"""Every example runs as it stands, and says what it should."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def run(example: Path, ledger: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(example)],
        env={**os.environ, "QUARTET_LEDGER": str(ledger)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(importlib.util.find_spec("bokeh_sampledata") is None, reason="needs the extra demo")
def test_an_idea_becomes_the_same_orders_on_every_engine(tmp_path: Path) -> None:
    lines = run(ROOT / "examples" / "idea_to_orders.py", tmp_path / "trials.sqlite").splitlines()
    engines = [line for line in lines if line.partition(":")[0] in ("python", "cpp", "rust", "go")]
    there = [line for line in engines if "not here" not in line]
    assert len(engines) == 4 and len(there) >= 1
    assert all("the same to the last unit" in line for line in there)
    assert len({line.partition(":")[2] for line in there}) == 1


def test_every_example_is_explained() -> None:
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert EXAMPLES and [each.name for each in EXAMPLES if each.name not in page] == []
