"""Slippage by name (S-125, R-414): a fixed part, and what grows with the order's share of the usual volume.

A model gives `Slippage`: the order's slippage is `fixed + root * q^power + line * q`, of what was known when it was
decided. Volatility and volume are trailing, per day.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.costs.conditions import conditions_of, multipliers_of
from quartet.backtest.costs.time_of_day import TimeOfDay, session_slots, time_multipliers
from quartet.backtest.prices import Floats, PricePanel
from quartet.backtest.trailing import daily_volatility, daily_volume
from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Double, nano

_BP: Final = Decimal("0.0001")


@dataclass(frozen=True, eq=False)
class Slippage:
    """How slippage is made of an order's quantity in units."""

    fixed_ppb: int
    root: Floats | None = None
    """(T, N), at the stamp of the decision; NaN where nothing is known: the fixed part then counts twice (R-414)."""
    line: Floats | None = None
    power: float = 0.5
    flat: Floats | None = None
    """(T, N) what is added whatever the size; it needs root and line."""
    condition: NDArray[np.int8] | None = None
    """(T, N) conditions.Condition at the stamp of the decision, where the model reads it."""

    @property
    def grows(self) -> bool:
        """Whether it depends on the order or on its time."""
        return self.root is not None


class VolumeBased(Parameters):
    """Of a square-root law."""

    factor: Double = parameter(1.0, "Y: slippage of a day's volume to daily volatility.", ge=0, search=(0.3, 2.0))
    window: int = parameter(20, "Trailing bars of volatility and volume.", unit="bars", ge=2, le=10_000)


class Adaptive(Parameters):
    """Of the laws of Almgren and others."""

    temporary: Double = parameter(0.142, "c_T of the temporary impact.", ge=0)
    permanent: Double = parameter(0.314, "c_P of the permanent impact, of which half is paid.", ge=0)
    power: Double = parameter(0.6, "Power of the order's share of volume.", gt=0, le=1)
    window: int = parameter(20, "Trailing bars of volatility and volume.", unit="bars", ge=2, le=10_000)
    calm_window: int = parameter(252, "Trailing bars of the volatility that counts as usual.", unit="bars", ge=2)
    time_of_day: TimeOfDay | None = parameter(None, "Factors of the temporary impact by time of day; null: 1.")
    conditions: bool = parameter(False, "Whether the market's condition multiplies impact: 3 where stressed, 0.8 calm.")
    of_spread: bool = parameter(False, "Whether these factors multiply the fixed part, spread and slip, as well.")


def fixed_ppb(slippage_bps: Decimal) -> int:
    """Basis points in parts per billion."""
    return nano(slippage_bps * _BP)


@register("slippage", "fixed")
def fixed(prices: PricePanel, slippage_bps: Decimal) -> Slippage:
    """slippage_bps, whatever the order."""
    return Slippage(fixed_ppb(slippage_bps))


@register(
    "slippage",
    "volume_based",
    parameters=VolumeBased,
    source="square-root law, Toth and others (2011)",
    scaled_by=("factor",),
)
def volume_based(prices: PricePanel, slippage_bps: Decimal, parameters: VolumeBased) -> Slippage:
    """slippage_bps + Y * daily volatility * sqrt(quantity / daily volume)."""
    volume = _usual(prices, parameters.window)
    volatility = daily_volatility(prices, parameters.window)
    root = parameters.factor * volatility / np.sqrt(volume)
    return Slippage(fixed_ppb(slippage_bps), root, np.zeros_like(root))


@register(
    "slippage",
    "adaptive",
    parameters=Adaptive,
    source="Almgren, Thum, Hauptmann, Li (2005)",
    scaled_by=("temporary", "permanent"),
)
def adaptive(prices: PricePanel, slippage_bps: Decimal, parameters: Adaptive) -> Slippage:
    """slippage_bps + temporary and half of the permanent impact, more where volatility is above its usual level."""
    volume = _usual(prices, parameters.window)
    volatility = daily_volatility(prices, parameters.window)
    usual = daily_volatility(prices, parameters.calm_window)
    with np.errstate(divide="ignore", invalid="ignore"):
        stressed = np.nan_to_num(np.maximum(1.0, volatility / usual), nan=1.0, posinf=1.0)
    hour, condition = np.ones((len(prices.stamps), 1)), None
    if parameters.time_of_day is not None:
        hour = time_multipliers(prices.stamps, parameters.time_of_day)[:, None]
    market = np.ones_like(volume)
    if parameters.conditions:
        place = None if parameters.time_of_day is None else parameters.time_of_day.calendar
        condition = conditions_of(prices, session_slots(prices.stamps, place))
        market = multipliers_of(condition)
    root = parameters.temporary * volatility * stressed * hour * market / volume**parameters.power
    line = 0.5 * parameters.permanent * volatility * stressed * market / volume
    fixed_part = fixed_ppb(slippage_bps)
    flat = fixed_part / 1e9 * (hour * market - 1.0) if parameters.of_spread else None
    return Slippage(fixed_part, root, line, parameters.power, flat, condition)


def _usual(prices: PricePanel, window: int) -> Floats:
    if prices.volume is None:
        raise ConfigError("slippage_model: it reads volume, and the prices have none; take fixed")
    return daily_volume(prices, window)
