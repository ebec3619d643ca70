"""The README's example runs as it stands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from quartet.data import demo

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(
    not any(s.name == "us_stocks" and s.installed for s in demo.available()),
    reason="the extra quartet[demo] is not installed",
)
def test_the_example_of_the_readme_runs() -> None:
    example = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    assert example
    done = subprocess.run([sys.executable, "-c", example[1]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"\d+ orders, equity \d+", done.stdout)
