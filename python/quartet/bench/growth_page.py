"""The page of growth: a chart for each thing that grows, every engine's cost beside the floor of memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quartet.bench import tables
from quartet.bench.charts import Curve, colour_of, curves
from quartet.bench.growth import AXES, FLOOR
from quartet.bench.page import Page, table_section
from quartet.bench.report import BenchReport
from quartet.bench.row import NS_PER_QUOTE, NS_PER_QUOTE_INSIDE, Row
from quartet.report.charts import GREY, Chart


def growth_page(report: BenchReport) -> Page:
    """The page of a report of growth."""
    sections = []
    for axis, text in AXES.items():
        own = [row for row in report.rows if row.notes.get("axis") == axis]
        if own:
            chart = (f"growth-{axis.replace(' ', '-')}", _chart(text, own))
            sections.append(replace(table_section(tables.GROWTH, own, [chart]), title=f"Cost over {text}"))
    alerts = [f"{row.workload}, {row.label}: records are not equal; not timed" for row in report.rows if not row.equal]
    if report.quick:
        alerts.append("A quick look, not a measurement: few events and few runs.")
    subtitle = f"{report.machine.get('date', '')} · {report.machine.get('processor', '')}"
    facts = {**report.machine, **report.engines, "command": f"quartet {report.command}"}
    return Page("Quartet: how cost grows", subtitle, sections, facts, report.to_json(), alerts)


def _chart(text: str, rows: Sequence[Row]) -> Chart:
    lines = [_curve(name, rows, number) for number, name in enumerate(dict.fromkeys(row.engine for row in rows))]
    return curves([line for line in lines if line.x], text, "ns a quote inside, least of the runs")


def _curve(engine: str, rows: Sequence[Row], number: int) -> Curve:
    own = sorted((row for row in rows if row.engine == engine and row.measures), key=_x)
    floor = engine == FLOOR
    # The calls are in the table: the bridge would hide the bends of an engine that is far away.
    measure = NS_PER_QUOTE if floor else NS_PER_QUOTE_INSIDE
    runs = [row.measures[measure] for row in own]
    return Curve(
        "memory floor: each byte touched once" if floor else engine,
        [_x(row) for row in own],
        # Whatever else runs can only add, and would hide a bend.
        [min(values) for values in runs],
        [min(values) for values in runs],
        [max(values) for values in runs],
        GREY if floor else colour_of(engine, number),
        "dash" if floor else "solid",
    )


def _x(row: Row) -> float:
    """Where on the axis."""
    return float(row.notes["x"])
