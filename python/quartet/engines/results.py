"""Result: what an engine said of a batch or a run, as tables, counts and times; the same type for every engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import RECORD_SIZE, OrderState, RecordKind, Trigger
from quartet.core.lazy import lazy_module
from quartet.engines.record_rows import RecordRows
from quartet.engines.records import SplitRecords, count_of

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Group

    from quartet.engines import result_table
    from quartet.engines.result_table import ResultTable
else:
    pa = lazy_module("pyarrow")
    result_table = lazy_module("quartet.engines.result_table")

_ORDER_COLUMNS: Final = (
    "event_index",
    "ts_init",
    "symbol",
    "order_id",
    "side",
    "order_type",
    "price",
    "quantity",
    "leaves",
    "cum",
    "state",
    "code",
    "limit",
    "value",
    "signal_id",
)
_RENEWED: Final = {name: name for name in ("price", "quantity", "leaves", "cum")} | {"state": "state_to"}
"""What an order's row has of its last transition, and the fields there."""
_SPARSE: Final = 8
"""Ids that are spread over more than so many places each are sorted instead of counted."""


@dataclass(frozen=True, eq=False)
class Result:
    """The output of an engine. Everything is derived from the canonical records but the times, which are measured."""

    records: bytes
    """The canonical records, back to back (spec 13.2)."""
    symbols: Sequence[str] = ()
    """Names by symbol id."""
    engine: str = ""
    """The engine that ran."""
    degraded: str = ""
    """Why another engine than the one asked for ran; empty where it is the one."""
    processing_ns: int = 0
    """Time inside the engine, without decoding."""
    bridge_ns: int = 0
    """Time of the whole call."""
    sequence: int = 0
    """Number of this result in its engine's life, from 1; 0 where it is of no one call."""
    config_hash: str = ""
    """SHA-256 of the configuration that the engine was made with."""
    errors: tuple[str, ...] = ()
    """What the edge refused before the engine saw it."""

    @cached_property
    def _kinds(self) -> SplitRecords:
        return SplitRecords(self.records)

    def _table(self, name: str, kind: RecordKind) -> ResultTable:
        return result_table.ResultTable(name, self._rows(kind), self.symbols)

    def _rows(self, kind: RecordKind) -> RecordRows:
        return RecordRows(kind, self.records, self._kinds.places(kind))

    @cached_property
    def signals(self) -> ResultTable:
        """Changes of a symbol's direction: 1 buy, -1 sell, 0 none."""
        return self._table("signals", RecordKind.SIGNAL)

    @cached_property
    def order_events(self) -> ResultTable:
        """Every transition of every order."""
        return self._table("order_events", RecordKind.ORDER)

    @cached_property
    def orders(self) -> ResultTable:
        """One row an order that was created here, refused ones too, as it stood after its last transition here."""
        rows = self._rows(RecordKind.ORDER)
        fields = rows.columns({"order_id": 0, "state_from": 0})
        first = np.flatnonzero(fields["state_from"] == OrderState.CREATED)
        ids = fields["order_id"]
        created = rows.at(first)
        latest = rows.at(_last_places(ids, ids[first]))
        return result_table.ResultTable("orders", created, self.symbols, _ORDER_COLUMNS, latest, _RENEWED)

    @cached_property
    def risk_rejects(self) -> ResultTable:
        """Orders and replacements that a pre-trade check refused, with code, limit and value."""
        mask = self._rows(RecordKind.ORDER).column("trigger") == Trigger.RISK_REJECT
        return self.order_events.where(mask, "risk_rejects")

    @cached_property
    def fills(self) -> ResultTable:
        """Executions."""
        return self._table("fills", RecordKind.FILL)

    @cached_property
    def account(self) -> ResultTable:
        """The account after fills and controls."""
        return self._table("account", RecordKind.ACCOUNT)

    @cached_property
    def rejects(self) -> ResultTable:
        """Input records that were refused."""
        return self._table("rejects", RecordKind.INPUT_REJECT)

    @cached_property
    def halts(self) -> ResultTable:
        """Halts that were latched or cleared."""
        return self._table("halts", RecordKind.HALT)

    def to_arrow(self) -> pa.Table:
        """The canonical records as they are, without a copy: an Arrow column `record` of 128 bytes each (spec 13.2)."""
        rows = count_of(self.records)
        cells = pa.Array.from_buffers(pa.binary(RECORD_SIZE), rows, [None, pa.py_buffer(self.records)])
        return pa.table({"record": cells})

    @property
    def signal_count(self) -> int:
        """How many signals there are."""
        return len(self.signals)

    @property
    def order_count(self) -> int:
        """How many orders were created."""
        return len(self.orders)

    @property
    def fill_count(self) -> int:
        """How many fills there are."""
        return len(self.fills)

    @property
    def processing_time_us(self) -> float:
        """Time inside the engine in microseconds, without decoding."""
        return self.processing_ns / 1000

    @property
    def processing_latency_ms(self) -> float:
        """processing_time_us in milliseconds."""
        return self.processing_ns / 1e6

    @property
    def bridge_time_us(self) -> float:
        """Time of the whole call in microseconds."""
        return self.bridge_ns / 1000

    @cached_property
    def sha256(self) -> str:
        """Hash of the records: equal for equal answers."""
        return hashlib.sha256(self.records).hexdigest()

    def counts(self) -> dict[str, int]:
        """Rows of every table."""
        tables = (self.signals, self.orders, self.order_events, self.risk_rejects, self.fills, self.account)
        return {table.name: len(table) for table in (*tables, self.rejects, self.halts)}

    def __repr__(self) -> str:
        by = f"{self.engine}{f' (degraded: {self.degraded})' if self.degraded else ''}" or "no engine"
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts().items())
        errors = f", {len(self.errors):,} errors" if self.errors else ""
        return f"<Result of {by}: {counts}{errors}; {self.processing_time_us:,.1f} us, sha256 {self.sha256[:16]}>"

    def __rich__(self) -> Group:
        from rich.console import Group
        from rich.text import Text

        tables = (self.signals, self.orders, self.fills, self.account, self.rejects, self.halts)
        filled = [table.rich_table(10) for table in tables if len(table)]
        return Group(Text(repr(self)), *filled)


def _last_places(ids: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.intp]:
    """The last place of each wanted id, all of which are among the ids."""
    if not len(wanted):
        return np.zeros(0, np.intp)
    low, high = int(ids.min()), int(ids.max())
    if high - low >= _SPARSE * len(ids):
        # A stable sort keeps the order of time within one id.
        order = np.argsort(ids, kind="stable")
        last: NDArray[np.intp] = order[np.searchsorted(ids[order], wanted, "right") - 1]
        return last
    place_of = np.zeros(high - low + 1, np.intp)
    place_of[ids - np.uint64(low)] = np.arange(len(ids))  # of places that are written again the last stays
    latest: NDArray[np.intp] = place_of[wanted - np.uint64(low)]
    return latest


def joined(results: Iterable[Result]) -> Result:
    """One result of several that follow each other: records back to back, times added up."""
    parts = list(results)
    if not parts:
        return Result(b"")
    last = parts[-1]
    return Result(
        b"".join(part.records for part in parts),
        last.symbols,
        last.engine,
        next((part.degraded for part in parts if part.degraded), ""),
        sum(part.processing_ns for part in parts),
        sum(part.bridge_ns for part in parts),
        last.sequence,
        last.config_hash,
        tuple(error for part in parts for error in part.errors),
    )
