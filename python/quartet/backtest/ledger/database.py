"""What a ledger needs of a database: rows, and transactions that happen whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from quartet.backtest.ledger.schema import MIGRATIONS, SCHEMA_VERSION
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


def brought_up(transaction: Transaction) -> None:
    """Make tables of a version before ours like those of ours, within a transaction that nobody else can have."""
    while len(versions := _versions(transaction)) == 1 and (steps := MIGRATIONS.get(versions[0])) is not None:
        for sql in steps:
            transaction.rows(sql)
        transaction.rows("UPDATE quartet_ledger SET version = ?", (versions[0] + 1,))


def is_behind(database: Database) -> bool:
    """Whether the tables are of a version that can be brought up to ours."""
    return any(version in MIGRATIONS for version in _versions(database))


def check_version(database: Database) -> None:
    """ConfigError where the tables are of another version of Quartet."""
    versions = _versions(database)
    if versions != [SCHEMA_VERSION]:
        raise ConfigError(
            f"the ledger at {database.place} is of version {', '.join(map(str, versions)) or 'none'}, this Quartet "
            f"writes version {SCHEMA_VERSION}: use the Quartet that made it, or name another place"
        )


def _versions(transaction: Transaction) -> list[int]:
    return [int(version) for (version,) in transaction.rows("SELECT version FROM quartet_ledger")]
