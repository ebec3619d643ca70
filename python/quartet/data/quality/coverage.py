"""What is not there: sessions without rows, stamps that others have, symbols that come and go, volumes of 0."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import polars as pl

from quartet.data.bar_dates import is_day_stamp, session_date
from quartet.data.calendars import calendar as calendar_of
from quartet.data.quality.found import found
from quartet.data.verdict import Finding, Severity

_LONG_GAP: Final = timedelta(days=10)
_OUTSIDE_MIN: Final = 0.01
"""Share of rows outside of sessions from which the zone of the times is in doubt."""


def gaps(frame: pl.DataFrame, calendar: str | None) -> Iterator[Finding]:
    """Rows that are missing: against a calendar, else against the stamps of the other symbols."""
    if calendar is not None:
        yield from _missing_sessions(frame, calendar)
    yield from _missing_stamps(frame)
    step = pl.col("timestamp") - pl.col("timestamp").shift(1).over("symbol")
    yield from found(
        frame,
        step > max(_LONG_GAP, 5 * _usual_step(frame)),
        "long_gap",
        Severity.NOTE,
        "more than ten days lie between two rows",
        "see whether it was suspended, or rows are lost",
        column="timestamp",
    )


def _usual_step(frame: pl.DataFrame) -> timedelta:
    step = frame.select((pl.col("timestamp") - pl.col("timestamp").shift(1).over("symbol")).median()).item()
    return step if isinstance(step, timedelta) else timedelta(0)


def _missing_stamps(frame: pl.DataFrame) -> Iterator[Finding]:
    """Stamps that at least half of the symbols of that time have, and this one lacks between its first and last."""
    spans = frame.group_by("symbol").agg(first=pl.col("timestamp").min(), last=pl.col("timestamp").max(), rows=pl.len())
    if len(spans) < 2:
        return
    stamps = frame.group_by("timestamp").len("have").sort("timestamp")
    starts, ends = spans["first"].sort(), spans["last"].sort()
    alive = pl.Series(starts.search_sorted(stamps["timestamp"], "right")).cast(pl.Int64) - pl.Series(
        ends.search_sorted(stamps["timestamp"], "left")
    ).cast(pl.Int64)
    common = stamps.filter(2 * pl.col("have") >= alive)["timestamp"].sort()
    until = pl.Series(common.search_sorted(spans["last"], "right")).cast(pl.Int64)
    since = pl.Series(common.search_sorted(spans["first"], "left")).cast(pl.Int64)
    own = frame.filter(pl.col("timestamp").is_in(common.implode())).group_by("symbol").len("own")
    lacking = (
        spans.with_columns((until - since).alias("expected"))
        .join(own, on="symbol", how="left")
        .with_columns((pl.col("expected") - pl.col("own").fill_null(0)).alias("lacking"))
        .filter(pl.col("lacking") > 0)
        .sort("symbol")
    )
    if len(lacking):
        names = lacking["symbol"].to_list()
        count = int(lacking["lacking"].sum())
        what = "most other symbols have rows where there are none"
        remedy = "nothing is filled in; a symbol without a row has no price at that time"
        yield _of_symbols("missing_rows", Severity.NOTE, what, count, "places", names, remedy)


def _missing_sessions(frame: pl.DataFrame, calendar: str) -> Iterator[Finding]:
    known = calendar_of(calendar)
    ends = frame["timestamp"].to_physical().to_numpy()
    day_stamps = bool(frame.select(is_day_stamp().all()).item())
    since, until = frame.select(session_date().min().alias("a"), session_date().max().alias("b")).row(0)
    sessions = known.sessions(since, until)
    dates = frame.select(session_date()).to_series() if day_stamps else pl.Series(known.session_dates(ends))
    dated = frame.with_columns(dates.alias("__date__"))
    if not day_stamps:
        outside = dated["__date__"].is_null()
        if outside.mean() > _OUTSIDE_MIN:  # type: ignore[operator]
            yield from found(
                dated,
                pl.col("__date__").is_null(),
                "outside_sessions",
                Severity.WARNING,
                f"stamps lie outside of the sessions of {known.name}",
                "see whether the time zone is right, or rows of extended hours are among them",
                column="timestamp",
            )
    else:
        yield from found(
            dated,
            ~pl.col("__date__").is_in(sessions["date"].implode()),
            "no_session",
            Severity.WARNING,
            f"rows are of days that are no sessions of {known.name}",
            "see whether the calendar or the time zone is right",
            column="timestamp",
        )
    have = (
        dated.filter(pl.col("__date__").is_not_null())
        .group_by("symbol")
        .agg(
            pl.col("__date__").n_unique().alias("own"),
            pl.col("__date__").min().alias("a"),
            pl.col("__date__").max().alias("b"),
        )
    )
    days = sessions["date"]
    expected = [int(((days >= a) & (days <= b)).sum()) for a, b in have.select("a", "b").iter_rows()]
    lacking = have.with_columns((pl.Series(expected) - pl.col("own").cast(pl.Int64)).alias("lacking"))
    lacking = lacking.filter(pl.col("lacking") > 0).sort("symbol")
    if len(lacking):
        names, count = lacking["symbol"].to_list(), int(lacking["lacking"].sum())
        what = f"there is no row of {known.name}"
        remedy = "fetch them, or say why they are missing; nothing is filled in"
        yield _of_symbols("missing_sessions", Severity.WARNING, what, count, "sessions", names, remedy)


def comings(frame: pl.DataFrame) -> Iterator[Finding]:
    """Symbols that start after the first stamp or end before the last; and those of a single row."""
    spans = (
        frame.group_by("symbol")
        .agg(first=pl.col("timestamp").min(), last=pl.col("timestamp").max(), rows=pl.len())
        .sort("symbol")
    )
    begin, end = frame["timestamp"].min(), frame["timestamp"].max()
    partly = spans.filter((pl.col("first") > begin) | (pl.col("last") < end))["symbol"].to_list()
    if partly:
        what = "not there from the first to the last stamp"
        yield _of_symbols("comes_and_goes", Severity.NOTE, what, len(partly), "cases", partly)
    single = spans.filter(pl.col("rows") == 1)["symbol"].to_list()
    if single:
        yield _of_symbols("one_row", Severity.NOTE, "there is one row only", len(single), "cases", single)


def volumes(frame: pl.DataFrame) -> Iterator[Finding]:
    """Volumes of 0; with another price they cannot be right."""
    moved = pl.col("__return__").is_not_null() & (pl.col("__return__") != 0)
    none = pl.col("volume") == 0
    yield from found(
        frame,
        none & moved,
        "moved_without_volume",
        Severity.WARNING,
        "the price changes and the volume is 0",
        "take the volume for missing, or the price for an indication",
        column="volume",
    )
    yield from found(
        frame, none & ~moved, "zero_volume", Severity.NOTE, "the volume is 0", "nothing can be traded", column="volume"
    )


def _of_symbols(
    rule: str, severity: Severity, what: str, count: int, unit: str, symbols: list[str], remedy: str = ""
) -> Finding:
    return Finding(rule, severity, what, count, unit, column="timestamp", remedy=remedy, symbols=tuple(symbols))
