"""The store after its process was killed at any of its writes: readable, and the same in the end."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from quartet.data import Dataset, Store
from quartet.data.loading import LoadOptions
from quartet.data.store import ImportOptions
from tests.unit.data.frames import bars_of, random_bars, weekdays

CHILD = """
import os, signal, sys
from quartet.data import Store
from quartet.data.loading import LoadOptions
from quartet.data.store import ImportOptions, atomic, importing, manifest

place, file, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
whole = os.replace

def killing(*given):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*given)

os.replace = killing
importing._BLOCK_ROWS = 600
Store(place).import_files("us", file, load=LoadOptions(interval=0), options=ImportOptions(existing="replace"))
"""


@pytest.mark.parametrize("writes", [0, 1, 3, 5, 7, 8])
def test_a_killed_import_leaves_the_old_data_and_goes_on(tmp_path: Path, writes: int) -> None:
    old = bars_of({"OLD": [1.0, 2.0]}, weekdays(date(2024, 1, 1), 2))
    new = random_bars(1, symbols=2, count=500)
    file = tmp_path / "bars.parquet"
    new.rename({"timestamp": "ts"}).write_parquet(file)
    store = Store(tmp_path / "store")
    store.import_dataset("us", Dataset.of(old, "bars"))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(store.place), str(file), str(writes)], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert store.load("us").frame.equals(old) and store.check("us").passed
    store.import_files("us", file, load=LoadOptions(interval=0), options=ImportOptions(existing="replace"))
    assert store.load("us").frame.equals(new.select(pl.all())) and store.check("us").passed
