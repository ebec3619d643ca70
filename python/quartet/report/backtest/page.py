"""A page of sections: one HTML file with everything in it, plotly.js too, that needs no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jinja2
from markupsafe import Markup

from quartet.core.contract import VERSION
from quartet.core.registry import entries
from quartet.report.backtest.parts import Section, Tile, kind_of
from quartet.report.backtest.report import BacktestReport
from quartet.report.backtest.wording import figure_text, mode_text, percent
from quartet.report.charts import as_json
from quartet.report.numbers import time_text
from quartet.report.page import asset, plotly_js
from quartet.report.pictures import Theme, write_pictures
from quartet.report.writing import write_text


def write_backtest_page(report: BacktestReport, path: Path) -> Path:
    """Write the page of a backtest, making its folder; DataError where that cannot be."""
    result = report.result
    symbols = len(result.symbols)
    head = (
        f"{time_text(int(result.stamps[0]))} to {time_text(int(result.stamps[-1]))} UTC · "
        f"{len(result.stamps):,} bars · {symbols:,} symbol{'' if symbols == 1 else 's'} · "
        f"{mode_text(result.mode, result.engine)}"
    )
    alerts = [] if result.valid else [f"INVALID: look-ahead check {result.assumptions['look_ahead']}"]
    alerts += [each for each in result.warnings if "RED FLAG" in each or "ruined" in each]
    notes = [each for each in result.warnings if each not in alerts]
    return write_sections(
        path, report.name, head, sections_of(report), tiles=tiles_of(report), alerts=alerts,
        note=f"Worth knowing: {'; '.join(notes)}." if notes else "", summary=result.to_dict(),
    )  # fmt: skip


def write_backtest_pictures(report: BacktestReport, folder: Path, theme: Theme = "light") -> list[Path]:
    """A PNG of each chart of the page of a backtest, and of all of it; see `quartet.report.pictures.write_pictures`."""
    with TemporaryDirectory() as place:
        return write_pictures(write_backtest_page(report, Path(place) / "page.html"), folder, theme)


def sections_of(report: BacktestReport) -> list[Section]:
    """Every registered section that has something to say, in order."""
    registered = sorted(entries("section").values(), key=lambda each: (each.facts.get("order", 1000), each.name))
    made = (each(report) for each in registered)
    return [section for section in made if section is not None]


def write_sections(
    path: Path,
    title: str,
    head: str,
    sections: Sequence[Section],
    *,
    tiles: Sequence[Tile] = (),
    alerts: Sequence[str] = (),
    note: str = "",
    summary: Any = None,
) -> Path:
    """Write any sections as a page; DataError where that cannot be."""
    text = _template().render(
        title=title, head=head, sections=sections, tiles=tiles, alerts=alerts, note=note, version=VERSION,
        style=Markup(asset("page.css") + asset("sections.css")), script=Markup(asset("page.js")),
        plotly=Markup(plotly_js()),
        summary=Markup(json.dumps(summary, indent=1, allow_nan=False, default=str).replace("</", "<\\/")),
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )  # fmt: skip
    return write_text(path, text)


def tiles_of(report: BacktestReport) -> list[Tile]:
    """The handful of numbers that a reader looks for first."""
    result = report.result
    total, fall = result["total_return"], result["max_drawdown"]
    ratio = result.measures.row("sharpe_ratio")
    between = "" if ratio.low is None or ratio.high is None else f"{ratio.low:.2f} to {ratio.high:.2f} (95 %)"
    settings = result.settings
    evidence = result.evidence
    paid = sum(result.record.costs.values()) / 1e18
    gained = "" if total is None or total == 0 else "good" if total > 0 else "bad"
    yearly = result["annual_return"]
    return [
        Tile("Return", figure_text(total, "fraction"), f"{figure_text(yearly, 'fraction')} a year", gained),  # type: ignore[arg-type]
        Tile("Sharpe ratio", figure_text(ratio.value, "ratio"), between.replace("-", "−") or "no interval"),
        Tile(
            "Deflated Sharpe ratio",
            percent(None if evidence is None else evidence.deflated),
            "not known" if evidence is None else f"probability of skill, {evidence.multiplicity.trials:,} trials",
        ),
        Tile("Largest drawdown", figure_text(fall, "fraction"), "from the high before"),
        Tile("Round trips", f"{len(result.trips):,}", f"{figure_text(result['win_rate'], 'fraction')} won"),
        Tile(
            "Costs",
            f"{paid:,.0f}",
            f"{percent(paid / float(settings.initial_capital))} of {settings.initial_capital:,.0f} at the start",
        ),
    ]


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["figure"] = lambda chart: Markup(as_json(chart))
    environment.filters["kind"] = kind_of
    return environment.from_string(asset("sections.html.j2"))
