"""A configuration and the engine that was chosen for it: the symbol table, the intake, the results, the failures."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter_ns
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

from quartet.core.contract import ErrorCode
from quartet.core.errors import ConfigError, EngineError
from quartet.core.pb import config_pb2
from quartet.data.batch import EventBatch
from quartet.data.intake import Intake, to_batch
from quartet.data.rejects import EdgeRejects
from quartet.data.symbols import SymbolTable
from quartet.engines.config import EngineSettings, engine_settings, load_engine_config
from quartet.engines.config.trading import ANY_SYMBOL
from quartet.engines.protocol import CoreEngine
from quartet.engines.results import Result
from quartet.engines.selection import Selection, select
from quartet.engines.session import EngineSession
from quartet.engines.symbol_names import symbol_names
from quartet.graph import Graph

ConfigSource: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | EngineSettings
"""A YAML file, a mapping like one, or settings that were loaded before."""
_Answer = TypeVar("_Answer")
_RATE: Final = "max_orders_per_second"


def settings_of(config: ConfigSource, overrides: Mapping[str, Any] | None = None) -> EngineSettings:
    """The settings of a configuration in any form."""
    if isinstance(config, EngineSettings):
        if overrides:
            raise ConfigError("overrides go over a file or a mapping; these settings are loaded already")
        return config
    if isinstance(config, Mapping):
        return engine_settings(config, overrides=overrides)
    return load_engine_config(config, overrides=overrides)


def with_limits(settings: EngineSettings, changes: Mapping[str, Any]) -> EngineSettings:
    """The settings with other limits: keys of risk_management, or max_orders_per_second."""
    values = settings.effective()
    # What the machine allows was settled when the settings were loaded.
    values["performance"] = {_RATE: settings.performance.max_orders_per_second}
    homes = {key: "performance" if key == _RATE else "risk_management" for key in changes}
    checked = engine_settings(values, overrides={f"{homes[key]}.{key}": changes[key] for key in changes})
    performance = settings.performance.model_copy(update={_RATE: checked.performance.max_orders_per_second})
    return settings.model_copy(update={"risk_management": checked.risk_management, "performance": performance})


class ConfiguredEngine:
    """What TradingEngine stands on; see there."""

    engine_type: ClassVar[str | None] = None
    """The engine that a subclass always runs; None: the configuration's."""

    def __init__(
        self,
        config: ConfigSource,
        *,
        symbols: Iterable[str] | None = None,
        graph: Graph | None = None,
        engine: str | Selection | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        """graph stands in for the configuration's signal block, engine for its engine.type."""
        self.settings = settings_of(config, overrides)
        self._graph = graph
        wanted = self.engine_type or engine or self.settings.engine.type
        if isinstance(wanted, str):
            options = self.settings.engine_options
            wanted = select(wanted, self.settings.engine.fallback_to_python, options=options)
        self._selection = wanted
        self._session: EngineSession | None = None
        self._table = SymbolTable()
        self._names: tuple[str, ...] = ()
        self._config_hash = self.settings.config_hash
        self._results = 0
        self._failure = ""
        self._listed = [e.symbol for e in self.settings.instruments if e.symbol != ANY_SYMBOL]
        open_table = len(self._listed) < len(self.settings.instruments)
        if symbols is not None or not open_table:
            self._start(self.settings.engine_config(self._listed if symbols is None else symbols, graph))

    @property
    def engine_name(self) -> str:
        """The engine that runs: rust, cpp, go or python."""
        return self._selection.name

    @property
    def degraded(self) -> bool:
        """Whether it stands in for the one that was asked for."""
        return self._selection.degraded

    @property
    def reason(self) -> str:
        """Why this engine runs."""
        return self._selection.reason

    @property
    def symbols(self) -> tuple[str, ...]:
        """Names by symbol id; empty while the table waits for the first data."""
        return self._names

    @property
    def config_hash(self) -> str:
        """SHA-256 of the settings; of a restored configuration that is not theirs, of its bytes."""
        return self._config_hash

    @property
    def core(self) -> CoreEngine:
        """The engine itself, for columns and records as they are."""
        return self._running().core

    def _start(self, config: bytes) -> None:
        self._session = EngineSession(self._selection.create(config))
        self._know_symbols(config)

    def _know_symbols(self, config: bytes) -> None:
        """The symbol table of a serialised EngineConfig."""
        self._table = SymbolTable(instruments=config_pb2.EngineConfig.FromString(config).instruments)
        self._names = tuple(self._table.names)

    def _running(self) -> EngineSession:
        if self._session is None:
            raise ConfigError(
                f'instruments: the symbols of template "{ANY_SYMBOL}" are not known before the first data;'
                " pass symbols=[...] when opening the engine"
            )
        return self._session

    def _take_over(self, config: bytes, snapshot: bytes) -> None:
        """Restore a snapshot that carries this configuration."""
        session = self._session or EngineSession(self._selection.create(config))
        session.restore(snapshot)
        self._session = session
        self._know_symbols(config)
        self._failure = ""
        try:
            own = self.settings.engine_config(self.symbols, self._graph)
        except ConfigError:  # these settings have no such symbols
            own = b""
        self._config_hash = self.settings.config_hash if own == config else hashlib.sha256(config).hexdigest()

    def _intake(self, data: Any, **how: Any) -> Intake:
        """The data as a batch; the first data fixes an open symbol table."""
        if self._session is None:
            names = {*self._listed, *symbol_names(data)}
            self._start(self.settings.engine_config(names, self._graph))
        if isinstance(data, EventBatch):
            return Intake(data, EdgeRejects())
        if isinstance(data, Mapping):
            data = [data]
        return to_batch(data, self._table, **how)

    def _guarded(self, call: Callable[[], _Answer]) -> _Answer:
        """Make a call and remember a failure of the engine."""
        try:
            return call()
        except EngineError as error:
            if error.code == ErrorCode.ENGINE_FAILED:
                self._failure = str(error)
            raise

    def _result(self, records: bytes, started_ns: int, processing_ns: int, errors: Iterable[str] = ()) -> Result:
        self._results += 1
        return Result(
            records,
            self.symbols,
            self.engine_name,
            self.reason if self.degraded else "",
            processing_ns,
            perf_counter_ns() - started_ns,
            self._results,
            self._config_hash,
            tuple(errors),
        )

    def _known(self, symbol: str) -> int:
        """The id of a symbol."""
        self._running()
        try:
            return self.symbols.index(symbol)
        except ValueError:
            raise ConfigError(f"symbol {symbol!r} is not one of the engine's {len(self.symbols)} symbols") from None

    def _id(self, symbol: str | None) -> int | None:
        """The id of a symbol; None for the whole engine."""
        return None if symbol is None else self._known(symbol)
