"""The in-process interface that the native engines have too."""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Sequence
from typing import Any

from quartet.core import contract
from quartet.core.contract import ErrorCode
from quartet.core.errors import EngineError
from quartet.engines.reference.core.records import canonical
from quartet.engines.reference.data_engine.columns import read_batch
from quartet.engines.reference.edge.introspection import Introspection
from quartet.engines.reference.edge.runtime import Runtime
from quartet.engines.reference.edge.snapshot_reader import read_snapshot
from quartet.engines.reference.edge.snapshot_writer import write_snapshot
from quartet.engines.reference.performance.histogram import LatencyHistogram


def contract_hash() -> str:
    """Hash of the contract that the engine was built for."""
    return contract.CONTRACT_HASH


def version() -> str:
    """Version of the engine."""
    return contract.VERSION


def build() -> str:
    """What runs the engine."""
    return f"{sys.implementation.name} {sys.version.split()[0]}"


class Engine:
    """One engine: a configuration, and the state that its inputs made of it."""

    def __init__(self, config: bytes) -> None:
        self._runtime = Runtime(bytes(config))
        self._failed = False
        self._latency = LatencyHistogram()
        self._started_ns = time.perf_counter_ns()
        self._processing_ns = 0

    @property
    def processing_ns(self) -> int:
        """Time inside the engine of the last process call."""
        return self._processing_ns

    def process(self, columns: Sequence[object], controls: Sequence[object]) -> bytes:
        """Step a batch and return its records, back to back."""
        self._require_sound()
        batch = read_batch(columns, controls)
        started = time.perf_counter_ns()
        try:
            records = self._runtime.process(batch, self._latency)
        except Exception as error:
            self._failed = True
            raise EngineError(ErrorCode.ENGINE_FAILED, f"a broken invariant: {error!r}") from error
        self._processing_ns = time.perf_counter_ns() - started
        return records

    def evaluate(self, columns: Sequence[object], controls: Sequence[object]) -> tuple[bytes, bytes, bytes, bytes]:
        """Phase one alone: verdict, score, confidence and fair value of every event."""
        self._require_sound()
        batch = read_batch(columns, controls)
        try:
            judgements = self._runtime.evaluate(batch)
        except Exception as error:
            self._failed = True
            raise EngineError(ErrorCode.ENGINE_FAILED, f"a broken invariant: {error!r}") from error
        layout = struct.Struct(f"<{len(judgements)}d")
        return (
            bytes(j.verdict for j in judgements),
            layout.pack(*(canonical(j.score) for j in judgements)),
            layout.pack(*(canonical(j.confidence) for j in judgements)),
            layout.pack(*(canonical(j.fair_value) for j in judgements)),
        )

    def snapshot(self) -> bytes:
        """The state as bytes (spec 14)."""
        self._require_sound()
        return write_snapshot(self._runtime)

    def restore(self, snapshot: bytes) -> None:
        """Take the configuration and the state of a snapshot, whatever was before (spec 14.2)."""
        self._runtime = read_snapshot(bytes(snapshot))
        self._failed = False

    def statistics(self, reset: bool = False) -> dict[str, Any]:
        """Counters of the state and the sampled latency; reset forgets the latency alone."""
        latency, state = self._latency, self._runtime.state
        values = {
            "counters": {name: getattr(self._runtime.counters, name) for name in contract.COUNTERS},
            "latency_count": latency.count,
            "latency_ns_total": latency.total,
            "latency_ns_max": latency.maximum,
            "latency_ns_p50": latency.quantile(0.5),
            "latency_ns_p90": latency.quantile(0.9),
            "latency_ns_p99": latency.quantile(0.99),
            "latency_ns_p999": latency.quantile(0.999),
            "uptime_ns": time.perf_counter_ns() - self._started_ns,
            "queue_depth": len(state.inbound) + len(state.reports),
            "pool_in_use": len(state.orders),
        }
        if reset:
            latency.reset()
        return values

    def watched(self) -> Introspection:
        """Watch the decisions from here on, until a restore; for explanations."""
        return Introspection(self._runtime.state)

    def _require_sound(self) -> None:
        if self._failed:
            raise EngineError(ErrorCode.ENGINE_FAILED, "the engine has failed; restore a snapshot or configure anew")
