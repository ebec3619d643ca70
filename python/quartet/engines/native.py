"""Engines inside this process: the compiled modules and the Python reference, loaded when first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Any, Final, NamedTuple

from quartet.core.contract import CONTRACT_HASH, ErrorCode
from quartet.core.errors import EngineError
from quartet.engines.options import USUAL, EngineOptions
from quartet.engines.protocol import Buffer, LoadedEngine, MissingEngine, stale_build


class _Module(NamedTuple):
    """Where an engine's module comes from."""

    module: str
    fix: str


_MODULES: Final = {
    "rust": _Module("quartet_rust", "run build_scripts/build_rust.sh"),
    "cpp": _Module("quartet_cpp", "run build_scripts/build_cpp.sh"),
    "python": _Module("quartet.engines.reference", "reinstall quartet"),
}


class InProcessEngine:
    """A module's engine whose errors are ours."""

    __slots__ = ("_engine", "_error")

    def __init__(self, module: ModuleType, config: bytes, options: EngineOptions = USUAL) -> None:
        self._error: type[Exception] = module.EngineError
        try:
            self._engine: Any = module.Engine(config, **options.changed)
        except self._error as error:
            raise translated(error) from None

    @property
    def processing_ns(self) -> int:
        """Time inside the engine of the last process call."""
        return int(self._engine.processing_ns)

    def process(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> bytes:
        """Feed one batch."""
        try:
            return self._engine.process(columns, controls)  # type: ignore[no-any-return]
        except self._error as error:
            raise translated(error) from None

    def evaluate(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> tuple[bytes, bytes, bytes, bytes]:
        """Phase one alone."""
        try:
            return self._engine.evaluate(columns, controls)  # type: ignore[no-any-return]
        except self._error as error:
            raise translated(error) from None

    def snapshot(self) -> bytes:
        """The whole state."""
        try:
            return self._engine.snapshot()  # type: ignore[no-any-return]
        except self._error as error:
            raise translated(error) from None

    def restore(self, snapshot: bytes) -> None:
        """Take over a snapshot."""
        try:
            self._engine.restore(snapshot)
        except self._error as error:
            raise translated(error) from None

    def statistics(self, reset: bool = False) -> dict[str, Any]:
        """Counters and latencies."""
        try:
            return self._engine.statistics(reset)  # type: ignore[no-any-return]
        except self._error as error:
            raise translated(error) from None


def translated(error: Exception) -> EngineError:
    """The error of a module as one of ours."""
    if isinstance(error, EngineError):
        return error
    return EngineError(ErrorCode(error.code), error.message)  # type: ignore[attr-defined]


def load_module(name: str) -> LoadedEngine:
    """Load rust, cpp or python; MissingEngine says why it cannot be and what to do."""
    source = _MODULES[name]
    try:
        module = importlib.import_module(source.module)
    except ModuleNotFoundError as error:
        needs = "" if error.name == source.module else f" needs {error.name}, which"
        raise MissingEngine(name, f"module {source.module}{needs} is not installed", source.fix) from error
    except ImportError as error:
        raise MissingEngine(name, f"module {source.module} cannot be loaded ({error})", source.fix) from error
    try:
        found, version, build = module.contract_hash(), module.version(), module.build()
    except AttributeError as error:
        raise MissingEngine(name, f"stale build ({error})", source.fix) from error
    if found != CONTRACT_HASH:
        raise MissingEngine(name, stale_build(found), source.fix)
    return LoadedEngine(name, version, build, partial(InProcessEngine, module), _takes_options(module))


def _takes_options(module: ModuleType) -> bool:
    """Whether the constructor says that it has keywords for options; the reference has none."""
    engine = module.Engine
    return "threads" in f"{getattr(engine, '__text_signature__', '')} {engine.__init__.__doc__}"
