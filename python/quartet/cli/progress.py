"""A progress bar on stderr for work over many events; none where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from quartet.cli.console import messages


class _RateColumn(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """The rate with three digits, nothing before it is known."""
        return Text("" if not task.speed else f"{task.speed:,.3g}/s", style="quiet")


class Bar:
    """How far the work is."""

    def __init__(self, progress: Progress, total: int | None, text: str) -> None:
        self._progress = progress
        self._task = progress.add_task(text, total=total)

    def at(self, done: int) -> None:
        """So much is done."""
        self._progress.update(self._task, completed=done)

    def shows(self, text: str, done: int, total: int | None) -> None:
        """What is being done, how far it is, and of how much, where that is known."""
        self._progress.update(self._task, description=text, completed=done, total=total)

    def step(self) -> None:
        """One more is done."""
        self._progress.advance(self._task)

    def total(self, total: int) -> None:
        """So much there is."""
        self._progress.update(self._task, total=total)


class _Done(MofNCompleteColumn):
    """How much is done of how much; nothing where the whole is not known."""

    def render(self, task: Task) -> Text:
        """3/12."""
        return Text("") if task.total is None else super().render(task)


class _Rate(ProgressColumn):
    """How much is done a second."""

    def render(self, task: Task) -> Text:
        """The speed of the last steps; nothing before there are two."""
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s")


@contextmanager
def progress_bar(text: str, total: int | None = None) -> Iterator[Bar]:
    """A bar that goes away when the work is done."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        _Done(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=messages(),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with progress:
        yield Bar(progress, total, text)
