"""Pages of what is registered: they say what the register says, and stand in docs/reference/ as they are made."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from quartet.core import reference_pages, registry
from quartet.core.parameters import Parameters, describe, parameter

HOME = Path(__file__).resolve().parents[3] / "docs" / "reference"


class Step(Parameters):
    """One of several."""

    start: int = parameter(0, "From here on.")
    rate: Decimal = parameter(Decimal("0.1"), "So much.")


class Many(Parameters):
    """Parameters of every form."""

    name: str = parameter(..., "What it is called.")
    span: int = parameter(20, "How long.", unit="bars", search=(5, 200), log=True, ge=1)
    side: Literal["a", "b"] = parameter("a", "Which one.")
    most: Decimal | None = parameter(None, "At most; *null*: no bound.")
    steps: tuple[Step, ...] = parameter((Step(), Step(start=3)), "Steps.")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> str:
    registry.kinds()
    monkeypatch.setattr(registry, "_kinds", {})
    registry.declare("thing", "What tests register.", chosen="`thing: NAME`")

    @registry.register("thing", "mover", parameters=Many, source="Nobody (1900)", needs=("close", "open"), worst=None)
    def mover(values: object, parameters: Many) -> None:
        """Moves."""

    @registry.register("thing", "still", still=True)
    def still(values: object) -> None:
        """Does not."""

    @registry.register("thing", "foreign")
    def foreign(values: object) -> None:
        """Of another package."""

    own = registry.entries("thing")
    for name in ("mover", "still"):
        object.__setattr__(own[name], "home", "quartet.somewhere")
    return reference_pages.pages()["thing.md"]


def test_a_page_has_everything_of_a_kind(page: str) -> None:
    assert "# Thing\n\nWhat tests register.\n\nHow to choose one: `thing: NAME`.\n" in page
    assert "## mover\n\nMoves.\n\n*Needs*: close, open  \n*Source*: Nobody (1900)\n\n| parameter |" in page
    assert page.endswith("## still\n\nDoes not.\n\n*Still*: yes\n")
    assert "foreign" not in page


def test_parameters_are_written_as_a_yaml_file_has_them(page: str) -> None:
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [
        "| `name` | `str` | `required` |  |  |  | What it is called. |",
        "| `span` | `int` | `20` | >= 1 | bars | 5 to 200, by ratio | How long. |",
        r"| `side` | `a \| b` | `a` |  |  |  | Which one. |",
        r"| `most` | `Decimal \| null` | `null` |  |  |  | At most; \*null\*: no bound. |",
        "| `steps` | `list of {start, rate}` | `[{start: 0, rate: 0.1}, {start: 3, rate: 0.1}]` |  |  |  | Steps. |",
    ]
    assert [each.default_text for each in describe(Many)][3] == "null"


def test_every_page_is_there_as_it_would_be_made() -> None:
    made = reference_pages.pages()
    assert {name: (HOME / name).read_text(encoding="utf-8") for name in made} == made, "run build_scripts/generate.sh"
    index = (HOME / "README.md").read_text(encoding="utf-8")
    assert all(f"]({name})" in index for name in made)


def test_links_lead_somewhere() -> None:
    for name, text in reference_pages.pages().items():
        titles = set(re.findall(r"^## (.+)$", text, re.MULTILINE))
        assert set(re.findall(r"\]\(#(.+?)\)", text)) == titles, name
        assert all((HOME / target).is_file() for target in re.findall(r"\]\((\.\./.+?)\)", text)), name
