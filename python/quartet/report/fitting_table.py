"""A table for terminals that are too narrow for it: it gives up columns, then writes a block for each row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Column, Table
from rich.text import Text

_FOLDED_MIN: Final = 24
"""A column of text that is folded narrower than this is not read any more."""
_GAP: Final = 3
"""Between two columns, in characters."""


class FittingTable(Table):
    """A table of which nothing is cut off, whatever the width."""

    def __init__(self, *columns: str, **look: Any) -> None:
        """Add columns by name: one that ends in > is of numbers, in ~ may be folded, in ? is given up first."""
        usual = {"box": SIMPLE_HEAD, "title_justify": "left", "title_style": "bold", "caption_justify": "left"}
        whole: dict[str, Any] = {**usual, "pad_edge": False, **look}
        super().__init__(**whole)
        self._optional: list[Column] = []
        for name in columns:
            bare = name.rstrip(" >~?")
            marks = name[len(bare) :]
            self.add_column(bare, justify="right" if ">" in marks else "left", no_wrap="~" not in marks)
            if "?" in marks:
                self._optional.append(self.columns[-1])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        every, kept = self.columns, list(self.columns)
        for column in (None, *reversed(self._optional)):
            kept = [each for each in kept if each is not column]
            if self._width(kept) <= options.max_width:
                self.columns = kept
                yield from super().__rich_console__(console, options)
                self.columns = every
                return
        yield from self._blocks()

    def _width(self, columns: list[Column]) -> int:
        wanted = [_wide(each) if each.no_wrap else min(_wide(each), _FOLDED_MIN) for each in columns]
        return sum(wanted) + _GAP * max(len(columns) - 1, 0) + 2

    def _blocks(self) -> Iterator[Any]:
        """Each row under its first cell, a line a column."""
        if self.title is not None:
            yield Text(_plain(self.title), style="bold")
        cells = [list(each.cells) for each in self.columns]
        rows = [list(row) for row in zip(*cells, strict=True)]
        if self.show_footer:
            rows.append([each.footer for each in self.columns])
        for row in rows:
            told = [(column, cell) for column, cell in zip(self.columns, row, strict=True) if _plain(cell)]
            block = Table(box=None, show_header=False, pad_edge=False)
            block.add_column(style="dim", no_wrap=True)
            block.add_column(overflow="fold")
            for column, cell in told:
                block.add_row(column.header, cell)
            yield block
            yield Text("")
        if self.caption is not None:
            yield self.caption


def _wide(column: Column) -> int:
    """Characters of the longest line of its cells."""
    texts = map(_plain, (column.header, *column.cells, column.footer))
    return max(cell_len(line) for text in texts for line in text.split("\n"))


def _plain(cell: Any) -> str:
    """A cell as it will stand there; what is no text has no width of its own."""
    if isinstance(cell, Text):
        return cell.plain
    return Text.from_markup(cell).plain if isinstance(cell, str) else ""
