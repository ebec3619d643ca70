"""What is compiled: floats taken in as by steps, kept where a user's cache is, and one form of the kernel for all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quartet.backtest import intake
from quartet.backtest.columnar import many, running
from quartet.backtest.plan import Plan
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signals import SignalPanel
from quartet.core.errors import DataError

pytest.importorskip("numba", reason="numba is not installed")
DAY_NS = 86_400 * 10**9
PRICES = st.floats(0.001, 1e6) | st.sampled_from([0.0, 0.1 + 0.2, 1.0000000005, 1.0000000015, 8e9, -3.25])


def panel(close: Any, **columns: Any) -> PricePanel:
    close = np.asarray(close)
    return PricePanel.of_arrays(DAY_NS * np.arange(1, len(close) + 1), "ABCD"[: close.shape[1]], close, **columns)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(PRICES, PRICES | st.just(np.nan)), min_size=2, max_size=30))
def test_compiled_and_in_steps_are_the_same(rows: list[tuple[float, float]]) -> None:
    close = np.array(rows)
    found = []
    for many_ in (0, 1 << 60):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(intake, "_MANY", many_)
            found.append(intake.taken({"close": close, "open": np.nan_to_num(close)}))
    compiled, stepped = found
    for name in ("close", "open"):
        assert compiled.columns[name].tolist() == stepped.columns[name].tolist()
    there = ~np.isnan(close)
    assert (compiled.present == there).all() and (compiled.columns["close"][~there] == 0).all()
    assert compiled.lowest.tolist() == stepped.lowest.tolist() and compiled.highest == stepped.highest


def test_a_panel_knows_its_bounds() -> None:
    made = panel([[1.0, 9.0], [2.0, np.nan], [3.0, 7.0]], open=[[1.5, 9.0], [2.0, 0.0], [0.5, 8.0]])
    again = PricePanel(**{name: getattr(made, name) for name in made.__dataclass_fields__})
    for each in (made, again):
        assert each.given_high is None and each.given_low is None
        assert each.lowest.tolist() == [500_000_000, 7_000_000_000] and each.highest == 9_000_000_000
        assert each.high[:, 0].tolist() == [1_500_000_000, 2_000_000_000, 3_000_000_000]
        assert each.low[:, 0].tolist() == [1_000_000_000, 2_000_000_000, 500_000_000]
    assert not made.complete and made.content_hash == again.content_hash


def test_what_is_no_price_is_refused_by_both(monkeypatch: pytest.MonkeyPatch) -> None:
    for most in (0, 1 << 60):
        monkeypatch.setattr(intake, "_MANY", most)
        with pytest.raises(DataError, match="cell 3: open is not a number"):
            panel(np.ones((2, 2)), open=[[1.0, 1.0], [1.0, np.nan]])
        with pytest.raises(DataError, match=r"close is not a number within 9.2e9"):
            panel([[1.0], [1e10]])


def test_whatever_the_layout_one_form_is_compiled() -> None:
    close = np.asfortranarray(np.round(100 + np.cumsum(np.random.default_rng(3).normal(0, 1, (60, 4)), axis=0), 2))
    close.flags.writeable = False
    score = np.where(np.arange(60)[:, None] % 7 < 3, 1.0, -1.0) * np.ones(4)
    score.flags.writeable = False
    outcomes = []
    for prices in (panel(close), panel(np.ascontiguousarray(close)).until(60)):
        for scores in (score, np.asfortranarray(score)):
            kept = BacktestSettings.of(gap_safe=False, max_participation=None)
            plan = Plan.of(kept, prices, SignalPanel.of(scores, prices))
            outcomes.append(running.run(plan).result_hash)
            many.run_columns(plan)
            assert many.run_many([plan, plan]).equity.shape == (60, 2)
    assert len(set(outcomes)) == 1
    assert len(running.kernel().run_block.signatures) == 1


def compiling(place: Path) -> str:
    """What a fresh process says when it loads a compiled function and calls it."""
    code = (
        "import numpy as np; from quartet.backtest.columnar.compiled.intake import take; "
        "a = np.zeros(2, np.int64); assert take(np.array([1.5, 0.1]), a) == 0 and a.tolist() == [1500000000, 100000000]"
    )
    environment = os.environ | {"NUMBA_CACHE_DIR": str(place)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stderr


def test_it_is_compiled_once_and_said(tmp_path: Path) -> None:
    begun, done = compiling(tmp_path).splitlines()
    assert begun.startswith("quartet: compiling the intake of prices, once") and "compiled in" in done
    assert compiling(tmp_path) == ""
    assert list((tmp_path / "quartet" / "compiled").glob("*.nbc"))


def test_a_cache_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "it cannot be kept" in compiling(file) and "NUMBA_CACHE_DIR" in compiling(file)
