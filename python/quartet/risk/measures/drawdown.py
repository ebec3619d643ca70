"""Drawdown and recovery. Equity has T + 1 values, the first before the first period; depths are positive."""

from __future__ import annotations

import math
from typing import Final

from quartet.core.parameters import Parameters, parameter
from quartet.risk.annualisation import DAY_NS
from quartet.risk.drawdown import deepest, drawdowns, episodes
from quartet.risk.measuring import Floats, Ints, measure
from quartet.risk.tail_formulas import sample_cvar

_SOURCE: Final = "Chekhlov, Uryasev, Zabarankin (2005)"
_PERIODS: Final = "periods"
_NEVER: Final = "equity never fell"
_OPEN: Final = "equity never fell, or has not recovered yet"


class DrawdownLevel(Parameters):
    """How far into the tail."""

    level: float = parameter(0.95, "Share of periods that are not worse.", ge=0, lt=1)


AT_95: Final = DrawdownLevel()


@measure(unit="share of equity", source=_SOURCE)
def max_drawdown(equity: Floats) -> float:
    """Deepest fall from the highest equity before, as a share of it."""
    return float(drawdowns(equity).max())


@measure(unit="share of equity", source=_SOURCE)
def avg_drawdown(equity: Floats) -> float:
    """Mean drawdown over all periods, those at a high counted as zero."""
    return float(drawdowns(equity)[1:].mean()) if len(equity) > 1 else 0.0


@measure(unit="share of equity", source="Martin, McCann (1989), The Investor's Guide to Fidelity Funds")
def ulcer(equity: Floats) -> float:
    """Root mean square of drawdown over all periods."""
    return math.sqrt(float((drawdowns(equity)[1:] ** 2).mean())) if len(equity) > 1 else 0.0


@measure(unit="share of equity", source=_SOURCE, parameters=DrawdownLevel, rows={"cdar_95": {}})
def cdar(equity: Floats, parameters: DrawdownLevel = AT_95) -> float:
    """Conditional drawdown at risk: mean of the worst drawdowns of periods."""
    depth = drawdowns(equity)[1:]
    return sample_cvar(depth, parameters.level) if parameters.level > 0.0 else float(depth.mean())


@measure(unit=_PERIODS, source=_SOURCE, null_where=_NEVER)
def time_to_trough(equity: Floats) -> int | None:
    """From the high to the trough of the deepest drawdown."""
    worst = deepest(equity)
    return None if worst is None else worst.trough - worst.peak


@measure(unit=_PERIODS, source=_SOURCE, null_where=_OPEN)
def recovery_time(equity: Floats) -> int | None:
    """From the trough of the deepest drawdown to the old high."""
    worst = deepest(equity)
    return None if worst is None or worst.recovery is None else worst.recovery - worst.trough


@measure(unit="days", source=_SOURCE, null_where=_OPEN)
def recovery_days(equity: Floats, timestamps: Ints) -> float | None:
    """From the trough of the deepest drawdown to the old high, in days of 24 hours."""
    worst = deepest(equity)
    if worst is None or worst.recovery is None:
        return None
    return float(timestamps[worst.recovery] - timestamps[worst.trough]) / DAY_NS


@measure(unit=_PERIODS, source=_SOURCE, null_where=_OPEN)
def drawdown_duration(equity: Floats) -> int | None:
    """From the high before the deepest drawdown to the recovery."""
    worst = deepest(equity)
    return None if worst is None or worst.recovery is None else worst.recovery - worst.peak


@measure(unit=_PERIODS, source=_SOURCE)
def longest_drawdown(equity: Floats) -> int:
    """The longest time below a high, one that is open counted to the end."""
    last = len(equity) - 1
    return max(((last if each.recovery is None else each.recovery) - each.peak for each in episodes(equity)), default=0)


@measure(unit="share of equity", source=_SOURCE)
def current_drawdown(equity: Floats) -> float:
    """Drawdown at the end."""
    return float(drawdowns(equity)[-1])
