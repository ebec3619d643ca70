"""The figures of the page, as plotly figures without colours of paper and ink: those follow the reader's theme."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from quartet.core.contract import CODE_TEXTS, Code, FillReason, Liquidity, RecordKind, Side, Trigger
from quartet.engines.records import integers
from quartet.report.run_report import RunReport
from quartet.report.sampling import Floats, Sampler, Times

# Legible on white and on near-black, and told apart by those who do not tell red from green.
BLUE: Final = "#3d7fd9"
ORANGE: Final = "#e08a1e"
TEAL: Final = "#1f9e89"
RED: Final = "#d4515c"
GREY: Final = "#8b95a5"
VIOLET: Final = "#8f6fd1"

LEGEND: Final = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"}
MARKS_MAX: Final = 1000
"""Markers of one kind that a chart shows; of more, as many are taken evenly."""
SYMBOLS_MAX: Final = 100
_UNIT = 1e9
_MONEY = 1e18
_BARS_MAX: Final = 40


class Chart(NamedTuple):
    """A figure with what is said under it."""

    figure: go.Figure
    height: int
    note: str = ""


def equity_chart(report: RunReport) -> Chart:
    """Equity over drawdown."""
    curve = report.trace.curve
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.04)
    x = plot_times(curve.ts)
    figure.add_scatter(
        x=x,
        y=curve.last,
        name="Equity",
        line={"color": BLUE, "width": 1.6},
        hovertemplate="%{y:,.2f}<extra>equity</extra>",
        row=1,
        col=1,
    )
    figure.add_hline(y=float(report.equity_start), line={"color": GREY, "width": 1, "dash": "dot"}, row=1, col=1)
    figure.add_scatter(
        x=x,
        y=curve.least,
        name="Drawdown",
        line={"color": RED, "width": 1},
        fill="tozeroy",
        fillcolor=faint(RED),
        hovertemplate="%{y:.2%}<extra>drawdown</extra>",
        row=2,
        col=1,
    )
    figure.update_yaxes(title_text=f"Equity ({report.currency})", tickformat=",.7~s", row=1, col=1)
    figure.update_yaxes(title_text="Drawdown", tickformat=".4~%", row=2, col=1)
    figure.update_layout(showlegend=False, hovermode="x unified")
    without_gaps(figure, curve.ts)
    return Chart(figure, 400)


def price_charts(report: RunReport) -> dict[str, Chart]:
    """For every symbol that was traded: its price with fills and refused orders, the most active first."""
    names = [row.symbol for row in report.symbols]
    active = sorted(
        (place for place, row in enumerate(report.symbols) if place in report.trace.prices),
        key=lambda place: (-report.symbols[place].fills, -report.symbols[place].orders, names[place]),
    )
    return {names[place]: _price_chart(report, place) for place in active[:SYMBOLS_MAX]}


def _price_chart(report: RunReport, symbol: int) -> Chart:
    line: Sampler = report.trace.prices[symbol]
    figure = go.Figure()
    ts, marks = _broken(line.ts, line.last)
    figure.add_scatter(
        x=plot_times(ts),
        y=marks,
        name="Mark",
        line={"color": GREY, "width": 1.2},
        hovertemplate="%{y:,.6~f}<extra>mark</extra>",
    )
    left_out = 0
    fills = report.records[RecordKind.FILL]
    fills = fills[fills["symbol"] == symbol]
    for side, colour, shape in ((Side.BUY, BLUE, "triangle-up"), (Side.SELL, ORANGE, "triangle-down")):
        own = fills[fills["side"] == side]
        left_out += max(len(own) - MARKS_MAX, 0)
        _add_fills(figure, evenly(own), f"{side.name.capitalize()} fills ({len(own):,})", colour, shape)
    refused = report.records[RecordKind.ORDER]
    refused = refused[(refused["symbol"] == symbol) & np.isin(refused["trigger"], _REFUSALS)]
    left_out += max(len(refused) - MARKS_MAX, 0)
    _add_refusals(figure, evenly(refused), len(refused), line)
    figure.update_yaxes(title_text=f"Price ({report.currency})", tickformat=",.6~f")
    figure.update_layout(hovermode="closest", legend=LEGEND)
    without_gaps(figure, line.ts)
    note = f"{left_out:,} more markers are not shown; the others are spread evenly over the run." if left_out else ""
    return Chart(figure, 380, note)


_REFUSALS: Final = (Trigger.RISK_REJECT, Trigger.VENUE_REJECT)


def _add_fills(figure: go.Figure, fills: NDArray[np.void], name: str, colour: str, shape: str) -> None:
    if not len(fills):
        return
    fees = [amount / _MONEY for amount in integers(fills["fee"])]
    liquidity = [Liquidity(int(n)).name.lower() for n in fills["liquidity"]]
    reasons = [FillReason(int(n)).name.lower().replace("_", " ") for n in fills["reason"]]
    figure.add_scatter(
        x=plot_times(fills["ts_init"]),
        y=fills["price"] / _UNIT,
        name=name,
        mode="markers",
        marker={"color": colour, "symbol": shape, "size": 8, "line": {"width": 0.5, "color": "rgba(255,255,255,0.6)"}},
        customdata=list(
            zip((fills["quantity"] / _UNIT).tolist(), fees, liquidity, reasons, fills["order_id"].tolist(), strict=True)
        ),
        hovertemplate=(
            "%{customdata[0]:,.9~f} at %{y:,.6~f}<br>%{x}<br>fee %{customdata[1]:,.4~f}, %{customdata[2]}, "
            "%{customdata[3]}<br>order %{customdata[4]}<extra></extra>"
        ),
    )


def _add_refusals(figure: go.Figure, refused: NDArray[np.void], count: int, line: Sampler) -> None:
    """Refused orders stand on the price line: a market order that never got its collar has no price of its own."""
    if not len(refused) or not len(line.ts):
        return
    places = np.clip(np.searchsorted(line.ts, refused["ts_init"]), 0, len(line.ts) - 1)
    figure.add_scatter(
        x=plot_times(refused["ts_init"]),
        y=line.last[places],
        name=f"Refused orders ({count:,})",
        mode="markers",
        marker={"color": RED, "symbol": "x-thin", "size": 7, "line": {"width": 1.5, "color": RED}},
        customdata=[
            (Side(int(row["side"])).name.lower(), row["quantity"] / _UNIT, Code(int(row["code"])).name)
            for row in refused
        ],
        hovertemplate="%{customdata[0]} %{customdata[1]:,.9~f} refused<br>%{customdata[2]}<br>%{x}<extra></extra>",
        visible="legendonly" if count > 300 else True,
    )


def profit_chart(report: RunReport) -> Chart:
    """Profit by symbol: what was realised, what is not, what it cost."""
    rows = report.traded[:_BARS_MAX][::-1]
    names = [row.symbol for row in rows]
    figure = go.Figure()
    parts = (
        ("Realised", [float(row.realised) for row in rows], BLUE),
        ("Unrealised", [float(row.unrealised) for row in rows], VIOLET),
        ("Fees", [-float(row.fees) for row in rows], GREY),
    )
    for name, values, colour in parts:
        figure.add_bar(
            y=names,
            x=values,
            name=name,
            orientation="h",
            marker={"color": colour},
            hovertemplate="%{x:,.2f}<extra>%{y}, " + name.lower() + "</extra>",
        )
    figure.add_scatter(
        y=names,
        x=[float(row.profit) for row in rows],
        name="Profit",
        mode="markers",
        marker={
            "symbol": "diamond",
            "size": 9,
            "color": ORANGE,
            "line": {"width": 1, "color": "rgba(255,255,255,0.7)"},
        },
        hovertemplate="%{x:,.2f}<extra>%{y}, profit</extra>",
    )
    figure.update_xaxes(title_text=report.currency, tickformat=",.4~s", zeroline=True)
    figure.update_yaxes(type="category", automargin=True)
    figure.update_layout(
        barmode="relative",
        bargap=0.35,
        legend=LEGEND,
    )
    left_out = len(report.traded) - len(rows)
    note = f"{left_out:,} symbols with smaller results are not shown." if left_out else ""
    return Chart(figure, _bars_height(len(rows)), note)


def reject_chart(report: RunReport) -> Chart:
    """Refusals by code, of input, risk gate and venue."""
    rows = sorted(report.rejects, key=lambda row: row.count)[-_BARS_MAX:]
    colours = {"input": TEAL, "risk": RED, "venue": ORANGE}
    figure = go.Figure()
    order = [row.code for row in rows]
    for by, colour in colours.items():
        own = [row for row in rows if row.by == by]
        if own:
            figure.add_bar(
                y=[row.code for row in own],
                x=[row.count for row in own],
                name=f"{by.capitalize()} ({sum(row.count for row in own):,})",
                orientation="h",
                marker={"color": colour},
                text=[f"{row.count:,}" for row in own],
                textposition="auto",
                customdata=[CODE_TEXTS[Code[row.code]][0] for row in own],
                hovertemplate="%{x:,}<br>%{customdata}<extra>%{y}</extra>",
            )
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=order, automargin=True)
    figure.update_xaxes(title_text="Count", tickformat=",.3~s", rangemode="tozero")
    figure.update_layout(
        barmode="overlay",
        bargap=0.35,
        legend=LEGEND,
        showlegend=True,
    )
    return Chart(figure, _bars_height(len(rows)))


def _bars_height(rows: int) -> int:
    """Room for so many bars; many of them stand closer."""
    return 120 + max(rows, 3) * (34 if rows <= 8 else 22)


def plot_times(ts: Times) -> NDArray[np.datetime64]:
    times: NDArray[np.datetime64] = ts.astype("datetime64[ns]").astype("datetime64[us]")
    return times


def evenly(rows: NDArray[np.void]) -> NDArray[np.void]:
    """At most MARKS_MAX of the rows, the first and the last among them."""
    if len(rows) <= MARKS_MAX:
        return rows
    return rows[np.linspace(0, len(rows) - 1, MARKS_MAX).astype(np.int64)]


def _broken(ts: Times, values: Floats) -> tuple[Times, Floats]:
    """The line with a gap wherever nothing happened for long: overnight, for instance."""
    if len(ts) < 3:
        return ts, values
    steps = np.diff(ts)
    gaps = np.flatnonzero(steps > np.maximum(_GAP_STEPS * np.median(steps), _GAP_NS))
    return np.insert(ts, gaps + 1, ts[gaps] + 1), np.insert(values, gaps + 1, np.nan)


def faint(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def without_gaps(figure: go.Figure, ts: Times) -> None:
    """Leave out weekends where no event falls on one and the run is longer than a weekend."""
    if len(ts) < 2 or ts[-1] - ts[0] < 5 * _DAY_NS:
        return
    if ts[-1] - ts[0] < 370 * _DAY_NS and not np.any((ts // _DAY_NS + 3) % 7 > 4):
        figure.update_xaxes(rangebreaks=[{"bounds": ["sat", "mon"]}])


_DAY_NS: Final = 86_400 * 10**9
_GAP_STEPS: Final = 20
_GAP_NS: Final = 3600 * 10**9


def as_json(chart: Chart) -> str:
    """The figure's data and layout, safe inside a script element."""
    figure: Any = chart.figure
    figure.update_layout(height=chart.height, template="none")
    text: str = figure.to_json()
    return text.replace("</", "<\\/")


__all__ = ["Chart", "Floats", "as_json", "equity_chart", "price_charts", "profit_chart", "reject_chart"]
