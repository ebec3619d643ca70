"""`quartet compare`: backtests side by side, and where their difference comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.cli.backtesting import PricesOption, ReportOption, open_file, run_file
from quartet.cli.console import say, show, show_json
from quartet.cli.failures import DIFFERENT
from quartet.cli.options import Json
from quartet.cli.trials import Ledger
from quartet.core.errors import ConfigError


def compare(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...", help="Trials by number, folders of `quartet backtest --out`, configurations."
        ),
    ],
    vary: Annotated[
        str | None,
        typer.Option(
            "--vary", metavar="KEY=A,B", help="Run one configuration with each value of a setting: engine=rust,cpp,go."
        ),
    ] = None,
    data: PricesOption = None,
    report: ReportOption = None,
    ledger: Ledger = None,
    as_json: Json = False,
) -> None:
    """Compare backtests: strategies, engines or cost models side by side, each against the first.

    A configuration is run, and is a trial. Exits with 1 where results differ though nothing but mode or engine does.

    [bold]Examples[/bold]

      quartet compare 12 15 results/trend

      quartet compare config/backtest.yaml --vary engine=columnar,rust,cpp,go,python

      quartet compare config/backtest.yaml --vary slippage_bps=0,5,15 --report results/costs.html
    """
    from quartet.backtest.comparing import attribute, changes

    with TrialLedger.open(ledger) as book:
        sides = _varied(what, vary, data, book) if vary is not None else [_side(each, data, book) for each in what]
    if len(sides) < 2:
        raise ConfigError("compare: give at least two backtests, or one configuration with --vary KEY=A,B")
    told = [attribute(sides[0], each) for each in sides[1:]]
    if report is not None:
        from quartet.report.backtest.comparison import write_comparison

        write_comparison(sides, report)
    if as_json:
        show_json(
            {
                "sides": [
                    {"label": s.label, "engine": s.engine, "outcome": s.outcome, "figures": dict(s.figures)}
                    for s in sides
                ],
                "changes": [{"group": c.group, "what": c.what, "values": list(c.values)} for c in changes(sides)],
                "attributions": [_attribution_json(each) for each in told],
                "report": None if report is None else str(report),
            }
        )
    else:
        from quartet.report.backtest.comparison import comparison_parts

        show(*comparison_parts(sides))
        if report is not None:
            say(f"report: {report}")
    if any(not each.same and set(each.groups) <= {"engine"} for each in told):
        raise typer.Exit(DIFFERENT)


def _side(what: str, data: list[str] | None, book: TrialLedger) -> Any:
    from quartet.backtest.comparing import Side

    if what.isdigit():
        return Side.of_trial(book, int(what))
    if Path(what).is_dir():
        return Side.of_folder(Path(what))
    opened = open_file(Path(what), prices=data)
    return Side.of_result(run_file(opened, book), opened.document.name)


def _varied(what: list[str], vary: str, data: list[str] | None, book: TrialLedger) -> list[Any]:
    """One configuration under each value; `columnar` is an engine too here."""
    from quartet.backtest.comparing import Side
    from quartet.engines.config.document import read_value

    key, equals, texts = vary.partition("=")
    if not equals or len(what) != 1 or what[0].isdigit():
        raise ConfigError("--vary: give one configuration and KEY=A,B, for example slippage_bps=0,5,15")
    sides = []
    for text in texts.split(","):
        given: dict[str, Any] = {key: read_value(text)}
        if key == "engine":
            given = {"mode": "columnar"} if text == "columnar" else {"engine": text, "mode": "engine"}
        opened = open_file(Path(what[0]), prices=data, changes=given, grid=False)
        sides.append(Side.of_result(run_file(opened, book), f"{key} {text}"))
    return sides


def _attribution_json(each: Any) -> dict[str, Any]:
    return {
        "label": each.label,
        "same": each.same,
        "groups": list(each.groups),
        "profit": each.profit,
        "before_costs": None if each.before_costs is None else str(each.before_costs),
        "costs": {name: str(amount) for name, amount in each.costs.items()},
        "text": each.text,
    }
