"""The tables of a ledger, for both databases, and their version."""

from __future__ import annotations

from typing import Final

SCHEMA_VERSION: Final = 2

# {id}, {bytes}: what the two databases call a growing key and a string of bytes.
TABLES: Final = (
    "CREATE TABLE quartet_ledger (version INTEGER NOT NULL)",
    "CREATE TABLE quartet_studies (name TEXT PRIMARY KEY, parent TEXT REFERENCES quartet_studies (name))",
    "CREATE TABLE quartet_environments (hash TEXT PRIMARY KEY, content TEXT NOT NULL)",
    "CREATE TABLE quartet_returns (hash TEXT PRIMARY KEY, periods BIGINT NOT NULL, content {bytes} NOT NULL)",
    """CREATE TABLE quartet_trials (
        trial_id {id},
        recorded_at_ns BIGINT NOT NULL,
        study TEXT NOT NULL REFERENCES quartet_studies (name),
        engine TEXT NOT NULL,
        seed BIGINT NOT NULL,
        config TEXT NOT NULL,
        config_hash TEXT NOT NULL,
        data TEXT NOT NULL,
        data_hash TEXT NOT NULL,
        environment_hash TEXT NOT NULL REFERENCES quartet_environments (hash),
        metrics TEXT NOT NULL,
        returns_hash TEXT REFERENCES quartet_returns (hash),
        periods_per_year DOUBLE PRECISION,
        result_hash TEXT NOT NULL,
        error TEXT,
        record_hash TEXT NOT NULL,
        costs TEXT
    )""",
    "CREATE INDEX quartet_trials_study ON quartet_trials (study)",
    f"INSERT INTO quartet_ledger VALUES ({SCHEMA_VERSION})",
)

MIGRATIONS: Final = {1: ("ALTER TABLE quartet_trials ADD COLUMN costs TEXT",)}
"""By the version that a ledger has: what makes it of the next one. Nothing that was recorded is changed by it."""

RECORDED: Final = (
    "recorded_at_ns",
    "study",
    "engine",
    "seed",
    "config",
    "config_hash",
    "data",
    "data_hash",
    "environment_hash",
    "metrics",
    "returns_hash",
    "periods_per_year",
    "result_hash",
    "error",
    "costs",
)
"""The columns of a trial; record_hash covers them in this order, costs where there are any."""
