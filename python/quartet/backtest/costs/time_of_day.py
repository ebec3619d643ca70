"""What trading at a time of day costs, to what it costs in the middle of a session (R-412).

For a model whose volume is that of a day: one that already knows the volume of the hour would count it twice.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.prices import Floats
from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, parameter
from quartet.data.calendars.calendar import Calendar
from quartet.data.calendars.known import calendar
from quartet.engines.config.numbers import Double

Ints = NDArray[np.int64]

_HOUR_NS: Final = 3600 * 10**9
_DAY_NS: Final = 24 * _HOUR_NS
_EDGE_NS: Final = _HOUR_NS // 2
"""How long the opening and the close last."""


class TimeOfDay(Parameters):
    """Multipliers of the temporary impact by the time of day."""

    calendar: str = parameter("us_equities", "The market's calendar; crypto, fx: by the hour (UTC).")
    opening: Double = parameter(1.5, "In the first half hour of a session.", unit="factor", gt=0, le=100)
    closing: Double = parameter(1.3, "In its last half hour.", unit="factor", gt=0, le=100)
    lunch: Double = parameter(1.2, "At lunch.", unit="factor", gt=0, le=100)
    lunch_begins: Double = parameter(2.5, "After the open: 12:00 where that is 9:30.", unit="hours", ge=0, le=24)
    lunch_ends: Double = parameter(4.0, "After the open.", unit="hours", ge=0, le=24)
    extended: Double = parameter(2.0, "Outside of sessions, and where the calendar ends.", unit="factor", gt=0, le=100)
    extended_hours: bool = parameter(False, "Whether orders fill outside of sessions; else they wait for the open.")
    hours: list[Double] | None = parameter(
        None, "Of a market around the clock: 24 factors by the hour (UTC); null: 1.", unit="factor"
    )


def time_multipliers(stamps: Ints, given: TimeOfDay) -> Floats:
    """(T,) factors of the time at which an order that is decided at each stamp can fill first."""
    market = calendar(given.calendar)
    if market.name in ("24/7", "24/5"):
        return _by_hour(stamps, given)
    if given.hours is not None:
        raise ConfigError(f"time_of_day: hours are of a market around the clock, {given.calendar} has sessions")
    opens, closes = _sessions(market)
    place = np.searchsorted(opens, stamps, side="right") - 1
    inside = (place >= 0) & (stamps < closes[np.maximum(place, 0)])
    known = (stamps >= opens[0]) & (stamps < closes[-1])
    session = np.where(inside, place, np.minimum(place + 1, len(opens) - 1))
    fills = np.where(inside, stamps, opens[session])
    since, left = fills - opens[session], closes[session] - fills
    lunch = (since >= given.lunch_begins * _HOUR_NS) & (since < given.lunch_ends * _HOUR_NS)
    outside = ~known | (~inside & given.extended_hours)
    return np.select(
        [outside, since < _EDGE_NS, left <= _EDGE_NS, lunch],
        [given.extended, given.opening, given.closing, given.lunch],
        1.0,
    )


def session_slots(stamps: Ints, calendar_name: str | None) -> Ints:
    """(T,) the time of day of each stamp: since the session's open, which knows of summer time, else since midnight."""
    market = None if calendar_name is None else calendar(calendar_name)
    if market is None or market.name in ("24/7", "24/5"):
        return stamps % _DAY_NS
    opens, _ = _sessions(market)
    place = np.maximum(np.searchsorted(opens, stamps, side="left") - 1, 0)
    slots: Ints = stamps - opens[place]
    return slots


def _by_hour(stamps: Ints, given: TimeOfDay) -> Floats:
    factors = given.hours or [1.0] * 24
    if len(factors) != 24 or min(factors) <= 0.0:
        raise ConfigError(f"time_of_day: hours: {len(factors)} factors: 24 above zero are wanted")
    return np.array(factors)[stamps % _DAY_NS // _HOUR_NS]


def _sessions(market: Calendar) -> tuple[Ints, Ints]:
    frame = market.sessions(market.first, market.last)
    opens, closes = (frame[name].dt.cast_time_unit("ns").to_physical().to_numpy() for name in ("open", "close"))
    return opens, closes
