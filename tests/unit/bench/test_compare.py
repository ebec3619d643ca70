"""A comparison finds what became slower, and does not take noise for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quartet.bench.compare import Verdict, compare_reports, verdict_of
from quartet.bench.row import Row
from tests.unit.bench.reports import MACHINE, ROW, report, slower


def verdicts(old: Row, new: Row, threshold_percent: float = 5.0) -> list[Verdict]:
    return [change.verdict for change in compare_reports(report(old), report(new), threshold_percent).changes]


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(1.0, Verdict.SAME), (1.04, Verdict.SAME), (0.97, Verdict.SAME), (1.2, Verdict.SLOWER), (0.8, Verdict.FASTER)],
)
def test_a_change_beyond_the_threshold_is_caught(factor: float, verdict: Verdict) -> None:
    assert verdicts(ROW, slower(ROW, factor)) == [verdict]


def test_only_slower_rows_are_a_regression() -> None:
    assert compare_reports(report(ROW), report(slower(ROW, 1.2)), 5.0).has_regression
    assert not compare_reports(report(ROW), report(slower(ROW, 0.5)), 5.0).has_regression
    assert not compare_reports(report(ROW), report(slower(ROW, 1.2)), 25.0).has_regression


def test_noise_is_not_taken_for_a_change() -> None:
    noisy = replace(ROW, measures={"ns_per_quote": (90.0, 200.0, 80.0, 190.0, 110.0)})
    assert verdicts(ROW, noisy) == [Verdict.UNCLEAR]
    assert verdict_of(1.5, 1.2, 1.8, 0.05, enough=False) is Verdict.UNCLEAR


def test_wrong_or_other_work_is_said() -> None:
    assert verdicts(ROW, replace(ROW, equal=False, measures={})) == [Verdict.NOT_EQUAL]
    assert verdicts(ROW, replace(ROW, orders=51)) == [Verdict.OTHER_WORK]
    assert compare_reports(report(ROW), report(replace(ROW, equal=False)), 5.0).has_regression


def test_rows_of_one_report_alone_are_named() -> None:
    old, new = report(ROW, replace(ROW, engine="go")), report(ROW, replace(ROW, threads=2))
    comparison = compare_reports(old, replace(new, machine={**MACHINE, "processor": "another"}), 5.0)
    assert comparison.only_old == ["W1, 100 symbols, go"]
    assert comparison.only_new == ["W1, 100 symbols, rust, 2 threads"]
    assert comparison.other_machine and len(comparison.changes) == 1
