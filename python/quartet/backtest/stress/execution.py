"""Scenarios of trading itself (R-018): dearer, later, thinner, and nights that go against what is held."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import numpy as np

from quartet.backtest.choices import Choice
from quartet.backtest.stress.case import Case
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Double, Exact, plain

_SOURCE: Final = "robustness audit of execution: the same decisions under worse terms"


class Times(Parameters):
    """How many times what it was."""

    factor: Exact = parameter(Decimal(3), "Times what it was.", unit="factor", ge=1, le=20)


class Gaps(Parameters):
    """Gaps against what is held."""

    probability: Double = parameter(0.02, "Of a gap, a bar and symbol.", unit="probability", ge=0, le=1)
    least: Double = parameter(0.01, "The smallest.", unit="fraction", ge=0, lt=1)
    most: Double = parameter(0.03, "The largest.", unit="fraction", ge=0, lt=1)


class Late(Parameters):
    """Orders that come late."""

    bars: int = parameter(1, "So many bars later.", unit="bars", ge=0, le=100)


class Drought(Parameters):
    """A market that few trade in."""

    spread: Exact = parameter(Decimal(5), "slippage_bps, times what it was.", unit="factor", ge=1, le=100)
    volume: Double = parameter(0.3, "Volume of a bar, times what it was.", unit="factor", gt=0, le=1)


@register("scenario", "high_slippage", parameters=Times, source=_SOURCE, scored=True)
def high_slippage(case: Case, parameters: Times) -> Case:
    """Slippage three times as large, what grows with size too."""
    return _dearer(case, parameters.factor)


@register("scenario", "high_fees", parameters=Times, source=_SOURCE, scored=True)
def high_fees(case: Case, parameters: Times) -> Case:
    """Commission three times as large; fees of the authorities stay."""
    choice = case.settings.commission
    amounts = _amounts(choice.configured("commission"), parameters.factor)
    return case.with_settings(commission=Choice(model=choice.model, values={**choice.values, **amounts}).to_config())


@register("scenario", "gap_risk", parameters=Gaps, source=_SOURCE, scored=True)
def gap_risk(case: Case, parameters: Gaps) -> Case:
    """One bar in fifty opens 1 to 3 % against what the base held, and prices stay there; decisions are the base's."""
    rng = np.random.default_rng(case.settings.seed)
    shape = case.prices.close.shape
    struck = rng.random(shape) < parameters.probability
    size = rng.uniform(parameters.least, parameters.most, shape)
    before = np.vstack([np.zeros((1, shape[1]), case.held.dtype), case.held[:-1]])
    moves = np.where(struck, -np.sign(before) * size, 0.0)
    decided = case.signals
    moved = case.moved(np.asarray(np.cumprod(1.0 + moves, axis=0), np.float64))
    return replace(moved, signals=decided).with_note(f"{int((moves != 0).sum()):,} gaps")


@register("scenario", "late_orders", parameters=Late, source=_SOURCE, scored=True)
def late_orders(case: Case, parameters: Late) -> Case:
    """Every decision reaches the market one bar later."""
    late = np.full_like(case.signals.product, np.nan)
    for column in range(late.shape[1]):
        bars = np.flatnonzero(case.prices.present[:, column])
        kept = max(len(bars) - parameters.bars, 0)
        late[bars[parameters.bars :], column] = case.signals.product[bars[:kept], column]
    return replace(case, signals=replace(case.signals, score=late, confidence=None, within=True))


@register("scenario", "liquidity_drought", parameters=Drought, source=_SOURCE, scored=True)
def liquidity_drought(case: Case, parameters: Drought) -> Case:
    """Spreads five times as wide, and a third of the volume."""
    case = _dearer(case, parameters.spread)
    if case.prices.volume is None:
        return case.with_note("the prices have no volume: spreads alone")
    thin = np.rint(case.prices.volume * parameters.volume).astype(np.int64)
    return replace(case, prices=replace(case.prices, volume=thin))


def _amounts(given: Parameters, factor: Decimal) -> dict[str, Any]:
    """What is money or a rate, times a factor, in tiers too; a rebate stays."""
    found: dict[str, Any] = {}
    for name in type(given).model_fields:
        value = getattr(given, name)
        if isinstance(value, Decimal):
            found[name] = plain(value * factor if value > 0 else value)
        elif isinstance(value, tuple) and all(isinstance(each, Parameters) for each in value):
            found[name] = [{**each.model_dump(), **_amounts(each, factor)} for each in value]
    return found


def _dearer(case: Case, factor: Decimal) -> Case:
    """Spread and slippage times a factor: the fixed part, and the parameters that its model says scale it."""
    model = case.settings.slippage_model
    given = model.configured("slippage")
    scaled = {name: getattr(given, name) * float(factor) for name in model.entry("slippage").facts.get("scaled_by", ())}
    return case.with_settings(
        slippage_bps=case.settings.slippage_bps * factor,
        spread_bps=case.settings.spread_bps * factor,
        slippage_model=Choice(model=model.model, values={**model.values, **scaled}).to_config(),
    )
