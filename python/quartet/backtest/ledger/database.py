"""What a ledger needs of a database: rows, and transactions that happen whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from quartet.backtest.ledger.schema import SCHEMA_VERSION
from quartet.core.errors import ConfigError

WAIT_S: Final = 60
"""How long a writer waits for its turn."""
Row = tuple[Any, ...]


class Transaction(Protocol):
    """Statements that are done together; parameters are written ?."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Do it, and give the rows that it yields."""

    def added(self, table: str, key: str, values: Mapping[str, Any]) -> int:
        """Add a row, and give the key that it grew."""


class Database(Transaction, Protocol):
    """A database of ledger tables; LedgerError where it cannot do what is asked."""

    @property
    def place(self) -> str:
        """Where it is, without a password."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Statements that are committed at the end, or undone whole where an error leaves the block."""

    def problems(self) -> list[str]:
        """What the database itself finds wrong with its storage."""

    def close(self) -> None:
        """Let go of it."""


def insertion(table: str, values: Mapping[str, Any]) -> str:
    """The statement that adds a row of these columns."""
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"


def check_version(database: Database) -> None:
    """ConfigError where the tables are of another version of Quartet."""
    versions = [version for (version,) in database.rows("SELECT version FROM quartet_ledger")]
    if versions != [SCHEMA_VERSION]:
        raise ConfigError(
            f"the ledger at {database.place} is of version {', '.join(map(str, versions)) or 'none'}, this Quartet "
            f"writes version {SCHEMA_VERSION}: use the Quartet that made it, or name another place"
        )
