"""Opening engines: from a configuration, by name, or the best that this machine has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from quartet.engines.configured_engine import ConfigSource, settings_of
from quartet.engines.selection import AUTO, PREFERENCE, select
from quartet.engines.trading_engine import TradingEngine
from quartet.graph import Graph


class RustTradingEngine(TradingEngine):
    """The Rust engine, in this process."""

    engine_type = "rust"


class QuantTradingEngine(TradingEngine):
    """The C++ engine, in this process."""

    engine_type = "cpp"


class GoTradingEngine(TradingEngine):
    """The Go engine, in a process of its own."""

    engine_type = "go"


class PythonTradingEngine(TradingEngine):
    """The Python reference, in this process."""

    engine_type = "python"


def open_engine(
    config: ConfigSource,
    *,
    symbols: Iterable[str] | None = None,
    graph: Graph | None = None,
    engine: str | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> TradingEngine:
    """Open the engine of a configuration: a YAML file, a mapping like one, or loaded settings.

    symbols: the symbol table. graph: instead of the signal block. engine: instead of engine.type.
    overrides: keys with dots that go over the configuration.
    """
    return TradingEngine(config, symbols=symbols, graph=graph, engine=engine, overrides=overrides)


def create_best_available_engine(
    config: ConfigSource, *, preference: Sequence[str] = PREFERENCE, **how: Any
) -> TradingEngine:
    """Open the first engine of the preference that works here, whatever engine.type says; `reason` tells why it is.

    QUARTET_ENGINE, where it is set, goes over the preference.
    """
    settings = settings_of(config, how.pop("overrides", None))
    chosen = select(AUTO, settings.engine.fallback_to_python, preference, settings.engine_options)
    return TradingEngine(settings, engine=chosen, **how)
