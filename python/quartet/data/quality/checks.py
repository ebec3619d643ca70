"""assess: every check that fits a contract, over a frame that keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from quartet.data.contracts.schema import Schema
from quartet.data.contracts.schemas import schema_named
from quartet.data.quality import coverage, prices
from quartet.data.quality.found import ROW, found
from quartet.data.verdict import Finding, Severity, Verdict

Check = Callable[[], Iterator[Finding]]
_WIDE_SPREADS: Final = 20


def assess(
    frame: pl.DataFrame,
    schema: str | Schema,
    *,
    calendar: str | None = None,
    actions: pl.DataFrame | None = None,
    before: pl.DataFrame | None = None,
    adjusted: bool = False,
) -> Verdict:
    """What is doubtful in data that keep their contract.

    calendar: the sessions against which gaps are counted, see quartet.data.calendars. actions: a frame of corporate
    actions; jumps on their ex-dates are explained. before: rows that precede the frame where it is a part of something,
    so that jumps at its start are seen. adjusted: splits are in the prices already, or there can be none (indexes,
    commodities), so that no jump is taken for one. A check that breaks down is an error of its own: the data then fail.
    """
    wanted = schema_named(schema)
    findings: list[Finding] = []
    if len(frame):
        for name, run in _checks(frame, wanted, calendar, actions, before, adjusted):
            try:
                findings.extend(run())
            except Exception as error:  # noqa: BLE001 - data whose check breaks down are not known to be good
                what = f"the check {name} broke down: {error!r}"
                findings.append(
                    Finding("checker_failed", Severity.ERROR, what, unit="", remedy="report it with the data")
                )
    return Verdict(len(frame), ("quality",), tuple(findings))


def _checks(
    frame: pl.DataFrame,
    schema: Schema,
    calendar: str | None,
    actions: pl.DataFrame | None,
    before: pl.DataFrame | None,
    adjusted: bool,
) -> Iterator[tuple[str, Check]]:
    numbered = _numbered(frame, 0)
    preceded = numbered if before is None else _numbered(pl.concat([before, frame], how="diagonal"), len(before))
    if schema.name in ("bars", "panel"):
        ready = prices.prepared(preceded, pl.col("close"), pl.col("open"))
        yield "spikes", lambda: prices.spikes(ready)
        yield "units", lambda: prices.units(ready)
        if not adjusted:
            yield "splits", lambda: prices.splits(ready, actions)
        yield "outliers", lambda: prices.outliers(ready)
        yield "stale", lambda: prices.stale(ready, ["close"])
        yield "volumes", lambda: coverage.volumes(ready)
        yield "gaps", lambda: coverage.gaps(numbered, calendar)
        yield "comings", lambda: coverage.comings(numbered)
    elif schema.name == "quotes":
        ready = prices.prepared(preceded, (pl.col("bid") + pl.col("ask")) / 2, pl.lit(None, pl.Float64))
        yield "spikes", lambda: prices.spikes(ready)
        yield "units", lambda: prices.units(ready)
        yield "stale", lambda: prices.stale(numbered, ["bid", "ask", "bid_size", "ask_size"])
        yield "spreads", lambda: _wide_spreads(numbered)
    elif schema.name == "trades":
        ready = prices.prepared(preceded, pl.col("price"), pl.lit(None, pl.Float64))
        yield "spikes", lambda: prices.spikes(ready)
        yield "units", lambda: prices.units(ready)
        yield "sizes", lambda: _empty_trades(numbered)


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    return frame.with_columns((pl.int_range(pl.len()) - first).alias(ROW))


def _wide_spreads(frame: pl.DataFrame) -> Iterator[Finding]:
    spread = pl.col("ask") - pl.col("bid")
    usual = spread.filter(spread > 0).median().over("symbol")
    yield from found(
        frame,
        spread > _WIDE_SPREADS * usual,
        "wide_spread",
        Severity.NOTE,
        f"the spread is more than {_WIDE_SPREADS} times the usual one",
        column="ask",
    )


def _empty_trades(frame: pl.DataFrame) -> Iterator[Finding]:
    yield from found(
        frame,
        pl.col("size") == 0,
        "zero_size",
        Severity.NOTE,
        "trades have the size 0",
        "they are legs of spreads or indications; an engine refuses them",
        column="size",
    )
