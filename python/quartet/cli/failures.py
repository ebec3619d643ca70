"""From errors to exit codes: a message without a traceback, and with --json an object that says the same."""

from __future__ import annotations

from typing import Any, Final

import typer
from typer.core import TyperGroup

from quartet.cli.console import messages, show_json
from quartet.core.contract import ErrorCode
from quartet.core.errors import EngineError, EngineUnavailable, QuartetError

OK: Final = 0
DIFFERENT: Final = 1
"""Runs differ, or a check failed."""
BAD_INPUT: Final = 2
UNAVAILABLE: Final = 3
FAULT: Final = 4
INTERRUPTED: Final = 130
"""By Ctrl-C, as shells have it."""

_JSON: Final = "quartet.json"


def exit_code(error: QuartetError) -> int:
    """The exit code of an error."""
    if isinstance(error, EngineUnavailable):
        return UNAVAILABLE
    if isinstance(error, EngineError) and error.code is ErrorCode.ENGINE_FAILED:
        return FAULT
    return BAD_INPUT


_SEVERAL: Final = {
    "replay": ("--data", "-d", "--map"),
    "explain": ("--data", "-d", "--map"),
    "bench": ("--engines", "--workload", "-w"),
}
"""Options that take several values: only of commands without arguments, which could be meant otherwise."""


def spread(args: list[str]) -> list[str]:
    """The arguments with `--data A B` written as `--data A --data B`."""
    command = next((arg for arg in args if not arg.startswith("-")), "")
    several = _SEVERAL.get(command, ())
    out: list[str] = []
    option, filled = "", False
    for arg in args:
        if arg.startswith("-") and arg != "-":
            option, filled = (arg, False) if arg in several else ("", False)
        elif option:
            if filled:
                out.append(option)
            filled = True
        out.append(arg)
    return out


class CommandGroup(TyperGroup):
    """The commands; what Quartet refuses ends the process with its code."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note whether JSON was asked for, so that errors can come as JSON too."""
        ctx.meta[_JSON] = "--json" in args
        return super().parse_args(ctx, spread(args))

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except QuartetError as error:
            code = exit_code(error)
            messages().print("error:", str(error), style="bad", markup=False, soft_wrap=True)
            if ctx.meta.get(_JSON):
                kind = error.code.name if isinstance(error, EngineError) else type(error).__name__
                show_json({"error": {"kind": kind, "message": str(error), "exit_code": code}})
            raise typer.Exit(code) from None
        except KeyboardInterrupt:
            messages().print("interrupted", style="warn")
            if ctx.meta.get(_JSON):
                show_json({"error": {"kind": "Interrupted", "message": "interrupted", "exit_code": INTERRUPTED}})
            raise typer.Exit(INTERRUPTED) from None
