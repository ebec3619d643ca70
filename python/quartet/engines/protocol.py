"""What every engine looks like from Python, wherever it runs: the interface, and an engine that was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import CONTRACT_HASH
from quartet.core.errors import EngineUnavailable
from quartet.engines.options import EngineOptions

Buffer: TypeAlias = bytes | memoryview | NDArray[np.generic]
"""A packed little-endian column."""


class CoreEngine(Protocol):
    """One engine with its state. Every refusal is an EngineError with the code of the spec (12.1)."""

    @property
    def processing_ns(self) -> int:
        """Time inside the engine of the last process call; not part of the state."""
        ...

    def process(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> bytes:
        """Feed one batch (spec 2.2) and return the records that it made, back to back (spec 13)."""
        ...

    def evaluate(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> tuple[bytes, bytes, bytes, bytes]:
        """Phase one alone (spec 3.8): verdict u8, then score, confidence, fair value f64; a row per event."""
        ...

    def snapshot(self) -> bytes:
        """The whole state (spec 14)."""
        ...

    def restore(self, snapshot: bytes) -> None:
        """Take over the configuration and the state of a snapshot of any engine."""
        ...

    def statistics(self, reset: bool = False) -> dict[str, Any]:
        """Counters by name under "counters", latency and the other values of StatisticsResponse."""
        ...


@runtime_checkable
class Closeable(Protocol):
    """An engine that holds something to give back: a process or a connection."""

    def close(self) -> None:
        """Give it back; a second call does nothing."""
        ...


EngineFactory: TypeAlias = Callable[[bytes], CoreEngine]
"""Makes an engine from a serialised EngineConfig."""


@dataclass(frozen=True, slots=True)
class LoadedEngine:
    """An engine that this machine has and that is of our contract."""

    name: str
    version: str
    build: str
    create: Callable[..., CoreEngine]
    """Makes an engine from a serialised EngineConfig and, where it takes them, options=EngineOptions."""
    takes_options: bool = False
    """Whether it can be told about threads, mode and vector instructions."""

    def factory(self, options: EngineOptions) -> EngineFactory:
        """What makes engines with these options; one that takes none works as it always does."""
        return partial(self.create, options=options) if self.takes_options and options.changed else self.create


class MissingEngine(EngineUnavailable):
    """An engine that cannot be had, with the reason and what to do about it."""

    def __init__(self, engine: str, reason: str, fix: str) -> None:
        super().__init__(f"{engine} engine unavailable: {reason}: {fix}")
        self.engine = engine
        self.reason = reason
        self.fix = fix


def stale_build(contract_hash: str) -> str:
    """The reason of a build that is of another contract."""
    return f"contract {contract_hash[:12]}, not {CONTRACT_HASH[:12]}: stale build"
