"""Return, and return for risk. Returns are simple and net, (T,) fractions; `periods_per_year` is A."""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np

from quartet.core.parameters import Parameters, parameter
from quartet.risk.annualisation import rate_per_period
from quartet.risk.measures.drawdown import max_drawdown
from quartet.risk.measuring import Floats, measure
from quartet.risk.moments import autocorrelations, automatic_lags, long_run_variance, varies

RATIO: Final = "ratio a year"


class RiskFree(Parameters):
    """What idle money earns."""

    risk_free_rate: float = parameter(0.0, "Simple rate a year; the rate of a period compounds to it.", gt=-1)


class LoSharpe(RiskFree):
    """Where the autocorrelations come from."""

    model: Literal["ar1", "sample"] = parameter("ar1", "Powers of the first, or each as measured.")
    lags: int = parameter(20, "How many are measured; the rest count as zero. For sample.", unit="periods", ge=1)


class HacSharpe(RiskFree):
    """How far dependence reaches."""

    lags: int = parameter(0, "Lags of the long-run variance; 0: 4 (T / 100)^(2/9).", unit="periods", ge=0)


class Kelly(RiskFree):
    """How much of the full fraction is used."""

    fraction: float = parameter(1.0, "Share of the full Kelly fraction; 0.25 is quarter Kelly.", gt=0, le=1)
    shrinkage: float = parameter(0.0, "Share by which the mean is drawn to zero; sizing uses 0.5.", ge=0, lt=1)


NO_RISK_FREE: Final = RiskFree()
AR1: Final = LoSharpe()
AUTOMATIC: Final = HacSharpe()
FULL_KELLY: Final = Kelly()

_STILL: Final = "the returns do not vary"
_LOG_MAX: Final = 700.0


@measure(unit="fraction", source="CFA Institute, GIPS standards (2020): compounded, not added up")
def total_return(returns: Floats) -> float:
    """Compounded return of all periods."""
    return float(np.prod(1.0 + returns) - 1.0)


@measure(
    unit="fraction a year",
    source="CFA Institute, GIPS standards (2020)",
    null_where="so short a gain compounds beyond all bounds in a year",
)
def annual_return(returns: Floats, periods_per_year: float) -> float | None:
    """The rate that compounds to the total return: (1 + total)^(A / T) - 1; -1 where everything was lost."""
    grown = 1.0 + total_return(returns)
    if grown <= 0.0:
        return -1.0
    log_a_year = math.log(grown) * periods_per_year / len(returns)
    return math.expm1(log_a_year) if log_a_year < _LOG_MAX else None


@measure(unit="fraction a year", source="Hull (2018), Options, Futures and Other Derivatives", null_where="one return")
def annual_volatility(returns: Floats, periods_per_year: float) -> float | None:
    """Sample deviation of returns (ddof 1) times the root of A."""
    return float(returns.std(ddof=1)) * math.sqrt(periods_per_year) if len(returns) > 1 else None


@measure(unit=RATIO, source="Sharpe (1994), The Sharpe Ratio", parameters=RiskFree, null_where=_STILL)
def sharpe_ratio(returns: Floats, periods_per_year: float, parameters: RiskFree = NO_RISK_FREE) -> float | None:
    """Mean over deviation of excess returns, times the root of A."""
    excess = _excess(returns, periods_per_year, parameters)
    if not varies(excess):
        return None
    return float(excess.mean() / excess.std(ddof=1)) * math.sqrt(periods_per_year)


@measure(
    unit=RATIO,
    source="Lo (2002), The Statistics of Sharpe Ratios",
    parameters=LoSharpe,
    null_where="the returns do not vary, or their autocorrelations leave no variance",
)
def sharpe_lo(returns: Floats, periods_per_year: float, parameters: LoSharpe = AR1) -> float | None:
    """Sharpe ratio for returns that depend on each other: A / root of (A + 2 sum (A - k) rho_k) in place of root A."""
    excess = _excess(returns, periods_per_year, parameters)
    if not varies(excess) or len(excess) < 3:
        return None
    scale = lo_scale(_autocorrelations(excess, parameters), round(periods_per_year), parameters.model == "ar1")
    return None if scale is None else float(excess.mean() / excess.std(ddof=1)) * scale


@measure(unit=RATIO, source="Lo (2002), Newey and West (1987)", parameters=HacSharpe, null_where=_STILL)
def sharpe_hac(returns: Floats, periods_per_year: float, parameters: HacSharpe = AUTOMATIC) -> float | None:
    """Sharpe ratio over the long-run deviation; the one for overlapping returns, with lags of their length or more."""
    excess = _excess(returns, periods_per_year, parameters)
    if not varies(excess):
        return None
    variance = long_run_variance(excess, parameters.lags or automatic_lags(len(excess)))
    return float(excess.mean() / math.sqrt(variance)) * math.sqrt(periods_per_year) if variance > 0.0 else None


@measure(
    unit=RATIO,
    source="Sortino, van der Meer (1991), Downside Risk",
    parameters=RiskFree,
    null_where="no excess return is below zero",
)
def sortino_ratio(returns: Floats, periods_per_year: float, parameters: RiskFree = NO_RISK_FREE) -> float | None:
    """Mean excess return over the root mean square of the negative ones, over all T periods, times the root of A."""
    excess = _excess(returns, periods_per_year, parameters)
    below = math.sqrt(float((np.minimum(excess, 0.0) ** 2).mean()))
    return float(excess.mean()) / below * math.sqrt(periods_per_year) if below > 0.0 else None


@measure(unit=RATIO, source="Young (1991), Calmar Ratio", null_where="equity never fell, or the annual return is null")
def calmar_ratio(returns: Floats, equity: Floats, periods_per_year: float) -> float | None:
    """Annual return over maximum drawdown."""
    depth = max_drawdown(equity)
    a_year = annual_return(returns, periods_per_year)
    return a_year / depth if a_year is not None and depth > 0.0 else None


@measure(
    unit="fraction of equity",
    source="Thorp (2006), The Kelly criterion; Kelly (1956)",
    parameters=Kelly,
    rows={"kelly_full": {}, "kelly_quarter": {"fraction": 0.25}},
    null_where=_STILL,
)
def kelly_fraction(returns: Floats, periods_per_year: float, parameters: Kelly = FULL_KELLY) -> float | None:
    """Leverage of greatest growth, mean over variance of excess returns, or a share of it; never below 0."""
    excess = _excess(returns, periods_per_year, parameters)
    if not varies(excess):
        return None
    mean = float(excess.mean()) * (1.0 - parameters.shrinkage)
    return parameters.fraction * max(0.0, mean / float(excess.var(ddof=1)))


@measure(unit=RATIO, source="Sharpe (1994), on returns before costs", parameters=RiskFree, null_where=_STILL)
def gross_sharpe(gross_returns: Floats, periods_per_year: float, parameters: RiskFree = NO_RISK_FREE) -> float | None:
    """Sharpe ratio before costs."""
    return sharpe_ratio(gross_returns, periods_per_year, parameters)


def lo_scale(rho: Floats, periods: int, first_order: bool) -> float | None:
    """Lo's factor for a year of so many periods, from autocorrelations (k,) or the first one alone."""
    lags = np.arange(1, periods)
    if first_order:
        rho = np.asarray(rho[0] ** lags, np.float64)
    used = min(len(rho), len(lags))
    variance = periods + 2.0 * float(((periods - lags[:used]) * rho[:used]).sum())
    return periods / math.sqrt(variance) if variance > 0.0 else None


def _autocorrelations(excess: Floats, parameters: LoSharpe) -> Floats:
    return autocorrelations(excess, 1 if parameters.model == "ar1" else min(parameters.lags, len(excess) - 1))


def _excess(returns: Floats, periods_per_year: float, parameters: RiskFree) -> Floats:
    return returns - rate_per_period(parameters.risk_free_rate, periods_per_year)
