"""Loading a configuration: base file, the environment's file, variables, overrides, each above the one before."""

import hashlib
import json
import os
import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from pydantic import PrivateAttr, ValidationError

from quartet.core.errors import ConfigError
from quartet.core.rules import show
from quartet.engines.config import machine
from quartet.engines.config.alternates import BadAlternate, renamed
from quartet.engines.config.block import Block
from quartet.engines.config.complaints import Complaint, complaints_of, refuse
from quartet.engines.config.configuration import Configuration
from quartet.engines.config.document import read_file, read_value
from quartet.engines.config.environment import check_tightening, environment_layer
from quartet.engines.config.layers import Layer, Path, nested
from quartet.engines.config.message import EngineMessages, risk_limits
from quartet.engines.config.numbers import plain
from quartet.engines.config.risk import LIMITS
from quartet.engines.config.trading import instrument_of
from quartet.engines.options import AUTO, SCALAR, EngineOptions
from quartet.graph import Graph, GraphError, GraphTextError

ENVIRONMENT = "QUARTET_ENVIRONMENT"
_POOL = ("performance", "memory_pool_size_mb")
_THREADS = ("performance", "max_threads")
_OPEN_ORDERS = ("risk_management", "max_open_orders")


class EngineSettings(Configuration):
    """A configuration that was checked, and what is made of it."""

    _layer: Layer = PrivateAttr(default_factory=Layer)
    _graph: Graph | None = PrivateAttr(default=None)
    _warnings: tuple[str, ...] = PrivateAttr(default=())
    _approval: str = PrivateAttr(default="")

    @property
    def graph(self) -> Graph | None:
        """The compiled signal block."""
        return self._graph

    @property
    def warnings(self) -> tuple[str, ...]:
        """What loading had to say: deprecated keys, values clamped to the machine."""
        return self._warnings

    @property
    def approval(self) -> str:
        """The record under which the environment loosened a limit; empty: it did not."""
        return self._approval

    @property
    def threads(self) -> int:
        """performance.max_threads within what the machine has."""
        return min(self.performance.max_threads, machine.processors())

    @property
    def engine_options(self) -> EngineOptions:
        """How the engine works: on so many threads, with vector instructions or without."""
        return EngineOptions(threads=self.threads, simd=AUTO if self.performance.enable_simd else SCALAR)

    @property
    def memory_pool_mb(self) -> int:
        """performance.memory_pool_size_mb within half of the memory."""
        return min(self.performance.memory_pool_size_mb, machine.memory_mb() // 2)

    @property
    def rows_off(self) -> tuple[str, ...]:
        """Limits that are null, so that their row of the gate is off."""
        names = [f"risk_management.{n}" for n in LIMITS if getattr(self.risk_management, n) is None]
        if self.performance.max_orders_per_second is None:
            names.append("performance.max_orders_per_second")
        return tuple(sorted(names))

    def origin(self, key: str) -> str:
        """Where a key's value comes from: file:line, variable, override, or default."""
        return self._layer.origins.get(tuple(key.split(".")), "default")

    def engine_config(self, symbols: Iterable[str], graph: Graph | None = None) -> bytes:
        """Return the serialised EngineConfig for these symbols; graph stands in for the signal block."""
        return self._message(EngineMessages(symbols), graph)

    def risk_limits(self) -> bytes:
        """Return the serialised RiskLimits, for a SET_LIMITS command."""
        limits = risk_limits(self.risk_management, self.performance, self.session)
        return limits.SerializeToString(deterministic=True)

    def effective(self) -> dict[str, Any]:
        """Return every key with its value, defaults included, as a configuration file could give them."""
        values: dict[str, Any] = _plain(self.model_dump())
        # What an entry leaves out comes from the template, and has to be said where all is said.
        resolved = [instrument_of(self.instruments, entry.symbol) for entry in self.instruments]
        values["instruments"] = [_plain(entry.model_dump()) for entry in resolved if entry]
        return values

    @property
    def config_hash(self) -> str:
        """SHA-256 of the effective configuration; does not depend on the machine or on where keys were given."""
        text = json.dumps(self.effective(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _message(self, messages: EngineMessages, graph: Graph | None = None) -> bytes:
        program = graph or self._graph
        if program is None:
            raise ConfigError("signal: there is no graph; write a signal block, or pass a graph made in Python")
        return messages.serialised(self, program, self._layer)


class Variants:
    """Settings that differ from a template's in a few keys, as messages; blocks that do not differ are checked once."""

    def __init__(self, template: EngineSettings, symbols: Iterable[str]) -> None:
        values = template.effective()
        # What the machine allows was settled when the template was loaded.
        for key in (_POOL, _THREADS):
            del values[key[0]][key[1]]
        self._below = _present(nested(values, "settings"), [])
        self._template = _validated(self._below)
        # A block that is given as one is not checked again.
        self._blocks = {name: value for name, value in self._template if isinstance(value, Block)}
        self._messages = EngineMessages(symbols)

    def engine_config(self, overrides: Mapping[str, Any]) -> bytes:
        """Return the serialised EngineConfig of the template under these overrides; they are as for engine_settings."""
        return self._settings(overrides)._message(self._messages)

    def _settings(self, overrides: Mapping[str, Any]) -> EngineSettings:
        notes: list[str] = []
        above = _present(_given(overrides), notes)
        layer = above.over(self._below)
        return _settled(self._checked(layer, above.values), layer, notes)

    def _checked(self, layer: Layer, names: Iterable[str]) -> EngineSettings:
        try:
            checked = EngineSettings.model_validate(self._blocks | {name: layer.values[name] for name in names})
        except ValidationError:
            return _validated(layer)
        return self._template.model_copy(update={name: getattr(checked, name) for name in names})


def load_engine_config(
    path: str | os.PathLike[str],
    *,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> EngineSettings:
    """Load a file. overrides has dotted keys; their values, if text, are read as YAML would.

    QUARTET_ENVIRONMENT=NAME in the environment lays NAME/<file name>, beside the file, over it.
    """
    surroundings = os.environ if environ is None else environ
    base = FilePath(path)
    layers = [read_file(base)]
    name = surroundings.get(ENVIRONMENT, "").strip()
    if name:
        layers.append(read_file(base.parent / name / base.name))
    return _load(layers, overrides or {}, surroundings)


def engine_settings(
    values: Mapping[str, Any] | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> EngineSettings:
    """Make settings from a mapping like a file's. The environment is not looked at unless it is given."""
    return _load([nested(values or {}, "settings")], overrides or {}, environ or {})


def _load(files: list[Layer], overrides: Mapping[str, Any], environ: Mapping[str, str]) -> EngineSettings:
    notes: list[str] = []
    layer = Layer()
    for file in files:
        layer = _present(file, notes).over(layer)
    variables = environment_layer(environ)
    above = _given(overrides)
    approval = ""
    if variables.values:
        lower = _validated(layer)
        approval = check_tightening(environ, variables, lambda path: _at(lower, path))
    for each in (variables, above):
        layer = _present(each, notes).over(layer)
    return _settled(_validated(layer), layer, notes, approval)


def _given(overrides: Mapping[str, Any]) -> Layer:
    return nested({key: read_value(v) if isinstance(v, str) else v for key, v in overrides.items()}, "override")


def _present(layer: Layer, notes: list[str]) -> Layer:
    """The layer with present names only; notes gets what there is to say about others."""
    try:
        present, said = renamed(layer)
    except BadAlternate as error:
        refuse([Complaint(layer.origin(error.path), error.path, error.rule, show(error.value))])
        raise
    notes += said
    return present


def _settled(settings: EngineSettings, layer: Layer, notes: list[str], approval: str = "") -> EngineSettings:
    """The settings with where they come from and their graph, if they fit the machine."""
    _fit_capacity(settings, layer)
    clamped = _fit_machine(settings, layer)
    settings._layer, settings._warnings, settings._approval = layer, (*notes, *clamped), approval
    if settings.signal is not None:
        settings._graph = _compiled(settings, layer)
    for note in notes:
        warnings.warn(note, DeprecationWarning, stacklevel=4)
    for note in clamped:
        warnings.warn(note, UserWarning, stacklevel=4)
    return settings


def _validated(layer: Layer) -> EngineSettings:
    try:
        return EngineSettings.model_validate(layer.values)
    except ValidationError as error:
        found = complaints_of(error, layer, Configuration)
    refuse(found)
    raise AssertionError("an invalid configuration has no complaints")


def _fit_capacity(settings: EngineSettings, layer: Layer) -> None:
    asked, room = settings.risk_management.max_open_orders, settings.capacity.open_orders
    if asked is not None and asked > room:
        path = _OPEN_ORDERS if _OPEN_ORDERS in layer.origins else ("capacity", "open_orders")
        rule = f"risk_management.max_open_orders = {asked} must be at most capacity.open_orders = {room}"
        refuse([Complaint(layer.origin(path), path, rule)])


def _fit_machine(settings: EngineSettings, layer: Layer) -> list[str]:
    """Refuse more memory than there is, where it was asked for; clamp threads, and say so."""
    asked = settings.performance.memory_pool_size_mb
    if _POOL in layer.origins and asked > (room := machine.memory_mb() // 2):
        rule = f"must be at most half of the memory that the process may use, {room} MiB"
        refuse([Complaint(layer.origin(_POOL), _POOL, rule, str(asked))])
    if _THREADS in layer.origins and settings.performance.max_threads > settings.threads:
        return [
            f"{layer.origin(_THREADS)}: performance.max_threads = {settings.performance.max_threads}"
            f" is clamped to the {settings.threads} processors of this machine"
        ]
    return []


def _compiled(settings: EngineSettings, layer: Layer) -> Graph:
    assert settings.signal is not None
    try:
        return settings.signal.compile(settings.signal_generation)
    except GraphTextError as error:
        path: Path = ("signal", *error.name.split(".", 1))
        rule = f"column {error.column}: {error.reason}\n{error.excerpt()}"
        refuse([Complaint(layer.origin(path), path, rule)])
        raise
    except GraphError as error:
        path = ("signal", "score")
        refuse([Complaint(layer.origin(path), path, str(error))])
        raise


def _at(settings: EngineSettings, path: Path) -> Any:
    value: Any = settings
    for key in path:
        value = getattr(value, str(key))
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
