"""A trial: what was run, on what, and what came of it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Final

from quartet.backtest.ledger.canonical import canonical, sha256_of
from quartet.backtest.ledger.environment import current_environment
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.core.errors import ConfigError

SEED_MAX: Final = 2**63 - 1
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A backtest for the ledger, one that failed too: a try is a try. ConfigError says what cannot be recorded."""

    study: str
    """The research question that it belongs to; all trials of a question count together."""
    parent_study: str | None = None
    """The question of which this one is a part, set by the first trial of the study."""
    config: dict[str, Any]
    """Everything that was chosen, whole: what a run needs beside data and seed. JSON."""
    data: dict[str, Any]
    """Where the data came from: files, symbols, dates, reading options. JSON."""
    data_hash: str
    """SHA-256 of the data as they were read, in hexadecimal."""
    engine: str
    """rust, cpp, go, python, or columnar."""
    seed: int
    metrics: dict[str, Any] = field(default_factory=dict)
    """The summary of the result: figures by name, None where one is undefined."""
    returns: ReturnSeries | None = None
    periods_per_year: float | None = None
    """Of the returns; needed with them."""
    costs: dict[str, float] | None = None
    """What each component cost over the run, in money of the account; negative where it earned. None: not known."""
    error: str | None = None
    """Why it failed; None where it did not."""
    environment: dict[str, Any] = field(default_factory=current_environment)
    """Which code ran; that of this process unless given."""

    def __post_init__(self) -> None:
        for name in ("study", "engine"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise ConfigError(f"trial: {name} = {value!r}: must be a text that is not empty")
            canonical(value, name)
        if self.parent_study is not None and (self.parent_study == self.study or not self.parent_study.strip()):
            raise ConfigError(f"trial: parent_study = {self.parent_study!r}: must be another study, or None")
        canonical([self.parent_study, self.error], "parent_study, error")
        if type(self.seed) is not int or not 0 <= self.seed <= SEED_MAX:
            raise ConfigError(f"trial: seed = {self.seed!r}: must be a whole number from 0 to 2^63 - 1")
        if not isinstance(self.data_hash, str) or not _SHA256.fullmatch(self.data_hash):
            raise ConfigError(f"trial: data_hash = {self.data_hash!r}: must be a SHA-256, 64 digits of 0-9 and a-f")
        if self.error is not None and not self.error.strip():
            raise ConfigError("trial: error is empty: say why it failed, or give None")
        if self.returns is not None and self.periods_per_year is None:
            raise ConfigError("trial: periods_per_year is needed with returns")
        if self.periods_per_year is not None and not 0 < self.periods_per_year < math.inf:
            raise ConfigError(f"trial: periods_per_year = {self.periods_per_year}: must be finite and above 0")
        for name in ("config", "data", "metrics", "environment"):
            if not isinstance(getattr(self, name), dict):
                raise ConfigError(f"trial: {name} must be a dict")
            canonical(getattr(self, name), name)
        if self.costs is not None:
            if not isinstance(self.costs, dict):
                raise ConfigError("trial: costs must be a dict, or None")
            canonical(self.costs, "costs")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTrial:
    """A row of the ledger."""

    trial_id: int
    recorded_at_ns: int
    """When it was appended, ns since 1970 UTC."""
    study: str
    engine: str
    seed: int
    config: dict[str, Any]
    config_hash: str
    data: dict[str, Any]
    data_hash: str
    environment: dict[str, Any]
    environment_hash: str
    metrics: dict[str, Any]
    returns_hash: str | None
    periods_per_year: float | None
    result_hash: str
    """Of metrics, returns and error: a run anew is bit for bit the same where this is."""
    error: str | None
    costs: dict[str, float] | None = None
    """What each component cost; None where it was not recorded."""

    @property
    def status(self) -> str:
        """completed or failed."""
        return "completed" if self.error is None else "failed"

    @property
    def recipe(self) -> dict[str, Any]:
        """What is needed to run it again bit for bit."""
        return {
            "config": self.config,
            "data": self.data,
            "data_hash": self.data_hash,
            "engine": self.engine,
            "seed": self.seed,
            "environment": self.environment,
        }


def result_hash(metrics: dict[str, Any], returns_hash: str | None, error: str | None) -> str:
    """The SHA-256 of what came of a trial."""
    return sha256_of(canonical({"metrics": metrics, "returns": returns_hash, "error": error}, "result"))
