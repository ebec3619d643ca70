"""Confidence intervals of the Sharpe ratio, the growth rate and the drawdown by stationary bootstrap (S-132)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from quartet.backtest.validation.compounding import largest_drawdown, log_growth
from quartet.backtest.validation.long_run import optimal_block, sharpe_influence, sharpe_of, standard_error
from quartet.backtest.validation.samples import Floats, checked_count, checked_returns, checked_share, is_constant
from quartet.core.errors import ConfigError
from quartet.core.extras import needed

IntervalMethod = Literal["studentized", "bca", "percentile"]
_METHODS = ("studentized", "bca", "percentile")
_PERIODS_MIN = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the two-sided interval around it; None where it is undefined."""

    estimate: float | None
    low: float | None
    high: float | None
    level: float
    method: IntervalMethod
    block_periods: int
    """Mean length of a block."""
    replications: int


@dataclass(frozen=True, slots=True)
class Resampling:
    """How resamples are drawn; ConfigError for what cannot be."""

    replications: int = 2000
    block_periods: int | None = None
    """Mean length of a block; None: that of Politis and White."""
    seed: int = 0

    def __post_init__(self) -> None:
        checked_count(self.replications, "replications", 100)
        if self.block_periods is not None:
            checked_count(self.block_periods, "block_periods")

    def block_for(self, values: Floats) -> int:
        """The mean length of a block for these values, in periods."""
        return self.block_periods if self.block_periods is not None else optimal_block(values)

    def bootstrap(self, values: Floats, block: int) -> Any:
        """A stationary bootstrap of the rows (Politis and Romano, 1994)."""
        library = needed("arch.bootstrap", "research", "a bootstrap")
        return library.StationaryBootstrap(block, values, seed=np.random.default_rng(self.seed))


STANDARD = Resampling()


def sharpe_interval(
    returns: Any,
    periods_per_year: float = 1.0,
    *,
    level: float = 0.95,
    method: IntervalMethod = "studentized",
    resampling: Resampling = STANDARD,
) -> Interval:
    """The interval of the Sharpe ratio, annualised by sqrt(periods_per_year).

    returns: (T,), per period, in excess. Studentised by a Newey-West error of the ratio (Ledoit and Wolf, 2008), or
    bias-corrected and accelerated, or plain percentiles. All None where the returns do not vary. Raises ConfigError
    for a choice that cannot be and without the extra `research`, DataError for fewer than 10 periods.
    """
    values = checked_returns(returns, periods_min=_PERIODS_MIN)
    scale = math.sqrt(_positive(periods_per_year))
    return _interval(
        values, sharpe_of, lambda each: standard_error(sharpe_influence(each)), lambda x: scale * x,
        level, method, resampling,
    )  # fmt: skip


def growth_interval(
    returns: Any,
    periods_per_year: float,
    *,
    level: float = 0.95,
    method: IntervalMethod = "studentized",
    resampling: Resampling = STANDARD,
) -> Interval:
    """The interval of the compound annual growth rate, a fraction: exp(A mean(ln(1 + r))) - 1.

    returns: (T,), simple returns per period, above -1. It is made on the scale of logarithms. Errors as
    `sharpe_interval`, and DataError for a return of -1 or less.
    """
    values = log_growth(returns, "returns", _PERIODS_MIN)
    year = _positive(periods_per_year)
    return _interval(
        values, lambda each: float(each.mean()), standard_error, lambda x: math.expm1(min(year * x, 700.0)),
        level, method, resampling,
    )  # fmt: skip


def drawdown_interval(
    returns: Any,
    *,
    level: float = 0.95,
    method: IntervalMethod = "bca",
    resampling: Resampling = STANDARD,
) -> Interval:
    """The interval of the largest drawdown of the compounded returns, a share of the peak, positive.

    returns: (T,), simple returns per period, above -1. It has no standard error, so that `studentized` is refused.
    `bca` leaves out each period in turn, which takes long beyond some 10,000 of them. Errors as `growth_interval`.
    """
    if method == "studentized":
        raise ConfigError("method = 'studentized': a drawdown has no standard error; take 'bca' or 'percentile'")
    values = log_growth(returns, "returns", _PERIODS_MIN)
    return _interval(values, largest_drawdown, None, lambda x: x, level, method, resampling)


def _interval(
    values: Floats,
    function: Callable[[Floats], float],
    error: Callable[[Floats], float] | None,
    shown: Callable[[float], float],
    level: float,
    method: IntervalMethod,
    resampling: Resampling,
) -> Interval:
    checked_share(level, "level")
    if method not in _METHODS:
        raise ConfigError(f"method = {method!r}: must be one of {', '.join(_METHODS)}")
    block = resampling.block_for(values)
    estimate = function(values)
    low, high = math.nan, math.nan
    if not is_constant(values):
        more = {"std_err_func": lambda _, each: error(each)} if method == "studentized" and error else {}
        with np.errstate(all="ignore"):
            bounds = resampling.bootstrap(values, block).conf_int(
                function, resampling.replications, method=method, size=level, **more
            )
        low, high = (float(each) for each in bounds[:, 0])
    low, high, estimate = (shown(each) if math.isfinite(each) else math.nan for each in (low, high, estimate))
    return Interval(
        _or_none(estimate), _or_none(low), _or_none(high), level, method, block, resampling.replications
    )  # fmt: skip


def _positive(periods_per_year: float) -> float:
    if not (math.isfinite(periods_per_year) and periods_per_year > 0):
        raise ConfigError(f"periods_per_year = {periods_per_year}: must be a finite number above 0")
    return float(periods_per_year)


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
