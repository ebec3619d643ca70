"""One authored case: what goes in; what comes out is recorded from the reference engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from quartet.core.pb import config_pb2, market_data_pb2
from tests.conformance.stream import Stream


@dataclass
class Case:
    """A configuration and a stream; `paragraphs` are those of docs/engine-spec.md that it exercises."""

    name: str
    paragraphs: list[str]
    config: config_pb2.EngineConfig | bytes
    stream: Stream = field(default_factory=Stream)
    evaluate: bool = False
    # A frame that cannot be built from events; the last batch of the case.
    broken_batch: market_data_pb2.EventBatch | None = None

    def config_bytes(self) -> bytes:
        """Deterministic, so that every engine and every run sees the same bytes."""
        if isinstance(self.config, bytes):
            return self.config
        return self.config.SerializeToString(deterministic=True)
