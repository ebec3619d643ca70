"""`quartet backtest`: a signal over prices, what came of it, and what that is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.cli.backtesting import (
    BacktestConfig,
    EngineOption,
    ModeOption,
    NoReport,
    PricesOption,
    ReportOption,
    StudyOption,
    capacity_file,
    changes_of,
    open_file,
    page_path,
    run_file,
    stress_file,
)
from quartet.cli.console import say, show, show_json
from quartet.cli.failures import DIFFERENT
from quartet.cli.options import Json
from quartet.cli.progress import progress_bar
from quartet.cli.trials import Ledger


def backtest(
    config: BacktestConfig,
    data: PricesOption = None,
    engine: EngineOption = None,
    mode: ModeOption = None,
    study: StudyOption = None,
    report: ReportOption = None,
    no_report: NoReport = False,
    no_stress: Annotated[
        bool, typer.Option("--no-stress", help="Run no scenarios and no other capitals for the page.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where every table goes, as Parquet, and result.json.")
    ] = None,
    ledger: Ledger = None,
    as_json: Json = False,
) -> None:
    """Backtest a signal over prices: figures with intervals, the deflated Sharpe ratio, costs, and a page with charts.

    Members of the grid are run first, so that the deflated Sharpe ratio counts all that was tried. Exits with 1 where
    the signals looked ahead.

    [bold]Examples[/bold]

      quartet backtest config/backtest.yaml

      quartet backtest config/backtest.yaml --data bars.parquet --engine rust

      quartet backtest config/backtest.yaml --no-report --json
    """
    opened = open_file(config, prices=data, changes=changes_of(engine, mode, study))
    path = page_path(report, opened.document.report, no_report)
    with TrialLedger.open(ledger) as book:
        result = run_file(opened, book)
        from quartet.backtest.ledger.selection import selection
        from quartet.report.backtest.report import BacktestReport

        with progress_bar("probability of overfitting"):
            chosen = selection(book, result.settings.study)
        stressed = capacity = None
        if path is not None and not no_stress:
            stressed = stress_file(opened, book, (), result)
            capacity = capacity_file(opened, book)
    whole = BacktestReport(opened.document.name, result, opened.prices.verdict, chosen, stressed, capacity)
    if path is not None:
        from quartet.report.backtest.page import write_backtest_page

        with progress_bar("page"):
            write_backtest_page(whole, path)
    if out is not None:
        result.to_parquet(out)
    if as_json:
        from quartet.cli.trials_json import selection_json

        show_json(
            {
                **result.to_dict(),
                "data_verdict": opened.prices.verdict.to_dict(),
                "selection": selection_json(chosen) if chosen else None,
                "stress": stressed.to_dict() if stressed else None,
                "capacity": _capacity_json(capacity) if capacity else None,
                "report": None if path is None else str(path),
            }
        )
    else:
        from quartet.report.backtest.terminal import backtest_parts

        show(*backtest_parts(whole))
        if path is not None:
            say(f"report: {path}")
    if not result.valid:
        raise typer.Exit(DIFFERENT)


def _capacity_json(found: Any) -> dict[str, Any]:
    return {
        "without_impact": found.without_impact,
        "half": found.half,
        "zero": found.zero,
        "table": found.table.cast({"initial_capital": str}).to_dicts(),
    }
