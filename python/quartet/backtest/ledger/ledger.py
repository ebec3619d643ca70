"""The ledger of trials: append, read, count. There is no way to change or take out what was recorded."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from quartet.backtest.ledger.canonical import canonical, sha256_of
from quartet.backtest.ledger.database import Database, Row, Transaction
from quartet.backtest.ledger.postgres import PostgresDatabase
from quartet.backtest.ledger.return_series import ReturnSeries, decoded
from quartet.backtest.ledger.schema import RECORDED
from quartet.backtest.ledger.sqlite import SqliteDatabase
from quartet.backtest.ledger.trial import RecordedTrial, Trial, result_hash
from quartet.core.errors import ConfigError, DataError

PLACE_VARIABLE: Final = "QUARTET_LEDGER"
_COLUMNS: Final = ", ".join(f"t.{name}" for name in ("trial_id", *RECORDED, "record_hash"))
_SELECT: Final = (
    f"SELECT {_COLUMNS}, e.content FROM quartet_trials t JOIN quartet_environments e ON e.hash = t.environment_hash"
)
_BELOW: Final = """WITH RECURSIVE below (name) AS (
    SELECT name FROM quartet_studies WHERE name = ?
    UNION SELECT s.name FROM quartet_studies s JOIN below b ON s.parent = b.name
)"""


def default_place() -> str:
    """The ledger of this user: $QUARTET_LEDGER, else quartet/trials.sqlite in the user's folder for data.

    It does not depend on the folder that a command is run in, so that no trial is forgotten by moving.
    """
    named = os.environ.get(PLACE_VARIABLE, "").strip()
    if named:
        return named
    data = os.environ.get("XDG_DATA_HOME", "").strip()
    return str((Path(data) if data else Path.home() / ".local" / "share") / "quartet" / "trials.sqlite")


@dataclass(frozen=True, slots=True)
class StudyCount:
    """A research question and its trials, those of its parts not among them."""

    study: str
    parent: str | None
    trials: int
    failed: int


class TrialLedger:
    """Open one in each process; threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, place: str | os.PathLike[str] | None = None, *, create: bool = True) -> Self:
        """Open the ledger of a place: a file, or a URL postgresql://user@host/database; default: `default_place()`.

        create: make it where there is none. Raises ConfigError where there is none to be made, where the place is of
        another kind, of another version, or needs the extra `postgres`; LedgerError where it cannot be opened.
        """
        text = os.fspath(place) if place is not None else default_place()
        scheme, separator, rest = text.partition("://")
        if not separator:
            return cls(SqliteDatabase(Path(text).expanduser(), create))
        if scheme in ("postgresql", "postgres"):
            return cls(PostgresDatabase(text, create))
        if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
            return cls(SqliteDatabase(Path(rest[1:]), create))
        raise ConfigError(
            f"ledger {scheme}://...: give the path of a file, sqlite:///PATH, or postgresql://USER@HOST/DATABASE"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        return self._database.place

    def close(self) -> None:
        """Let go of the file or the connection."""
        self._database.close()

    def append(self, trial: Trial) -> int:
        """Record a trial and give its number; when this returns it is on the disk, whole.

        Raises LedgerError where it could not be recorded, and then nothing of it was; ConfigError where the study has
        another parent already.
        """
        return self.append_all([trial])[0]

    def append_all(self, trials: Sequence[Trial]) -> list[int]:
        """Record trials, all or none, and give their numbers. Raises as `append`."""
        # Trials of a sweep share the environment itself; its text is long.
        shared = {id(trial.environment): trial.environment for trial in trials}
        texts = {key: canonical(environment, "environment") for key, environment in shared.items()}
        environments = [texts[id(trial.environment)] for trial in trials]
        rows = [_values(trial, sha256_of(text)) for trial, text in zip(trials, environments, strict=True)]
        # Deflating lets other threads run.
        with ThreadPoolExecutor() as pool, self._database.transaction() as transaction:
            encoded = pool.map(_encoded, trials)
            return [
                _append(transaction, trial, values, environment, returns)
                for trial, values, environment, returns in zip(trials, rows, environments, encoded, strict=True)
            ]

    def trial(self, trial_id: int) -> RecordedTrial:
        """The trial of that number; ConfigError where there is none, DataError where it was changed."""
        rows = self._database.rows(f"{_SELECT} WHERE t.trial_id = ?", (trial_id,))
        if not rows:
            raise ConfigError(f"there is no trial {trial_id} in the ledger {self.place}")
        return _recorded(rows[0])

    def trials(self, study: str | None = None, last: int | None = None) -> list[RecordedTrial]:
        """Trials in the order in which they were recorded; of a study and its parts, only the last so many.

        ConfigError where there is no such study, DataError where a record was changed.
        """
        parameters: list[Any] = []
        where = ""
        if study is not None:
            self._check_study(study)
            where = " WHERE t.study IN (SELECT name FROM below)"
            parameters.append(study)
        limit = ""
        if last is not None:
            limit = " LIMIT ?"
            parameters.append(last)
        rows = self._database.rows(
            f"{_BELOW if study is not None else ''} {_SELECT}{where} ORDER BY t.trial_id DESC{limit}", parameters
        )
        return [_recorded(row) for row in reversed(rows)]

    def returns(self, trial: RecordedTrial) -> ReturnSeries | None:
        """The returns of a trial, None where it has none; DataError where they were changed or damaged."""
        if trial.returns_hash is None:
            return None
        ((content,),) = self._database.rows("SELECT content FROM quartet_returns WHERE hash = ?", (trial.returns_hash,))
        series = decoded(bytes(content))
        if series.content_hash != trial.returns_hash:
            raise DataError(
                f"the stored returns of trial {trial.trial_id} do not have the hash they were recorded with"
            )
        return series

    def studies(self) -> list[StudyCount]:
        """Every research question, by name."""
        return [
            StudyCount(str(name), parent, int(trials), int(failed))
            for name, parent, trials, failed in self._database.rows(
                "SELECT s.name, s.parent, COUNT(t.trial_id), COUNT(t.error) FROM quartet_studies s "
                "LEFT JOIN quartet_trials t ON t.study = s.name GROUP BY s.name, s.parent ORDER BY s.name"
            )
        ]

    def whole_question(self, study: str) -> str:
        """The study at the top, of which this one is a part; itself where it is none. ConfigError for no such study."""
        self._check_study(study)
        parents: Mapping[str, str | None] = dict(self._database.rows("SELECT name, parent FROM quartet_studies"))
        top = study
        while (parent := parents[top]) is not None:
            top = parent
        return top

    def problems(self) -> list[str]:
        """Everything that is not as it was recorded; none where the ledger is whole."""
        return [*self._database.problems(), *self._changed()]

    def _changed(self) -> Iterator[str]:
        for row in self._database.rows(f"{_SELECT} ORDER BY t.trial_id"):
            try:
                self.returns(_recorded(row))
            except DataError as error:
                yield str(error)

    def _check_study(self, study: str) -> None:
        if not self._database.rows("SELECT 1 FROM quartet_studies WHERE name = ?", (study,)):
            raise ConfigError(f"there is no study {study!r} in the ledger {self.place}: quartet trials list names all")


def _encoded(trial: Trial) -> bytes:
    return b"" if trial.returns is None else trial.returns.encoded()


def _append(transaction: Transaction, trial: Trial, values: dict[str, Any], environment: str, returns: bytes) -> int:
    _make_study(transaction, trial.study, trial.parent_study)
    transaction.rows(
        "INSERT INTO quartet_environments VALUES (?, ?) ON CONFLICT DO NOTHING",
        (values["environment_hash"], environment),
    )
    if trial.returns is not None:
        transaction.rows(
            "INSERT INTO quartet_returns VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (values["returns_hash"], len(trial.returns), returns),
        )
    row = {name: values[name] for name in RECORDED} | {"record_hash": _record_hash(values)}
    return transaction.added("quartet_trials", "trial_id", row)


def _make_study(transaction: Transaction, study: str, parent: str | None) -> None:
    make = "INSERT INTO quartet_studies VALUES (?, ?) ON CONFLICT DO NOTHING"
    if parent is not None:
        transaction.rows(make, (parent, None))
    transaction.rows(make, (study, parent))
    ((there,),) = transaction.rows("SELECT parent FROM quartet_studies WHERE name = ?", (study,))
    if parent is not None and there != parent:
        raise ConfigError(
            f"study {study!r} is {f'a part of {there!r}' if there else 'a question of its own'} already, "
            f"not a part of {parent!r}: give the trial another study"
        )


def _values(trial: Trial, environment_hash: str) -> dict[str, Any]:
    """The columns of a trial."""
    config = canonical(trial.config, "config")
    returns_hash = trial.returns.content_hash if trial.returns is not None else None
    return {
        "recorded_at_ns": time.time_ns(),
        "study": trial.study,
        "engine": trial.engine,
        "seed": trial.seed,
        "config": config,
        "config_hash": sha256_of(config),
        "data": canonical(trial.data, "data"),
        "data_hash": trial.data_hash,
        "environment_hash": environment_hash,
        "metrics": canonical(trial.metrics, "metrics"),
        "returns_hash": returns_hash,
        "periods_per_year": float(trial.periods_per_year) if trial.periods_per_year is not None else None,
        "result_hash": result_hash(trial.metrics, returns_hash, trial.error),
        "error": trial.error,
        "costs": None if trial.costs is None else canonical(trial.costs, "costs"),
    }


def _record_hash(values: Mapping[str, Any]) -> str:
    # A trial without costs has the hash that it had before there was a column of them.
    covered = [values[name] for name in RECORDED if name != "costs" or values[name] is not None]
    return sha256_of(canonical(covered, "record"))


def _recorded(row: Row) -> RecordedTrial:
    """A row as a trial; DataError where a byte of it is not as it was recorded."""
    trial_id, *columns, record_hash, environment = row
    values = dict(zip(RECORDED, columns, strict=True))
    if _record_hash(values) != record_hash or sha256_of(environment) != values["environment_hash"]:
        raise DataError(f"trial {trial_id} is not as it was recorded: someone changed the ledger, or it is damaged")
    for name in ("config", "data", "metrics", "costs"):
        values[name] = None if values[name] is None else json.loads(values[name])
    return RecordedTrial(trial_id=int(trial_id), environment=json.loads(environment), **values)
