"""Fees that the authorities charge on sales of US equities, each from a date (R-400), to be verified yearly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import PlanColumn
from quartet.core.errors import ConfigError
from quartet.engines.config.numbers import nano

Ints = NDArray[np.int64]
_DAY_NS: Final = 86_400 * 10**9
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A fee on sales that holds from a date until the next one of its name."""

    name: str
    since: date
    rate: Decimal = Decimal(0)
    """Of notional."""
    per_unit: Decimal = Decimal(0)
    maximum: Decimal | None = None
    """Of `per_unit`, a trade."""


US_EQUITIES: Final = (
    FeeRow("SEC section 31", date(2024, 5, 22), rate=Decimal("0.0000278")),
    FeeRow("SEC section 31", date(2025, 5, 14)),
    FeeRow("SEC section 31", date(2026, 4, 4), rate=Decimal("0.0000206")),
    FeeRow("FINRA TAF", date(2024, 1, 1), per_unit=Decimal("0.000166"), maximum=Decimal("8.30")),
    FeeRow("FINRA TAF", date(2026, 1, 1), per_unit=Decimal("0.000195"), maximum=Decimal("9.79")),
    FeeRow("FINRA TAF", date(2027, 1, 1), per_unit=Decimal("0.000232"), maximum=Decimal("11.61")),
    FeeRow("FINRA TAF", date(2028, 1, 1), per_unit=Decimal("0.000240"), maximum=Decimal("12.05")),
)


def with_fees(plan: Ints, stamps: Ints, rows: tuple[FeeRow, ...] = US_EQUITIES) -> Ints:
    """The plan (1, PlanColumn) at each stamp (T, PlanColumn) with the fees of its date, rounded up to a cent.

    ConfigError for a stamp before a fee's first date: a rate is never guessed.
    """
    dated = np.repeat(plan, len(stamps), axis=0)
    days = stamps // _DAY_NS
    for name in dict.fromkeys(row.name for row in rows):
        named = sorted((row for row in rows if row.name == name), key=lambda row: row.since)
        since = np.array([_days(row.since) for row in named])
        if (np.diff(since) == 0).any():
            raise ConfigError(f"fees: {name} has two rows of the same date")
        at = np.searchsorted(since, days, side="right") - 1
        if (at < 0).any():
            day = np.datetime64(int(days[at < 0][0]), "D")
            raise ConfigError(f"fees: {name} is not known on {day}, only from {named[0].since}; leave regulatory: none")
        _fill(dated, named, at)
    dated[:, PlanColumn.SELL_ROUNDING] = nano(_CENT)
    return dated


def _fill(dated: Ints, named: list[FeeRow], at: Ints) -> None:
    rates = np.array([nano(row.rate) for row in named])
    units = np.array([nano(row.per_unit) for row in named])
    most = np.array([-1 if row.maximum is None else nano(row.maximum) for row in named])
    dated[:, PlanColumn.SELL_RATE_PPB] += rates[at]
    if units.any():
        dated[:, PlanColumn.SELL_PER_UNIT] = units[at]
        dated[:, PlanColumn.SELL_MAXIMUM] = most[at]


def _days(day: date) -> int:
    return (day - date(1970, 1, 1)).days
