"""`quartet list` and `quartet show` on kinds of the test and on Quartet's own."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from quartet.cli import app
from quartet.core import registry
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import NoParameters


class Window(Parameters):
    """What a moving thing has."""

    symbol: str = parameter(..., "Of which symbol.")
    span: int = parameter(20, "Length of the window.", unit="bars", search=(5, 200), log=True, ge=1)


@pytest.fixture
def thing(monkeypatch):
    """A kind with one entry."""
    registry.kinds()
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    registry.declare("thing", "What tests register.")

    @registry.register("thing", "mover", parameters=Window, source="Nobody (1900)", columns=("close",), worst=None)
    def mover(values, parameters):
        """Moves."""


def quartet(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.output


def test_kinds_are_listed(thing):
    code, text = quartet("list", "--json")
    kinds = {each["kind"]: each for each in json.loads(text)["kinds"]}
    assert code == 0 and kinds["thing"] == {"kind": "thing", "doc": "What tests register.", "entries": 1}
    assert kinds["measure"]["entries"] == len(registry.entries("measure"))
    code, text = quartet("list")
    assert code == 0 and "thing" in text and "What tests register." in text


def test_everything_of_a_kind_is_listed():
    code, text = quartet("list", "measure")
    assert code == 0 and "sharpe_ratio" in text and "risk_free_rate" in text
    assert "Unit" in text and "Needs" in text
    listed = json.loads(quartet("list", "measure", "--json")[1])["entries"]
    assert [each["name"] for each in listed] == list(registry.entries("measure"))
    assert all(each["source"] and each["facts"]["needs"] for each in listed)


def test_one_entry_is_shown_with_its_parameters(thing):
    code, text = quartet("show", "thing", "mover")
    assert code == 0
    for part in (
        "Moves.",
        "Nobody (1900)",
        "close",
        "required",
        ">= 1",
        "bars",
        "5 to 200, by ratio",
        "Of which symbol.",
    ):
        assert part in text
    shown = json.loads(quartet("show", "thing", "mover", "--json")[1])
    assert shown["facts"] == {"columns": ["close"], "worst": None}
    symbol, span = shown["parameters"]
    assert (symbol["required"], symbol["default"], span["required"], span["default"]) == (True, None, False, 20)
    assert span["search"] == {"low": 5, "high": 200, "log": True, "choices": []}


def test_what_has_no_parameters_says_so():
    assert registry.entry("measure", "total_return").parameters is NoParameters
    assert "It has no parameters." in quartet("show", "measure", "total_return")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("list", "measur"), "there is no kind 'measur', did you mean 'measure'?"),
        (("show", "measure", "sharp_ratio"), "measure 'sharp_ratio' is not registered, did you mean 'sharpe_ratio'?"),
    ],
)
def test_wrong_names_get_the_nearest_and_exit_code_two(arguments, message):
    code, text = quartet(*arguments)
    assert code == 2 and message in text
    error = json.loads(quartet(*arguments, "--json")[1].splitlines()[-1])["error"]
    assert (error["kind"], error["exit_code"]) == ("ConfigError", 2)
