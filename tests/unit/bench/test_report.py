"""Reports are written and read; rows have one shape; tables and pages show them all and need no network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quartet.bench.page import bench_page, render
from quartet.bench.report import BenchReport
from quartet.bench.row import Row
from quartet.bench.tables import KINDS, tables_of
from quartet.core.errors import DataError
from tests.unit.bench.reports import ROW, ROWS, report
from tests.unit.report.test_page import Outline


def test_a_row_has_its_keys_and_comes_back() -> None:
    values = json.loads(json.dumps(ROW.to_json()))
    assert (values["ns_per_quote_min"], values["ns_per_quote"], values["ns_per_quote_max"]) == (99.0, 100.0, 101.0)
    assert values["ns_per_quote_runs"] == [100.0, 101.0, 99.0, 100.5, 99.5]
    assert (values["workload"], values["engine"], values["symbols"], values["threads"]) == ("W1", "rust", 100, 1)
    assert Row.from_json(values) == ROW


def test_an_unequal_row_has_no_time() -> None:
    values = ROWS[2].to_json()
    assert values["equal"] is False and values["ns_per_quote"] is None


def test_reports_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.json"
    report().save(path)
    assert BenchReport.load(path) == BenchReport(
        report().machine, report().engines, list(ROWS), command="bench", notes=()
    )
    assert not report().all_equal and report(ROW).all_equal


@pytest.mark.parametrize("text", ["", "{}", '{"format": 1}', '{"format": 99, "rows": []}', "[1]"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"report\.json"):
        BenchReport.load(path)
    with pytest.raises(DataError, match="No such file"):
        BenchReport.load(tmp_path / "nothing.json")


def test_every_kind_of_row_has_a_table_and_every_column_a_unit() -> None:
    assert {row.kind for row in ROWS} == KINDS.keys() - {"growth"}
    assert [table.row_count for table in tables_of(ROWS)] == [3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]


def test_the_page_is_whole_and_needs_nothing_from_outside() -> None:
    outline = Outline()
    outline.feed(render(bench_page(report())))
    outline.close()
    assert outline.open == [] and outline.addresses == ["data:,"]
    figures = {
        attrs["id"]: json.loads(text) for attrs, text in outline.scripts if attrs.get("type") == "application/json"
    }
    charts = {f"figure-{kind}" for kind in KINDS if kind != "growth"}
    assert figures.keys() == charts | {"summary"}
    assert figures["summary"]["rows"][0]["notes"] == {"b": "</script>"}
    text = " ".join(outline.texts)
    assert "Imaginary <9000>" in text and "go: records are not equal; not timed" in text
