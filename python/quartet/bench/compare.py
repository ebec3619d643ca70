"""Two reports against each other: the ratio of every measure, and a verdict that knows how far the runs spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from quartet.bench.noise import ratio_interval
from quartet.bench.report import BenchReport
from quartet.bench.row import NS_PER_ORDER, NS_PER_QUOTE, NS_PER_QUOTE_INSIDE, Row

JUDGED: Final = (NS_PER_QUOTE, NS_PER_QUOTE_INSIDE, NS_PER_ORDER, "latency_ns_p50", "us_per_call_p50", "ns")
"""Measures that decide; smaller is better. Far percentiles vary too much from run to run."""
RUNS_MIN: Final = 3
"""Fewer runs have no spread, and so no verdict."""


class Verdict(StrEnum):
    """What became of a measure."""

    SAME = "same"
    FASTER = "faster"
    SLOWER = "slower"
    UNCLEAR = "unclear"
    """Beyond the threshold, but the runs spread too far, or are too few, to tell."""
    OTHER_WORK = "other work"
    """The rows made other orders: their times cannot be compared."""
    NOT_EQUAL = "not equal"
    """The new row has no time, as its records were not equal."""


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of one row, in both reports."""

    row: Row
    measure: str
    old: float
    new: float
    low: float
    """Where new / old lies, with 95 % confidence."""
    high: float
    verdict: Verdict

    @property
    def ratio(self) -> float:
        """New over old."""
        return self.new / self.old if self.old else 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every measure that both reports have, and what only one of them has."""

    changes: Sequence[Change]
    only_old: Sequence[str]
    only_new: Sequence[str]
    other_machine: bool

    @property
    def has_regression(self) -> bool:
        """Whether anything became slower, or wrong."""
        return any(change.verdict in (Verdict.SLOWER, Verdict.NOT_EQUAL) for change in self.changes)


def compare_reports(old: BenchReport, new: BenchReport, threshold_percent: float) -> Comparison:
    """Set the rows with equal keys against each other."""
    before = {row.key: row for row in old.rows}
    after = {row.key: row for row in new.rows}
    changes = [
        change
        for key, row in after.items()
        if key in before
        for change in _changes(before[key], row, threshold_percent / 100)
    ]
    return Comparison(
        changes,
        [_name(row) for key, row in before.items() if key not in after],
        [_name(row) for key, row in after.items() if key not in before],
        old.machine.get("processor") != new.machine.get("processor"),
    )


def comparison_table(comparison: Comparison, threshold_percent: float) -> Table:
    """The changes, with ratio, interval and verdict."""
    made = Table(
        box=SIMPLE_HEAD,
        title=f"New over old, threshold {threshold_percent:g} %",
        title_justify="left",
        title_style="bold",
        header_style="dim",
        pad_edge=False,
        caption="In brackets: where the ratio of the medians lies, with 95 % confidence (bootstrap over the runs).",
        caption_justify="left",
    )
    for name in ("Workload", "Symbols>", "Engine", "Measure", "Old>", "New>", "New / old>", "Interval>", "Verdict"):
        made.add_column(name.rstrip(">"), justify="right" if name.endswith(">") else "left", no_wrap=True)
    for change in comparison.changes:
        row = change.row
        made.add_row(
            row.workload,
            f"{row.symbols:,}",
            row.label,
            change.measure,
            f"{change.old:,.1f}",
            f"{change.new:,.1f}",
            f"{change.ratio:.3f}",
            f"[{change.low:.3f}, {change.high:.3f}]".replace("[", r"\["),
            Text(change.verdict.value, _STYLES[change.verdict]),
        )
    return made


_STYLES: Final = {
    Verdict.SAME: "",
    Verdict.FASTER: "green",
    Verdict.SLOWER: "bold red",
    Verdict.UNCLEAR: "yellow",
    Verdict.OTHER_WORK: "yellow",
    Verdict.NOT_EQUAL: "bold red",
}


def _changes(old: Row, new: Row, threshold: float) -> list[Change]:
    if not new.equal:
        return [Change(new, "records", 0.0, 0.0, 1.0, 1.0, Verdict.NOT_EQUAL)]
    shared = [name for name in JUDGED if old.measures.get(name) and new.measures.get(name)]
    return [_change(old, new, name, threshold) for name in shared]


def _change(old: Row, new: Row, name: str, threshold: float) -> Change:
    before, after = old.measures[name], new.measures[name]
    low, high = ratio_interval(before, after)
    medians = old.median(name) or 0.0, new.median(name) or 0.0
    same_work = (old.events, old.orders) == (new.events, new.orders)
    enough = min(len(before), len(after)) >= RUNS_MIN
    verdict = verdict_of(medians[1] / medians[0], low, high, threshold, enough) if same_work else Verdict.OTHER_WORK
    return Change(new, name, *medians, low, high, verdict)


def verdict_of(ratio: float, low: float, high: float, threshold: float, enough: bool = True) -> Verdict:
    """Beyond the threshold and surely on that side of 1; or beyond it and not sure; or within it."""
    if 1 / (1 + threshold) <= ratio <= 1 + threshold:
        return Verdict.SAME
    if not enough or low <= 1 <= high:
        return Verdict.UNCLEAR
    return Verdict.SLOWER if ratio > 1 else Verdict.FASTER


def _name(row: Row) -> str:
    return f"{row.workload}, {row.symbols:,} symbols, {row.label}"
