"""Demo data: every set loads from its package, and one that is not installed names the extra."""

import importlib.util
from typing import Any

import numpy as np
import polars as pl
import pytest

from quartet.core.contract import EventKind
from quartet.core.errors import DataError
from quartet.data.demo import available, load_demo

INSTALLED = [info.name for info in available() if info.installed and info.package != "skfolio"]


@pytest.mark.parametrize("name", INSTALLED)
def test_every_set_loads(name: str) -> None:
    demo = load_demo(name)
    assert demo.frame.schema["timestamp"] == pl.Datetime("ns", "UTC")
    assert demo.frame.columns == ["timestamp", "symbol", "open", "high", "low", "close", "volume"]
    bars = demo.batch.rows(EventKind.BAR)
    assert len(bars) == demo.frame.height and demo.symbols == sorted(demo.symbols)
    stamps = demo.frame["timestamp"].dt.epoch("ns").to_numpy()
    assert np.array_equal(demo.batch["ts_init"][bars], stamps)
    assert demo.batch.counts()[EventKind.CLOCK] == len(np.unique(stamps))
    assert (demo.batch["bar_low"] <= np.minimum(demo.batch["bar_open"], demo.batch["bar_close"])).all()
    assert (demo.batch["bar_volume"] >= 0).all()


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not any(info.installed for info in available())
    with pytest.raises(DataError, match=r"quartet\[demo\]"):
        load_demo("us_stocks")


def test_an_unknown_set_names_the_others() -> None:
    with pytest.raises(DataError, match="us_stocks"):
        load_demo("tulips")


def test_a_source_that_changed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = pytest.importorskip("quartet.data.demo")
    frame: Any = load_demo("crude").frame.with_columns(pl.lit(1e12).alias("volume"))
    monkeypatch.setitem(demo._SETS, "crude", demo._Set("", "arch", "", lambda: frame))
    with pytest.raises(DataError, match="not as expected"):
        load_demo("crude")
