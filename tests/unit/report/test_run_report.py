"""The books of a report close exactly: what symbols made is what the account made."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest

from quartet.core.contract import AccountCause, RecordKind
from quartet.report.run_report import RunReport
from tests.unit.report.runs import report_of, run_case, walk_run


@pytest.fixture(scope="module")
def reports() -> list[RunReport]:
    found = [report_of(run) for run in map(run_case, range(40)) if run is not None]
    # Cash flows and loaded positions come from outside: no profit explains them.
    own = [report for report in found if np.all(report.records[RecordKind.ACCOUNT]["cause"] == AccountCause.FILL)]
    return [report for report in own if report.counters["fills"]] + [report_of(walk_run())]


def test_symbols_add_up_to_the_account(reports: list[RunReport]) -> None:
    assert max(report.counters["fills"] for report in reports) > 100
    for report in reports:
        assert sum((row.realised for row in report.symbols), Decimal(0)) == report.realised
        assert sum((row.fees for row in report.symbols), Decimal(0)) == report.fees
        assert sum((row.profit for row in report.symbols), Decimal(0)) == report.equity_end - report.equity_start


def test_counts_are_the_engines(reports: list[RunReport]) -> None:
    for report in reports:
        assert sum(row.orders for row in report.symbols) == report.counters["orders"]
        assert sum(row.fills for row in report.symbols) == report.counters["fills"]
        refused = {row.by: 0 for row in report.rejects}
        for row in report.rejects:
            refused[row.by] += row.count
        assert refused.get("input", 0) == report.counters["rejected"]
        assert refused.get("risk", 0) == report.counters["risk_rejects"]
        assert sum(count for _, count in report.order_ends) == report.counters["orders"]


def test_json_is_strict_and_exact(reports: list[RunReport]) -> None:
    for report in reports:
        values = json.loads(json.dumps(report.to_json(), allow_nan=False))
        assert Decimal(values["equity_end"]) == report.equity_end
        assert [row["symbol"] for row in values["symbols"]] == [row.symbol for row in report.symbols]
