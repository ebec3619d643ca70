"""Definitions of stress scenarios as data: named windows of the past and hypothetical shocks, from a YAML file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, checked, parameter
from quartet.engines.config.document import read_file
from quartet.engines.config.numbers import Double

SHIPPED: Final = Path(__file__).with_name("scenarios.yaml")
_DAY_NS: Final = 86_400 * 10**9


class Window(Parameters):
    """Days of the past."""

    first: str = parameter("", "First day, as 2008-09-15.")
    last: str = parameter("", "Last day.")
    what: str = parameter("", "What happened, in a sentence.")

    @property
    def begin_ns(self) -> int:
        """The first nanosecond of the first day, UTC."""
        return _day_ns(self.first)

    @property
    def end_ns(self) -> int:
        """The first nanosecond after the last day, UTC."""
        return _day_ns(self.last) + _DAY_NS


class Shock(Parameters):
    """What moves at once."""

    factors: dict[str, Double] = parameter({}, "Moves by factor: returns; of rates a change, 0.01 is 100 bp.")
    volatility: Double = parameter(1.0, "Times what it was: of all assets.", gt=0, le=100)
    correlation: Double | None = parameter(None, "To which all correlations rise that are lower.", ge=0, lt=1)
    spread: Double = parameter(1.0, "Times what it was.", ge=1, le=1000)
    volume: Double = parameter(1.0, "Times what it was.", gt=0, le=1)
    gap: Double = parameter(0.0, "By which every position opens against us.", unit="fraction", ge=0, lt=1)


class StressScenarios(Parameters):
    """All scenarios of a file, and its version."""

    version: int = parameter(1, "Of the definitions: results name it.", ge=1)
    windows: dict[str, Window] = parameter({}, "Markets that were.")
    shocks: dict[str, Shock] = parameter({}, "Shocks that might be.")


@lru_cache(maxsize=8)
def load_scenarios(path: str | os.PathLike[str] = SHIPPED) -> StressScenarios:
    """The scenarios of a YAML file, by default Quartet's own; ConfigError names what cannot be."""
    values = read_file(Path(path)).values
    for block, of in (("windows", Window), ("shocks", Shock)):
        given = values.get(block)
        for name, value in given.items() if isinstance(given, Mapping) else ():
            if isinstance(value, Mapping):
                checked(of, value, f"{path}: {block}.{name}")
    found = checked(StressScenarios, values, str(path))
    for name, window in found.windows.items():
        if window.begin_ns >= window.end_ns:
            raise ConfigError(f"{path}: windows.{name}: {window.first} to {window.last} is no span of days")
    return found


def _day_ns(text: str) -> int:
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) * 10**9
    except ValueError as error:
        raise ConfigError(f"stress scenarios: {text!r} is no day: write 2008-09-15") from error
