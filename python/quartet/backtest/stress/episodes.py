"""Scenarios of markets that were (R-017): the days themselves where prices have them, else the fall of the index."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import numpy as np

from quartet.backtest.stress.case import Case
from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Double, plain

_DAY_NS: Final = 86_400 * 10**9
_SOURCE: Final = "closes of the S&P 500 index"


class Episode(Parameters):
    """Days, and what the index did in them."""

    first: str = parameter("2008-09-15", "First day.")
    last: str = parameter("2009-03-09", "Last day.")
    fall: Double = parameter(0.4595, "Of the S&P 500 from the close before to the last.", unit="fraction", ge=0, lt=1)


class Pandemic(Episode):
    """The spring of 2020."""

    first: str = parameter("2020-02-19", "First day.")
    last: str = parameter("2020-03-23", "Last day.")
    fall: Double = parameter(0.3361, "Of the S&P 500 from the close before to the last.", unit="fraction", ge=0, lt=1)


class RateShock(Episode):
    """The year 2022."""

    first: str = parameter("2022-01-03", "First day.")
    last: str = parameter("2022-10-12", "Last day.")
    fall: Double = parameter(0.2495, "Of the S&P 500 from the close before to the last.", unit="fraction", ge=0, lt=1)
    rates: Double = parameter(0.02, "By which the rate of a year and the cost of a short rise.", unit="fraction", ge=0)


@register("scenario", "crisis_2008", parameters=Episode, source=_SOURCE, scored=False)
def crisis_2008(case: Case, parameters: Episode) -> Case:
    """The fall of Lehman to the low of March 2009."""
    return _episode(case, parameters)


@register("scenario", "pandemic_2020", parameters=Pandemic, source=_SOURCE, scored=False)
def pandemic_2020(case: Case, parameters: Pandemic) -> Case:
    """From the high of February 2020 to the low of March."""
    return _episode(case, parameters)


@register("scenario", "rate_shock", parameters=RateShock, source=_SOURCE, scored=False)
def rate_shock(case: Case, parameters: RateShock) -> Case:
    """The bear market of 2022, with rates and the cost of shorts two points higher."""
    settings = case.settings
    dearer = case.with_settings(
        borrow_rate=plain(settings.borrow_rate + Decimal(str(parameters.rates))),
        risk_free_rate=settings.risk_free_rate + parameters.rates,
    )
    return _episode(dearer, parameters)


def _episode(case: Case, parameters: Episode) -> Case:
    """The days themselves; where the prices do not have them, their last bars over as long a span, falling so far."""
    first, last = _day(parameters.first), _day(parameters.last) + _DAY_NS
    if first >= last:
        raise ConfigError(f"scenario: {parameters.first} to {parameters.last} is no span of days")
    stamps = case.prices.stamps
    if stamps[0] <= first and stamps[-1] >= last - _DAY_NS:
        begin, end = np.searchsorted(stamps, [first, last]).tolist()
        return case.between(max(begin - 1, 0), end).with_note("replayed: the days themselves")
    begin = int(np.searchsorted(stamps, stamps[-1] - (last - first)))
    steps = np.maximum(np.arange(len(stamps)) - begin, 0)
    path = (1.0 - parameters.fall) ** (steps / max(int(steps[-1]), 1))
    fallen = case.moved(np.repeat(path[:, None], len(case.prices.symbols), axis=1))
    return fallen.between(begin, len(stamps)).with_note(
        f"hypothetical: the prices do not have these days; their last {int(steps[-1]):,} bars fall by "
        f"{parameters.fall:.1%} more, evenly"
    )


def _day(text: str) -> int:
    """Its first nanosecond, UTC."""
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) * 10**9
    except ValueError as error:
        raise ConfigError(f"scenario: {text!r} is no day: write 2008-09-15") from error
