"""One engine fed with a stream: its records, its time, its last state; and the change to another on the way."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import Any

from quartet.data.batch import EventBatch
from quartet.engines import selection
from quartet.engines.options import USUAL, EngineOptions
from quartet.engines.protocol import Closeable, CoreEngine, EngineFactory
from quartet.engines.snapshot_model import Snapshot
from quartet.engines.snapshot_reader import read_snapshot


@dataclass(frozen=True, slots=True)
class ChosenEngine:
    """An engine that was selected, with what a report says of it."""

    name: str
    version: str
    build: str
    degraded: str
    """Why it stands in for another; empty where it is the one that was asked for."""
    create: EngineFactory
    options: EngineOptions = USUAL
    """How it works, as far as it can be told."""


def chosen_engine(wanted: str, fallback_to_python: bool = False, options: EngineOptions = USUAL) -> ChosenEngine:
    """Select an engine; `degraded` tells of one that stands in for another."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", selection.DegradedEngineWarning)
        chosen = selection.select(wanted, fallback_to_python, options=options)
    loaded = selection.find(chosen.name)
    degraded = chosen.reason if chosen.degraded else ""
    applied = options if loaded.takes_options else USUAL
    return ChosenEngine(chosen.name, loaded.version, loaded.build, degraded, chosen.create, applied)


class EngineRun:
    """A core engine and what it did so far."""

    def __init__(self, engine: ChosenEngine, config_bytes: bytes) -> None:
        self._config_bytes = config_bytes
        self.core: CoreEngine = engine.create(config_bytes)
        self.engines = [engine]
        """Engines that ran, in their order."""
        self.events = 0
        self.processing_ns = 0
        """Time inside the engines."""
        self.call_ns = 0
        """Time of the calls, the bridge to the engine included."""
        self.statistics: dict[str, Any] = {}
        """The engine's own statistics, where they were taken."""

    @property
    def name(self) -> str:
        """The engine that ran; of several, all: rust>cpp."""
        return ">".join(engine.name for engine in self.engines)

    def process(self, batch: EventBatch) -> bytes:
        """Feed a batch and return its records."""
        columns = batch.to_columns()
        started = time.perf_counter_ns()
        records = self.core.process(columns, batch.controls)
        self.call_ns += time.perf_counter_ns() - started
        self.processing_ns += self.core.processing_ns
        self.events += len(batch)
        return records

    def swap(self, engine: ChosenEngine) -> None:
        """Go on in another engine, which takes over a snapshot of this one."""
        snapshot = self.core.snapshot()
        following = engine.create(self._config_bytes)
        following.restore(snapshot)
        self.close()
        self.core = following
        self.engines.append(engine)

    def snapshot(self) -> bytes:
        """The whole state."""
        return self.core.snapshot()

    def state(self) -> Snapshot:
        """The whole state, decoded."""
        return read_snapshot(self.core.snapshot())

    def close(self) -> None:
        """Give back what the engine holds."""
        if isinstance(self.core, Closeable):
            self.core.close()
