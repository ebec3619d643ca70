"""Sections of what the money did: equity and drawdown, months, rolling figures, the distribution of returns."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from quartet.core.registry import register
from quartet.report.backtest.parts import Cell, Section, Table
from quartet.report.backtest.report import BacktestReport, Floats
from quartet.report.charts import BLUE, GREY, LEGEND, ORANGE, RED, TEAL, VIOLET, Chart, faint, plot_times
from quartet.risk.annualisation import rate_per_period

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEAT_FULL: Final = 0.08
"""The return of a month that has the full colour."""
_BINS_MAX: Final = 80


@register("section", "equity", order=10)
def equity_section(report: BacktestReport) -> Section | None:
    """Equity after and before costs, over drawdown."""
    at = report.shown
    frame = report.result.equity
    x = plot_times(report.result.stamps[at])
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.05)
    net, gross = report.equity[at], frame["gross_equity"].to_numpy()[at]
    _line(figure, x, gross, "Before costs", GREY, "%{y:,.0f}", row=1, dash="dot")
    _line(figure, x, net, "Equity", BLUE, "%{y:,.0f}", row=1)
    fall = -frame["drawdown"].to_numpy()[at]
    figure.add_scatter(
        x=x, y=fall, name="Drawdown", line={"color": RED, "width": 1}, fill="tozeroy", fillcolor=faint(RED),
        hovertemplate="%{y:.2%}<extra>drawdown</extra>", showlegend=False, row=2, col=1,
    )  # fmt: skip
    figure.update_yaxes(title_text=f"Equity ({report.currency})", tickformat=",.4~s", row=1, col=1)
    figure.update_yaxes(title_text="Drawdown", tickformat=".1~%", row=2, col=1)
    figure.update_layout(hovermode="x unified", legend=LEGEND)
    note = (
        "Equity is cash and positions at their closes. Before costs: with all costs given back. Drawdown is how far "
        "equity lies below its highest value so far."
    )
    return Section("Equity and drawdown", (Chart(figure, 430, note),))


@register("section", "months", order=30)
def months_section(report: BacktestReport) -> Section | None:
    """Net return of every month and year."""
    months = report.times.astype("datetime64[M]").astype(np.int64)
    ends = np.flatnonzero(np.append(np.diff(months) != 0, True))
    before = np.append(report.equity[0], report.equity[ends[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        gained = report.equity[ends] / before - 1.0
    by_month = dict(zip(months[ends].tolist(), gained.tolist(), strict=True))
    years = range(int(months[0]) // 12, int(months[-1]) // 12 + 1)
    if len(ends) < 2:
        return None
    rows = []
    for year in reversed(years):
        own = [by_month.get(year * 12 + month) for month in range(12)]
        whole = float(np.prod([1.0 + each for each in own if each is not None])) - 1.0
        rows.append((str(1970 + year), *(_heated(each) for each in own), _heated(whole)))
    columns = ("Year", *(f"{name}>" for name in _MONTHS), "Year>")
    return Section("Return by month", (Table(columns, tuple(rows), "Net of costs, in percent.", dense=True),))


@register("section", "rolling", order=40)
def rolling_section(report: BacktestReport) -> Section | None:
    """Sharpe ratio of a moving half year, and exposure."""
    year = report.year
    window = max(20, round(year / 2)) if year else 0
    if not year or len(report.returns) < 2 * window:
        return _exposure_alone(report)
    excess = report.returns - rate_per_period(report.result.settings.risk_free_rate, year)
    ratio = np.concatenate([[np.nan], _rolling_sharpe(excess, window) * np.sqrt(year)])
    at = report.shown
    at = at[at < len(ratio)]
    x = plot_times(report.result.stamps[at])
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    _line(figure, x, ratio[at], "Sharpe ratio", VIOLET, "%{y:.2f}", row=1)
    figure.add_hline(y=0, line={"color": GREY, "width": 1, "dash": "dot"}, row=1, col=1)
    _exposures(figure, report, 2)
    figure.update_yaxes(title_text="Sharpe ratio", row=1, col=1)
    figure.update_yaxes(title_text="Exposure", tickformat=".0%", row=2, col=1)
    figure.update_layout(hovermode="x unified", legend=LEGEND)
    note = (
        f"The Sharpe ratio, mean return above cash over its deviation, is of the {window:,} periods before, a year. "
        "Exposure is a share of equity; gross counts longs and shorts, net is longs less shorts."
    )
    return Section("Rolling Sharpe ratio and exposure", (Chart(figure, 380, note),), half=True)


@register("section", "distribution", order=50)
def distribution_section(report: BacktestReport) -> Section | None:
    """Returns of single periods, with value at risk and expected shortfall."""
    returns = report.returns
    if len(returns) < 30:
        return None
    low, high = np.quantile(returns, [0.001, 0.999])
    bins = int(np.clip(np.sqrt(len(returns)), 20, _BINS_MAX))
    counts, edges = np.histogram(np.clip(returns, low, high), bins=bins)
    middles = (edges[1:] + edges[:-1]) / 2
    measures = report.result.measures
    marks = [(measures.get("var_95"), "VaR 95 %", ORANGE), (measures.get("cvar_95"), "CVaR 95 %", RED)]
    beyond = measures.get("var_95")
    colours = [RED if beyond is not None and middle < -beyond else BLUE for middle in middles]
    figure = go.Figure()
    figure.add_bar(
        x=middles, y=counts, marker={"color": colours}, name="Periods", showlegend=False, width=np.diff(edges) * 0.92,
        hovertemplate="%{x:.2%}<br>%{y:,} periods<extra></extra>",
    )  # fmt: skip
    top = float(counts.max()) * 1.06
    for value, name, colour in marks:
        if value is not None:
            figure.add_scatter(
                x=[-value, -value], y=[0, top], mode="lines", name=f"{name}: {value:.2%}",
                line={"color": colour, "width": 2, "dash": "dash"}, hoverinfo="skip",
            )  # fmt: skip
    figure.update_xaxes(title_text="Return of a period", tickformat=".1~%")
    figure.update_yaxes(title_text="Periods", tickformat=",")
    figure.update_layout(bargap=0, legend=LEGEND)
    note = (
        "A period is a bar. A loss beyond VaR (value at risk) happens in one of twenty; CVaR (expected shortfall) is "
        "the mean of those. "
        "The last 0.1 % of either tail is in the outer bar."
    )
    return Section("Distribution of returns", (Chart(figure, 380, note),), half=True)


def _exposure_alone(report: BacktestReport) -> Section:
    figure = make_subplots(rows=1, cols=1)
    _exposures(figure, report, 1)
    figure.update_yaxes(title_text="Exposure", tickformat=".0%")
    figure.update_layout(hovermode="x unified", legend=LEGEND)
    return Section("Exposure", (Chart(figure, 300, "The record is too short for a rolling Sharpe ratio."),), half=True)


def _exposures(figure: Any, report: BacktestReport, row: int) -> None:
    at = report.shown
    frame = report.result.equity
    x = plot_times(report.result.stamps[at])
    _line(figure, x, frame["gross_exposure"].to_numpy()[at], "Gross", TEAL, "%{y:.1%}", row=row)
    _line(figure, x, frame["net_exposure"].to_numpy()[at], "Net", ORANGE, "%{y:.1%}", row=row)


def _line(figure: Any, x: Any, y: Any, name: str, colour: str, form: str, *, row: int, dash: str = "solid") -> None:
    figure.add_scatter(
        x=x, y=y, name=name, line={"color": colour, "width": 1.5, "dash": dash},
        hovertemplate=f"{form}<extra>{name.lower()}</extra>", row=row, col=1,
    )  # fmt: skip


def _rolling_sharpe(excess: Floats, window: int) -> Floats:
    """(T,) mean over deviation of the last `window` values; NaN before there are so many, or where none varies."""
    views = np.lib.stride_tricks.sliding_window_view(excess, window)
    deviation = views.std(axis=1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(deviation > 0.0, views.mean(axis=1) / deviation, np.nan)
    return np.concatenate([np.full(window - 1, np.nan), ratio])


def _heated(value: float | None) -> Cell | str:
    if value is None:
        return ""
    shown = f"{value * 100:.1f}".replace("-0.0", "0.0").replace("-", "−")
    return Cell(shown, heat=float(np.clip(value / _HEAT_FULL, -1.0, 1.0)))
