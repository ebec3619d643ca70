"""`quartet doctor`: what is missing on this machine, and the fix for each."""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.text import Text

from quartet.cli.console import show, show_json, table
from quartet.cli.failures import DIFFERENT
from quartet.cli.machine_checks import FAILED, MISSING, OK, all_checks
from quartet.cli.options import Json

_STYLES = {OK: "green", MISSING: "yellow", FAILED: "bold red"}


def doctor(as_json: Json = False) -> None:
    """Look at this machine: Python, packages, engines, toolchains, folders, ports; and say how to mend what is wrong.

    Exits with 1 where something has failed: a stale build, a wrong package. What is only missing, an engine that was
    never built for example, costs a part of Quartet and no more.

    [bold]Examples[/bold]

      quartet doctor

      quartet doctor --json
    """
    checks = list(all_checks())
    failed = [check for check in checks if check.outcome == FAILED]
    if as_json:
        show_json({"healthy": not failed, "checks": [asdict(check) for check in checks]})
    else:
        rows = table("Area", "Check", "Outcome", "Found ~", "Fix ~")
        area = ""
        for check in checks:
            shown = check.area if check.area != area else ""
            area = check.area
            rows.add_row(
                shown, check.name, Text(check.outcome, style=_STYLES[check.outcome]), Text(check.found), Text(check.fix)
            )
        missing = sum(check.outcome == MISSING for check in checks)
        show(rows, f"{len(checks) - len(failed) - missing} ok, {missing} missing, {len(failed)} failed")
    if failed:
        raise typer.Exit(DIFFERENT)
