"""Forecasts of risk against what came: needs forecasts in the track record, (T,), NaN until the first."""

from __future__ import annotations

from typing import Final

import numpy as np

from quartet.core.parameters import parameter
from quartet.risk import var_backtest as backtest
from quartet.risk.measures.tail_level import Level
from quartet.risk.measuring import Floats, Reading, insufficient, measure


class ForecastLevel(Level):
    """Of which level the forecasts are."""

    level: float = parameter(0.99, "Share of outcomes that are not worse.", gt=0.5, lt=1)


AT_99: Final = ForecastLevel()
_NO_FORECASTS: Final = "there is no forecast"


@measure(unit="share of periods", source="Kupiec (1995)", null_where=_NO_FORECASTS)
def var_hit_rate(losses: Floats, var_forecasts: Floats) -> float | None:
    """Share of periods whose loss was above its forecast; should be 1 - level."""
    hits = _hits(losses, var_forecasts)
    return float(hits.mean()) if len(hits) else None


@measure(unit="probability", source="Kupiec (1995)", parameters=ForecastLevel, null_where=_NO_FORECASTS)
def kupiec_p(losses: Floats, var_forecasts: Floats, parameters: ForecastLevel = AT_99) -> float | None:
    """Chance of a number of hits at least as odd if the forecasts are right."""
    hits = _hits(losses, var_forecasts)
    return backtest.kupiec(int(hits.sum()), len(hits), parameters.level).p_value if len(hits) else None


@measure(unit="probability", source="Christoffersen (1998)", null_where=_NO_FORECASTS)
def christoffersen_p(losses: Floats, var_forecasts: Floats) -> float | None:
    """Chance of hits at least as clustered if they are independent."""
    hits = _hits(losses, var_forecasts)
    return backtest.christoffersen(hits).p_value if len(hits) else None


@measure(unit="probability", source="Christoffersen (1998)", parameters=ForecastLevel, null_where=_NO_FORECASTS)
def conditional_coverage_p(losses: Floats, var_forecasts: Floats, parameters: ForecastLevel = AT_99) -> float | None:
    """Chance of both, number and order of hits, if the forecasts are right."""
    hits = _hits(losses, var_forecasts)
    return backtest.conditional_coverage(hits, parameters.level).p_value if len(hits) else None


@measure(unit="factor", source="Basel Committee (1996), traffic lights; of forecasts at 99 %")
def basel_multiplier(losses: Floats, var_forecasts: Floats) -> Reading:
    """What the forecasts are to be multiplied by after the hits of the last 250 periods; flagged by the zone."""
    hits = _hits(losses, var_forecasts)
    if len(hits) < backtest.WINDOW:
        return insufficient(len(hits), backtest.WINDOW, "forecasts")
    count = int(hits[-backtest.WINDOW :].sum())
    return Reading(backtest.basel_multiplier(count), flags=(backtest.basel_zone(count),))


@measure(unit="none", source="Acerbi, Szekely (2014), test 2", parameters=ForecastLevel, null_where=_NO_FORECASTS)
def acerbi_szekely_z2(
    losses: Floats, var_forecasts: Floats, es_forecasts: Floats, parameters: ForecastLevel = AT_99
) -> float | None:
    """Size of losses at hits against forecast shortfalls: near 0 where they are right, below where too small."""
    there = np.isfinite(var_forecasts) & np.isfinite(es_forecasts)
    if not there.any():
        return None
    return backtest.acerbi_szekely_z2(losses[there], var_forecasts[there], es_forecasts[there], parameters.level)


def _hits(losses: Floats, forecasts: Floats) -> backtest.Bools:
    """Of the periods that had a forecast."""
    there = np.isfinite(forecasts)
    return np.asarray(losses[there] > forecasts[there])
