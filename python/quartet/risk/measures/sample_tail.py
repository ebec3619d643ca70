"""Value at risk and expected shortfall from losses as they were: plain, aged, and brought to today's variance.

Losses are fractions of equity (n,), positive where it hurts. With too few of them there is no figure but the reason.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np

from quartet.core.parameters import parameter
from quartet.risk.ewma import aged_weights
from quartet.risk.filtering import FilterParameters, filtered_scenarios
from quartet.risk.measures.tail_level import EQUITY, HISTORICAL, Level
from quartet.risk.measuring import Floats, Reading, insufficient, measure
from quartet.risk.scenarios import overlapping_losses
from quartet.risk.tail_formulas import order_interval, sample_cvar, sample_var, tail_of, weighted_cvar, weighted_var


class SampleLevel(Level):
    """How far into the tail, over how long, and what lies between two losses."""

    horizon: int = parameter(1, "Periods that are held; losses of more overlap.", unit="periods", ge=1)
    interpolation: Literal["inverted_cdf", "linear"] = parameter(
        "inverted_cdf", "The loss that is reached, or a mixture of the two next to it."
    )


class AgedLevel(Level):
    """How far into the tail, and how fast losses age."""

    decay: float = parameter(0.98, "Weight of a loss over that of the next newer one.", gt=0, le=1)


class FilteredLevel(FilterParameters):
    """How far into the tail, and how variance is filtered."""

    level: float = parameter(0.99, "Share of outcomes that are not worse.", gt=0.5, lt=1)


AT_95_SAMPLE: Final = SampleLevel()
AT_95_AGED: Final = AgedLevel()
AT_99_FILTERED: Final = FilteredLevel()
_FILTERED: Final = "Barone-Adesi, Giannopoulos, Vosper (1999)"
_AGED: Final = "Boudoukh, Richardson, Whitelaw (1998)"


@measure(unit=EQUITY, source=HISTORICAL, parameters=SampleLevel, rows={"var_95": {}, "var_99": {"level": 0.99}})
def var(losses: Floats, parameters: SampleLevel = AT_95_SAMPLE) -> Reading:
    """Historical value at risk: the loss of rank ceil(n * level), with its 95 % interval from the ranks around it."""
    held = overlapping_losses(losses, parameters.horizon) if len(losses) >= parameters.horizon else losses[:0]
    few = _too_few(held, parameters.level)
    if few is not None:
        return few
    ordered = np.sort(held)
    value = sample_var(held, parameters.level)
    if parameters.interpolation == "linear":
        value = float(np.quantile(held, parameters.level))
    if parameters.horizon > 1:  # losses that overlap depend on each other: ranks say nothing
        return Reading(value, flags=_confidence(len(held), parameters.level))
    low, high = order_interval(len(held), parameters.level)
    return Reading(
        value,
        None if low is None else float(ordered[low - 1]),
        None if high is None else float(ordered[high - 1]),
        _confidence(len(held), parameters.level),
    )


@measure(
    unit=EQUITY,
    source="Rockafellar, Uryasev (2002), Conditional value-at-risk for general loss distributions",
    parameters=SampleLevel,
    rows={"cvar_95": {}, "cvar_99": {"level": 0.99}},
)
def cvar(losses: Floats, parameters: SampleLevel = AT_95_SAMPLE) -> Reading:
    """Historical expected shortfall: mean of the worst share 1 - level of losses."""
    held = overlapping_losses(losses, parameters.horizon) if len(losses) >= parameters.horizon else losses[:0]
    few = _too_few(held, parameters.level)
    if few is not None:
        return few
    return Reading(sample_cvar(held, parameters.level), flags=_confidence(len(held), parameters.level))


@measure(unit=EQUITY, source=_AGED, parameters=AgedLevel)
def aged_var(losses: Floats, parameters: AgedLevel = AT_95_AGED) -> Reading:
    """Historical value at risk with weights that shrink as losses age."""
    few = _too_few(losses, parameters.level)
    if few is not None:
        return few
    weights = aged_weights(len(losses), parameters.decay)
    return Reading(weighted_var(losses, weights, parameters.level), flags=_confidence(len(losses), parameters.level))


@measure(unit=EQUITY, source=_AGED, parameters=AgedLevel)
def aged_cvar(losses: Floats, parameters: AgedLevel = AT_95_AGED) -> Reading:
    """Historical expected shortfall with weights that shrink as losses age."""
    few = _too_few(losses, parameters.level)
    if few is not None:
        return few
    weights = aged_weights(len(losses), parameters.decay)
    return Reading(weighted_cvar(losses, weights, parameters.level), flags=_confidence(len(losses), parameters.level))


@measure(unit=EQUITY, source=_FILTERED, parameters=FilteredLevel, rows={"filtered_var_99": {}})
def filtered_var(losses: Floats, parameters: FilteredLevel = AT_99_FILTERED) -> Reading:
    """Historical value at risk of losses brought to the next period's variance; the one for limits."""
    return _filtered(losses, parameters, shortfall=False)


@measure(unit=EQUITY, source=_FILTERED, parameters=FilteredLevel, rows={"filtered_cvar_99": {}})
def filtered_cvar(losses: Floats, parameters: FilteredLevel = AT_99_FILTERED) -> Reading:
    """Historical expected shortfall of losses brought to the next period's variance."""
    return _filtered(losses, parameters, shortfall=True)


def _filtered(losses: Floats, parameters: FilteredLevel, *, shortfall: bool) -> Reading:
    few = _too_few(losses, parameters.level)
    if few is not None:
        return few
    scenarios = filtered_scenarios(losses, parameters)
    flags = _confidence(len(scenarios.losses), parameters.level) + (("ewma_filter",) if scenarios.why else ())
    figure = sample_cvar if shortfall else sample_var
    return Reading(figure(scenarios.losses, parameters.level), flags=flags, why=scenarios.why)


def _too_few(losses: Floats, level: float) -> Reading | None:
    """Below ceil(1 / (1 - level)) + 1 losses the tail is empty."""
    needed = math.ceil(1 / tail_of(level)) + 1
    return insufficient(len(losses), needed, "losses") if len(losses) < needed else None


def _confidence(count: int, level: float) -> tuple[str, ...]:
    return ("low_confidence",) if count < 10 / tail_of(level) else ()
