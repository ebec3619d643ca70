"""The ledger on a disk that is full, read-only or damaged: refused whole, and whole again afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from quartet.backtest.ledger.errors import LedgerError
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.sqlite import SqliteDatabase
from quartet.core.errors import ConfigError, QuartetError
from tests.integration.trial_writer import some_trial

ROOT = Path(__file__).resolve().parents[2]


def whole_with(path: Path, numbers: list[int]) -> None:
    """The ledger holds these trials, nothing else, and can be written again."""
    with TrialLedger.open(path, create=False) as ledger:
        assert ledger.problems() == []
        assert [each.trial_id for each in ledger.trials()] == numbers
        ledger.append(some_trial(999))
        assert len(ledger.trials()) == len(numbers) + 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("mounting a small file system needs root")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_whole_trials(small_disk: Path) -> None:
    path = small_disk / "trials.sqlite"
    numbers: list[int] = []
    with TrialLedger.open(path) as ledger:
        with pytest.raises(LedgerError, match=r"nothing was recorded: (free some space|look at the disk)"):
            for seed in range(1000):
                numbers.append(ledger.append(some_trial(seed)))
        # The same connection goes on: what was recorded can be read.
        assert [each.trial_id for each in ledger.trials()] == numbers
    assert 10 < len(numbers) < 200
    subprocess.run(["mount", "-o", "remount,size=600k", str(small_disk)], check=True)
    whole_with(path, numbers)


def test_a_file_that_may_not_grow_refuses_whole_trials(tmp_path: Path) -> None:
    path = tmp_path / "trials.sqlite"
    command = [sys.executable, "-m", "tests.integration.trial_writer", str(path), "1000", "0", "momentum", "200000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    *numbers, last = done.stdout.splitlines()
    assert done.returncode == 3 and last.startswith("refused: ")
    assert "nothing was recorded" in last
    assert len(numbers) > 10
    whole_with(path, [int(each) for each in numbers])


def test_pages_that_run_out_refuse_whole_trials(tmp_path: Path) -> None:
    path = tmp_path / "trials.sqlite"
    with TrialLedger.open(path) as ledger:
        first = ledger.append(some_trial(1))
        ((pages,),) = ledger._database.rows("PRAGMA page_count")
        ledger._database.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match="free some space and run it again"):
            for seed in range(2, 9):
                ledger.append(some_trial(seed))
        kept = [each.trial_id for each in ledger.trials()]
    assert kept[0] == first
    whole_with(path, kept)


def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "trials.sqlite"
    path.write_bytes(b"no database at all, " * 300)
    with pytest.raises(LedgerError, match="not a database"):
        TrialLedger.open(path)
    assert path.read_bytes() == b"no database at all, " * 300


def test_damaged_pages_are_found(tmp_path: Path) -> None:
    path = tmp_path / "trials.sqlite"
    with TrialLedger.open(path) as ledger:
        for seed in range(30):
            ledger.append(some_trial(seed))
    content = bytearray(path.read_bytes())
    for page in range(12, 40):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    try:
        with TrialLedger.open(path, create=False) as ledger:
            found = ledger.problems()
    except QuartetError as error:
        found = [str(error)]
    assert found


def test_trials_that_were_taken_out_are_missed(tmp_path: Path) -> None:
    with TrialLedger.open(tmp_path / "trials.sqlite") as ledger:
        for seed in range(5):
            ledger.append(some_trial(seed))
        assert ledger.problems() == []
        ledger._database.rows("DELETE FROM quartet_trials WHERE trial_id IN (2, 5)")
        assert ledger.problems() == ["2 trials were taken out"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be opened"):
        TrialLedger.open(tmp_path / "file" / "trials.sqlite")
    with pytest.raises(LedgerError, match="cannot be opened"):
        TrialLedger.open(tmp_path)


def test_a_writer_that_waits_too_long_is_told(tmp_path: Path) -> None:
    path = tmp_path / "trials.sqlite"
    with TrialLedger.open(path) as ledger, ledger._database.transaction():
        impatient = TrialLedger(SqliteDatabase(path, create=False, wait_s=0.05))
        with pytest.raises(LedgerError, match="another process holds it"):
            impatient.append(some_trial(1))
        impatient.close()
    whole_with(path, [])


@pytest.mark.parametrize("place", ["mysql://host/db", "sqlite://db", "http://host"])
def test_other_kinds_of_places_are_refused(place: str) -> None:
    with pytest.raises(ConfigError, match="give the path of a file"):
        TrialLedger.open(place)


def test_a_url_may_name_a_file(tmp_path: Path) -> None:
    with TrialLedger.open(f"sqlite:///{tmp_path}/trials.sqlite") as ledger:
        ledger.append(some_trial(1))
    whole_with(tmp_path / "trials.sqlite", [1])
