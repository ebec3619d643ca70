"""What was held and what moving it cost. Positions are signed shares of equity, (T + 1) x N, at ends of periods."""

from __future__ import annotations

from typing import Final

import numpy as np

from quartet.risk.measuring import Floats, measure

_SHARE: Final = "share of equity"
_STILL: Final = "nothing was traded"
_DEFINITION: Final = "Grinold, Kahn (2000), Active Portfolio Management, chapter 16"


@measure(unit="share of equity a period", source=_DEFINITION)
def turnover(positions: Floats) -> float:
    """Mean over periods of half the sum of changes of weights, their sign dropped."""
    return float(_traded(positions).mean()) / 2.0


@measure(unit="share of equity a year", source=_DEFINITION)
def annual_turnover(positions: Floats, periods_per_year: float) -> float:
    """Turnover of a period times the periods of a year."""
    return turnover(positions) * periods_per_year


@measure(unit=_SHARE, source="AIFMD, gross method (2013)")
def gross_exposure(positions: Floats) -> float:
    """Mean over periods of the sum of weights, their sign dropped."""
    return float(np.abs(positions[1:]).sum(axis=1).mean())


@measure(unit=_SHARE, source="definition")
def net_exposure(positions: Floats) -> float:
    """Mean over periods of the sum of signed weights."""
    return float(positions[1:].sum(axis=1).mean())


@measure(unit=_SHARE, source="AIFMD, gross method (2013)")
def max_gross_exposure(positions: Floats) -> float:
    """Largest sum of weights, their sign dropped, at an end of a period."""
    return float(np.abs(positions[1:]).sum(axis=1).max())


@measure(unit="share of periods", source="definition")
def time_in_market(positions: Floats) -> float:
    """Share of periods that ended with something held."""
    return float((positions[1:] != 0.0).any(axis=1).mean())


@measure(unit="bp of traded value", source="Perold (1988), The Implementation Shortfall", null_where=_STILL)
def cost_bp(returns: Floats, gross_returns: Floats, positions: Floats) -> float | None:
    """Costs over what was traded, both sides counted: return before costs less return after, in basis points."""
    traded = float(_traded(positions).sum())
    return float((gross_returns - returns).sum()) / traded * 1e4 if traded > 0.0 else None


@measure(unit="bp of traded value", source="Grinold, Kahn (2000), chapter 16", null_where=_STILL)
def breakeven_cost_bp(gross_returns: Floats, positions: Floats) -> float | None:
    """The cost at which the mean return would be zero, in basis points of what was traded."""
    traded = float(_traded(positions).sum())
    return float(gross_returns.sum()) / traded * 1e4 if traded > 0.0 else None


def _traded(positions: Floats) -> Floats:
    """(T,) sums of changes of weights, their sign dropped."""
    return np.asarray(np.abs(np.diff(positions, axis=0)).sum(axis=1), np.float64)
