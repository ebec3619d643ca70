"""The page of a benchmark: one HTML file with everything in it, in the style of a run's report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup
from rich.text import Text

from quartet.bench import charts, tables
from quartet.bench.report import BenchReport
from quartet.bench.row import (
    BYTES_PER_SYMBOL,
    MS_PER_PASS,
    MS_TO_FIRST_EVENT,
    NS_PER_BAR,
    NS_PER_MEMBER_EVENT,
    NS_PER_ORDER,
    NS_PER_QUOTE,
    Row,
)
from quartet.core.contract import VERSION
from quartet.core.errors import DataError
from quartet.report.charts import Chart, as_json
from quartet.report.page import asset, plotly_js

_TEMPLATE: Final = resources.files("quartet.bench") / "assets" / "page.html.j2"
_TONES: Final = {"green": "good", "red": "bad", "yellow": "warn"}
_CHARTED: Final = {
    "throughput": (NS_PER_QUOTE, "ns a quote"),
    "orders": (NS_PER_ORDER, "ns an order"),
    "sweep": (NS_PER_MEMBER_EVENT, "ns a member's event"),
    "sweep peer": (NS_PER_MEMBER_EVENT, "ns a member's event"),
    "backtest": (MS_PER_PASS, "ms, all"),
    "backtest peer": (MS_PER_PASS, "ms, all"),
    "bars": (NS_PER_BAR, "ns a bar"),
    "bars peer": (NS_PER_BAR, "ns a bar"),
    "edges": (NS_PER_QUOTE, "ns a quote"),
    "cold": (MS_TO_FIRST_EVENT, "ms"),
    "memory": (BYTES_PER_SYMBOL, "bytes a symbol"),
    "rpc": ("us_per_call_p50", "us a call, median"),
    "native": (NS_PER_QUOTE, "ns a quote"),
    "peer": (NS_PER_QUOTE, "ns a quote"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a section's table."""

    name: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and how it is coloured."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A card of the page: charts over a table over a note."""

    title: str
    charts: Sequence[tuple[str, Chart]] = ()
    """Names, which no other chart of the page has, and figures."""
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[Cell]] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says."""

    title: str
    subtitle: str
    sections: Sequence[Section]
    facts: Mapping[str, str]
    summary: Mapping[str, Any]
    """Everything as JSON, for those who read the page by a program."""
    alerts: Sequence[str] = field(default_factory=tuple)


def bench_page(report: BenchReport) -> Page:
    """The page of a report."""
    sections = [_section(kind, own) for kind in tables.KINDS if (own := [r for r in report.rows if r.kind == kind])]
    alerts = [f"{row.workload}, {row.label}: records are not equal; not timed" for row in report.rows if not row.equal]
    noisy = [row for row in report.rows if row.noisy]
    if noisy:
        alerts.append(f"Noisy: {len(noisy)} of {len(report.rows)} rows deviate by more than a tenth between the runs.")
    if report.quick:
        alerts.append("A quick look, not a measurement: few events and few runs.")
    alerts += report.notes
    subtitle = f"{report.machine.get('date', '')} · {report.machine.get('processor', '')}"
    facts = {**report.machine, **report.engines, "command": f"quartet {report.command}"}
    return Page("Quartet benchmark", subtitle, sections, facts, report.to_json(), alerts)


def write_page(page: Page, path: Path) -> Path:
    """Write the page, making its folder; DataError where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(page), encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: the page cannot be written: {error.strerror}; give another path") from error
    return path


def render(page: Page) -> str:
    """The page as text."""
    sections = [
        {
            "title": section.title,
            "charts": [
                {"name": name, "height": chart.height, "json": Markup(as_json(chart))} for name, chart in section.charts
            ],
            "columns": section.columns,
            "rows": section.rows,
            "note": " ".join(text for text in (section.note, *(chart.note for _, chart in section.charts)) if text),
        }
        for section in page.sections
    ]
    return _template().render(
        version=VERSION,
        title=page.title,
        subtitle=page.subtitle,
        alerts=page.alerts,
        sections=sections,
        facts=page.facts.items(),
        summary=Markup(json.dumps(page.summary, indent=1).replace("</", "<\\/")),
        style=Markup(asset("page.css")),
        script=Markup(asset("page.js")),
        plotly=Markup(plotly_js()),
    )


def table_section(kind: str, rows: Sequence[Row], shown: Sequence[tuple[str, Chart]] = ()) -> Section:
    """A card with the rows of a kind under their charts."""
    title, columns = tables.KINDS[kind]
    return Section(
        title,
        shown,
        [Column(name.rstrip(">"), name.endswith(">")) for name, _ in columns],
        [[_cell(cell) for cell in tables.cells_of(kind, row)] for row in rows],
        tables.caption(rows),
    )


def _section(kind: str, rows: Sequence[Row]) -> Section:
    chart = charts.percentiles(rows) if kind == "latency" else charts.bars(rows, *_CHARTED[kind])
    return table_section(kind, rows, [(kind, chart)] if chart is not None else [])


def _cell(cell: str | Text) -> Cell:
    if isinstance(cell, str):
        return Cell(cell)
    tone = next((tone for style, tone in _TONES.items() if style in str(cell.style)), "")
    return Cell(cell.plain, tone)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
