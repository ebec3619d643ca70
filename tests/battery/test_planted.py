"""Faults that are planted, registered as anything else would be, and caught."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from quartet.backtest.costs.slippage import Slippage
from quartet.backtest.prices import PricePanel
from quartet.core import registry
from tests.battery import checks
from tests.battery.makers import everything
from tests.battery.panels import panel

Floats = checks.Floats


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> dict[str, checks.Maker]:
    """Sizers and a slippage model with a fault each, among those of Quartet."""
    registry.kinds()
    kinds = dict(registry._kinds)
    for kind in ("sizer", "slippage"):
        kinds[kind] = registry._Kind("", (), dict(registry.entries(kind)), True)
    monkeypatch.setattr(registry, "_kinds", kinds)
    calls = count()

    @registry.register("sizer", "knows_tomorrow")
    def knows_tomorrow(prices: PricePanel, signed: Floats, full: float) -> Floats:
        """Looks at the next close."""
        tomorrow = np.append(prices.closes[1:], prices.closes[-1:], axis=0)
        return np.sign(tomorrow - prices.closes) * np.abs(signed)

    @registry.register("slippage", "knows_the_whole")
    def knows_the_whole(prices: PricePanel, slippage_bps: object) -> Slippage:
        """Scales by a quantile of the whole sample."""
        usual = np.full(prices.close.shape, np.nanquantile(prices.closes, 0.9))
        return Slippage(0, usual, np.zeros_like(usual))

    @registry.register("sizer", "mixes_symbols")
    def mixes_symbols(prices: PricePanel, signed: Floats, full: float) -> Floats:
        """Smooths over the cells of the panel as they lie, across symbols."""
        flat = np.nan_to_num(signed).ravel()
        return (0.5 * flat + 0.5 * np.append(0.0, flat[:-1])).reshape(signed.shape)

    @registry.register("sizer", "by_place")
    def by_place(prices: PricePanel, signed: Floats, full: float) -> Floats:
        """Prefers the first column."""
        return signed / (1 + np.arange(signed.shape[1]))

    @registry.register("sizer", "counts_calls")
    def counts_calls(prices: PricePanel, signed: Floats, full: float) -> Floats:
        """Another value at every call."""
        return signed * next(calls)

    @registry.register("sizer", "writes_prices")
    def writes_prices(prices: PricePanel, signed: Floats, full: float) -> Floats:
        """Changes what it was given."""
        prices.close[0, 0] += 1
        return signed

    @registry.register("sizer", "forgets")
    def forgets(prices: PricePanel, signed: Floats, full: float) -> Floats:
        """Is unknown again after it was known."""
        lost = signed.copy()
        lost[len(lost) // 2] = np.nan
        return lost

    return dict(everything())


def test_the_planted_are_in_the_battery(planted: dict[str, checks.Maker]) -> None:
    assert {"sizer knows_tomorrow", "slippage knows_the_whole"} <= planted.keys()


@pytest.mark.parametrize("name", ["sizer knows_tomorrow", "slippage knows_the_whole"])
@pytest.mark.parametrize("law", [checks.truncated, checks.perturbed])
def test_looking_ahead_is_caught(planted: dict[str, checks.Maker], name: str, law: object) -> None:
    assert law(planted[name], panel()) != []  # type: ignore[operator]


def test_what_depends_on_other_symbols_is_caught(planted: dict[str, checks.Maker]) -> None:
    assert checks.symbols_apart(planted["sizer mixes_symbols"]) != []
    assert checks.symbols_renamed(planted["sizer by_place"]) != []


def test_what_is_not_a_function_is_caught(planted: dict[str, checks.Maker]) -> None:
    assert checks.deterministic(planted["sizer counts_calls"], panel()) == ["two values"]
    assert checks.deterministic(planted["sizer writes_prices"], panel()) == ["the prices were changed"]


def test_what_forgets_is_caught(planted: dict[str, checks.Maker]) -> None:
    assert checks.warmed_up(planted["sizer forgets"], panel()) == ["unknown after it was known"]
