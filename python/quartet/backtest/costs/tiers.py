"""What an account has traded, by which a commission's tier is chosen; compiled/tiers.py is the same in the kernel."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.costs.charging import CommissionPlan
from quartet.core.fixed import PPB

Ints = NDArray[np.int64]

_DAY_NS: Final = 86_400 * 10**9


def periods_of(stamps: Ints) -> Ints:
    """(2, T): the UTC day and the month of each stamp, counted since 1970."""
    days = stamps // _DAY_NS
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.stack([days, months])


class TierVolume:
    """Volume of an account by day, or of its month."""

    def __init__(self, plan: CommissionPlan, stamps: Ints) -> None:
        self._plan = plan
        self._periods = periods_of(stamps)[0 if plan.days else 1].tolist()
        self._traded: dict[int, int] = {}

    def tier(self, t: int) -> int:
        """The tier of a fill at a stamp: by the days before its own, or by the month before it."""
        if not self._plan.tiered:
            return 0
        now, days = self._periods[t], self._plan.days
        if not days:
            return self._plan.tier_of(self._traded.get(now, 0))
        self._traded = {day: volume for day, volume in self._traded.items() if day >= now - days}
        return self._plan.tier_of(sum(volume for day, volume in self._traded.items() if day < now))

    def add(self, t: int, notional: int, quantity: int) -> None:
        """A fill: its notional in 1e-18, of any sign, and its quantity in 1e-9."""
        if self._plan.tiered:
            volume = quantity * PPB if self._plan.units else abs(notional)
            self._traded[self._periods[t]] = self._traded.get(self._periods[t], 0) + volume
