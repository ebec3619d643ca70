"""Sections of what was traded: prices with fills, costs, turnover and capacity, the trips themselves."""

from __future__ import annotations

from typing import Final

import numpy as np
import plotly.graph_objects as go
import polars as pl

from quartet.backtest.outcome import money_of
from quartet.core.registry import register
from quartet.report.backtest.parts import Cell, Choices, Facts, Part, Section, Table
from quartet.report.backtest.report import BacktestReport, evenly_of
from quartet.report.backtest.wording import figure_text
from quartet.report.charts import BLUE, GREY, LEGEND, MARKS_MAX, ORANGE, RED, TEAL, Chart, evenly, plot_times
from quartet.report.numbers import decimal_text, money_text, signed_money_text

SYMBOLS_MAX: Final = 30
_POINTS_MAX: Final = 2000
_TRIPS_SHOWN: Final = 12
_LIQUID_QUANTILE: Final = 0.95


@register("section", "price", order=20)
def price_section(report: BacktestReport) -> Section | None:
    """Fills on the price of each symbol that was traded, the most active first."""
    fills = report.result.outcome.fills
    if not len(fills):
        return None
    counts = np.bincount(fills["symbol"], minlength=len(report.result.symbols))
    order = np.lexsort((np.arange(len(counts)), -counts))
    active = [int(each) for each in order[:SYMBOLS_MAX] if counts[each]]
    charts = tuple((report.result.symbols[each], _price_chart(report, each)) for each in active)
    return Section("Trades on the price", (Choices("Symbol", charts),))


@register("section", "costs", order=60)
def costs_section(report: BacktestReport) -> Section | None:
    """From profit before costs to profit after them."""
    costs = report.result.record.costs
    first, last = money_of(report.result.outcome.equity[[0, -1]])
    net = last - first
    gross = net + sum(costs.values())
    shown = {name: amount for name, amount in costs.items() if amount or name in ("commission", "slippage")}
    names = ["Before costs", *(name.capitalize() for name in shown), "Net profit"]
    values = [gross / 1e18, *(-amount / 1e18 for amount in shown.values()), net / 1e18]
    figure = go.Figure(
        go.Waterfall(
            x=names, y=values, measure=["absolute", *["relative"] * len(shown), "total"],
            text=[f"{'+' if value > 0 else '−' if value < 0 else ''}{_short(abs(value), 3)}" for value in values],
            textposition="outside", cliponaxis=False, connector={"line": {"color": GREY, "width": 1}},
            increasing={"marker": {"color": BLUE}}, decreasing={"marker": {"color": RED}},
            totals={"marker": {"color": TEAL}}, hovertemplate="%{x}: %{y:,.2f}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_yaxes(tickformat=",.3~s", title_text=f"Profit ({report.currency})")
    figure.update_layout(showlegend=False)
    rows = [
        (name, money_text(amount), "" if bp is None else f"{bp:.2f}")
        for name, amount, bp in report.result.costs.iter_rows()
        if name in shown
    ]
    note = "From profit without costs to what is left. A bp is a hundredth of a percent."
    table = Table(("Component", "Amount>", "bp of traded value>"), tuple(rows), note)
    return Section("Where the costs went", (Chart(figure, 330), table), half=True)


@register("section", "turnover", order=70)
def turnover_section(report: BacktestReport) -> Section | None:
    """Traded value of each quarter over equity, and how much capital the volume would carry."""
    fills = report.result.outcome.fills
    if not len(fills):
        return None
    traded = np.zeros(len(report.times))
    np.add.at(traded, fills["stamp"], np.array([float(each) for each in report.result.record.notional]) / 1e18)
    quarter = (report.times.astype("datetime64[M]").astype(np.int64)) // 3
    keys, places = np.unique(quarter, return_inverse=True)
    equity = np.bincount(places, report.equity) / np.bincount(places)
    share = np.bincount(places, traded) / np.where(equity > 0, equity, np.nan)
    x = (keys * 3).astype("datetime64[M]").astype("datetime64[us]")
    figure = go.Figure()
    figure.add_bar(x=x, y=share, marker={"color": TEAL}, hovertemplate="%{x|%Y-%m}: %{y:.1%}<extra></extra>")
    figure.update_yaxes(title_text="Share of equity a quarter", tickformat=".0%")
    figure.update_layout(showlegend=False, bargap=0.15)
    note = "Value traded in a quarter over its mean equity: at 100 % as much as the account holds was bought or sold."
    parts: tuple[Part, ...] = (Chart(figure, 330, note), Facts(tuple(_capacity(report))))
    return Section("Turnover and volume", parts, half=True)


@register("section", "capacity", order=75)
def capacity_section(report: BacktestReport) -> Section | None:
    """Sharpe ratio after the impact of larger and larger orders."""
    found = report.capacity
    if found is None:
        return None
    capitals = found.table["initial_capital"].cast(pl.Float64).to_list()
    known = [each for each in found.table["sharpe_ratio"].to_list() if each is not None] or [0.0]
    figure = go.Figure()
    figure.add_scatter(
        x=capitals, y=found.table["sharpe_ratio"].to_list(), name="Sharpe ratio", mode="lines+markers",
        line={"color": BLUE, "width": 1.8}, hovertemplate="%{x:,.0f}: %{y:.2f}<extra>Sharpe ratio</extra>",
    )  # fmt: skip
    for value, name, colour in ((found.half, "Half the Sharpe ratio", ORANGE), (found.zero, "No return", RED)):
        if value is not None and value > 0:
            figure.add_scatter(
                x=[value, value], y=[min(known), max(known)], mode="lines", name=f"{name}: {_short(value)}",
                line={"color": colour, "dash": "dash", "width": 2}, hoverinfo="skip",
            )  # fmt: skip
    ticks = [_short(each) for each in capitals]
    figure.update_xaxes(type="log", title_text=f"Capital ({report.currency})", tickvals=capitals, ticktext=ticks)
    figure.update_yaxes(title_text="Sharpe ratio")
    figure.update_layout(legend=LEGEND)
    rows = (
        ("Without impact", figure_text(found.without_impact, "ratio")),
        ("Half of that at", _capital(found.half)),
        ("No return left at", _capital(found.zero)),
    )
    note = (
        "The same signals with more money: slippage grows with an order's share of the usual volume (square-root law), "
        "and a fill is bounded by max_participation, so that large capitals trade less than they want. The Sharpe "
        "ratio is of the return above the risk-free rate: it is zero before the return is."
    )
    return Section("Capacity", (Chart(figure, 300, note), Facts(rows)))


@register("section", "trades", order=110)
def trades_section(report: BacktestReport) -> Section | None:
    """The best and the worst round trips."""
    trades = report.result.trades
    if not len(trades):
        return None
    ordered = trades.sort("net_pnl", descending=True)
    whole = len(ordered) <= 2 * _TRIPS_SHOWN
    shown = ordered if whole else pl.concat([ordered.head(_TRIPS_SHOWN), ordered.tail(_TRIPS_SHOWN)])
    rows = []
    for each in shown.iter_rows(named=True):
        profit = each["net_pnl"]
        rows.append(
            (
                each["symbol"],
                "long" if each["side"] == "BUY" else "short",
                f"{each['entry_time']:%Y-%m-%d}",
                f"{each['exit_time']:%Y-%m-%d}",
                Cell(decimal_text(each["quantity"])),
                Cell(money_text(each["entry_value"])),
                Cell(money_text(each["exit_value"])),
                Cell(money_text(each["fees"])),
                Cell(signed_money_text(profit).replace("-", "−"), "good" if profit > 0 else "bad"),
            )
        )
    what = f"All {len(ordered):,}" if whole else f"The {_TRIPS_SHOWN} best and {_TRIPS_SHOWN} worst of {len(ordered):,}"
    columns = ("Symbol", "Side", "In", "Out", "Quantity>", "Value in>", "Value out>", "Fees>", "Profit>")
    note = f"{what} round trips, first in, first out; profit after fees."
    return Section("Round trips", (Table(columns, tuple(rows), note),), wide_break=True)


def _price_chart(report: BacktestReport, symbol: int) -> Chart:
    prices = report.result.plan.prices
    bars = np.flatnonzero(prices.present[:, symbol])
    bars = bars[evenly_of(len(bars), _POINTS_MAX)]
    figure = go.Figure()
    figure.add_scatter(
        x=plot_times(prices.stamps[bars]), y=prices.close[bars, symbol] / 1e9, name="Close",
        line={"color": GREY, "width": 1.2}, hovertemplate="%{y:,.6~f}<extra>close</extra>",
    )  # fmt: skip
    fills = report.result.outcome.fills
    fills = fills[fills["symbol"] == symbol]
    left_out = 0
    for sign, name, colour, shape in ((1, "Bought", BLUE, "triangle-up"), (-1, "Sold", ORANGE, "triangle-down")):
        own = fills[np.sign(fills["quantity"]) == sign]
        if not len(own):
            continue
        left_out += max(len(own) - MARKS_MAX, 0)
        own = evenly(own)
        figure.add_scatter(
            x=plot_times(prices.stamps[own["stamp"]]), y=own["price"] / 1e9, name=name, mode="markers",
            marker={"color": colour, "symbol": shape, "size": 8, "line": {"width": 0.5, "color": "white"}},
            customdata=np.abs(own["quantity"]) / 1e9,
            hovertemplate="%{customdata:,.9~f} at %{y:,.6~f}<br>%{x}<extra>" + name.lower() + "</extra>",
        )  # fmt: skip
    figure.update_yaxes(title_text="Price", tickformat=",.6~f")
    figure.update_layout(hovermode="closest", legend=LEGEND)
    note = "Triangles are fills, at the prices that were paid."
    if left_out:
        note += f" {left_out:,} more are not shown; the others are spread evenly over the run."
    return Chart(figure, 360, note)


def _capacity(report: BacktestReport) -> list[tuple[str, str]]:
    """Turnover of a year, and the capital at which orders would meet the limit of participation."""
    result = report.result
    yearly = result.get("annual_turnover")
    rows = [("Turnover of a year", "–" if yearly is None else f"{yearly:.2f} x equity")]
    volume, most = result.plan.prices.volume, result.settings.max_participation
    fills = result.outcome.fills
    if volume is None or most is None:
        return [*rows, ("Capacity", "not known: the prices have no volume, or participation has no limit")]
    there = volume[fills["stamp"], fills["symbol"]]
    share = np.abs(fills["quantity"][there > 0]) / there[there > 0]
    if not len(share):
        return rows
    usual = float(np.quantile(share, _LIQUID_QUANTILE))
    capital = float(result.settings.initial_capital) * float(most) / usual if usual else None
    return [
        *rows,
        ("Share of a bar's volume", f"median {np.median(share) * 100:.3f} %, 95 % of fills below {usual * 100:.3f} %"),
        (
            "Capacity by volume",
            "–"
            if capital is None
            else f"{_rounded(capital)}: the capital at which one fill in twenty would want more than "
            f"{float(most) * 100:g} % of its bar",
        ),
    ]


def _capital(amount: float | None) -> str:
    return "not within these capitals" if amount is None or amount <= 0 else _rounded(amount)


def _short(amount: float, digits: int = 2) -> str:
    """1.9bn, 29M, 100k: for a label."""
    rounded = float(f"{amount:.{digits - 1}e}")
    size, unit = next(each for each in ((1e9, "bn"), (1e6, "M"), (1e3, "k"), (0.0, "")) if rounded >= each[0])
    return f"{rounded / (size or 1):g}{unit}"


def _rounded(amount: float) -> str:
    """Two digits: more are not known."""
    digits = int(np.floor(np.log10(amount))) - 1
    return f"{round(amount / 10**digits) * 10**digits:,.0f}"
