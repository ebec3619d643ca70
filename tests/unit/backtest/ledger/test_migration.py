"""A ledger of the version before: everything that it holds is there afterwards, and costs are recorded from then on."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from quartet.backtest.ledger.canonical import canonical, sha256_of
from quartet.backtest.ledger.comparison import compare
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.schema import RECORDED, SCHEMA_VERSION
from quartet.core.errors import ConfigError, DataError
from tests.integration.trial_writer import some_trial

FIRST = (
    "CREATE TABLE quartet_ledger (version INTEGER NOT NULL)",
    "CREATE TABLE quartet_studies (name TEXT PRIMARY KEY, parent TEXT REFERENCES quartet_studies (name))",
    "CREATE TABLE quartet_environments (hash TEXT PRIMARY KEY, content TEXT NOT NULL)",
    "CREATE TABLE quartet_returns (hash TEXT PRIMARY KEY, periods BIGINT NOT NULL, content BLOB NOT NULL)",
    """CREATE TABLE quartet_trials (
        trial_id INTEGER PRIMARY KEY AUTOINCREMENT, recorded_at_ns BIGINT NOT NULL,
        study TEXT NOT NULL REFERENCES quartet_studies (name), engine TEXT NOT NULL, seed BIGINT NOT NULL,
        config TEXT NOT NULL, config_hash TEXT NOT NULL, data TEXT NOT NULL, data_hash TEXT NOT NULL,
        environment_hash TEXT NOT NULL REFERENCES quartet_environments (hash), metrics TEXT NOT NULL,
        returns_hash TEXT REFERENCES quartet_returns (hash), periods_per_year DOUBLE PRECISION,
        result_hash TEXT NOT NULL, error TEXT, record_hash TEXT NOT NULL)""",
    "CREATE INDEX quartet_trials_study ON quartet_trials (study)",
    "INSERT INTO quartet_ledger VALUES (1)",
)
"""The tables as version 1 made them."""
COSTS = {"commission": 12.5, "spread": 1.25, "slippage": 3.0, "impact": 0.5, "borrow": 0.0, "funding": -2.0}


def dumped(path: Path, table: str) -> list[Any]:
    with sqlite3.connect(path) as raw:
        return raw.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A ledger of version 1 with trials that worked, one that failed, and parts of a question."""
    now, path = tmp_path / "now.sqlite", tmp_path / "old.sqlite"
    with TrialLedger.open(now) as ledger:
        for seed in range(3):
            ledger.append(some_trial(seed))
        ledger.append(some_trial(3, "part", parent_study="whole"))
        ledger.append(some_trial(4, returns=None, periods_per_year=None, error="ConfigError: no"))
    with sqlite3.connect(path) as raw:
        for sql in FIRST:
            raw.execute(sql)
        for table in ("quartet_environments", "quartet_returns"):
            rows = dumped(now, table)
            raw.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        # A part may come before its question in the order of names.
        raw.executemany(
            "INSERT INTO quartet_studies VALUES (?, ?)", sorted(dumped(now, "quartet_studies"), reverse=True)
        )
        raw.executemany(
            f"INSERT INTO quartet_trials VALUES ({', '.join('?' * 16)})",
            [row[:-1] for row in dumped(now, "quartet_trials")],
        )
    return path


def test_the_record_hash_of_a_trial_without_costs_is_that_of_version_1(old: Path) -> None:
    names = [name for name in RECORDED if name != "costs"]
    for row in dumped(old, "quartet_trials"):
        values = dict(zip(names, row[1:], strict=False))
        assert sha256_of(canonical([values[name] for name in names], "record")) == row[-1]


def test_nothing_is_lost(old: Path, tmp_path: Path) -> None:
    before = {table: dumped(old, table) for table in ("quartet_environments", "quartet_returns", "quartet_studies")}
    trials = dumped(old, "quartet_trials")
    with TrialLedger.open(old) as ledger, TrialLedger.open(tmp_path / "now.sqlite") as now:
        assert ledger.problems() == []
        assert ledger.trials() == now.trials() and len(ledger.trials()) == 5
        assert [ledger.returns(each) for each in ledger.trials()] == [now.returns(each) for each in now.trials()]
        assert ledger.studies() == now.studies()
        assert all(each.costs is None for each in ledger.trials())
    assert {table: dumped(old, table) for table in before} == before
    assert [row[:-1] for row in dumped(old, "quartet_trials")] == trials
    assert dumped(old, "quartet_ledger") == [(SCHEMA_VERSION,)]


def test_costs_are_recorded_from_then_on(old: Path) -> None:
    with TrialLedger.open(old) as ledger:
        number = ledger.append(some_trial(9, costs=COSTS))
        assert ledger.trial(number).costs == COSTS and number == 6
        found = compare([ledger.trial(1), ledger.trial(number)])
        assert {each.what for each in found.results} >= {"costs.commission", "costs.funding"}
        assert ledger.problems() == []


def test_two_that_open_it_at_once_both_can(old: Path) -> None:
    with TrialLedger.open(old) as one, TrialLedger.open(old) as other:
        assert one.append(some_trial(7)) + 1 == other.append(some_trial(8))


def test_a_migration_that_is_cut_off_leaves_what_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = ("ALTER TABLE quartet_trials ADD COLUMN costs TEXT", "no statement")
    monkeypatch.setattr("quartet.backtest.ledger.database.MIGRATIONS", {1: steps})
    before = dumped(old, "quartet_trials")
    with pytest.raises(Exception, match="syntax error"):
        TrialLedger.open(old)
    assert dumped(old, "quartet_trials") == before and dumped(old, "quartet_ledger") == [(1,)]
    monkeypatch.undo()
    with TrialLedger.open(old) as ledger:
        assert ledger.problems() == [] and len(ledger.trials()) == 5


@pytest.mark.parametrize("value", [None, '{"commission":0.0}'])
def test_costs_that_were_changed_are_refused(old: Path, value: str | None) -> None:
    with TrialLedger.open(old) as ledger:
        number = ledger.append(some_trial(9, costs=COSTS))
    with sqlite3.connect(old) as raw:
        raw.execute("UPDATE quartet_trials SET costs = ? WHERE trial_id = ?", (value, number))
    with TrialLedger.open(old) as ledger, pytest.raises(DataError, match="not as it was recorded"):
        ledger.trial(number)


def test_costs_that_were_put_in_are_refused(old: Path) -> None:
    with TrialLedger.open(old) as ledger:
        assert ledger.trial(1).costs is None
    with sqlite3.connect(old) as raw:
        raw.execute("UPDATE quartet_trials SET costs = '{\"commission\":0.0}' WHERE trial_id = 1")
    with TrialLedger.open(old) as ledger:
        assert ledger.problems() == ["trial 1 is not as it was recorded: someone changed the ledger, or it is damaged"]


def test_a_later_version_is_refused(old: Path) -> None:
    with sqlite3.connect(old) as raw:
        raw.execute("UPDATE quartet_ledger SET version = 3")
    with pytest.raises(ConfigError, match=r"is of version 3, this Quartet writes version 2"):
        TrialLedger.open(old)


@pytest.mark.parametrize("costs", [{"commission": float("nan")}, [1]])
def test_costs_that_are_none_are_refused(costs: Any) -> None:
    with pytest.raises(ConfigError, match="costs"):
        some_trial(costs=costs)
