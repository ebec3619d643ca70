"""A ledger in a SQLite file: one file, a rollback journal, every commit on the disk before it counts."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quartet.backtest.ledger.database import WAIT_S, Row, Transaction, brought_up, check_version, insertion, is_behind
from quartet.backtest.ledger.errors import LedgerError
from quartet.backtest.ledger.schema import TABLES
from quartet.core.errors import ConfigError


class SqliteDatabase:
    """Several processes may write: each transaction waits for its turn. Threads of one process share it."""

    def __init__(self, path: Path, create: bool, wait_s: float = WAIT_S) -> None:
        self._path = path
        self._lock = threading.RLock()
        if not create and not path.is_file():
            raise ConfigError(
                f"there is no ledger at {path}: nothing was recorded there yet (`quartet backtest` does), or it is "
                "elsewhere: --ledger"
            )
        try:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            mode = "rwc" if create else "rw"
            self._connection = sqlite3.connect(
                f"file:{quote(str(path.absolute()))}?mode={mode}",
                uri=True,
                timeout=wait_s,
                isolation_level=None,
                check_same_thread=False,
            )
        except (OSError, sqlite3.Error) as error:
            raise LedgerError(f"the ledger {path} cannot be opened: {error}") from error
        try:
            self.rows("PRAGMA synchronous = FULL")
            self.rows("PRAGMA foreign_keys = ON")
            if not self._has_tables():
                self._make_tables()
            if is_behind(self):
                with self.transaction():
                    brought_up(self)
            check_version(self)
        except BaseException:
            self._connection.close()
            raise

    @property
    def place(self) -> str:
        """The file."""
        return str(self._path)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Do it, and give the rows that it yields."""
        with self._lock:
            try:
                return self._connection.execute(sql, tuple(parameters)).fetchall()
            except sqlite3.Error as error:
                raise LedgerError(f"the ledger {self._path}: {error}{_remedy(error)}") from error

    def added(self, table: str, key: str, values: Mapping[str, Any]) -> int:
        """Add a row, and give the key that it grew; without RETURNING, which SQLite has from 3.35 on only."""
        with self._lock:
            self.rows(insertion(table, values), [*values.values()])
            ((number,),) = self.rows("SELECT last_insert_rowid()")
        return int(number)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Statements that are committed at the end, or undone whole where an error leaves the block."""
        with self._lock:
            self.rows("BEGIN IMMEDIATE")
            try:
                yield self
                self.rows("COMMIT")
            except BaseException:
                # A full disk or a failed write may have ended the transaction already.
                if self._connection.in_transaction:
                    self._connection.rollback()
                raise

    def problems(self) -> list[str]:
        """What SQLite finds wrong with the file, and how many trials are gone."""
        found = [str(text) for (text,) in self.rows("PRAGMA integrity_check")]
        found += [f"a {table} row refers to nothing" for table, *_ in self.rows("PRAGMA foreign_key_check")]
        # Numbers are given without gaps: a transaction that is undone gives its number back.
        ((given, there),) = self.rows(
            "SELECT (SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'quartet_trials'), COUNT(*) "
            "FROM quartet_trials"
        )
        found += [f"{given - there} trials were taken out"] if there < given else []
        return [text for text in found if text != "ok"]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _has_tables(self) -> bool:
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE name = 'quartet_ledger'"))

    def _make_tables(self) -> None:
        with self.transaction():
            if not self._has_tables():  # another process may have been first
                for sql in TABLES:
                    self.rows(sql.format(id="INTEGER PRIMARY KEY AUTOINCREMENT", bytes="BLOB"))


def _remedy(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return {
        sqlite3.SQLITE_FULL: "; nothing was recorded: free some space and run it again",
        sqlite3.SQLITE_BUSY: "; nothing was recorded: another process holds it for too long",
        sqlite3.SQLITE_READONLY: "; nothing was recorded: make the file and its folder writable",
        sqlite3.SQLITE_IOERR: "; nothing was recorded: look at the disk and its free space",
        sqlite3.SQLITE_NOTADB: "; name another place",
        sqlite3.SQLITE_CORRUPT: "; the file is damaged: restore it from a copy",
    }.get(code, "")
