"""Many engines over the same batches: what a compiled sweep and a loop of single engines look like from Python."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import COUNTERS
from quartet.core.fixed import money_to_bytes
from quartet.engines.native import translated
from quartet.engines.protocol import Buffer, Closeable, EngineFactory
from quartet.engines.snapshot_reader import read_snapshot

AMOUNTS: Final = ("cash", "equity", "fees", "realised", "equity_high")
"""Money of a row, in its order: 16 bytes each, little-endian, units of 1e-18."""
ROW: Final = np.dtype([*((name, "<u8") for name in COUNTERS), ("pad", "V8"), *((name, "V16") for name in AMOUNTS)])
"""One member of a sweep: its counters, then its money."""
_MODULES: Final = {"rust": "quartet_rust", "cpp": "quartet_cpp"}


class SweepCore(Protocol):
    """Engines of several configurations that are fed the same batches; none returns records (spec 15)."""

    def process(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> None:
        """Feed one batch to every member (spec 2.2)."""
        ...

    def rows(self) -> bytes:
        """Counters and money of every member as they stand, a ROW each."""
        ...

    def snapshot(self, member: int) -> bytes:
        """The whole state of one member (spec 14)."""
        ...


class LoopSweep:
    """A sweep by single engines, one after the other, for engines that have no sweep of their own."""

    def __init__(self, create: EngineFactory, configs: Sequence[bytes]) -> None:
        self._engines = [create(config) for config in configs]

    def process(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> None:
        """Feed one batch to every member."""
        for engine in self._engines:
            engine.process(columns, controls)

    def rows(self) -> bytes:
        """Counters and money of every member."""
        return b"".join(_row(engine.snapshot()) for engine in self._engines)

    def snapshot(self, member: int) -> bytes:
        """The whole state of one member."""
        return self._engines[member].snapshot()

    def close(self) -> None:
        """Give back what the engines hold."""
        for engine in self._engines:
            if isinstance(engine, Closeable):
                engine.close()


class NativeSweep:
    """The sweep of a compiled engine, whose errors are ours."""

    def __init__(self, module: ModuleType, configs: Sequence[bytes], threads: int) -> None:
        self._error: type[Exception] = module.EngineError
        try:
            self._sweep: Any = module.Sweep(list(configs), threads=threads)
        except self._error as error:
            raise translated(error) from None

    def process(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> None:
        """Feed one batch to every member."""
        try:
            self._sweep.process(columns, controls)
        except self._error as error:
            raise translated(error) from None

    def rows(self) -> bytes:
        """Counters and money of every member."""
        return self._sweep.rows()  # type: ignore[no-any-return]

    def snapshot(self, member: int) -> bytes:
        """The whole state of one member."""
        try:
            return self._sweep.snapshot(member)  # type: ignore[no-any-return]
        except self._error as error:
            raise translated(error) from None


def sweep_core(name: str, create: EngineFactory, configs: Sequence[bytes], threads: int = 1) -> SweepCore:
    """The sweep of the engine of this name: its own where it has one, else a loop of its engines."""
    module = sweep_module(name)
    return LoopSweep(create, configs) if module is None else NativeSweep(module, configs, threads)


def sweep_module(name: str) -> ModuleType | None:
    """The compiled module of an engine that takes all members through the data in one pass; None where it has none."""
    module = _MODULES.get(name)
    if module is None or importlib.util.find_spec(module) is None:
        return None
    compiled = importlib.import_module(module)
    return compiled if hasattr(compiled, "Sweep") else None


def amounts(rows: NDArray[np.void], name: str) -> list[int]:
    """One of AMOUNTS of every row, in units of 1e-18."""
    return [int.from_bytes(bytes(cell), "little", signed=True) for cell in rows[name]]


def _row(snapshot: bytes) -> bytes:
    state = read_snapshot(snapshot)
    engine = state.engine
    counters = np.array([engine.counters[name] for name in COUNTERS], "<u8").tobytes()
    money = (engine.cash, state.equity, engine.fees, engine.realised, engine.equity_high)
    return counters + bytes(8) + b"".join(money_to_bytes(amount) for amount in money)
