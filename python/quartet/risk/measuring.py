"""How a measure is written: a pure function whose arguments say what it reads, and what it gives back.

    @measure(unit="ratio", source="Sharpe (1994)", parameters=RiskFree, null_where="returns do not vary")
    def sharpe_ratio(returns, periods_per_year, parameters=NO_RISK_FREE) -> float | None: ...

The name of the function is the name of the measure; the names of its arguments are keys of INPUTS.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters
from quartet.core.registry import Entry, NoParameters, register

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INPUTS: Final[dict[str, str]] = {
    "returns": "net simple returns of T periods, fractions",
    "losses": "losses of T scenarios, fractions of equity, positive where it hurts; of a track record: -returns",
    "equity": "T + 1 values without deposits and withdrawals, the first before the first period",
    "timestamps": "T + 1 ends of periods, ns since 1970 UTC, the first that of the first equity",
    "periods_per_year": "return periods a year",
    "benchmark": "simple returns of the benchmark over the same T periods",
    "gross_returns": "returns of T periods before costs",
    "positions": "weights held, (T + 1) x N shares of equity, signed, the first row before the first period",
    "trades": "closed round trips, FIFO",
    "var_forecasts": "T forecasts of value at risk, each made before its period; NaN where there is none yet",
    "es_forecasts": "T forecasts of expected shortfall, in the same form",
}
"""What a measure may read."""

_Made = TypeVar("_Made", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure that is more than a number. A measure that has nothing to add gives the number, or None."""

    value: float | None
    low: float | None = None
    """Lower end of the interval, None where it is open or there is none."""
    high: float | None = None
    flags: tuple[str, ...] = ()
    """What limits its use, in a word each: low_confidence, out_of_domain."""
    why: str = ""
    """Why there is no value, or what a flag means."""


def insufficient(held: int, needed: int, what: str = "returns") -> Reading:
    """No figure, for want of history."""
    return Reading(None, why=f"INSUFFICIENT_DATA: {held:,} {what}, {needed:,} needed")


def measure(
    *,
    unit: str,
    source: str,
    parameters: type[Parameters] = NoParameters,
    rows: Mapping[str, Mapping[str, Any]] | None = None,
    null_where: str = "",
) -> Callable[[_Made], _Made]:
    """Register a function as a measure under its own name.

    unit: of the value. rows: the rows that it has in a table of measures unless others are asked for, each with its
    parameters; default: one, under its name. null_where: when the value is None. ConfigError where an argument is not
    one of INPUTS.
    """

    def decorate(function: _Made) -> _Made:
        name = function.__name__
        needs = tuple(each for each in inspect.signature(function).parameters if each != "parameters")
        unknown = [each for each in needs if each not in INPUTS]
        if unknown:
            raise ConfigError(f"measure {name!r} reads {', '.join(unknown)}; there are: {', '.join(INPUTS)}")
        return register(
            "measure",
            name,
            parameters=parameters,
            source=source,
            unit=unit,
            needs=needs,
            rows=dict(rows) if rows is not None else {name: {}},
            null_where=null_where,
        )(function)

    return decorate


def needs_of(entry: Entry) -> tuple[str, ...]:
    """What a measure reads; ConfigError where it was registered without saying so."""
    needs = entry.facts.get("needs")
    if not isinstance(needs, tuple) or not set(needs) <= INPUTS.keys():
        raise ConfigError(
            f"measure {entry.name!r} of {entry.home} does not say what it reads: register it by quartet.risk.measure"
        )
    return needs


def as_reading(value: Any) -> Reading:
    """What a measure gave, in one form; a number that is not finite is none."""
    if isinstance(value, Reading):
        return value
    if value is None or not np.isfinite(value):
        return Reading(None)
    return Reading(float(value))
