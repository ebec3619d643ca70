"""Value at risk and expected shortfall by a law of returns: normal, Student's t, Cornish-Fisher, exponential weights.

Returns are simple and net, (T,) fractions; figures are positive where it hurts.
"""

from __future__ import annotations

import math
from typing import Final, Literal

from quartet.core.parameters import parameter
from quartet.risk.ewma import SEED_COUNT, ewma_variances
from quartet.risk.measures.tail_level import AT_95, EQUITY, Level
from quartet.risk.measuring import Floats, Reading, insufficient, measure
from quartet.risk.moments import excess_kurtosis, skewness, varies
from quartet.risk.tail_formulas import (
    cornish_fisher_holds,
    normal_cvar,
    normal_var,
    t_cvar,
    t_freedom,
    t_var,
)
from quartet.risk.tail_formulas import (
    modified_var as modified_formula,
)

_MEAN_FROM: Final = 10
"""Up to so many periods the mean is noise and counts as zero."""
_MOMENTS_MIN: Final = 4
_STILL: Final = Reading(None, why="the returns do not vary")


class Law(Level):
    """How far into the tail, over how long, and of which law."""

    distribution: Literal["normal", "student_t"] = parameter(
        "normal", "Student's t: its degrees of freedom, 2.1 to 60, by greatest likelihood; needs the extra research."
    )
    horizon: int = parameter(1, "Periods that are held; the mean counts beyond 10.", unit="periods", ge=1)


class Decay(Level):
    """How far into the tail, and how fast the past is forgotten."""

    decay: float = parameter(0.94, "Weight of a squared return over the next newer one; 0.97: monthly.", gt=0, lt=1)


NORMAL_95: Final = Law()
DECAY_95: Final = Decay()


@measure(unit=EQUITY, source="Jorion (2006), Value at Risk, chapter 5", parameters=Law)
def parametric_var(returns: Floats, parameters: Law = NORMAL_95) -> Reading:
    """Value at risk of a law with the deviation of returns, which grows by the root of the horizon."""
    return _of_law(returns, parameters, shortfall=False)


@measure(unit=EQUITY, source="McNeil, Frey, Embrechts (2015), Quantitative Risk Management, 2.3", parameters=Law)
def parametric_cvar(returns: Floats, parameters: Law = NORMAL_95) -> Reading:
    """Expected shortfall of a law with the deviation of returns, which grows by the root of the horizon."""
    return _of_law(returns, parameters, shortfall=True)


@measure(unit=EQUITY, source="Favre, Galeano (2002); Maillard (2012) for where it holds", parameters=Level)
def modified_var(returns: Floats, parameters: Level = AT_95) -> Reading:
    """Cornish-Fisher value at risk from four moments of returns; flagged where the expansion is no quantile."""
    if len(returns) < _MOMENTS_MIN:
        return insufficient(len(returns), _MOMENTS_MIN)
    skew, kurtosis = skewness(returns), excess_kurtosis(returns)
    if skew is None or kurtosis is None:
        return _STILL
    value = modified_formula(float(returns.mean()), float(returns.std(ddof=1)), skew, kurtosis, parameters.level)
    if cornish_fisher_holds(skew, kurtosis):
        return Reading(value)
    why = f"skew {skew:.2f} with excess kurtosis {kurtosis:.2f} is outside the domain; limits use filtered_var"
    return Reading(value, flags=("out_of_domain",), why=why)


@measure(unit=EQUITY, source="RiskMetrics technical document (1996)", parameters=Decay)
def ewma_var(returns: Floats, parameters: Decay = DECAY_95) -> Reading:
    """Normal value at risk of the next period, its variance by exponential weights, mean zero."""
    return _of_weights(returns, parameters, shortfall=False)


@measure(unit=EQUITY, source="RiskMetrics technical document (1996)", parameters=Decay)
def ewma_cvar(returns: Floats, parameters: Decay = DECAY_95) -> Reading:
    """Normal expected shortfall of the next period, its variance by exponential weights, mean zero."""
    return _of_weights(returns, parameters, shortfall=True)


def _of_law(returns: Floats, parameters: Law, *, shortfall: bool) -> Reading:
    if len(returns) < 2:
        return insufficient(len(returns), 2)
    if not varies(returns):
        return _STILL
    horizon = parameters.horizon
    mean = float(returns.mean()) * horizon if horizon > _MEAN_FROM else 0.0
    deviation = float(returns.std(ddof=1)) * math.sqrt(horizon)
    if parameters.distribution == "normal":
        normal = normal_cvar if shortfall else normal_var
        return Reading(normal(mean, deviation, parameters.level))
    student = t_cvar if shortfall else t_var
    return Reading(student(mean, deviation, parameters.level, t_freedom(returns)))


def _of_weights(returns: Floats, parameters: Decay, *, shortfall: bool) -> Reading:
    if len(returns) < SEED_COUNT:
        return insufficient(len(returns), SEED_COUNT)
    deviation = math.sqrt(float(ewma_variances(returns, parameters.decay)[-1]))
    normal = normal_cvar if shortfall else normal_var
    return Reading(normal(0.0, deviation, parameters.level))
