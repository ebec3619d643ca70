"""What differs between trials: choices, data, code, seed and results, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from quartet.backtest.ledger.trial import RecordedTrial
from quartet.core.errors import ConfigError


class Absent:
    """Stands for a key that one has and another has not: not the same as None."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that is not the same in all trials."""

    what: str
    """A dotted path: config.policy.window, seed, metrics.sharpe_ratio."""
    values: tuple[Any, ...]
    """One by trial, ABSENT where one has no such key."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Trials side by side."""

    inputs: tuple[Difference, ...]
    """What went in: configuration, data, engine, seed, environment."""
    results: tuple[Difference, ...]
    """What came out: metrics, costs and error."""
    same_recipe: bool
    """Whether nothing that went in differs."""
    same_result: bool
    """Whether metrics, returns and error are the same, bit for bit."""


def compare(trials: list[RecordedTrial]) -> Comparison:
    """Compare at least two trials; ConfigError for fewer."""
    if len(trials) < 2:
        raise ConfigError("comparing needs at least two trials")
    inputs = _differences([_leaves(each.recipe) for each in trials])
    results = _differences([_leaves(_came_out(each)) for each in trials])
    return Comparison(
        tuple(inputs), tuple(results), not inputs, len({each.result_hash for each in trials}) == 1
    )  # fmt: skip


def _came_out(trial: RecordedTrial) -> dict[str, Any]:
    costs = {} if trial.costs is None else {"costs": trial.costs}
    return {"metrics": trial.metrics, **costs, "error": trial.error}


def _differences(sides: list[dict[str, Any]]) -> list[Difference]:
    paths = sorted(set().union(*sides))
    rows = ((path, tuple(side.get(path, ABSENT) for side in sides)) for path in paths)
    return [Difference(path, values) for path, values in rows if len({repr(value) for value in values}) > 1]


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value that is no mapping by its path; an empty mapping is a value."""
    if not isinstance(value, Mapping) or (path and not value):
        return {path: value}
    made: dict[str, Any] = {}
    for key, each in value.items():
        made |= _leaves(each, f"{path}.{key}" if path else str(key))
    return made
