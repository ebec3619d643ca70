"""What differs between trials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quartet.backtest.ledger.comparison import ABSENT, Comparison, compare
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.trial import Trial
from quartet.core.errors import ConfigError
from tests.integration.trial_writer import some_returns, some_trial


def compared(folder: Path, *trials: Trial) -> Comparison:
    with TrialLedger.open(folder / "trials.sqlite") as ledger:
        return compare([ledger.trial(ledger.append(trial)) for trial in trials])


def rows(differences: Any) -> dict[str, tuple[Any, ...]]:
    return {each.what: each.values for each in differences}


def test_a_run_anew_is_the_same(tmp_path: Path) -> None:
    found = compared(tmp_path, some_trial(1), some_trial(1))
    assert found == Comparison((), (), same_recipe=True, same_result=True)


def test_every_difference_is_named(tmp_path: Path) -> None:
    one = some_trial(1, config={"window": 20, "none": None, "old": 1, "same": [1]}, metrics={"sharpe_ratio": 1.0})
    two = some_trial(2, config={"window": 20.0, "none": 0, "new": {"a": 1}, "same": [1]}, metrics={"sharpe_ratio": 1.5})
    found = compared(tmp_path, one, two)
    assert rows(found.inputs) == {
        "config.new.a": (ABSENT, 1),
        "config.none": (None, 0),
        "config.old": (1, ABSENT),
        "config.window": (20, 20.0),
        "seed": (1, 2),
    }
    assert rows(found.results) == {"metrics.sharpe_ratio": (1.0, 1.5)}
    assert not found.same_recipe and not found.same_result


def test_the_same_inputs_with_other_returns_are_noticed(tmp_path: Path) -> None:
    found = compared(tmp_path, some_trial(1), some_trial(1, returns=some_returns(2)))
    assert found.same_recipe
    assert not found.same_result


def test_other_code_is_another_input(tmp_path: Path) -> None:
    old = some_trial(1, environment={"code_hash": "a", "packages": {"numpy": "1.26"}})
    new = some_trial(1, environment={"code_hash": "a", "packages": {"numpy": "2.0", "scipy": "1.13"}})
    assert rows(compared(tmp_path, old, new, old).inputs) == {
        "environment.packages.numpy": ("1.26", "2.0", "1.26"),
        "environment.packages.scipy": (ABSENT, "1.13", ABSENT),
    }


def test_one_trial_cannot_be_compared(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least two"):
        compared(tmp_path, some_trial(1))
