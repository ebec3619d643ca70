"""Corporate actions that happened, with the closes around them as they were traded (USD), typed from public records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from quartet.data.contracts import schema_named
from tests.unit.data.frames import bars_of


@dataclass(frozen=True)
class Case:
    """What was held before, and what a holder of one share had on the day."""

    symbol: str
    eve: date
    before: float
    """Close of the last day before."""
    day: date
    """Ex-date, or the first day after the last one of trading."""
    after: float | None
    """Close of that day; None: there was none any more."""
    action: dict[str, Any]
    other: dict[str, float] = field(default_factory=dict)
    """Closes of that day of what was received."""

    @property
    def row(self) -> dict[str, Any]:
        """Of a table of actions."""
        return {"symbol": self.symbol, "ex_date": self.day, **self.action}


CASES = [
    Case("NFLX", date(2015, 7, 14), 702.60, date(2015, 7, 15), 98.13, {"kind": "split", "ratio": 7.0}),
    Case("AAPL", date(2020, 8, 28), 499.23, date(2020, 8, 31), 129.04, {"kind": "split", "ratio": 4.0}),
    Case("USO", date(2020, 4, 28), 2.13, date(2020, 4, 29), 19.02, {"kind": "split", "ratio": 0.125}),
    # 3.00 once and 0.08 as every quarter.
    Case("MSFT", date(2004, 11, 12), 29.97, date(2004, 11, 15), 27.39, {"kind": "dividend", "amount": 3.08}),
    # One share of PayPal for each of eBay.
    Case("EBAY", date(2015, 7, 17), 66.29, date(2015, 7, 20), 28.57, {"kind": "spin_off", "amount": 40.47}),
    Case("TWTR", date(2022, 10, 27), 53.70, date(2022, 10, 28), None, {"kind": "merger", "amount": 54.20}),
    Case("ATVI", date(2023, 10, 12), 94.42, date(2023, 10, 13), None, {"kind": "merger", "amount": 95.00}),
    Case(
        "BSC", date(2008, 5, 30), 9.33, date(2008, 6, 2), None,
        {"kind": "merger", "ratio": 0.21753, "other": "JPM"}, {"JPM": 43.00},
    ),
    Case(
        "TWX", date(2018, 6, 14), 98.77, date(2018, 6, 15), None,
        {"kind": "merger", "ratio": 1.437, "amount": 53.75, "other": "T"}, {"T": 32.5},
    ),
    Case(
        "FB", date(2022, 6, 8), 196.64, date(2022, 6, 9), None,
        {"kind": "symbol_change", "other": "META"}, {"META": 184.0},
    ),
    Case("LEH", date(2008, 9, 12), 3.65, date(2008, 9, 15), 0.21, {"kind": "delisting"}),
]  # fmt: skip
"""Splits forward and back, a large dividend, a spin-off, mergers for cash, shares and both, a new name, an end."""
PRICED = [case for case in CASES if case.after is not None and case.action["kind"] != "delisting"]
ENDED = [case for case in CASES if case.after is None]


def table(case: Case) -> pl.DataFrame:
    """Its row as the contract has it."""
    columns = schema_named("actions").by_name
    row = {**dict.fromkeys(columns), **case.row}
    return pl.DataFrame([row], schema={name: column.type for name, column in columns.items()})


def two_days(case: Case) -> pl.DataFrame:
    """Bars of the day before and the day."""
    assert case.after is not None
    return bars_of({case.symbol: [case.before, case.after]}, [case.eve, case.day])
