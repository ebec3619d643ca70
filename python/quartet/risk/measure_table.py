"""All measures of a track record as one table: value, interval, flags, and why a figure is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters
from quartet.core.registry import Entry, NoParameters, entries, entry
from quartet.risk.bootstrap import PERIODS_MIN, Bootstrap, intervals, undefined_as_nan
from quartet.risk.measuring import Floats, Ints, Reading, as_reading, needs_of
from quartet.risk.track_record import LOW_SAMPLE, TrackRecord

HEADLINE: Final = (
    "annual_return",
    "annual_volatility",
    "sharpe_ratio",
    "sortino_ratio",
    "max_drawdown",
    "cvar_95",
)
"""Rows that get an interval unless others are asked for."""
_RESAMPLED: Final = {"returns", "losses", "equity", "periods_per_year", "benchmark", "gross_returns"}
"""What a resample of periods has; a measure that reads more gets no interval by resampling."""

Chosen = Iterable[str] | Mapping[str, Mapping[str, Any]]


class Row(NamedTuple):
    """One figure."""

    name: str
    """Of the row: var_99."""
    measure: str
    """Of the registered measure: var."""
    value: float | None
    low: float | None
    high: float | None
    unit: str
    flags: tuple[str, ...]
    why: str
    """Why there is no value or what a flag means; empty where there is nothing to say."""


@dataclass(frozen=True)
class MeasureTable(Mapping[str, float | None]):
    """Rows by name; `table["sharpe_ratio"]` is the value, None where it is undefined."""

    rows: tuple[Row, ...]
    flags: tuple[str, ...]
    """Of the whole record: low_sample, ruin."""
    periods: int
    periods_per_year: float | None
    _by_name: dict[str, Row] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {row.name: row for row in self.rows})

    def __getitem__(self, name: str) -> float | None:
        return self.row(name).value

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self.rows)

    def row(self, name: str) -> Row:
        """The row of that name; KeyError where there is none."""
        return self._by_name[name]

    def to_polars(self) -> pl.DataFrame:
        """One row a figure; flags joined by a comma."""
        columns = {name: [getattr(row, name) for row in self.rows] for name in Row._fields if name != "flags"}
        numbers = {name: pl.Series(columns[name], dtype=pl.Float64) for name in ("value", "low", "high")}
        return pl.DataFrame({**columns, **numbers, "flags": [", ".join(row.flags) for row in self.rows]})

    def __rich__(self) -> Group:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for name in ("Measure", "Value", "Low", "High"):
            table.add_column(name, justify="left" if name == "Measure" else "right", no_wrap=True)
        table.add_column("Unit")
        table.add_column("Note")
        absent: dict[str, list[str]] = {}
        for row in self.rows:
            if row.value is None:
                absent.setdefault(row.why, []).append(row.name)
                continue
            note = "; ".join(filter(None, (", ".join(row.flags), row.why)))
            table.add_row(row.name, *(_text(each) for each in (row.value, row.low, row.high)), row.unit, note)
        reasons = [Text(f"Not stated, {why}: {', '.join(names)}") for why, names in absent.items()]
        return Group(table, *reasons)


def measure_all(
    record: TrackRecord,
    chosen: Chosen | None = None,
    *,
    intervals_of: Iterable[str] = HEADLINE,
    bootstrap: Bootstrap | None = None,
    **shared: Any,
) -> MeasureTable:
    """The measures of a track record.

    chosen: names of measures or of their usual rows (var_99); or a mapping from names of rows to parameters, with the
    measure under the key "measure" where the row is called otherwise. Default: every registered measure.
    bootstrap: makes intervals for the rows of intervals_of by the stationary bootstrap; None: none are made. Needs the
    extra research. shared: parameters for every measure that has them, such as risk_free_rate.

    A figure is None where it is undefined, where the record lacks what it reads or where an extra is not installed;
    `why` says which. Figures of fewer than 30 periods (trips) carry the flag low_sample, all figures after ruin the
    flag ruin. ConfigError for unknown names, for parameters that cannot be, and for a shared one that no measure has.
    """
    plan = _plan(chosen, shared)
    flags = (("low_sample",) if len(record.returns) < LOW_SAMPLE else ()) + (("ruin",) if record.ruined else ())
    ends = _intervals(record, [line for line in plan if line.name in set(intervals_of)], bootstrap)
    rows = tuple(_row(record, line, flags, ends.get(line.name)) for line in plan)
    return MeasureTable(rows, flags, len(record.returns), record.periods_per_year)


class _Line(NamedTuple):
    """A row to be."""

    name: str
    entry: Entry
    parameters: Parameters

    def reading(self, record: TrackRecord) -> Reading:
        """The figure; its needs are there."""
        given = [getattr(record, need) for need in needs_of(self.entry)]
        if self.entry.parameters is not NoParameters:
            given.append(self.parameters)
        return as_reading(self.entry.make(*given))


def _plan(chosen: Chosen | None, shared: Mapping[str, Any]) -> list[_Line]:
    known = {
        name: (each, values)
        for each in entries("measure").values()
        for name, values in each.facts.get("rows", {each.name: {}}).items()
    }
    wanted: list[tuple[str, Entry, Mapping[str, Any]]] = []
    if chosen is None:
        wanted = [(name, each, values) for name, (each, values) in known.items()]
    elif isinstance(chosen, Mapping):
        for name, values in chosen.items():
            own = {key: value for key, value in values.items() if key != "measure"}
            named = values.get("measure", name)
            usual = known.get(named)
            wanted.append((name, usual[0], {**usual[1], **own}) if usual else (name, entry("measure", named), own))
    else:
        for name in chosen:
            wanted.append((name, *known[name]) if name in known else (name, entry("measure", name), {}))
    used = {key for _, each, _ in wanted for key in each.parameters.model_fields}
    idle = [key for key in shared if key not in used]
    if idle:
        raise ConfigError(f"no chosen measure has a parameter {', '.join(idle)}; there are: {', '.join(sorted(used))}")
    return [_Line(name, each, _configured(each, values, shared)) for name, each, values in wanted]


def _configured(each: Entry, values: Mapping[str, Any], shared: Mapping[str, Any]) -> Parameters:
    common = {key: value for key, value in shared.items() if key in each.parameters.model_fields}
    return each.configure({**common, **values})


def _lacks(record: TrackRecord, line: _Line) -> list[str]:
    return [need for need in needs_of(line.entry) if getattr(record, need) is None]


def _row(record: TrackRecord, line: _Line, flags: tuple[str, ...], ends: tuple[float, float] | None) -> Row:
    reading = _read(record, line)
    low, high = reading.low, reading.high
    if ends is not None and all(map(np.isfinite, ends)):
        low, high = ends
    own = flags
    if "trades" in needs_of(line.entry):
        few = record.trades is not None and len(record.trades) < LOW_SAMPLE
        own = tuple(flag for flag in flags if flag != "low_sample") + (("low_sample",) if few else ())
    unit = str(line.entry.facts.get("unit", ""))
    return Row(line.name, line.entry.name, reading.value, low, high, unit, own + reading.flags, reading.why)


def _read(record: TrackRecord, line: _Line) -> Reading:
    lacking = _lacks(record, line)
    if lacking:
        return Reading(None, why=f"the record has no {', '.join(lacking)}")
    try:
        reading = line.reading(record)
    except ConfigError as error:  # parameters were checked before: an extra is not installed
        return Reading(None, why=str(error))
    if reading.value is None and not reading.why:
        return Reading(None, flags=reading.flags, why=str(line.entry.facts.get("null_where", "")))
    return reading


def _intervals(record: TrackRecord, lines: list[_Line], bootstrap: Bootstrap | None) -> dict[str, tuple[float, float]]:
    """Ends by row; nothing for a record that is too short, has ended in ruin, or lacks what a measure reads."""
    able = [each for each in lines if set(needs_of(each.entry)) <= _RESAMPLED and not _lacks(record, each)]
    if bootstrap is None or not able or record.ruined or len(record.returns) < PERIODS_MIN:
        return {}

    def statistics(rows: Ints) -> Floats:
        resampled = record.resampled(rows)
        return undefined_as_nan([line.reading(resampled).value for line in able])

    return dict(zip((line.name for line in able), intervals(statistics, record.returns, bootstrap), strict=True))


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 1e6 else f"{value:,.0f}"
