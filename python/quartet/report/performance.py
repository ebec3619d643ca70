"""Return and risk of a run from its equity, with what each number assumes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from quartet.report.sampling import DAY, Floats, Times
from quartet.risk.annualisation import WEEKS_MIN, periods_per_year

SESSIONS_MIN: Final = 20
"""Fewer daily returns than this say nothing about a Sharpe ratio."""


@dataclass(frozen=True, slots=True)
class Sharpe:
    """An annualised Sharpe ratio with its standard error; both None where there are too few returns."""

    ratio: float | None
    error: float | None
    assumptions: str


def sharpe_ratio(ts: Times, equity: Floats, initial: float) -> Sharpe:
    """The ratio of daily returns: ts and equity are those of the ends of sessions, initial is before the first."""
    count = len(equity)
    if count < SESSIONS_MIN:
        text = f"not stated: {count:,} session{'' if count == 1 else 's'}, fewer than {SESSIONS_MIN}"
        return Sharpe(None, None, text)
    before = np.append(initial, equity[:-1])
    if np.any(before <= 0):
        return Sharpe(None, None, "not stated: equity fell to zero or below")
    returns = equity / before - 1.0
    deviation = float(returns.std(ddof=1))
    if deviation == 0.0:
        return Sharpe(None, None, f"not stated: equity never moved ({count:,} sessions)")
    if ts[-1] - ts[0] < WEEKS_MIN * 7 * DAY:
        return Sharpe(None, None, f"not stated: {count:,} sessions do not fill {WEEKS_MIN} weeks")
    # Counted, so that weekends and holidays are closed or open as they were.
    year = periods_per_year(ts)
    text = (
        f"mean over deviation of {count:,} daily returns of equity, times the root of {year:.1f} sessions a year, as "
        "many as there were; risk-free rate 0, idle cash earns nothing; the error assumes independent returns"
    )
    daily = float(returns.mean()) / deviation
    # Lo (2002) for independent returns.
    error = math.sqrt((1.0 + 0.5 * daily * daily) / count)
    return Sharpe(daily * math.sqrt(year), error * math.sqrt(year), text)
