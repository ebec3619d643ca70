"""A progress bar on stderr for work over many events; none where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from quartet.cli.console import messages


class Bar:
    """How far the work is."""

    def __init__(self, progress: Progress, total: int | None, text: str) -> None:
        self._progress = progress
        self._task = progress.add_task(text, total=total)

    def at(self, done: int) -> None:
        """So much is done."""
        self._progress.update(self._task, completed=done)

    def step(self) -> None:
        """One more is done."""
        self._progress.advance(self._task)

    def total(self, total: int) -> None:
        """So much there is."""
        self._progress.update(self._task, total=total)


@contextmanager
def progress_bar(text: str, total: int | None = None) -> Iterator[Bar]:
    """A bar that goes away when the work is done."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=messages(),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with progress:
        yield Bar(progress, total, text)
