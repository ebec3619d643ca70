"""The example of docs/trials.md runs as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def test_the_example_of_the_page_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "trials.md").read_text()
    example = re.search(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert example
    done = subprocess.run(
        [sys.executable, "-c", example[1]], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"-?\d\.\d\d a year: .* as one of 10\n", done.stdout)
    assert (tmp_path / "results" / "trials.sqlite").exists()


def test_every_function_of_the_page_is_there() -> None:
    page = (ROOT / "docs" / "trials.md").read_text()
    folder = ROOT / "python" / "quartet" / "backtest" / "validation"
    named = re.findall(r"`(\w+)\.(\w+)`", page.partition("| question |")[2])
    assert len(named) > 8
    assert [each for each in named if f"def {each[1]}(" not in (folder / f"{each[0]}.py").read_text()] == []
