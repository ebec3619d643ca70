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
from quartet.cli.options import Json, PngOption, PngTheme, checked_png
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
    png: PngOption = None,
    png_theme: PngTheme = "light",
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

      quartet backtest config/backtest.yaml --png results/pictures --png-theme dark
    """
    checked_png(png)
    opened = open_file(config, prices=data, changes=changes_of(engine, mode, study))
    path = page_path(report, opened.document.report, no_report)
    with TrialLedger.open(ledger) as book:
        result = run_file(opened, book)
        from quartet.backtest.ledger.selection import selection
        from quartet.report.backtest.report import BacktestReport

        with progress_bar("probability of overfitting"):
            chosen = selection(book, result.settings.study)
        stressed = capacity = None
        if (path is not None or png is not None) and not no_stress:
            stressed = stress_file(opened, book, (), result)
            capacity = capacity_file(opened, book)
    whole = BacktestReport(opened.document.name, result, opened.prices.verdict, chosen, stressed, capacity)
    if not as_json:
        # Before anything is written: a full disk does not take the answer away.
        from quartet.report.backtest.terminal import backtest_parts

        show(*backtest_parts(whole))
    pictures = _write(whole, path, out, png, png_theme)
    if as_json:
        show_json(_as_json(whole, path, pictures))
    if not result.valid:
        raise typer.Exit(DIFFERENT)


def _write(whole: Any, page: Path | None, out: Path | None, png: Path | None, theme: Any) -> list[Path]:
    """The page, the tables and the pictures; the paths of these."""
    from quartet.report.backtest.page import write_backtest_page, write_backtest_pictures

    pictures: list[Path] = []
    if page is not None:
        with progress_bar("page"):
            write_backtest_page(whole, page)
        say(f"report: {page}")
    if out is not None:
        whole.result.to_parquet(out)
        say(f"tables: {out}")
    if png is not None:
        with progress_bar("pictures"):
            pictures = write_backtest_pictures(whole, png, theme)
        say(f"pictures: {len(pictures)} in {png}")
    return pictures


def _as_json(whole: Any, page: Path | None, pictures: list[Path]) -> dict[str, Any]:
    from quartet.cli.trials_json import selection_json

    return {
        **whole.result.to_dict(),
        "data_verdict": whole.verdict.to_dict(),
        "selection": selection_json(whole.selection) if whole.selection else None,
        "stress": whole.stress.to_dict() if whole.stress else None,
        "capacity": _capacity_json(whole.capacity) if whole.capacity else None,
        "report": None if page is None else str(page),
        "pictures": [str(each) for each in pictures],
    }


def _capacity_json(found: Any) -> dict[str, Any]:
    return {
        "without_impact": found.without_impact,
        "half": found.half,
        "zero": found.zero,
        "table": found.table.cast({"initial_capital": str}).to_dicts(),
    }
