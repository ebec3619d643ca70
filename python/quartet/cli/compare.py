"""`quartet compare`: backtests side by side, and where their difference comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.cli.backtesting import (
    PricesOption,
    open_file,
    run_file,
)
from quartet.cli.console import say, show, show_json
from quartet.cli.failures import DIFFERENT
from quartet.cli.options import Json, PngOption, PngTheme, checked_png
from quartet.cli.progress import progress_bar
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
    report: Annotated[
        Path | None, typer.Option("--report", metavar="PATH", help="Where a page with charts goes.")
    ] = None,
    png: PngOption = None,
    png_theme: PngTheme = "light",
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
    if len(what) < 2 and vary is None:
        raise ConfigError("compare: give at least two backtests, or one configuration with --vary KEY=A,B")
    checked_png(png)
    from quartet.backtest.comparing import attribute, changes
    from quartet.backtest.deflated_alike import deflated_alike

    runs = any(not each.isdigit() and not Path(each).is_dir() for each in what)
    with TrialLedger.open(ledger, create=runs) as book:
        sides = _varied(what, vary, data, book) if vary is not None else [_side(each, data, book) for each in what]
        sides = deflated_alike(sides, book)
    told = [attribute(sides[0], each) for each in sides[1:]]
    if report is not None:
        from quartet.report.backtest.comparison import write_comparison

        write_comparison(sides, report)
    if png is not None:
        from quartet.report.backtest.comparison import write_comparison_pictures

        with progress_bar("pictures"):
            pictures = write_comparison_pictures(sides, png, png_theme)
        say(f"pictures: {len(pictures)} in {png}")
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
    """One configuration under each value."""
    from quartet.backtest.comparing import Side

    key, equals, texts = vary.partition("=")
    if not equals or len(what) != 1 or what[0].isdigit():
        raise ConfigError("--vary: give one configuration and KEY=A,B, for example slippage_bps=0,5,15")
    values = texts.split(",")
    if len(values) < 2:
        raise ConfigError("--vary: give at least two values, for example slippage_bps=0,5,15")
    # All are read before one is run: a wrong last value is found at once.
    opened = [open_file(Path(what[0]), prices=data, changes=_change(key, each), grid=False) for each in values]
    return [Side.of_result(run_file(each, book), f"{key} {value}") for value, each in zip(values, opened, strict=True)]


def _change(key: str, text: str) -> dict[str, Any]:
    """What a value of --vary sets; `columnar` is an engine too here."""
    from quartet.engines.config.document import read_value

    if key != "engine":
        return {key: read_value(text)}
    return {"mode": "columnar"} if text == "columnar" else {"engine": text, "mode": "engine"}


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
