"""Against a benchmark. Both are simple returns of the same periods, (T,) fractions."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from quartet.core.extras import needed
from quartet.core.parameters import parameter
from quartet.risk.annualisation import rate_per_period
from quartet.risk.measures.reward import NO_RISK_FREE, RATIO, RiskFree
from quartet.risk.measuring import Floats, measure
from quartet.risk.moments import automatic_lags, varies


class Regression(RiskFree):
    """What is subtracted, and how far dependence of the errors reaches."""

    lags: int = parameter(0, "Lags of the standard error (Newey, West); 0: 4 (T / 100)^(2/9).", unit="periods", ge=0)


AUTOMATIC: Final = Regression()
_STILL: Final = "the benchmark does not vary"
_JENSEN: Final = "Jensen (1968), The Performance of Mutual Funds"
_CAPTURE: Final = "Morningstar, Upside and Downside Capture Ratios (2011)"
_TREYNOR: Final = "Treynor, Black (1973); Grinold, Kahn (2000), chapter 5"


@measure(unit="fraction a year", source=_JENSEN, parameters=RiskFree, null_where=_STILL)
def alpha(
    returns: Floats, benchmark: Floats, periods_per_year: float, parameters: RiskFree = NO_RISK_FREE
) -> float | None:
    """Mean excess return beyond beta times that of the benchmark, times A (not compounded)."""
    slope = beta(returns, benchmark)
    if slope is None:
        return None
    free = rate_per_period(parameters.risk_free_rate, periods_per_year)
    return float((returns - free).mean() - slope * (benchmark - free).mean()) * periods_per_year


@measure(unit="ratio", source="Sharpe (1964), Capital Asset Prices", null_where=_STILL)
def beta(returns: Floats, benchmark: Floats) -> float | None:
    """Covariance with the benchmark over its variance."""
    if not varies(benchmark):
        return None
    away = benchmark - benchmark.mean()
    return float((returns * away).sum() / (away**2).sum())


@measure(unit="standard errors", source="Newey, West (1987)", parameters=Regression, null_where="no spread of errors")
def alpha_t(
    returns: Floats, benchmark: Floats, periods_per_year: float, parameters: Regression = AUTOMATIC
) -> float | None:
    """Alpha over its standard error, which allows for dependent errors; needs the extra research."""
    free = rate_per_period(parameters.risk_free_rate, periods_per_year)
    return _t_values(returns - free, benchmark - free, parameters)[0]


@measure(unit="standard errors", source="Newey, West (1987)", parameters=Regression, null_where="no spread of errors")
def beta_t(returns: Floats, benchmark: Floats, parameters: Regression = AUTOMATIC) -> float | None:
    """Beta over its standard error, which allows for dependent errors; needs the extra research."""
    return _t_values(returns, benchmark, parameters)[1]


@measure(unit="fraction a year", source=_TREYNOR, null_where="one return")
def tracking_error(returns: Floats, benchmark: Floats, periods_per_year: float) -> float | None:
    """Sample deviation of the difference to the benchmark, times the root of A."""
    return float((returns - benchmark).std(ddof=1)) * math.sqrt(periods_per_year) if len(returns) > 1 else None


@measure(unit=RATIO, source=_TREYNOR, null_where="the difference to the benchmark does not vary")
def information_ratio(returns: Floats, benchmark: Floats, periods_per_year: float) -> float | None:
    """Mean over deviation of the difference to the benchmark, times the root of A."""
    away = returns - benchmark
    return float(away.mean() / away.std(ddof=1)) * math.sqrt(periods_per_year) if varies(away) else None


@measure(unit="ratio", source=_CAPTURE, null_where="the benchmark never rose")
def up_capture(returns: Floats, benchmark: Floats) -> float | None:
    """Geometric mean return in periods in which the benchmark rose, over its own."""
    return _capture(returns, benchmark, benchmark > 0.0)


@measure(unit="ratio", source=_CAPTURE, null_where="the benchmark never fell")
def down_capture(returns: Floats, benchmark: Floats) -> float | None:
    """Geometric mean return in periods in which the benchmark fell, over its own; below 1 is good."""
    return _capture(returns, benchmark, benchmark < 0.0)


def _capture(returns: Floats, benchmark: Floats, chosen: Any) -> float | None:
    if not chosen.any():
        return None
    ours, theirs = (_geometric_mean(each[chosen]) for each in (returns, benchmark))
    return ours / theirs


def _geometric_mean(returns: Floats) -> float:
    if returns.min() <= -1.0:
        return -1.0
    return math.expm1(float(np.log1p(returns).mean()))


def _t_values(returns: Floats, benchmark: Floats, parameters: Regression) -> tuple[float | None, float | None]:
    models = needed("statsmodels.api", "research", "a standard error under dependence")
    if len(returns) < 3 or not varies(benchmark):
        return None, None
    lags = parameters.lags or automatic_lags(len(returns))
    fit = models.OLS(returns, np.column_stack([np.ones(len(benchmark)), benchmark])).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    if not varies(np.asarray(fit.resid)):
        return None, None
    return float(fit.tvalues[0]), float(fit.tvalues[1])
