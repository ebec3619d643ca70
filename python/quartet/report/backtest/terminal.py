"""A backtest as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from quartet.backtest.stress.stressing import StressTable
from quartet.report.backtest.report import BacktestReport
from quartet.report.backtest.wording import figure_text, interval_text, mode_text, title_of
from quartet.report.backtest.worth import HEADLINES, evidence_rows
from quartet.report.fitting_table import FittingTable
from quartet.report.numbers import money_text, short_hash, time_text

_STYLES = {"robust": "bold green", "fragile": "bold red", "not applicable": "bold yellow"}


def backtest_parts(report: BacktestReport) -> list[RenderableType]:
    """Measures with intervals, what they are worth, costs, data, engine and hashes."""
    result = report.result
    parts: list[RenderableType] = [_head(report)]
    if not result.valid:
        parts.append(Text(f"INVALID: look-ahead check {result.assumptions['look_ahead']}", style="bold red"))
    rows = table("Figure~", "Value>", "95 % interval~>", title="Key figures")
    for name in HEADLINES:
        row = result.measures.row(name)
        if row.value is not None:
            rows.add_row(title_of(name), figure_text(row.value, row.unit), interval_text(row))
    parts.append(rows)
    if result.evidence is not None:
        parts.append(facts("Is it skill?", evidence_rows(result.evidence, report)))
    costs = table("Component", "Amount>", "bp of traded value>", title="Costs")
    for name, amount, bp in result.costs.iter_rows():
        costs.add_row(name, money_text(amount), "–" if bp is None else f"{bp:.2f}")
    parts.append(costs)
    if report.stress is not None:
        parts += stress_parts(report.stress)
    verdict = "not checked" if report.verdict is None else str(report.verdict)
    rest = [("data", verdict), ("engine", mode_text(result.mode, result.engine))]
    rest += [(f"{name} hash", short_hash(digest)) for name, digest in result.hashes.items()]
    if result.trial_id is not None:
        rest.append(("trial", f"{result.trial_id} of study {result.settings.study}"))
    rest += [("note", each) for each in result.warnings]
    parts.append(facts("What it rests on", rest))
    return parts


def stress_parts(found: StressTable) -> list[RenderableType]:
    """The scenarios, the verdict and its rule."""
    rows = table(
        "Scenario", "Profit factor>", "Return>", "Max drawdown>", "Sharpe>", "Trades>", "Score>", "Note ~",
        title="Under stress",
    )  # fmt: skip
    for row in found.rows:
        rows.add_row(
            title_of(row.scenario),
            figure_text(row.profit_factor, "ratio"),
            figure_text(row.total_return, "fraction"),
            figure_text(row.max_drawdown, "fraction"),
            figure_text(row.sharpe_ratio, "ratio"),
            "–" if row.trades is None else f"{row.trades:,}",
            "" if row.score is None else f"{row.score:.2f}",
            Text(f"could not be run: {row.error}" if row.error else row.note),
        )
    robustness = "" if found.robustness is None else f", robustness {found.robustness:.0f} of 100"
    verdict = Text(f"{found.verdict}{robustness}: {found.why}", style=_STYLES[found.verdict])
    return [rows, verdict, Text(f"{found.rule}\n", style="dim")]


def _head(report: BacktestReport) -> Text:
    stamps = report.result.stamps
    when = f"{time_text(int(stamps[0]))} to {time_text(int(stamps[-1]))} UTC"
    return Text(f"{report.name}: {when}, {len(stamps):,} bars, {len(report.result.symbols):,} symbols\n", style="bold")


def table(*columns: str, title: str) -> FittingTable:
    """An empty table; marks of the columns are those of `FittingTable`."""
    return FittingTable(*columns, title=title, header_style="dim")


def facts(title: str, rows: Iterable[tuple[str, str]]) -> Table:
    """Names and values, two columns."""
    made = Table(
        box=None, show_header=False, pad_edge=False, title=f"{title}", title_justify="left", title_style="bold"
    )
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in rows:
        made.add_row(Text(name), Text(value))
    return made
