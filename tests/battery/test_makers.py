"""The laws of S-005 on everything registered that has a value for each stamp and symbol."""

from __future__ import annotations

import pytest

from tests.battery import checks
from tests.battery.makers import TOGETHER, everything
from tests.battery.panels import panel

ALL = everything()
each = pytest.mark.parametrize(("name", "make"), ALL, ids=[name for name, _ in ALL])


@each
@pytest.mark.parametrize("hourly", [False, True], ids=["daily", "hourly"])
@pytest.mark.parametrize("law", [checks.truncated, checks.perturbed, checks.deterministic, checks.warmed_up])
def test_law(law: object, name: str, make: checks.Maker, hourly: bool) -> None:
    assert law(make, panel(hourly=hourly)) == []  # type: ignore[operator]


@each
@pytest.mark.parametrize("law", [checks.survives_gaps, checks.symbols_renamed, checks.zone_free])
def test_law_of_frames(law: object, name: str, make: checks.Maker) -> None:
    assert law(make) == []  # type: ignore[operator]


@pytest.mark.parametrize(("name", "make"), [each for each in ALL if each[0] not in TOGETHER])
def test_symbols_are_apart(name: str, make: checks.Maker) -> None:
    assert checks.symbols_apart(make) == []


def test_gaps_do_not_reach_back() -> None:
    for name, make in ALL:
        assert checks.truncated(make, panel(gaps=True)) == [], name
