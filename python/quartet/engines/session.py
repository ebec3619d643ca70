"""One engine with what must be known beside its state: its place in the stream, its time, and its failures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import CODE_TEXTS, Code, EventKind, RecordKind
from quartet.core.errors import ConfigError
from quartet.core.lazy import lazy_module
from quartet.core.pb import market_data_pb2
from quartet.data.batch import EventBatch
from quartet.data.builders import controls
from quartet.engines.protocol import Closeable, CoreEngine
from quartet.engines.records import RECORD_DTYPES, has_kind, taken

if TYPE_CHECKING:
    from quartet.engines import snapshot_reader
    from quartet.engines.snapshot_model import Snapshot
else:
    snapshot_reader = lazy_module("quartet.engines.snapshot_reader")

_LATE_KINDS = (EventKind.EXECUTION_REPORT, EventKind.CONTROL)
_EARLY_CODES = (
    Code.UNKNOWN_KIND,
    Code.UNKNOWN_SOURCE,
    Code.OUT_OF_ORDER,
    Code.FUTURE_TS,
    Code.DUPLICATE_SEQUENCE,
)


class EngineSession:
    """Feeds a CoreEngine and follows its clock, so that commands can be given their place in the stream."""

    def __init__(self, core: CoreEngine) -> None:
        self.core = core
        self.events = 0
        """Input events so far: the index of the next one."""
        self.processing_ns = 0
        """Time inside the engine since the last reset of its statistics."""
        self.processed = 0
        """Events processed in that time."""
        self._last_ts: int | None = 0

    def process(self, batch: EventBatch) -> bytes:
        """Feed a batch and return its records."""
        records = self.core.process(batch.to_columns(), batch.controls)
        first, self.events = self.events, self.events + len(batch)
        self.processed += len(batch)
        self.processing_ns += self.core.processing_ns
        self._advance(batch, records, first)
        return records

    def evaluate(self, batch: EventBatch) -> tuple[bytes, bytes, bytes, bytes]:
        """Phase one alone over a batch."""
        columns = self.core.evaluate(batch.to_columns(), batch.controls)
        self.events += len(batch)
        if len(batch):
            self._last_ts = None  # rejects of phase one are not reported
        return columns

    def command(self, messages: Sequence[market_data_pb2.Control], ts: int | None) -> bytes:
        """Give commands at the time of the last event, or at ts; ConfigError where the engine refuses one."""
        now = self.last_ts if ts is None else ts
        batch = controls(list(messages), np.full(len(messages), now, np.int64))
        records = self.process(batch)
        refused = _rejects(records)
        if len(refused):
            code = Code(int(refused["code"][0]))
            what, remedy = CODE_TEXTS[code]
            raise ConfigError(f"the engine refused the command at {now}: {code.name}: {what} {remedy}")
        return records

    @property
    def last_ts(self) -> int:
        """ts_init of the last accepted event, 0 before the first."""
        if self._last_ts is None:
            self._last_ts = self.state().engine.last_ts_init
        return self._last_ts

    def state(self) -> Snapshot:
        """The whole state, decoded."""
        return snapshot_reader.read_snapshot(self.core.snapshot())

    def restore(self, snapshot: bytes) -> None:
        """Take over a snapshot; the count of events and the time are the snapshot's."""
        engine = snapshot_reader.read_snapshot(snapshot).engine
        self.core.restore(snapshot)
        self.events = engine.counters["events"]
        self._last_ts = engine.last_ts_init

    def forget_times(self) -> None:
        """Start measuring anew, with the engine's statistics."""
        self.processing_ns = 0
        self.processed = 0

    def close(self) -> None:
        """Give back what the engine holds."""
        if isinstance(self.core, Closeable):
            self.core.close()

    def _advance(self, batch: EventBatch, records: bytes, first: int) -> None:
        """The clock goes on with accepted events only: a refused one may carry any time."""
        times = batch["ts_init"]
        if has_kind(records, RecordKind.INPUT_REJECT):
            refused = _rejects(records)
            # Reports and commands can also be refused in step S3, after they moved the clock (spec 2.5).
            late = np.isin(refused["input_kind"], _LATE_KINDS) & ~np.isin(refused["code"], _EARLY_CODES)
            refused = refused[~late]
            times = np.delete(times, (refused["event_index"] - np.uint64(first)).astype(np.intp))
        if len(times) and self._last_ts is not None:
            self._last_ts = max(self._last_ts, int(times.max()))


def _rejects(records: bytes) -> NDArray[np.void]:
    rows = np.frombuffer(records, RECORD_DTYPES[RecordKind.INPUT_REJECT])
    return taken(rows, np.flatnonzero(rows["kind"] == RecordKind.INPUT_REJECT))
