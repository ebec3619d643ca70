"""What a trade moves the price by (R-410): temporary and permanent, as fractions of the price."""

from __future__ import annotations

import math
from dataclasses import dataclass

from quartet.core.errors import DataError


@dataclass(frozen=True, slots=True)
class Impact:
    """Expected impact of an order, fractions of the price."""

    temporary: float
    permanent: float
    extrapolated: bool
    """Whether the order is larger than the volume of its time."""

    @property
    def cost(self) -> float:
        """What the order pays on average: the temporary part and half of the permanent one."""
        return self.temporary + self.permanent / 2.0


def impact(
    quantity: float,
    daily_volume: float,
    daily_volatility: float,
    days: float = 1.0,
    *,
    shares_outstanding: float | None = None,
    temporary: float = 0.142,
    permanent: float = 0.314,
    power: float = 0.6,
) -> Impact:
    """Impact of Almgren, Thum, Hauptmann, Li (2005): h = c_T s (Q / V T)^a, g = c_P s (Q / V) (O / V)^(1/4).

    quantity, daily_volume: units; daily_volatility: fraction; days: time of execution. Without shares_outstanding the
    factor (O / V)^(1/4) is left out, and the permanent part is too small. DataError for a volume or time of zero.
    """
    if not (daily_volume > 0.0 and days > 0.0):
        raise DataError(f"impact: daily volume {daily_volume} and days {days} must be above zero")
    part = abs(quantity) / (daily_volume * days)
    depth = 1.0 if shares_outstanding is None else (shares_outstanding / daily_volume) ** 0.25
    return Impact(
        temporary * daily_volatility * math.pow(part, power),
        permanent * daily_volatility * (abs(quantity) / daily_volume) * depth,
        part > 1.0,
    )
