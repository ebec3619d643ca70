"""What measures of the tail share."""

from __future__ import annotations

from typing import Final

from quartet.core.parameters import Parameters, parameter

EQUITY: Final = "share of equity"
HISTORICAL: Final = "Jorion (2006), Value at Risk, chapter 10"


class Level(Parameters):
    """How far into the tail."""

    level: float = parameter(0.95, "Share of outcomes that are not worse.", gt=0.5, lt=1)


AT_95: Final = Level()
