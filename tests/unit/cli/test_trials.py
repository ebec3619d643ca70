"""`quartet trials` where nothing but the base packages is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from quartet.backtest.ledger.ledger import TrialLedger
from tests.integration.trial_writer import some_trial

BASE_ONLY = """
import sys
for name in ("arch", "psycopg", "scipy", "sklearn", "statsmodels", "pandas"):
    sys.modules[name] = None
from quartet.cli import main
main()
"""


def bare(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BASE_ONLY, "trials", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_it_works_without_extras_and_says_how_it_counted(tmp_path: Path) -> None:
    place = tmp_path / "trials.sqlite"
    with TrialLedger.open(place) as ledger:
        for seed in range(4):
            ledger.append(some_trial(seed))
    for arguments in (("show", 2), ("list", "--study", "momentum")):
        done = bare(*arguments, "--ledger", place)
        assert done.returncode == 0, done.stderr
        assert "by the mean correlation of returns" in done.stdout
    asked = bare("show", 2, "--effective", "clusters", "--ledger", place)
    assert asked.returncode == 2
    assert "pip install quartet[research]" in asked.stderr
    other = bare("list", "--ledger", "postgresql://localhost/x")
    assert other.returncode == 2
    assert "pip install quartet[postgres]" in other.stderr
