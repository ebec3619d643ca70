"""Packages that take long to import wait until they are used, and most runs of an engine never use them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from quartet.core.lazy import lazy_module

FIRST_EVENT = """
import sys, quartet
instruments = [{"symbol": "AAA", "tick": "0.01"}]
quote = {"symbol": "AAA", "bid_price": "9.99", "ask_price": "10.01", "bid_size": 1, "ask_size": 1, "timestamp": 10**18}
with quartet.open_engine({"signal": {"score": "sign(mid)"}, "instruments": instruments}, engine="python") as engine:
    result = engine.process_market_data(quote)
late = {"difflib", "grpc", "logging", "pandas", "polars", "pyarrow", "rich", "ruamel.yaml", "scipy"}
print(*sorted(late & sys.modules.keys()))
assert result.order_count == 1 and "pyarrow" in sys.modules
"""


def test_a_first_event_needs_no_arrow() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_EVENT], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == []


def test_a_lazy_module_is_the_module_once_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    stand_in = lazy_module("colorsys")
    assert "colorsys" not in sys.modules
    assert stand_in.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert stand_in.hsv_to_rgb is sys.modules["colorsys"].hsv_to_rgb
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = stand_in.nothing


def test_a_module_that_is_not_there_is_missed_when_used() -> None:
    stand_in = lazy_module("no_such_module_anywhere")
    with pytest.raises(ModuleNotFoundError):
        _ = stand_in.anything
