"""The page and the tables of several backtests."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots
from rich.console import RenderableType
from rich.text import Text

from quartet.backtest.comparing import Attribution, Change, Side, attribute, changes
from quartet.core.registry import Entry, entries
from quartet.report.backtest.page import write_sections
from quartet.report.backtest.parts import Part, Section, Table, Tone, Words
from quartet.report.backtest.report import evenly_of
from quartet.report.backtest.terminal import table
from quartet.report.backtest.wording import figure_text, title_of
from quartet.report.charts import BLUE, GREY, LEGEND, ORANGE, RED, TEAL, VIOLET, Chart, plot_times
from quartet.report.numbers import signed_money_text
from quartet.report.pictures import Theme, write_pictures

COLOURS: Final = (BLUE, ORANGE, TEAL, VIOLET, RED, GREY)
_DASHES: Final = ("solid", "dash", "dot", "dashdot")
_FIGURES: Final = (
    "total_return", "annual_return", "annual_volatility", "sharpe_ratio", "deflated_sharpe_ratio", "trials",
    "effective_trials", "max_drawdown", "calmar_ratio", "var_95", "cvar_95", "num_trades", "win_rate", "profit_factor",
    "annual_turnover", "cost_bp",
)  # fmt: skip


def comparison_sections(sides: Sequence[Side]) -> list[Section]:
    """Curves, figures, what went in, and where differences come from."""
    found = changes(list(sides))
    told = [attribute(sides[0], each) for each in sides[1:]]
    made = [_curves(sides), _figures(sides), _attributions(sides, told)]
    if found:
        made.append(_inputs(sides, found))
    if any(side.costs for side in sides):
        made.append(_costs(sides))
    return made


def write_comparison(sides: Sequence[Side], path: Path) -> Path:
    """The page; DataError where it cannot be written."""
    told = [attribute(sides[0], each) for each in sides[1:]]
    summary = {"sides": [side.label for side in sides], "told": [f"{each.label}: {each.text}" for each in told]}
    head = f"{len(sides)} backtests, each against {sides[0].label}"
    return write_sections(path, "Comparison", head, comparison_sections(sides), summary=summary)


def write_comparison_pictures(sides: Sequence[Side], folder: Path, theme: Theme = "light") -> list[Path]:
    """A PNG of each chart of the page, and of all of it; see `quartet.report.pictures.write_pictures`."""
    with TemporaryDirectory() as place:
        return write_pictures(write_comparison(sides, Path(place) / "page.html"), folder, theme)


def comparison_parts(sides: Sequence[Side]) -> list[RenderableType]:
    """The same for the terminal."""
    parts: list[RenderableType] = []
    for section in comparison_sections(sides):
        for part in section.parts:
            if isinstance(part, Table):
                rows = table(
                    *(f"{name} >" if number else f"{name} ~" for name, number in part.heads), title=section.title
                )
                for row in part.rows:
                    rows.add_row(*(Text(cell if isinstance(cell, str) else cell.text) for cell in row))
                parts.append(rows)
            elif isinstance(part, Words):
                parts.append(Text(part.text, style={"good": "green", "bad": "bold red"}.get(part.tone, "")))
    return parts


def _curves(sides: Sequence[Side]) -> Section:
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.05)
    for place, side in enumerate(sides):
        at = evenly_of(len(side.stamps), max(400, 6000 // len(sides)))
        x, growth = plot_times(side.stamps[at]), side.equity / side.equity[0]
        # A curve that lies on another one shows between its dashes.
        line = {"color": COLOURS[place % len(COLOURS)], "width": 1.6, "dash": _DASHES[place % len(_DASHES)]}
        figure.add_scatter(
            x=x, y=growth[at], name=side.label, line=line, legendgroup=side.label,
            hovertemplate="%{y:.3f}<extra>" + side.label + "</extra>", row=1, col=1,
        )  # fmt: skip
        fall = growth / np.maximum.accumulate(growth) - 1.0
        figure.add_scatter(
            x=x, y=fall[at], name=side.label, line=line, legendgroup=side.label, showlegend=False,
            hovertemplate="%{y:.2%}<extra>" + side.label + "</extra>", row=2, col=1,
        )  # fmt: skip
    figure.update_yaxes(title_text="Growth of 1", row=1, col=1)
    figure.update_yaxes(title_text="Drawdown", tickformat=".1~%", row=2, col=1)
    figure.update_layout(hovermode="x unified", legend=LEGEND)
    note = "Growth of 1 is equity over that of the start; drawdown is how far it lies below its highest value so far."
    return Section("Growth and drawdown", (Chart(figure, 430, note),))


def _figures(sides: Sequence[Side]) -> Section:
    units = {row: str(each.facts["unit"]) for each in entries("measure").values() for row in _rows_of(each)}
    units |= {"deflated_sharpe_ratio": "probability", "trials": "count"}
    rows = []
    for name in _FIGURES:
        values = [side.figures.get(name) for side in sides]
        if any(value is not None for value in values):
            rows.append((title_of(name), *(figure_text(value, units.get(name, "ratio")) for value in values)))
    note = (
        "Every Sharpe ratio is deflated by all trials of the questions that are compared, later ones too. A dash: the "
        "trial is not in this ledger, or a scenario."
    )
    return Section("Figures", (Table(("Figure", *(f"{side.label}>" for side in sides)), tuple(rows), note),))


def _rows_of(measure: Entry) -> tuple[str, ...]:
    return tuple(measure.facts["rows"])


def _attributions(sides: Sequence[Side], told: Sequence[Attribution]) -> Section:
    parts: list[Part] = []
    for each in told:
        tone: Tone = "good" if each.same else "bad" if each.text.startswith("DIFFERENT") else ""
        parts.append(Words(f"{each.label}: {each.text}.", tone))
    components = list(dict.fromkeys(name for each in told for name, amount in each.costs.items() if amount))
    rows = [
        (
            each.label,
            _signed(each.profit),
            "not known" if each.before_costs is None else _signed(float(each.before_costs)),
            *(_signed(float(each.costs[name])) if name in each.costs else "–" for name in components),
        )
        for each in told
        if not each.same
    ]
    if rows:
        columns = ("Against the first", "Profit>", "Before costs>", *(f"{title_of(name)}>" for name in components))
        note = (
            "More profit is positive. What is before costs and what each cost took add up to the difference of profits."
        )
        parts.append(Table(columns, tuple(rows), note))
    return Section("Where the difference comes from", tuple(parts))


def _inputs(sides: Sequence[Side], found: Sequence[Change]) -> Section:
    rows = tuple((each.group, each.what, *each.values) for each in found)
    return Section("What went in and differs", (Table(("Group", "Input", *(side.label for side in sides)), rows),))


def _costs(sides: Sequence[Side]) -> Section:
    known = [side for side in sides if side.costs]
    names = list(dict.fromkeys(name for side in known for name, amount in (side.costs or {}).items() if amount))
    figure = go.Figure()
    for place, name in enumerate(names):
        figure.add_bar(
            x=[side.label for side in known], y=[float((side.costs or {}).get(name, 0)) for side in known],
            name=name.capitalize(), marker={"color": COLOURS[place % len(COLOURS)]},
            hovertemplate="%{y:,.2f}<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.update_xaxes(type="category")
    figure.update_yaxes(title_text="Costs", tickformat=",.3~s")
    figure.update_layout(barmode="relative", legend=LEGEND, bargap=0.4)
    return Section("Costs", (Chart(figure, 320, "In the currency of the account."),))


def _signed(amount: float) -> str:
    return signed_money_text(Decimal(repr(round(amount, 2)))).replace("-", "−")
