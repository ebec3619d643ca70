"""The check of a frame against its contract: columns and types first, then values, order, keys, and laws within rows.

It works on lazy frames as well, which are scanned twice and never held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from quartet.data.contracts.schema import Bound, Column, Schema
from quartet.data.contracts.schemas import schema_named
from quartet.data.verdict import Finding, Severity, Verdict

_ROW: Final = "__row__"


@dataclass(frozen=True, slots=True)
class _Test:
    """A condition that no row should meet."""

    rule: str
    broken: pl.Expr
    what: str
    remedy: str
    column: str = ""
    severity: Severity = Severity.ERROR


def check(frame: pl.DataFrame | pl.LazyFrame, schema: str | Schema, *, signed_prices: bool = False) -> Verdict:
    """Whether the frame keeps the contract; every break is a finding with its first row, symbol, time and remedy.

    signed_prices: prices of 0 and below are possible (crude oil of April 2020, spreads, rates) and are only noted.
    DataError where the schema's name is not known.
    """
    wanted = schema_named(schema)
    lazy = frame.lazy()
    present = dict(lazy.collect_schema())
    findings = list(_structure(wanted, present))
    sound = {each.name for each in wanted.columns if each.name in present and each.type == present[each.name]}
    tests = list(_tests(wanted, sound, signed_prices))
    rows, broken = _run(lazy, tests, wanted, sound)
    if rows == 0:
        findings.append(
            Finding("no_rows", Severity.WARNING, "there are no rows", 0, "", remedy="look at what was asked for")
        )
    return Verdict(rows, (f"contract {wanted.name}",), (*findings, *broken))


def faulty_rows(frame: pl.DataFrame, schema: Schema, *, signed_prices: bool = False) -> pl.Series:
    """Which rows break the contract by themselves: missing or impossible values, laws within a row."""
    sound = {each.name for each in schema.columns if frame.schema.get(each.name) == each.type}
    tests = [test for test in _tests(schema, sound, signed_prices) if test.severity is Severity.ERROR]
    broken = [test.broken.fill_null(False) for test in tests if test.rule != "unsorted"]
    return frame.select(pl.any_horizontal(*broken)).to_series() if broken else pl.Series([False] * len(frame))


def _structure(schema: Schema, present: dict[str, Any]) -> Iterator[Finding]:
    for column in schema.columns:
        if column.name not in present:
            if column.needed:
                what = f"the column {column.name} is missing; there are {', '.join(present) or 'none'}"
                remedy = f"name the column that it comes from: map={{{column.name!r}: ...}}"
                yield Finding("missing_column", Severity.ERROR, what, unit="", column=column.name, remedy=remedy)
        elif column.type != present[column.name]:
            what = f"the column {column.name} is {present[column.name]}, not {column.type}"
            remedy = "quartet.data.load brings it to its type" + _zone_remedy(column, present[column.name])
            yield Finding("wrong_type", Severity.ERROR, what, unit="", column=column.name, remedy=remedy)


def _zone_remedy(column: Column, found: Any) -> str:
    naive = isinstance(column.type, pl.Datetime) and isinstance(found, pl.Datetime) and found.time_zone is None
    return "; the times have no zone: say which by timezone=" if naive else ""


def _tests(schema: Schema, sound: set[str], signed_prices: bool) -> Iterator[_Test]:
    for column in schema.columns:
        if column.name in sound:
            yield from _column_tests(column, signed_prices)
    order = [name for name in schema.order if name in sound]
    if order == list(schema.order):
        yield _Test(
            "unsorted",
            _goes_back(order),
            f"rows are not in the order of {', '.join(order)}",
            "sort them; quartet.data.load does, and says so",
        )
    for law in schema.laws:
        if sound >= set(law.reads):
            yield _Test(law.rule, law.broken(), law.what, law.remedy, severity=law.severity)


def _column_tests(column: Column, signed_prices: bool) -> Iterator[_Test]:
    value, name = pl.col(column.name), column.name
    if not column.null:
        yield _Test("missing_value", value.is_null(), f"{name} is missing", "leave the rows out, or fill them", name)
    if column.choices:
        wrong = ~value.is_in(list(column.choices))
        choices = ", ".join(map(str, column.choices))
        yield _Test("not_a_choice", wrong, f"{name} is none of {choices}", "bring it to one of them", name)
    if column.type != pl.Float64():
        return
    finite = value.is_finite()
    yield _Test("not_finite", ~finite, f"{name} is NaN or infinite", "use null for what is missing", name)
    if column.bound is Bound.PRICE:
        remedy = "signed_prices=True where such prices are possible (oil, spreads); else leave the rows out"
        severity = Severity.NOTE if signed_prices else Severity.ERROR
        yield _Test("price_not_positive", finite & (value <= 0), f"{name} is 0 or below", remedy, name, severity)
    elif column.bound is Bound.SIZE:
        yield _Test("negative", finite & (value < 0), f"{name} is below 0", "leave the rows out", name)
    elif column.bound is Bound.POSITIVE:
        yield _Test("not_positive", finite & (value <= 0), f"{name} is 0 or below", "leave the rows out", name)


def _goes_back(order: list[str]) -> pl.Expr:
    """Whether a row comes before the one above it."""
    back, equal = pl.lit(False), pl.lit(True)
    for name in order:
        above = pl.col(name).shift(1)
        back = back | (equal & (pl.col(name) < above))
        equal = equal & (pl.col(name) == above)
    return back


def _repeats(schema: Schema, is_sorted: bool) -> pl.Expr:
    """Whether a row has the key of an earlier one; in rows in order such rows are neighbours."""
    if is_sorted and set(schema.key) <= set(schema.order):
        same = pl.lit(True)
        for name in schema.key:
            same = same & (pl.col(name) == pl.col(name).shift(1))
        return same
    return ~pl.struct(schema.key).is_first_distinct()


def _run(lazy: pl.LazyFrame, tests: list[_Test], schema: Schema, sound: set[str]) -> tuple[int, list[Finding]]:
    numbered = lazy.with_row_index(_ROW)
    rows, results = _counts(numbered, tests)
    if schema.key and sound >= set(schema.key):
        is_sorted = not any(test.rule == "unsorted" and count for test, (count, _) in zip(tests, results, strict=True))
        repeated = _Test(
            "duplicate_rows",
            _repeats(schema, is_sorted),
            f"rows repeat the {', '.join(schema.key)} of an earlier one",
            "keep one of each; quartet.data.load(duplicates='first' or 'last') does",
        )
        tests = [*tests, repeated]
        results = [*results, *_counts(numbered, [repeated])[1]]
    hits = [(test, count, row) for test, (count, row) in zip(tests, results, strict=True) if count]
    places = _places(numbered, [row for _, _, row in hits], schema, sound)
    return rows, [
        Finding(
            test.rule,
            test.severity,
            test.what,
            count,
            "rows",
            row,
            *places.get(row, (None, None)),
            test.column,
            test.remedy,
        )
        for test, count, row in hits
    ]


def _counts(numbered: pl.LazyFrame, tests: list[_Test]) -> tuple[int, list[tuple[int, int]]]:
    """Rows in all, and for each test how many rows meet it and the first of them."""
    wanted = [pl.len().alias("rows")]
    for place, test in enumerate(tests):
        broken = test.broken.fill_null(False)
        wanted.append(broken.sum().alias(f"count{place}"))
        wanted.append(pl.col(_ROW).filter(broken).min().alias(f"first{place}"))
    found = numbered.select(wanted).collect(engine="streaming").row(0, named=True)
    return found["rows"], [(found[f"count{place}"], found[f"first{place}"]) for place in range(len(tests))]


def _places(
    numbered: pl.LazyFrame, rows: list[int], schema: Schema, sound: set[str]
) -> dict[int, tuple[str | None, int | None]]:
    """Symbol and time of rows."""
    if not rows:
        return {}
    owner = pl.col(schema.owner) if schema.owner in sound else pl.lit(None, pl.String)
    moment = (
        pl.col(schema.time).cast(pl.Datetime("ns")).to_physical() if schema.time in sound else pl.lit(None, pl.Int64)
    )
    found = numbered.filter(pl.col(_ROW).is_in(rows)).select(_ROW, owner.alias("owner"), moment.alias("moment"))
    return {row: (symbol, ns) for row, symbol, ns in found.collect(engine="streaming").iter_rows()}
