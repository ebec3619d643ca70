"""The one way to register what is chosen by name: features, strategies, cost models, measures, data sources.

The kinds are declared in quartet.core.kinds.

    @register("measure", "sharpe", source="Sharpe (1994)")
    def sharpe(returns, parameters: SharpeParameters) -> float: ...

A kind is declared once, with the module whose import registers what Quartet itself has of it. Others add theirs
through the entry point group "quartet.plugins": each entry names a module to import.
"""

from __future__ import annotations

import importlib
import inspect
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Final, TypeVar

from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, checked
from quartet.core.suggestion import suggestion

PLUGINS: Final = "quartet.plugins"
_Made = TypeVar("_Made", bound=Callable[..., Any])


class NoParameters(Parameters):
    """For what has nothing to choose."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered thing."""

    kind: str
    name: str
    make: Callable[..., Any]
    """A function or a class; it takes its parameters as `parameters`, where it has any."""
    parameters: type[Parameters]
    doc: str
    """One line."""
    source: str
    """The paper or standard of its formula; empty where there is none."""
    home: str
    """The module that registered it."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What its kind says of it beyond this: the unit of a measure, the columns that a feature needs."""

    @property
    def told(self) -> dict[str, str]:
        """The facts in words; without those that say nothing."""
        words = {name: _words(value) for name, value in self.facts.items()}
        return {name: text for name, text in words.items() if text}

    def configure(self, values: Mapping[str, Any] | None = None) -> Parameters:
        """The parameters, checked; ConfigError names what cannot be."""
        return checked(self.parameters, values or {}, f"{self.kind} {self.name!r}")

    def __call__(self, *given: Any, **values: Any) -> Any:
        """Call it with parameters by name; checked before."""
        if self.parameters is NoParameters:
            self.configure(values)
            return self.make(*given)
        return self.make(*given, self.configure(values))


@dataclass(slots=True)
class _Kind:
    doc: str
    homes: tuple[str, ...]
    entries: dict[str, Entry] = field(default_factory=dict)
    loaded: bool = False
    chosen: str = ""


_kinds: dict[str, _Kind] = {}
_lock = threading.RLock()
_plugins_loaded = False


def declare(kind: str, doc: str, *homes: str, chosen: str = "") -> None:
    """Declare a kind: what it is, the modules that register Quartet's own, and how a user chooses one."""
    with _lock:
        if kind not in _kinds:
            _kinds[kind] = _Kind(doc, homes, chosen=chosen)


def register(
    kind: str,
    name: str,
    *,
    parameters: type[Parameters] = NoParameters,
    source: str = "",
    **facts: Any,
) -> Callable[[_Made], _Made]:
    """Register a function or a class under a name; ConfigError where the name is taken by another."""

    def decorate(made: _Made) -> _Made:
        doc = (inspect.getdoc(made) or "").partition("\n")[0].strip()
        if not doc:
            raise ConfigError(f"{kind} {name!r} ({made.__module__}): its docstring must say in one line what it is")
        entry = Entry(kind, name, made, parameters, doc, source, made.__module__, facts)
        with _lock:
            entries = _known(kind).entries
            there = entries.get(name)
            if there is not None and there.home != entry.home:
                raise ConfigError(f"{kind} {name!r} of {entry.home} is registered already, by {there.home}")
            entries[name] = entry
        return made

    return decorate


def kinds() -> dict[str, str]:
    """Every kind with what it is."""
    importlib.import_module("quartet.core.kinds")
    _load_plugins()
    return {name: kind.doc for name, kind in sorted(_kinds.items())}


def chosen_by(kind: str) -> str:
    """How a user chooses one of a kind, in Markdown; empty where nothing is said."""
    return _known(kind).chosen


def entries(kind: str) -> dict[str, Entry]:
    """Everything of a kind by name, sorted."""
    return dict(sorted(_loaded(kind).entries.items()))


def entry(kind: str, name: str) -> Entry:
    """The entry of that name; ConfigError with the nearest name, or all of them, where there is none."""
    known = _loaded(kind).entries
    if name not in known:
        near = suggestion(name, known) or f"; there are: {', '.join(sorted(known)) or 'none'}"
        raise ConfigError(f"{kind} {name!r} is not registered{near}")
    return known[name]


def every_entry() -> Iterator[Entry]:
    """Everything that is registered, kind by kind."""
    for kind in kinds():
        yield from entries(kind).values()


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(
            f"{name} ({', '.join(f'{key}={each}' for key, each in inner.items())})" if inner else str(name)
            for name, inner in value.items()
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _known(kind: str) -> _Kind:
    importlib.import_module("quartet.core.kinds")
    if kind not in _kinds:
        raise ConfigError(f"there is no kind {kind!r}{suggestion(kind, _kinds) or ': ' + ', '.join(sorted(_kinds))}")
    return _kinds[kind]


def _loaded(kind: str) -> _Kind:
    _load_plugins()
    found = _known(kind)
    with _lock:
        if not found.loaded:
            found.loaded = True
            for home in found.homes:
                importlib.import_module(home)
    return found


def _load_plugins() -> None:
    """Import the modules of other packages, once; one that cannot be imported is named in the error."""
    global _plugins_loaded
    with _lock:
        if _plugins_loaded:
            return
        _plugins_loaded = True
        for point in metadata.entry_points(group=PLUGINS):
            try:
                point.load()
            except Exception as error:
                package = point.dist.name if point.dist else "an unknown package"
                raise ConfigError(f"plugin {point.name!r} of {package} cannot be loaded: {error}") from error
