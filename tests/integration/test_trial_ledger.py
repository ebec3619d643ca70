"""The ledger on real databases: SQLite files and a PostgreSQL server keep the same promises."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from quartet.backtest.ledger import postgres
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.trial import RecordedTrial, Trial
from quartet.core.errors import ConfigError, DataError
from tests.integration.postgres_server import PostgresServer, postgres_server
from tests.integration.trial_writer import some_returns, some_trial

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "folder" / "trials.sqlite")
    running: PostgresServer = request.getfixturevalue("server")
    return running.new_database()


@pytest.fixture
def ledger(place: str) -> Iterator[TrialLedger]:
    with TrialLedger.open(place) as opened:
        yield opened


def writer(place: str, count: int, first: int, study: str = "momentum") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.trial_writer", place, str(count), str(first), study]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def acknowledged(process: subprocess.Popen[str]) -> list[int]:
    """The numbers that a writer was told; the last line may be cut off."""
    return [int(line) for line in rest(process).splitlines(keepends=True) if line.endswith("\n")]


def rest(process: subprocess.Popen[str]) -> str:
    """What a writer still says until it ends; communicate() would lose what readline() has read ahead."""
    assert process.stdout is not None
    with process.stdout:
        text = process.stdout.read()
    process.wait(timeout=120)
    return text


def given(trial: Trial, recorded: RecordedTrial) -> bool:
    names = ("study", "config", "data", "data_hash", "engine", "seed", "metrics", "periods_per_year", "error")
    return all(getattr(trial, name) == getattr(recorded, name) for name in (*names, "environment"))


def test_a_trial_comes_back_bit_for_bit(ledger: TrialLedger) -> None:
    trial = some_trial(
        2**63 - 1,
        config={
            "b": [1, 2.5, None, True],
            "a": {"text": "Zürich %s ? 🎼", "tiny": 5e-324, "third": 1 / 3, "big": 2**70},
        },
        metrics={"sharpe_ratio": 0.1 + 0.2, "sortino_ratio": None},
    )
    number = ledger.append(trial)
    recorded = ledger.trial(number)
    assert given(trial, recorded)
    assert recorded.status == "completed"
    assert recorded.recipe["environment"]["code_hash"]
    returns = ledger.returns(recorded)
    assert returns is not None and trial.returns is not None
    assert returns.returns.tobytes() == trial.returns.returns.tobytes()
    assert np.array_equal(returns.ts_ns, trial.returns.ts_ns)


def test_a_failed_trial_counts(ledger: TrialLedger) -> None:
    ledger.append(some_trial(1))
    number = ledger.append(some_trial(2, error="RiskHalt: drawdown", returns=None, metrics={}, periods_per_year=None))
    assert ledger.trial(number).status == "failed"
    assert ledger.returns(ledger.trial(number)) is None
    assert [(each.study, each.trials, each.failed) for each in ledger.studies()] == [("momentum", 2, 1)]


def test_fifty_trials_are_fifty_rows(ledger: TrialLedger) -> None:
    numbers = [ledger.append(some_trial(seed % 7)) for seed in range(50)]
    assert len(set(numbers)) == len(ledger.trials()) == 50
    assert [each.trial_id for each in ledger.trials(last=3)] == numbers[-3:]
    assert ledger.problems() == []


def test_a_study_holds_its_parts(ledger: TrialLedger) -> None:
    ledger.append(some_trial(1, "question"))
    ledger.append(some_trial(2, "fold 1", parent_study="question"))
    ledger.append(some_trial(3, "inner", parent_study="fold 1"))
    ledger.append(some_trial(4, "other"))
    assert [each.seed for each in ledger.trials("question")] == [1, 2, 3]
    assert [each.seed for each in ledger.trials("fold 1")] == [2, 3]
    assert ledger.whole_question("inner") == "question"
    assert ledger.whole_question("other") == "other"
    ledger.append(some_trial(5, "fold 1"))  # its parent is known
    with pytest.raises(ConfigError, match="a part of 'question' already"):
        ledger.append(some_trial(6, "fold 1", parent_study="other"))
    with pytest.raises(ConfigError, match="a question of its own already"):
        ledger.append(some_trial(6, "question", parent_study="inner"))
    assert [each.seed for each in ledger.trials()] == [1, 2, 3, 4, 5]


def test_what_is_not_there_is_said(ledger: TrialLedger) -> None:
    with pytest.raises(ConfigError, match="there is no trial 7"):
        ledger.trial(7)
    for ask in (ledger.trials, ledger.whole_question):
        with pytest.raises(ConfigError, match="there is no study 'nothing'"):
            ask("nothing")


def test_no_ledger_is_made_by_looking(place: str) -> None:
    with pytest.raises(ConfigError, match="there is no ledger"):
        TrialLedger.open(place, create=False)
    TrialLedger.open(place).close()
    TrialLedger.open(place, create=False).close()


def test_a_ledger_of_the_version_before_is_brought_up(place: str) -> None:
    with TrialLedger.open(place) as ledger:
        number = ledger.append(some_trial())
        was = ledger.trial(number)
        ledger._database.rows("ALTER TABLE quartet_trials DROP COLUMN costs")
        ledger._database.rows("UPDATE quartet_ledger SET version = 1")
    with TrialLedger.open(place) as ledger, TrialLedger.open(place) as other:
        assert ledger.trial(number) == was == other.trial(number)
        again = other.append(some_trial(1, costs={"commission": 1.5}))
        assert ledger.trial(again).costs == {"commission": 1.5}
        assert ledger.problems() == []


def test_a_ledger_of_another_version_is_left_alone(place: str) -> None:
    with TrialLedger.open(place) as ledger:
        ledger._database.rows("UPDATE quartet_ledger SET version = 99")
    with pytest.raises(ConfigError, match="version 99"):
        TrialLedger.open(place)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quartet_trials SET metrics = '{\"sharpe_ratio\":9.0}'",
        "UPDATE quartet_trials SET seed = seed + 1",
        "UPDATE quartet_trials SET error = 'x'",
        "UPDATE quartet_environments SET content = '{}'",
    ],
)
def test_a_change_is_noticed(ledger: TrialLedger, change: str) -> None:
    number = ledger.append(some_trial(1))
    ledger._database.rows(change)
    with pytest.raises(DataError, match="not as it was recorded"):
        ledger.trial(number)
    assert len(ledger.problems()) == 1


def test_a_change_of_returns_is_noticed(ledger: TrialLedger) -> None:
    number = ledger.append(some_trial(1))
    ledger._database.rows("UPDATE quartet_returns SET content = ?", (some_returns(2).encoded(),))
    with pytest.raises(DataError, match="do not have the hash"):
        ledger.returns(ledger.trial(number))
    assert len(ledger.problems()) == 1


def test_an_error_undoes_the_whole_transaction(ledger: TrialLedger) -> None:
    with pytest.raises(KeyboardInterrupt), ledger._database.transaction() as transaction:
        transaction.rows("INSERT INTO quartet_studies VALUES ('half', NULL)")
        raise KeyboardInterrupt
    assert ledger.studies() == []
    assert ledger.append(some_trial(1)) >= 1


def test_threads_share_a_ledger(ledger: TrialLedger) -> None:
    def work(first: int) -> None:
        for seed in range(first, first + 10):
            ledger.append(some_trial(seed))

    threads = [threading.Thread(target=work, args=(100 * each,)) for each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({trial.seed for trial in ledger.trials()}) == 40
    assert ledger.problems() == []


def test_tables_that_another_has_made_meanwhile_are_taken(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with TrialLedger.open(place) as first:
        number = first.append(some_trial(1))
        kind = type(first._database)
        looked = kind._has_tables  # type: ignore[attr-defined]
        answers = iter([False])  # as it was a moment ago
        monkeypatch.setattr(kind, "_has_tables", lambda self: next(answers, None) is None and looked(self))
        with TrialLedger.open(place) as second:
            assert second.trial(number).seed == 1
        assert next(answers, None) is None


def test_processes_write_at_once(place: str) -> None:
    # None has made the tables yet: they race for that, too.
    writers = [writer(place, 25, 1000 * number, f"study {number % 2}") for number in range(5)]
    told = [acknowledged(each) for each in writers]
    assert [each.returncode for each in writers] == [0] * 5
    with TrialLedger.open(place, create=False) as ledger:
        trials = ledger.trials()
        assert sorted(each for numbers in told for each in numbers) == [each.trial_id for each in trials]
        assert len({each.seed for each in trials}) == 125
        assert {each.study: each.trials for each in ledger.studies()} == {"study 0": 75, "study 1": 50}
        assert ledger.problems() == []


def test_killed_writers_lose_nothing_that_was_acknowledged(place: str) -> None:
    TrialLedger.open(place).close()
    told: list[int] = []
    for number in range(6):
        process = writer(place, 10_000, 100_000 * number)
        assert process.stdout is not None
        told.append(int(process.stdout.readline()))  # it is in the midst of it
        killer = threading.Timer(0.05 + 0.03 * number, process.kill)
        killer.start()
        told += acknowledged(process)
        killer.join()
        assert process.returncode == -9
        with TrialLedger.open(place, create=False) as ledger:
            assert ledger.problems() == []
            there = {each.trial_id for each in ledger.trials()}
            assert set(told) <= there
            # One more than was told at most: committed, but killed before it could say so.
            assert len(there) <= len(told) + number + 1


def test_a_postgres_server_that_crashes_loses_nothing(server: PostgresServer) -> None:
    place = server.new_database()
    process = writer(place, 10_000, 0)
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(20)]
    server.stop("immediate")
    text = rest(process)
    server.start()
    assert process.returncode == 3 and "refused" in text
    told += [int(line) for line in text.splitlines() if line.isdigit()]
    with TrialLedger.open(place, create=False) as ledger:
        assert set(told) <= {each.trial_id for each in ledger.trials()}
        assert ledger.problems() == []


def test_the_tables_of_postgres_are_made_by_one_at_a_time(server: PostgresServer) -> None:
    import psycopg

    place = server.new_database()
    opened: list[TrialLedger] = []
    opener = threading.Thread(target=lambda: opened.append(TrialLedger.open(place)))
    with psycopg.connect(place) as first:
        first.execute("SELECT pg_advisory_xact_lock(%s)", (postgres._ADVISORY_LOCK,))
        opener.start()
        opener.join(0.5)
        assert opener.is_alive()
    opener.join(30)
    opened[0].close()


def test_a_postgres_url_does_not_show_its_password(server: PostgresServer) -> None:
    url = server.new_database().replace("ledger@", "ledger:verysecret@")
    with TrialLedger.open(url) as ledger:
        assert "verysecret" not in ledger.place
    for wrong in ("postgresql://me:verysecret@localhost:port/x", "postgresql://me:verysecret@localhost:1/x"):
        with pytest.raises(Exception, match="ledger") as caught:
            TrialLedger.open(wrong)
        assert "verysecret" not in str(caught.value)
