"""A run in the terminal: symbols, key figures, what was refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rich.table import Table
from rich.text import Text

from quartet.report import numbers
from quartet.report.fitting_table import FittingTable
from quartet.report.run_report import RunReport, SymbolRow

SYMBOLS_MAX: Final = 40
_COLUMNS: Final = ("Orders", "Fills", "Position", "Average", "Mark", "Realised", "Unrealised", "Fees", "Profit")


def symbol_table(report: RunReport) -> Table:
    """Every symbol that traded, the largest results first, and all of them together."""
    rows = report.traded[:SYMBOLS_MAX]
    left = len(report.traded) - len(rows)
    quiet = len(report.symbols) - len(report.traded)
    caption = ", ".join(
        text for count, text in ((left, f"{left:,} more symbols"), (quiet, f"{quiet:,} without an order")) if count
    )
    columns = ("Symbol", *(f"{name}>" for name in _COLUMNS))
    made = FittingTable(
        *columns, title=f"Symbols (money in {report.currency})", caption=caption or None, header_style="dim",
        footer_style="bold", show_footer=True,
    )  # fmt: skip
    for column, total in zip(made.columns, (Text("All"), *_totals(report)), strict=True):
        column.footer = total
    for row in rows:
        made.add_row(*_cells(row))
    return made


def key_figures(report: RunReport) -> Table:
    """The account over the run and how it was reached."""
    fall, peak, trough = report.drawdown
    counters = report.counters
    facts = report.facts
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    span = f", {numbers.time_text(peak)} to {numbers.time_text(trough)}" if fall else ""
    engine = f"{facts.engine} {facts.engine_version}"
    sessions = f"{report.sessions:,} session{'' if report.sessions == 1 else 's'}"
    rows: list[tuple[str, str | Text]] = [
        ("Period", f"{numbers.time_text(report.first_ts)} to {numbers.time_text(report.last_ts)} UTC"),
        (
            "Events",
            f"{report.events:,} in {sessions}, {counters['rejected']:,} refused",
        ),
        ("Signals", f"{counters['signals']:,}"),
        (
            "Equity",
            f"{numbers.money_text(report.equity_start)} to {numbers.money_text(report.equity_end)} {report.currency}",
        ),
        ("Return", _toned(numbers.percent_text(report.total_return, signed=True), report.total_return)),
        ("Max drawdown", f"{numbers.percent_text(-fall)}{span}"),
        (
            "Sharpe ratio",
            f"{numbers.ratio_text(report.sharpe.ratio, report.sharpe.error)} ({report.sharpe.assumptions})",
        ),
        ("Orders ended", ", ".join(f"{count:,} {name.lower()}" for name, count in report.order_ends) or "none"),
        ("Engine", Text(engine) + (Text(f" DEGRADED: {facts.degraded}", "bold red") if facts.degraded else Text(""))),
        ("Config hash", facts.config_hash),
        ("Data hash", facts.data_hash),
    ]
    for name, value in rows:
        made.add_row(name, value if isinstance(value, Text) else Text(value))
    return made


def reject_table(report: RunReport) -> Table:
    """What was refused, by whom, and what helps."""
    made = FittingTable("By", "Code", "Count>", "Meaning~", "Remedy~", title="Refused", header_style="dim")
    for row in report.rejects:
        made.add_row(row.by, row.code, f"{row.count:,}", row.meaning, row.remedy)
    return made


def _cells(row: SymbolRow) -> list[Text]:
    return [
        Text(row.symbol),
        Text(f"{row.orders:,}"),
        Text(f"{row.fills:,}"),
        Text(numbers.decimal_text(row.position)),
        Text(numbers.price_text(row.average_price)),
        Text(numbers.price_text(row.mark)),
        Text(numbers.money_text(row.realised)),
        Text(numbers.money_text(row.unrealised)),
        Text(numbers.money_text(row.fees)),
        _toned(numbers.signed_money_text(row.profit), row.profit),
    ]


def _totals(report: RunReport) -> list[Text]:
    counters = report.counters
    profit = report.equity_end - report.equity_start
    return [
        Text(f"{counters['orders']:,}"),
        Text(f"{counters['fills']:,}"),
        Text(""),
        Text(""),
        Text(""),
        Text(numbers.money_text(report.realised)),
        Text(numbers.money_text(report.unrealised)),
        Text(numbers.money_text(report.fees)),
        _toned(numbers.signed_money_text(profit), profit),
    ]


def _toned(text: str, value: Decimal | float) -> Text:
    return Text(text, style="green" if value > 0 else "red" if value < 0 else "")
