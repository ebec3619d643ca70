"""Sizers by name (S-123): what share of `max_position_size` each decision is worth, from what was known at its close.

A sizer gives (T, N) signed shares from -1 to 1, NaN where it cannot tell yet, so that nothing is decided; or `Sized`,
which has something to say as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import polars as pl

from quartet.backtest.prices import Floats, PricePanel
from quartet.backtest.trailing import daily_volatility, daily_volume, returns_of, rolled
from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Double

_VOLATILITY_FLOOR: Final = 0.01
_DAYS: Final = 252.0


class VolTarget(Parameters):
    """Of a volatility target."""

    target: Double = parameter(
        0.10, "Volatility that a full position may have, at most.", unit="fraction a year", gt=0, le=5,
        search=(0.05, 0.4),
    )  # fmt: skip
    half_life: Double = parameter(20.0, "Of the weights of past returns.", unit="bars", gt=0, le=10_000)


class RiskPerTrade(Parameters):
    """Of a budget a trade."""

    budget: Double = parameter(0.003, "What a trade may lose at its stop.", unit="fraction of equity", gt=0, lt=1)
    stop: Double = parameter(2.0, "Distance of the stop.", unit="daily volatilities", gt=0, le=100)
    window: int = parameter(20, "Trailing bars of volatility.", unit="bars", ge=2, le=10_000)


class EqualRisk(Parameters):
    """Of equal risk."""

    window: int = parameter(60, "Trailing bars of volatility.", unit="bars", ge=2, le=10_000)


class Kelly(Parameters):
    """Of the growth-optimal share."""

    fraction: Double = parameter(0.25, "Share of the growth-optimal position.", gt=0, le=1)
    shrink: Double = parameter(0.5, "Share of the mean return that is believed.", ge=0, le=1)
    window: int = parameter(252, "Trailing bars of mean and variance.", unit="bars", ge=30, le=10_000)


class ImpactAware(Parameters):
    """Of signals that know what they cost."""

    alpha: Double | None = parameter(
        None, "Return that a full signal expects from in to out; null: not known, and the signal stays as it is.",
        unit="fraction", gt=0, le=10,
    )  # fmt: skip
    capital: Double | None = parameter(
        None, "Equity that the order is sized by; null: the initial capital of the backtest.", unit="money", gt=0
    )
    times: Double = parameter(2.0, "k: impacts of a trade, in and out.", unit="factor", ge=0, le=100)
    temporary: Double = parameter(0.142, "c_T of the temporary impact.", ge=0)
    permanent: Double = parameter(0.314, "c_P of the permanent impact, of which half is paid.", ge=0)
    power: Double = parameter(0.6, "Power of the order's share of volume.", gt=0, le=1)
    window: int = parameter(20, "Trailing bars of volatility and volume.", unit="bars", ge=2, le=10_000)


@dataclass(frozen=True, eq=False)
class Sized:
    """Shares, and what a reader of the result should know of them."""

    share: Floats
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, made: Any) -> Self:
        """What a sizer made: this, or shares alone."""
        return made if isinstance(made, cls) else cls(np.asarray(made, np.float64))


@register("sizer", "fixed_fraction")
def fixed_fraction(prices: PricePanel, signed: Floats, full: float) -> Floats:
    """Every signal is a full position; its strength does not count."""
    return np.sign(signed)


@register("sizer", "confidence")
def confidence(prices: PricePanel, signed: Floats, full: float) -> Floats:
    """The signal times its confidence (R-016)."""
    return signed


@register("sizer", "vol_target", parameters=VolTarget, source="Moreira, Muir (2017)")
def vol_target(prices: PricePanel, signed: Floats, full: float, parameters: VolTarget) -> Floats:
    """Less where volatility, exponentially weighted, at least 1 % a year, is above a target (R-014)."""
    closes = prices.closes
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = np.vstack([np.full((1, closes.shape[1]), np.nan), closes[1:] / closes[:-1] - 1.0])
    squares = pl.DataFrame(returns**2, schema=[str(at) for at in range(closes.shape[1])]).fill_nan(None)
    smooth = pl.all().ewm_mean(half_life=parameters.half_life, ignore_nulls=True, min_samples=2).fill_null(np.nan)
    variance: Floats = squares.select(smooth).to_numpy()
    volatility = np.sqrt(variance * _DAYS)
    return signed * np.minimum(1.0, parameters.target / np.maximum(volatility, _VOLATILITY_FLOOR))


@register("sizer", "risk_per_trade", parameters=RiskPerTrade)
def risk_per_trade(prices: PricePanel, signed: Floats, full: float, parameters: RiskPerTrade) -> Floats:
    """As much as loses a budget at a stop some daily volatilities away."""
    distance = parameters.stop * daily_volatility(prices, parameters.window)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = parameters.budget / distance
    return signed * np.minimum(1.0, weight / full)


@register("sizer", "equal_risk", parameters=EqualRisk)
def equal_risk(prices: PricePanel, signed: Floats, full: float, parameters: EqualRisk) -> Floats:
    """Weights in inverse proportion to volatility; the calmest symbol with a signal is a full position."""
    volatility = np.maximum(daily_volatility(prices, parameters.window), _VOLATILITY_FLOOR / np.sqrt(_DAYS))
    active = np.where((signed != 0.0) & ~np.isnan(signed), volatility, np.inf)
    calmest = np.nanmin(np.where(np.isnan(active), np.inf, active), axis=1, keepdims=True)
    return np.where(signed == 0.0, 0.0, signed * (calmest / volatility))


@register("sizer", "impact_aware", parameters=ImpactAware)
def impact_aware(prices: PricePanel, signed: Floats, full: float, parameters: ImpactAware) -> Sized:
    """The signal less what its own order's impact eats of the expected return: s (1 - k impact / alpha), at least 0."""
    if parameters.alpha is None or parameters.capital is None:
        unknown = "alpha" if parameters.alpha is None else "capital"
        return Sized(signed, (f"sizer: impact_aware: {unknown} is not known: signals are as they came",))
    if prices.volume is None:
        raise ConfigError("sizer: impact_aware reads volume, and the prices have none")
    with np.errstate(divide="ignore", invalid="ignore"):
        quantity = np.abs(signed) * full * parameters.capital / np.where(prices.closes > 0.0, prices.closes, np.nan)
        share = quantity / daily_volume(prices, parameters.window)
        volatility = daily_volatility(prices, parameters.window)
        # As costs.impact has it, of whole columns: the temporary part and half of the permanent one.
        cost = volatility * (parameters.temporary * share**parameters.power + 0.5 * parameters.permanent * share)
        kept = np.maximum(0.0, 1.0 - parameters.times * cost / (parameters.alpha * np.abs(signed)))
    return Sized(np.where(signed == 0.0, 0.0, signed * kept))


@register("sizer", "kelly", parameters=Kelly, source="Kelly (1956), Thorp (2006)")
def kelly(prices: PricePanel, signed: Floats, full: float, parameters: Kelly) -> Floats:
    """A part of the growth-optimal share mu / sigma^2 of trailing returns in the signal's direction; never reversed."""
    returns = returns_of(prices)
    mean, spread = (rolled(returns, parameters.window, how) for how in ("mean", "var"))
    with np.errstate(divide="ignore", invalid="ignore"):
        best = parameters.shrink * np.sign(signed) * mean / spread
    weight = parameters.fraction * np.maximum(0.0, best)
    return signed * np.minimum(1.0, weight / full)
