"""From rows that meet a condition to a finding: how many, the first of them, and the symbols."""

from __future__ import annotations

from typing import Final

import polars as pl

from quartet.data.verdict import Finding, Severity

ROW: Final = "__row__"
"""The number of a row; rows that were there before have numbers below 0 and are not told of."""


def found(
    frame: pl.DataFrame,
    broken: pl.Expr,
    rule: str,
    severity: Severity,
    what: str,
    remedy: str = "",
    *,
    column: str = "close",
    quarantine: bool = False,
) -> list[Finding]:
    """One finding of the rows of a prepared frame (with ROW, symbol, timestamp) where `broken` is true, or none."""
    hits = frame.filter(broken.fill_null(False)).select(ROW, "symbol", "timestamp").filter(pl.col(ROW) >= 0)
    if not len(hits):
        return []
    first = hits.row(int(hits[ROW].arg_min() or 0), named=True)
    symbols = tuple(sorted(hits["symbol"].unique().to_list(), key=str.encode))
    moment = hits.filter(pl.col(ROW) == first[ROW])["timestamp"].to_physical()[0]
    place = (len(hits), "rows", first[ROW], first["symbol"], moment, column, remedy)
    return [Finding(rule, severity, what, *place, symbols, quarantine)]
