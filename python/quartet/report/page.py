"""The page of a run: one HTML file with everything in it, plotly.js too, that needs no network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jinja2
from markupsafe import Markup

from quartet.report import charts, numbers
from quartet.report.pictures import Theme, write_pictures
from quartet.report.run_report import RunReport
from quartet.report.writing import write_text

_FILES = resources.files("quartet.report") / "assets"


def write_page(report: RunReport, path: Path) -> Path:
    """Write the page, making its folder; DataError where that cannot be."""
    return write_text(path, render_page(report))


def write_run_pictures(report: RunReport, folder: Path, theme: Theme = "light") -> list[Path]:
    """A PNG of each chart of the page, and of all of it; see `quartet.report.pictures.write_pictures`."""
    with TemporaryDirectory() as place:
        return write_pictures(write_page(report, Path(place) / "page.html"), folder, theme)


def render_page(report: RunReport) -> str:
    """The page as text."""
    prices = charts.price_charts(report)
    figures = {"equity": charts.equity_chart(report), "profit": charts.profit_chart(report)}
    if report.rejects:
        figures["rejects"] = charts.reject_chart(report)
    return _template().render(
        report=report,
        facts=report.facts,
        title=f"{report.facts.name}: run report",
        tiles=_tiles(report),
        figures={name: Markup(charts.as_json(chart)) for name, chart in figures.items()},
        heights={name: chart.height for name, chart in figures.items()},
        notes={name: chart.note for name, chart in figures.items()},
        prices={name: Markup(charts.as_json(chart)) for name, chart in prices.items()},
        price_notes=Markup(json.dumps({name: chart.note for name, chart in prices.items()}).replace("</", "<\\/")),
        price_height=max((chart.height for chart in prices.values()), default=0),
        traded=report.traded,
        style=Markup(asset("page.css")),
        script=Markup(asset("page.js")),
        plotly=Markup(plotly_js()),
        summary=Markup(json.dumps(report.to_json(), indent=1).replace("</", "<\\/")),
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _tiles(report: RunReport) -> list[dict[str, Any]]:
    """The handful of numbers that a reader looks for first."""
    fall, peak, trough = report.drawdown
    counters = report.counters
    refused = counters["risk_rejects"] + counters["venue_rejects"]
    return [
        {
            "name": "Return",
            "value": numbers.percent_text(report.total_return, signed=True).replace("-", "−"),
            "tone": "good" if report.total_return > 0 else "bad" if report.total_return < 0 else "",
            "detail": f"{numbers.money_text(report.equity_start)} → {numbers.money_text(report.equity_end)}",
        },
        {
            "name": "Max drawdown",
            "value": numbers.percent_text(-fall),
            "tone": "",
            "detail": _days(peak, trough) if fall else "none",
        },
        {
            "name": "Sharpe ratio",
            "value": numbers.ratio_text(report.sharpe.ratio, report.sharpe.error).replace("-", "−"),
            "tone": "",
            "detail": "annualised, ± standard error" if report.sharpe.ratio is not None else "too few sessions",
        },
        {
            "name": "Fees",
            "value": numbers.money_text(report.fees),
            "tone": "",
            "detail": f"on {numbers.money_text(report.turnover)} traded",
        },
        {
            "name": "Orders",
            "value": numbers.count_text(counters["orders"]),
            "tone": "",
            "detail": f"{counters['fills']:,} fills, {counters['signals']:,} signals",
        },
        {
            "name": "Refused",
            "value": numbers.count_text(refused),
            "tone": "warn" if refused else "",
            "detail": f"orders; {counters['rejected']:,} of {counters['events']:,} inputs",
        },
    ]


def _with_minus(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Numbers with the sign that is as wide as a plus."""
    return lambda value: write(value).replace("-", "−")


def _days(first: int, last: int) -> str:
    """Two days that do not break at their hyphens."""
    return f"{numbers.time_text(first)[:10]} to {numbers.time_text(last)[:10]}".replace("-", "‑")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    filters = {
        "money": _with_minus(numbers.money_text),
        "signed": _with_minus(numbers.signed_money_text),
        "decimal": _with_minus(numbers.decimal_text),
        "price": _with_minus(numbers.price_text),
        "count": numbers.count_text,
        "time": numbers.time_text,
    }
    environment.filters.update(filters)
    return environment.from_string(asset("page.html.j2"))


def asset(name: str) -> str:
    """A file of the page: style, script, template."""
    return (_FILES / name).read_text(encoding="utf-8")


@cache
def plotly_js() -> str:
    """The library that draws, safe inside a script element."""
    from plotly.offline import get_plotlyjs

    # A closing tag inside the library would end the element that holds it.
    text: str = get_plotlyjs()
    return text.replace("</script", "<\\/script")
