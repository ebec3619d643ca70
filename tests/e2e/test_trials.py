"""`quartet trials` end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quartet.backtest.ledger.ledger import TrialLedger
from tests.e2e.commands import Done, quartet
from tests.integration.trial_writer import some_returns, some_trial


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "trials.sqlite"
    with TrialLedger.open(path) as ledger:
        for seed in range(12):
            ledger.append(some_trial(seed, returns=some_returns(seed, 400, 0.001)))
        ledger.append(some_trial(3, returns=some_returns(3, 400, 0.001)))
        ledger.append(some_trial(13, returns=None, metrics={}, error="RiskHalt: [red]drawdown"))
        ledger.append(some_trial(0, "other [bold]question"))
        ledger.append(some_trial(0, "other [bold]question", metrics={"sharpe_ratio": 9.0}))
    return path


def trials(place: Path, *arguments: object) -> Done:
    return quartet("trials", *arguments, QUARTET_LEDGER=str(place))


def test_list_shows_trials_and_studies(place: Path) -> None:
    done = trials(place, "list", "--last", 5)
    assert done.code == 0
    assert "other [bold]question" in done.out
    assert "failed" in done.out
    assert "14" in done.out and str(place) in done.out
    values = trials(place, "list", "--json").last_json
    assert [each["trial_id"] for each in values["trials"]] == list(range(1, 17))
    assert [(each["study"], each["trials"], each["failed"]) for each in values["studies"]] == [
        ("momentum", 14, 1),
        ("other [bold]question", 2, 0),
    ]
    assert values["multiplicity"] is None


def test_list_of_a_study_says_what_it_is_worth(place: Path) -> None:
    values = trials(place, "list", "--study", "momentum", "--last", 2, "--effective", "mean", "--json").last_json
    assert [each["trial_id"] for each in values["trials"]] == [13, 14]
    counted = values["multiplicity"]
    assert (counted["trials"], counted["failed"], counted["distinct"]) == (14, 1, 12)
    assert 11 < counted["effective"] <= 13
    chosen = values["selection"]
    assert (chosen["series"], chosen["periods"]) == (12, 400)
    assert 0 < chosen["overfitting_probability"] < 1
    shown = trials(place, "list", "--study", "momentum").out
    assert "14, 1 failed" in shown and "by clusters" in shown and "probability of overfitting" in shown


def test_show_says_what_the_ratio_is_worth(place: Path) -> None:
    values = trials(place, "show", 4, "--effective", "count", "--json").last_json
    assert values["recipe"]["config"] == {"window": 23, "policy": {"limit": "0.50"}}
    assert values["periods"] == 400
    evidence = values["evidence"]
    assert evidence["multiplicity"]["effective"] == 14
    assert 0 < evidence["deflated"] < evidence["probabilistic"] < 1
    shown = trials(place, "show", 4).out
    for text in ("deflated Sharpe ratio", "policy.limit", values["result_hash"], "400 periods, 1970-01-02"):
        assert text in shown
    failed = trials(place, "show", 14).out
    assert "failed: RiskHalt: [red]drawdown" in failed
    assert "deflated" not in failed


def test_compare_names_what_differs(place: Path) -> None:
    done = trials(place, "compare", 1, 2)
    assert done.code == 0
    assert "config.window" in done.out and "metrics.sharpe_ratio" in done.out
    values = trials(place, "compare", 1, 14, "--json").last_json
    assert values["inputs"]["config.window"] == [20, 33]
    assert values["results"]["metrics.sharpe_ratio"] == [0.1, {"absent": True}]
    assert values["results"]["error"][0] is None


def test_compare_of_a_run_anew(place: Path) -> None:
    same = trials(place, "compare", 4, 13)
    assert same.code == 0
    assert "the same, bit for bit" in same.out
    wrong = trials(place, "compare", 15, 16, "--json")
    assert wrong.code == 1
    assert (wrong.last_json["same_recipe"], wrong.last_json["same_result"]) == (True, False)


def test_what_cannot_be_done_is_said(place: Path, tmp_path: Path) -> None:
    for arguments, text in (
        (("show", 99), "there is no trial 99"),
        (("list", "--study", "momentun"), "there is no study"),
        (("compare", 1), "at least two"),
        (("list", "--ledger", tmp_path / "none.sqlite"), "there is no ledger"),
        (("list", "--ledger", "mysql://x"), "postgresql://"),
    ):
        done = trials(place, *arguments)
        assert done.code == 2
        assert text in done.err
    assert not (tmp_path / "none.sqlite").exists()
    error = json.loads(trials(place, "show", 99, "--json").out)["error"]
    assert (error["kind"], error["exit_code"]) == ("ConfigError", 2)


@pytest.mark.parametrize("command", ["list", "show", "compare"])
def test_every_help_has_an_example(command: str) -> None:
    done = quartet("trials", command, "--help")
    assert done.code == 0
    assert f"quartet trials {command}" in done.out and "Example" in done.out
