"""Figures of the benchmarks: bars with their spread, percentiles, and curves over what grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import plotly.graph_objects as go

from quartet.bench.row import Row
from quartet.report.charts import BLUE, GREY, ORANGE, RED, TEAL, VIOLET, Chart

COLOURS: Final = (BLUE, ORANGE, TEAL, VIOLET, RED)
_LEGEND: Final = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"}
_SLOW: Final = "python"
_FIXED: Final = {"rust": BLUE, "cpp": ORANGE, "go": TEAL, "python": VIOLET, "plain socket": GREY}


def colour_of(engine: str, place: int = 0) -> str:
    """The same colour for an engine on every chart."""
    return _FIXED.get(engine, COLOURS[place % len(COLOURS)])


def bars(rows: Sequence[Row], measure: str, unit: str) -> Chart | None:
    """Medians as bars with least and most; the reference is left out, as the others would vanish beside it."""
    shown = [row for row in rows if row.measures.get(measure)]
    fast = [row for row in shown if row.engine != _SLOW]
    shown = fast or shown
    if not shown:
        return None
    places = list(dict.fromkeys(_place(row) for row in shown))
    labels = list(dict.fromkeys(row.label for row in shown))
    figure = go.Figure()
    for number, label in enumerate(labels):
        own = [row for row in shown if row.label == label]
        middle = [row.median(measure) or 0.0 for row in own]
        figure.add_bar(
            y=[_place(row) for row in own],
            x=middle,
            name=label,
            orientation="h",
            marker={"color": colour_of(own[0].engine, number), "opacity": 1 - 0.3 * (own[0].threads > 1)},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [max(row.measures[measure]) - value for row, value in zip(own, middle, strict=True)],
                "arrayminus": [value - min(row.measures[measure]) for row, value in zip(own, middle, strict=True)],
                "color": GREY,
                "thickness": 1.2,
                "width": 3,
            },
            text=[f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" for value in middle],
            textposition="auto",
            textangle=0,
            insidetextanchor="start",
            hovertemplate=f"%{{x:,.1f}} {unit}<extra>%{{y}}, {label}</extra>",
        )
    figure.update_xaxes(title_text=unit, rangemode="tozero")
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=places[::-1], automargin=True)
    figure.update_layout(barmode="group", bargap=0.3, legend={**_LEGEND, "traceorder": "normal"}, showlegend=True)
    note = "" if len(fast) == len([row for row in rows if row.measures.get(measure)]) else "Without the reference."
    return Chart(figure, 110 + len(shown) * 26 + len(places) * 10, note)


def percentiles(rows: Sequence[Row]) -> Chart | None:
    """Latency by percentile, a line for each engine; every run is a faint one behind it."""
    shares = {"p50": "50 %", "p90": "90 %", "p99": "99 %", "p999": "99.9 %", "max": "most"}
    figure = go.Figure()
    for number, row in enumerate(row for row in rows if row.measures.get("latency_ns_p50")):
        for prefix, dash, name in (("latency_ns", "solid", "answer"), ("inside_ns", "dot", "inside")):
            values = [row.median(f"{prefix}_{share}") or None for share in shares]
            figure.add_scatter(
                x=list(shares.values()),
                y=values,
                name=f"{row.label}, {name}",
                mode="lines+markers",
                line={"color": colour_of(row.engine, number), "dash": dash, "width": 1.8},
                hovertemplate=f"%{{y:,.0f}} ns at %{{x}}<extra>{row.label}, {name}</extra>",
            )
    if not figure.data:
        return None
    figure.update_yaxes(type="log", title_text="ns, from when due (solid) or inside the engine (dotted)")
    figure.update_xaxes(type="category", title_text="percentile")
    figure.update_layout(legend=_LEGEND)
    return Chart(figure, 380)


@dataclass(frozen=True, slots=True)
class Curve:
    """A measure over what grows. low, high: the spread of the runs."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    colour: str
    dash: str = "solid"


def curves(lines: Sequence[Curve], x_title: str, y_title: str, *, log_y: bool = True) -> Chart:
    """Curves over what grows; its axis is logarithmic where that can be."""
    figure = go.Figure()
    for line in lines:
        middle = list(line.y)
        figure.add_scatter(
            x=list(line.x),
            y=middle,
            name=line.name,
            mode="lines+markers",
            line={"color": line.colour, "dash": line.dash, "width": 1.8},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [high - value for high, value in zip(line.high, middle, strict=True)],
                "arrayminus": [value - low for low, value in zip(line.low, middle, strict=True)],
                "thickness": 1,
                "width": 3,
            },
            hovertemplate=f"%{{y:,.1f}} at %{{x:,}}<extra>{line.name}</extra>",
        )
    # Zero has no place on a logarithmic axis.
    places = {value for line in lines for value in line.x}
    logarithmic = len(places) > 2 and min(places) > 0
    figure.update_xaxes(title_text=x_title, type="log" if logarithmic else "category")
    if logarithmic:
        ticks = sorted(places)
        figure.update_xaxes(tickmode="array", tickvals=ticks, ticktext=[f"{tick:,.0f}" for tick in ticks])
    figure.update_yaxes(title_text=y_title, type="log" if log_y else "linear", rangemode="tozero")
    figure.update_layout(legend=_LEGEND)
    return Chart(figure, 340)


def _place(row: Row) -> str:
    if row.kind in ("throughput", "peer"):
        return f"{row.workload}, {row.symbols:,} symbol{'' if row.symbols == 1 else 's'}"
    return row.workload
