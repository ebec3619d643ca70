"""Which engine runs: what this machine has, and the choice, which never changes silently."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from quartet.core.errors import ConfigError, EngineUnavailable
from quartet.core.lazy import lazy_module
from quartet.engines import self_test
from quartet.engines.native import load_module
from quartet.engines.options import USUAL, EngineOptions
from quartet.engines.protocol import EngineFactory, LoadedEngine, MissingEngine

if TYPE_CHECKING:
    import logging
else:
    logging = lazy_module("logging")

AUTO: Final = "auto"
PREFERENCE: Final = ("rust", "cpp", "go", "python")
"""The order in which `auto` tries."""
ENGINE_VARIABLE: Final = "QUARTET_ENGINE"
REFERENCE: Final = "python"

_LOADERS: Final[dict[str, Callable[[], LoadedEngine]]] = {
    "rust": lambda: load_module("rust"),
    "cpp": lambda: load_module("cpp"),
    "go": lambda: _load_go(),
    "python": lambda: load_module("python"),
}
_passed: set[tuple[str, str, str]] = set()


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Whether this machine can run an engine, and if not, why and what to do."""

    name: str
    available: bool
    version: str
    build: str
    reason: str
    fix: str


class Selection(NamedTuple):
    """The engine that was chosen. `degraded`: it stands in for another, and `reason` says why."""

    name: str
    create: EngineFactory
    degraded: bool
    reason: str


class DegradedEngineWarning(UserWarning):
    """The Python reference runs in place of the engine that was asked for."""


def availability(tested: bool = False) -> list[EngineStatus]:
    """Every engine by preference: whether it is here, of our contract and, where tested, right."""
    return [_status(name, load if tested else find) for name in PREFERENCE]


def find(name: str) -> LoadedEngine:
    """Find one engine, which must be of our contract; else MissingEngine."""
    if name not in _LOADERS:
        raise ConfigError(f"engine.type {name!r}: not one of {', '.join((AUTO, *PREFERENCE))}")
    return _LOADERS[name]()


def load(name: str) -> LoadedEngine:
    """Find one engine, which must also pass the self-test, once in a process; else MissingEngine."""
    engine = find(name)
    key = (name, engine.version, engine.build)
    if key not in _passed:
        failure = self_test.failure(engine)
        if failure:
            raise MissingEngine(name, failure, "rebuild it from these sources: build_scripts/build_all.sh")
        _passed.add(key)
    return engine


def engine_factory(name: str, options: EngineOptions = USUAL) -> EngineFactory:
    """What makes engines of this name, without the self-test: for those that test engines."""
    return find(name).factory(options)


def select(
    engine_type: str,
    fallback_to_python: bool = False,
    preference: Sequence[str] = PREFERENCE,
    options: EngineOptions = USUAL,
) -> Selection:
    """Choose an engine: a named one or none; for `auto` the first of the preference that works.

    QUARTET_ENGINE stands in for `auto`. With fallback_to_python the reference runs where the wanted engine is
    missing. options: how the engine works; one that takes none, such as the reference, works as it always does.
    """
    wanted = os.environ.get(ENGINE_VARIABLE, AUTO) if engine_type == AUTO else engine_type
    names = tuple(preference) if wanted == AUTO else (wanted,)
    missing = []
    for name in names:
        try:
            engine = load(name)
        except EngineUnavailable as error:
            missing.append(str(error))
        else:
            why = f"; passed over: {' | '.join(missing)}" if missing else ""
            asked = "the configuration" if engine_type == wanted else ENGINE_VARIABLE
            reason = f"first of {', '.join(names)} that works{why}" if wanted == AUTO else f"named by {asked}"
            return Selection(name, engine.factory(options), False, reason)
    reasons = " | ".join(missing)
    if not fallback_to_python or REFERENCE in names:
        raise EngineUnavailable(reasons)
    engine = load(REFERENCE)
    reason = f"{wanted} is missing, the Python reference runs in its place: {reasons}"
    logging.getLogger(__name__).warning(reason)
    warnings.warn(reason, DegradedEngineWarning, stacklevel=2)
    return Selection(REFERENCE, engine.factory(options), True, reason)


def _load_go() -> LoadedEngine:
    # gRPC takes long to import, and only this engine needs it.
    from quartet.engines.go_process import load_go

    return load_go()


def _status(name: str, get: Callable[[str], LoadedEngine]) -> EngineStatus:
    try:
        engine = get(name)
    except MissingEngine as error:
        return EngineStatus(name, False, "", "", error.reason, error.fix)
    return EngineStatus(name, True, engine.version, engine.build, "", "")
