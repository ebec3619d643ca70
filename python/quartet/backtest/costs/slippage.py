"""Slippage by name (S-125, R-414): a fixed part, and what grows with the order's share of the usual volume.

A model gives `Slippage`: the order's slippage is `fixed + root * q^power + line * q`, of what was known when it was
decided. Volatility and volume are trailing, per day.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

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

    @property
    def grows(self) -> bool:
        """Whether it depends on the order."""
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
    root = parameters.temporary * volatility * stressed / volume**parameters.power
    line = 0.5 * parameters.permanent * volatility * stressed / volume
    return Slippage(fixed_ppb(slippage_bps), root, line, parameters.power)


def _usual(prices: PricePanel, window: int) -> Floats:
    if prices.volume is None:
        raise ConfigError("slippage_model: it reads volume, and the prices have none; take fixed")
    return daily_volume(prices, window)
