"""Two sources of the same prices against each other."""

from __future__ import annotations

from typing import Final

import polars as pl

from quartet.core.errors import DataError
from quartet.data.bar_dates import session_date
from quartet.data.quality.found import ROW, found
from quartet.data.verdict import Finding, Severity, Verdict

APART_BP: Final = 50.0
"""Basis points from which two sources disagree."""


def compare(left: pl.DataFrame, right: pl.DataFrame, *, column: str = "close", apart_bp: float = APART_BP) -> Verdict:
    """Whether two frames of bars agree where both have a row of a symbol and day (or instant, within a day).

    A finding has the rows that differ by more than apart_bp (1e-4 of the left price), with the first row of the left
    frame; one more says how many rows only one side has. DataError where they share no row.
    """
    key = ["symbol", "__at__"]
    daily = _is_daily(left) and _is_daily(right)
    sides = [_keyed(frame, column, name, daily) for frame, name in ((left, "left"), (right, "right"))]
    both = sides[0].join(sides[1].drop(ROW, "timestamp"), on=key, how="inner").sort(ROW)
    if not len(both):
        raise DataError("the two share no symbol and time; see whether their zones and the ends of their bars agree")
    apart = (pl.col("left") / pl.col("right") - 1).abs() > apart_bp * 1e-4
    what = f"two sources are more than {apart_bp:g} basis points apart"
    remedy = "find out which one is adjusted, or wrong, before either is used"
    findings = found(both, apart, "sources_disagree", Severity.WARNING, what, remedy, column=column)
    alone = [len(side) - len(both) for side in sides]
    if any(alone):
        told = f"{alone[0]:,} rows are in the first only, {alone[1]:,} in the second only; {len(both):,} were compared"
        findings.append(Finding("not_in_both", Severity.NOTE, told, sum(alone), ""))
    return Verdict(len(both), ("comparison",), tuple(findings))


def _is_daily(frame: pl.DataFrame) -> bool:
    """Whether no symbol has two rows on a day."""
    return not frame.select(pl.struct("symbol", session_date()).is_duplicated().any()).item()


def _keyed(frame: pl.DataFrame, column: str, name: str, daily: bool) -> pl.DataFrame:
    moment = session_date() if daily else pl.col("timestamp")
    return frame.select("symbol", "timestamp", pl.col(column).alias(name), moment.alias("__at__")).with_row_index(ROW)
