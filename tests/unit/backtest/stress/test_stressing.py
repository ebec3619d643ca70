"""The table of scenarios and its verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.stress.case import Case
from quartet.backtest.stress.stressing import StressTable, stress
from quartet.core import registry
from quartet.core.errors import ConfigError, DataError
from tests.unit.backtest.stress.markets import KEYS, in_and_out, rising


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenarios of the test."""
    kinds = {
        name: replace(each, entries=dict(registry.entries(name)), loaded=True) for name, each in registry._kinds.items()
    }
    monkeypatch.setattr(registry, "_kinds", kinds)

    @registry.register("scenario", "nothing", scored=True)
    def nothing(case: Case) -> Case:
        """Nothing happens."""
        return case

    @registry.register("scenario", "broken", scored=True)
    def broken(case: Case) -> Case:
        """It cannot be run."""
        raise DataError("no such days")


def table(*scenarios: str, **keys: Any) -> StressTable:
    return stress({**KEYS, **keys}, in_and_out(), rising(), scenarios=scenarios)


def test_scenarios_that_are_the_base_score_exactly_100(own: None) -> None:
    found = table("nothing", "nothing+nothing")
    assert found.robustness == 100.0 and [row.score for row in found.rows] == [None, 1.0, 1.0]
    assert found.verdict == "robust"
    assert len({row.result_hash for row in found.rows}) == 1


def test_the_whole_table(own: None) -> None:
    told: list[tuple[int, int]] = []
    found = stress(KEYS, in_and_out(), rising(), progress=lambda done, whole: told.append((done, whole)))
    names = [row.scenario for row in found.rows]
    # Signals of a frame have no parameters, and prices of 2024 no other days.
    applying = [
        name for name, each in registry.entries("scenario").items() if not {"days", "needs"} & each.facts.keys()
    ]
    assert names == ["base", *applying] and told[-1] == (len(names), len(names))
    assert found.table.columns[:3] == ["scenario", "what", "profit_factor"] and found.table.height == len(names)
    assert found.to_dict()["rule"] == found.rule
    scores = [row.score for row in found.rows if row.scored and not row.error]
    assert scores and all(score is not None and 0 <= score <= 1 for score in scores)


def test_a_base_without_profit_has_no_verdict() -> None:
    found = stress(KEYS, in_and_out().with_columns(signal=-in_and_out()["signal"]), rising(), scenarios=["high_fees"])
    assert (found.verdict, found.robustness) == ("not applicable", None) and found.why.startswith("unprofitable")


def test_a_base_without_trades_has_no_verdict() -> None:
    flat = in_and_out().with_columns(signal=0.0 * in_and_out()["signal"])
    found = stress(KEYS, flat, rising(), scenarios=["high_fees"])
    assert (found.verdict, found.robustness) == ("not applicable", None) and "no profit factor" in found.why


def test_what_fails_makes_it_fragile(own: None) -> None:
    found = table("nothing", "broken")
    assert found.verdict == "fragile" and "could not be run: broken" in found.why
    assert found.rows[2].error == "no such days" and found.robustness == 50.0


def test_scenarios_that_take_the_profit_are_named() -> None:
    found = table("high_slippage", slippage_bps=90, commission=0)
    assert found.verdict == "fragile" and found.why == "no profit under high slippage"
    assert found.rows[1].score is not None and found.rows[1].score < 1


def test_scenarios_are_no_trials_of_the_question() -> None:
    table("high_fees", study="mine")
    with TrialLedger.open() as ledger:
        assert {each.study: each.trials for each in ledger.studies()} == {"mine (stress)": 2}


def test_an_unknown_scenario_is_refused_before_anything_runs() -> None:
    with pytest.raises(ConfigError, match="not registered"):
        table("high_fees+tsunami")
    with TrialLedger.open() as ledger:
        assert ledger.studies() == []
