"""The command that a report was made with, as it can be told to others: without folders of one machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

_WRITES: Final = ("--save", "--html", "--native")


def command_text(arguments: Sequence[str]) -> str:
    """The arguments without files that are written or added, and files by their names alone."""
    kept: list[str] = []
    skip = False
    for argument in arguments:
        option, equals, _ = argument.partition("=")
        if skip or option in _WRITES:
            skip = not skip and not equals
            continue
        kept.append(PurePath(argument).name if "/" in argument else argument)
    return " ".join(kept)
