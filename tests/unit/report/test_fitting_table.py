"""Tables on terminals of any width: nothing is cut off."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from quartet.report.fitting_table import FittingTable

ROWS = (
    ("alpha", "1,234,567", "a long sentence that may be broken between its words", "5f2c"),
    ("beta", "2", "", "99aa"),
)


def printed(width: int, **look: object) -> str:
    made = FittingTable("Name", "Amount >", "What it is ~", "Hash ?", title="Title", caption="Caption", **look)
    for row in ROWS:
        made.add_row(*row[:3], Text(row[3]))
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=False).print(made)
    return out.getvalue()


def test_where_there_is_room_all_is_in_one_table() -> None:
    text = printed(100)
    head = next(line for line in text.splitlines() if "Name" in line)
    assert head.split() == ["Name", "Amount", "What", "it", "is", "Hash"]
    assert all(cell in text for row in ROWS for cell in row) and "Title" in text and "Caption" in text


def test_optional_columns_are_given_up_first() -> None:
    text = printed(50)
    assert "Hash" not in text and "5f2c" not in text and "…" not in text
    assert "1,234,567" in text and "sentence" in text


@pytest.mark.parametrize("width", [24, 30, 40])
def test_then_each_row_is_a_block_of_lines(width: int) -> None:
    text = printed(width)
    assert "…" not in text and all(len(line) <= width for line in text.splitlines())
    joined = " ".join(text.split())
    assert "Title Name alpha Amount 1,234,567 What it is a long" in joined and "Hash 5f2c" in joined
    assert "beta Amount 2 Hash 99aa Caption" in joined  # an empty cell has no line


def test_footers_are_a_block_too() -> None:
    made = FittingTable("Name", "Amount >", show_footer=True)
    made.add_row("alpha" * 5, "1")
    made.columns[0].footer, made.columns[1].footer = "All", Text("77")
    out = io.StringIO()
    Console(file=out, width=20).print(made)
    assert " ".join(out.getvalue().split()).endswith("Name All Amount 77")
