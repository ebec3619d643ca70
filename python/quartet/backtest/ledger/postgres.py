"""A ledger in PostgreSQL, for several machines that research together; needs the extra `postgres`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from quartet.backtest.ledger.database import WAIT_S, Row, Transaction, brought_up, check_version, insertion, is_behind
from quartet.backtest.ledger.errors import LedgerError
from quartet.backtest.ledger.schema import TABLES
from quartet.core.errors import ConfigError
from quartet.core.extras import needed

_CONNECT_S: Final = 10
_ADVISORY_LOCK: Final = 0x5175_6172_7465_74
"""Held while the tables are made or changed: two that make the same table at once would fail."""


class PostgresDatabase:
    """A connection of its own, in the first schema of the search path. Threads of one process share it."""

    def __init__(self, url: str, create: bool) -> None:
        self._psycopg = needed("psycopg", "postgres", "a ledger in PostgreSQL")
        self._lock = threading.RLock()
        try:
            self._psycopg.conninfo.conninfo_to_dict(url)
        except self._psycopg.Error:
            # Not shown, and no cause: parts of it could be a password.
            raise ConfigError("ledger: not a URL like postgresql://USER@HOST:PORT/DATABASE") from None
        try:
            self._connection = self._psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_S)
            self._connection.isolation_level = self._psycopg.IsolationLevel.READ_COMMITTED
        except self._psycopg.Error as error:
            raise LedgerError(f"the ledger in PostgreSQL cannot be reached: {str(error).strip()}") from error
        info = self._connection.info
        self._place = f"postgresql://{info.user}@{info.host or info.hostaddr}:{info.port}/{info.dbname}"
        try:
            self.rows(f"SET lock_timeout = '{WAIT_S}s'")
            if not self._has_tables():
                if not create:
                    raise ConfigError(f"there is no ledger at {self._place}: nothing was recorded there yet")
                self._make_tables()
            if is_behind(self):
                with self.transaction():
                    self.rows("SELECT pg_advisory_xact_lock(?)", (_ADVISORY_LOCK,))
                    brought_up(self)
            check_version(self)
        except BaseException:
            self._connection.close()
            raise

    @property
    def place(self) -> str:
        """User, host, port and database."""
        return self._place

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Do it, and give the rows that it yields."""
        with self._lock:
            try:
                cursor = self._connection.execute(sql.replace("?", "%s"), tuple(parameters))
                return cursor.fetchall() if cursor.description is not None else []
            except self._psycopg.Error as error:
                raise LedgerError(f"the ledger at {self._place}: {str(error).strip()}") from error

    def added(self, table: str, key: str, values: Mapping[str, Any]) -> int:
        """Add a row, and give the key that it grew."""
        ((number,),) = self.rows(f"{insertion(table, values)} RETURNING {key}", [*values.values()])
        return int(number)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Statements that are committed at the end, or undone whole where an error leaves the block."""
        with self._lock:
            try:
                with self._connection.transaction():
                    yield self
            except self._psycopg.Error as error:
                raise LedgerError(
                    f"the ledger at {self._place}: {str(error).strip()}; if the connection broke, look whether the "
                    "trial is there before you append it again"
                ) from error

    def problems(self) -> list[str]:
        """None that a client could see: PostgreSQL checks its pages as it reads them."""
        return []

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()

    def _has_tables(self) -> bool:
        # Not to_regclass: it may remember that there was none before the lock was waited for.
        return bool(
            self.rows(
                "SELECT 1 FROM pg_catalog.pg_tables "
                "WHERE tablename = 'quartet_ledger' AND schemaname = ANY (current_schemas(false))"
            )
        )

    def _make_tables(self) -> None:
        with self.transaction():
            self.rows("SELECT pg_advisory_xact_lock(?)", (_ADVISORY_LOCK,))
            if not self._has_tables():
                for sql in TABLES:
                    self.rows(sql.format(id="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", bytes="BYTEA"))
