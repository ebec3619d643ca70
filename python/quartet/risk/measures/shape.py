"""How returns are distributed. Returns are simple and net, (T,) fractions."""

from __future__ import annotations

from typing import Final

import numpy as np

from quartet.core.parameters import Parameters, parameter
from quartet.risk import moments
from quartet.risk.measuring import Floats, measure


class Threshold(Parameters):
    """What separates gains from losses."""

    threshold: float = parameter(0.0, "Return of a period that is neither.", unit="fraction")


class Tail(Parameters):
    """Which tails are compared."""

    share: float = parameter(0.05, "Share of periods in each tail.", gt=0, lt=0.5)


AT_ZERO: Final = Threshold()
FIVE_PERCENT: Final = Tail()


@measure(
    unit="ratio", source="Keating, Shadwick (2002)", parameters=Threshold, null_where="no return below the threshold"
)
def omega(returns: Floats, parameters: Threshold = AT_ZERO) -> float | None:
    """Sum of returns above a threshold over the sum below it."""
    away = returns - parameters.threshold
    below = float(-np.minimum(away, 0.0).sum())
    return float(np.maximum(away, 0.0).sum()) / below if below > 0.0 else None


@measure(unit="ratio", source="Schwager (2012), Hedge Fund Market Wizards", null_where="no return below zero")
def gain_to_pain(returns: Floats) -> float | None:
    """Sum of returns over the sum of the negative ones, their sign dropped."""
    pain = float(-np.minimum(returns, 0.0).sum())
    return float(returns.sum()) / pain if pain > 0.0 else None


@measure(unit="ratio", source="empyrical's tail_ratio", parameters=Tail, null_where="the lower quantile is zero")
def tail_ratio(returns: Floats, parameters: Tail = FIVE_PERCENT) -> float | None:
    """The upper quantile of returns over the lower one, signs dropped; quantiles are interpolated."""
    low, high = np.abs(np.quantile(returns, [parameters.share, 1.0 - parameters.share])).tolist()
    return high / low if low > 0.0 else None


@measure(unit="none", source="Joanes, Gill (1998), G1", null_where="fewer than 3 returns, or they do not vary")
def skew(returns: Floats) -> float | None:
    """Third standardised moment, corrected for bias."""
    return moments.skewness(returns)


@measure(unit="none", source="Joanes, Gill (1998), G2", null_where="fewer than 4 returns, or they do not vary")
def excess_kurtosis(returns: Floats) -> float | None:
    """Fourth standardised moment less 3, corrected for bias."""
    return moments.excess_kurtosis(returns)


@measure(unit="share of periods", source="definition; win_rate is that of trades")
def bar_win_rate(returns: Floats) -> float:
    """Share of periods with a return above zero."""
    return float((returns > 0.0).mean())
