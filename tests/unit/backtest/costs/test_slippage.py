"""Slippage and impact against the numbers of their papers, and their laws."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.costs.impact import impact
from quartet.backtest.costs.slippage import Slippage
from quartet.backtest.prices import PricePanel
from quartet.core.errors import ConfigError, DataError
from quartet.core.registry import entries, entry
from tests.unit.backtest.frames import signals, walk

PANEL = PricePanel.of(walk(60))


def made(model: str, **keys: object) -> Slippage:
    slippage = entry("slippage", model)(PANEL, Decimal(5), **keys)
    assert isinstance(slippage, Slippage)
    return slippage


def share(slippage: Slippage, quantity: float, t: int = -1) -> float:
    assert slippage.root is not None and slippage.line is not None
    root, line = slippage.root[t, 0], slippage.line[t, 0]
    return float(slippage.fixed_ppb / 1e9 + root * quantity**slippage.power + line * quantity)


def test_the_source_example_of_impact() -> None:
    """1,000 of a daily volume of 10 million at 2 %: 0.1131 bp temporary, 0.00628 bp permanent."""
    found = impact(1000, 10_000_000, 0.02)
    assert found.temporary * 1e4 == pytest.approx(0.1131, abs=5e-5)
    assert found.permanent * 1e4 == pytest.approx(0.00628, abs=5e-6)
    assert impact(1000, 10_000_000, 0.02, power=0.5).temporary * 1e4 == pytest.approx(0.284, abs=5e-4)


@pytest.mark.parametrize(("days", "bp"), [(0.1, 32), (0.2, 25), (0.5, 18)])
def test_the_paper_case(days: float, bp: float) -> None:
    """Almgren and others (2005), IBM: a tenth of the volume at 1.57 %, shares outstanding 263 times the volume."""
    found = impact(0.1, 1.0, 0.0157, days, shares_outstanding=263.0)
    assert found.permanent * 1e4 == pytest.approx(20, abs=0.5)
    assert found.cost * 1e4 == pytest.approx(bp, abs=0.6)
    assert not found.extrapolated and impact(2.0, 1.0, 0.01).extrapolated


def test_impact_without_volume_is_refused() -> None:
    with pytest.raises(DataError, match="daily volume 0"):
        impact(1, 0, 0.01)


@pytest.mark.parametrize("model", ["volume_based", "adaptive"])
def test_slippage_grows_with_size_from_the_fixed_part(model: str) -> None:
    slippage = made(model)
    at = [share(slippage, quantity) for quantity in (0.0, 10.0, 1000.0, 100_000.0)]
    assert at[0] == 0.0005
    assert all(a < b for a, b in pairwise(at))


@pytest.mark.parametrize("model", ["volume_based", "adaptive"])
def test_slippage_grows_with_volatility(model: str) -> None:
    calm = entry("slippage", model)(PricePanel.of(walk(60, spread=0.005)), Decimal(5))
    assert share(made(model), 1000.0) > share(calm, 1000.0)


def test_volume_based_by_hand() -> None:
    closes = PANEL.closes[:, 0]
    volatility = np.std(closes[-20:] / closes[-21:-1] - 1.0, ddof=1)
    expected = 0.0005 + volatility * np.sqrt(1000.0 / 1e6)
    assert share(made("volume_based"), 1000.0) == pytest.approx(expected, rel=1e-9)


def test_before_anything_is_known_the_fixed_part_counts_twice() -> None:
    slippage = made("volume_based")
    assert slippage.root is not None and np.isnan(slippage.root[5, 0])
    frame = walk(60)
    result = Backtester(slippage_model="volume_based", gap_safe=False).run_backtest(signals([None] * 5 + [1.0]), frame)
    assert result.outcome.fills[0]["price"] == pytest.approx(PANEL.open[6, 0] * 1.001, abs=100_001)


def test_a_fill_pays_the_formula() -> None:
    """Decided at bar 40 from what was known there: the price is the open with the slippage, up to a tick."""
    frame = walk(60)
    panel = PricePanel.of(frame)
    result = Backtester(slippage_model="volume_based", gap_safe=False).run_backtest(signals([None] * 40 + [1.0]), frame)
    fill = result.outcome.fills[0]
    slip = share(made("volume_based"), fill["quantity"] / 1e9, 40)
    assert fill["stamp"] == 41
    assert fill["price"] / 1e9 == pytest.approx(panel.open[41, 0] / 1e9 * (1 + slip), abs=1.01e-4)
    assert fill["price"] % 100_000 == 0


def test_volume_is_needed() -> None:
    with pytest.raises(ConfigError, match="it reads volume, and the prices have none"):
        entry("slippage", "adaptive")(PricePanel.of(walk(30).drop("volume")), Decimal(5))


@pytest.mark.parametrize("model", list(entries("slippage")))
def test_slippage_knows_nothing_of_the_future(model: str) -> None:
    whole, cut = (entry("slippage", model)(panel, Decimal(5)) for panel in (PANEL, PANEL.until(40)))
    assert whole.fixed_ppb == cut.fixed_ppb and whole.grows == cut.grows
    if whole.grows:
        for before, after in ((whole.root, cut.root), (whole.line, cut.line)):
            assert np.allclose(before[:40], after, rtol=1e-12, atol=0, equal_nan=True)
