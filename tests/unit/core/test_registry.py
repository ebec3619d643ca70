"""Registering, finding and configuring what is chosen by name."""

from __future__ import annotations

import sys
import textwrap
from typing import Literal

import pytest

from quartet.core import registry
from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, SearchRange, checked, describe, parameter, search_space


class Window(Parameters):
    """What a rolling thing has."""

    span: int = parameter(20, "Length of the window.", unit="bars", search=(5, 200), log=True, ge=1, le=500)
    scale: float = parameter(1.0, "Factor of the result.", gt=0)
    side: Literal["long", "short", "both"] = parameter("both", "Which side is taken.")


@pytest.fixture
def kind(monkeypatch):
    """A kind of its own, and no plugins but those of the test."""
    registry.kinds()  # Quartet's own are declared once, outside of what is put aside here.
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_plugins_loaded", False)
    monkeypatch.setattr(registry.metadata, "entry_points", lambda group: [])
    registry.declare("thing", "What tests register.")
    return "thing"


def test_a_registered_function_is_called_with_checked_parameters(kind):
    @registry.register(kind, "mean", parameters=Window, source="Nobody (1900)", unit="share")
    def mean(values, parameters):
        """Average of the values.

        More about it.
        """
        return parameters.scale * sum(values) / parameters.span

    found = registry.entry(kind, "mean")
    assert (found.doc, found.source, found.facts) == ("Average of the values.", "Nobody (1900)", {"unit": "share"})
    assert found([1, 2, 3], span=3) == 2.0
    assert found([1, 2, 3], span=3, scale=2.0) == 4.0
    with pytest.raises(ConfigError, match="thing 'mean': span = 0: must be at least 1"):
        found([1], span=0)


def test_what_has_no_parameters_takes_none(kind):
    @registry.register(kind, "first")
    def first(values):
        """The first value."""
        return values[0]

    assert registry.entry(kind, "first")([7, 8]) == 7
    with pytest.raises(ConfigError, match="unknown parameter 'span'; there are: none"):
        registry.entry(kind, "first")([7], span=1)


def test_unknown_names_get_the_nearest(kind):
    @registry.register(kind, "momentum")
    def momentum():
        """Any."""

    with pytest.raises(ConfigError, match="thing 'momentun' is not registered, did you mean 'momentum'"):
        registry.entry(kind, "momentun")
    with pytest.raises(ConfigError, match="thing 'zzz' is not registered; there are: momentum"):
        registry.entry(kind, "zzz")
    with pytest.raises(ConfigError, match="there is no kind 'thin', did you mean 'thing'"):
        registry.entries("thin")


def test_a_name_is_taken_once_and_needs_a_line_of_doc(kind):
    def made(doc, module):
        def thing():
            pass

        thing.__doc__, thing.__module__ = doc, module
        return thing

    registry.register(kind, "a")(made("One.", "here"))
    registry.register(kind, "a")(made("One, loaded again.", "here"))
    assert registry.entry(kind, "a").doc == "One, loaded again."
    with pytest.raises(ConfigError, match="thing 'a' of there is registered already, by here"):
        registry.register(kind, "a")(made("Two.", "there"))
    with pytest.raises(ConfigError, match="docstring must say"):
        registry.register(kind, "b")(made(None, "here"))


def test_homes_are_imported_when_first_asked_for(kind, tmp_path, monkeypatch):
    home = tmp_path / "home_of_things.py"
    home.write_text(
        textwrap.dedent(
            '''
            from quartet.core.registry import register

            @register("late", "b")
            def b():
                """Second."""

            @register("late", "a")
            def a():
                """First."""
            '''
        )
    )
    monkeypatch.syspath_prepend(tmp_path)
    registry.declare("late", "Comes when it is needed.", "home_of_things")
    assert "home_of_things" not in sys.modules
    assert list(registry.entries("late")) == ["a", "b"]
    assert registry.kinds() == {"late": "Comes when it is needed.", "thing": "What tests register."}
    assert [each.name for each in registry.every_entry()] == ["a", "b"]


def test_a_broken_plugin_is_named(kind, monkeypatch):
    class Point:
        name = "their_things"
        dist = None

        def load(self):
            raise ImportError("no module named theirs")

    monkeypatch.setattr(registry.metadata, "entry_points", lambda group: [Point()])
    with pytest.raises(ConfigError, match="plugin 'their_things' of an unknown package cannot be loaded: no module"):
        registry.entries(kind)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"spam": 1}, "owner: unknown parameter 'spam', did you mean 'span'?"),
        ({"span": 2.5}, "owner: span = 2.5: must be a whole number"),
        ({"span": "20"}, "owner: span = '20': must be a whole number"),
        ({"scale": float("nan")}, "owner: scale = nan: must be"),
        ({"scale": 0.0}, "owner: scale = 0.0: must be above 0"),
        ({"side": "lon"}, "owner: side = 'lon': must be one of long, short, both, did you mean 'long'?"),
        ({"span": 0, "scale": -1.0}, "owner: span = 0: must be at least 1\n  scale = -1.0: must be above 0"),
    ],
)
def test_bad_parameters_say_what_and_what_to_do(values, message):
    with pytest.raises(ConfigError) as caught:
        checked(Window, values, "owner")
    assert str(caught.value).startswith(message)


def test_parameters_describe_themselves():
    span, scale, side = describe(Window)
    assert (span.name, span.type, span.default, span.bounds, span.unit) == ("span", "int", 20, ">= 1, <= 500", "bars")
    assert scale.bounds == "> 0"
    assert side.type == "long | short | both"
    assert search_space(Window) == {
        "span": SearchRange(5, 200, log=True),
        "side": SearchRange(choices=("long", "short", "both")),
    }
