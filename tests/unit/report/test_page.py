"""The page is one whole HTML document that needs nothing from outside and shows what the report says."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from quartet.report import numbers
from quartet.report.page import render_page
from quartet.report.run_report import RunReport
from tests.unit.report.runs import report_of, run_case

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """Checks that elements nest, and collects texts, scripts and addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.texts: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.addresses: list[str] = []
        self._script: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [value for name, value in given.items() if name in ("src", "href") and value]
        if tag == "script":
            self._script = given
            self.scripts.append((given, ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            attrs, text = self.scripts[-1]
            self.scripts[-1] = (attrs, text + data)
        elif data.strip():
            self.texts.append(data.strip())


@pytest.fixture(scope="module")
def report() -> RunReport:
    runs = (run_case(seed, 600) for seed in range(100))
    return next(
        report_of(run)
        for run in runs
        if run and run.snapshot.engine.counters["fills"] > 3 and run.snapshot.engine.counters["risk_rejects"]
    )


@pytest.fixture(scope="module")
def outline(report: RunReport) -> Outline:
    parser = Outline()
    parser.feed(render_page(report))
    parser.close()
    return parser


def test_elements_nest(outline: Outline) -> None:
    assert outline.open == []


def test_nothing_comes_from_outside(outline: Outline) -> None:
    assert outline.addresses == ["data:,"]
    assert sum("plotly.js v" in text for _, text in outline.scripts) == 1


def test_key_figures_are_there(report: RunReport, outline: Outline) -> None:
    text = " ".join(outline.texts)
    for figure in (report.equity_end, report.fees, report.realised):
        assert numbers.money_text(figure).replace("-", "−") in text
    assert f"{report.counters['orders']:,}" in text
    for row in report.rejects:
        assert row.code in text and row.meaning in text
    for fact in ("Fees", "Data hash", "Configuration hash", "d" * 64, "c" * 64):
        assert fact in text


def test_figures_are_json(report: RunReport, outline: Outline) -> None:
    figures = {
        attrs["id"]: json.loads(text) for attrs, text in outline.scripts if attrs.get("type") == "application/json"
    }
    assert {"figure-equity", "figure-profit", "figure-rejects", "figure-price-1", "summary"} <= figures.keys()
    assert {trace["name"] for trace in figures["figure-equity"]["data"]} == {"Equity", "Drawdown"}
    assert any("fills" in trace["name"] for trace in figures["figure-price-1"]["data"])
    assert figures["summary"]["equity_end"] == f"{report.equity_end:f}"


def test_names_cannot_break_the_page(outline: Outline) -> None:
    assert "<b>case & co</b>" in outline.texts
    assert not any("a </script> file" in text for _, text in outline.scripts)


def test_a_run_without_orders_has_a_page(report: RunReport) -> None:
    quiet = next(
        report_of(run)
        for run in (run_case(seed, 3) for seed in range(50))
        if run and not run.snapshot.engine.counters["orders"]
    )
    text = render_page(quiet)
    assert "No order was made." in text
    assert re.search(r"too few sessions", text)
