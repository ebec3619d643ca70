"""`quartet stress`: a backtest under worse trading and in markets that were."""

from __future__ import annotations

from typing import Annotated

import typer

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.cli.backtesting import (
    BacktestConfig,
    EngineOption,
    ModeOption,
    PricesOption,
    ReportOption,
    StudyOption,
    changes_of,
    open_file,
    stress_file,
)
from quartet.cli.console import say, show, show_json
from quartet.cli.options import Json
from quartet.cli.trials import Ledger


def stress(
    config: BacktestConfig,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario", metavar="NAME", help="One of `quartet list scenario`, or several at once: high_fees+gap_risk."
        ),
    ] = None,
    data: PricesOption = None,
    engine: EngineOption = None,
    mode: ModeOption = None,
    study: StudyOption = None,
    report: ReportOption = None,
    ledger: Ledger = None,
    as_json: Json = False,
) -> None:
    """Stress a backtest: dearer, later and thinner trading, nights against it, the markets of 2008, 2020 and 2022.

    The verdict and its rule are printed below the table. A base that does not profit has none.

    [bold]Examples[/bold]

      quartet stress config/backtest.yaml

      quartet stress config/backtest.yaml --scenario high_fees+late_orders --scenario crisis_2008

      quartet stress config/backtest.yaml --report results/stress.html --json
    """
    opened = open_file(config, prices=data, changes=changes_of(engine, mode, study))
    with TrialLedger.open(ledger) as book:
        found = stress_file(opened, book, tuple(scenario or ()))
    path = report
    if path is not None:
        from quartet.report.backtest.page import write_sections
        from quartet.report.backtest.worth import stressed

        head = f"{', '.join(opened.document.prices)} · {opened.document.settings.mode}"
        write_sections(path, f"{opened.document.name}: stress", head, [stressed(found)], summary=found.to_dict())
    if as_json:
        show_json({**found.to_dict(), "report": None if path is None else str(path)})
        return
    from quartet.report.backtest.terminal import stress_parts

    show(*stress_parts(found))
    if path is not None:
        say(f"report: {path}")
