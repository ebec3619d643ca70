"""Dataset: a frame with its contract, its verdict and where it comes from; what every loader and every source gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from quartet.core.errors import DataError
from quartet.data.batch import EventBatch
from quartet.data.contracts.checking import check
from quartet.data.contracts.schema import Schema
from quartet.data.contracts.schemas import schema_named
from quartet.data.intake import Intake, to_batch
from quartet.data.provenance import Provenance, content_hash
from quartet.data.verdict import Verdict

_EVENT_KINDS = {"bars": "bar", "panel": "bar", "quotes": "quote", "trades": "trade", "book": "book"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Data that were checked. It never changes; every step gives a new one."""

    data: pl.DataFrame | pl.LazyFrame
    schema: Schema
    verdict: Verdict
    provenance: Provenance

    @classmethod
    def of(
        cls,
        frame: pl.DataFrame | pl.LazyFrame,
        schema: str | Schema,
        provenance: Provenance | None = None,
        *,
        signed_prices: bool = False,
    ) -> Dataset:
        """A frame that has the contract's columns and types already; the check says where it does not keep it."""
        wanted = schema_named(schema)
        verdict = check(frame, wanted, signed_prices=signed_prices)
        return cls(frame, wanted, verdict, provenance or Provenance("a frame", "memory"))

    @property
    def frame(self) -> pl.DataFrame:
        """The data in memory; a lazy frame is read whole."""
        return self.data.lazy().collect(engine="streaming") if isinstance(self.data, pl.LazyFrame) else self.data

    @property
    def lazy(self) -> pl.LazyFrame:
        """The data to be scanned, which need not fit into memory."""
        return self.data.lazy()

    @property
    def symbols(self) -> list[str]:
        """Names of the symbols, sorted by their UTF-8 bytes."""
        if not self.schema.owner:
            return []
        owners = self.lazy.select(pl.col(self.schema.owner).unique()).collect(engine="streaming")
        return sorted(owners.to_series().to_list(), key=str.encode)

    @property
    def hash(self) -> str:
        """SHA-256 of what the data say; it does not depend on where they come from."""
        return content_hash(self.frame)

    def sound(self) -> Dataset:
        """The data themselves where the verdict passed; DataError with all errors where it failed."""
        self.verdict.raise_if_failed(self.provenance.name)
        return self

    def with_verdict(self, more: Verdict) -> Dataset:
        """The same data with more findings."""
        return replace(self, verdict=self.verdict + more)

    def events(self, symbols: Mapping[str, int] | None = None) -> Intake:
        """The rows as events of an engine; symbols: names to ids, by default the places of the sorted names.

        A column that is null becomes a refused row, as an engine would refuse it. DataError where the contract's rows
        are no events.
        """
        kind = _EVENT_KINDS.get(self.schema.name)
        if kind is None:
            raise DataError(f"rows of {self.schema.name} are no events; events are {', '.join(_EVENT_KINDS)}")
        if len(self.frame) == 0:
            return to_batch([], symbols or {})
        names = symbols or {name: number for number, name in enumerate(self.symbols)}
        return to_batch(self.frame.select(_event_columns(self.schema, self.frame)), names, kind=kind, places="round")

    def batch(self) -> EventBatch:
        """The rows as events; DataError where any cannot be one."""
        intake = self.events()
        if intake.rejects.total:
            raise DataError(f"{self.provenance.name}: {intake.rejects!r}; first: {intake.rejects[0].message}")
        return intake.batch

    def to_dict(self) -> dict[str, Any]:
        """What a result records of its data."""
        return {
            "schema": self.schema.name,
            "sha256": self.hash,
            "provenance": self.provenance.to_dict(),
            "verdict": self.verdict.to_dict(),
        }

    def __str__(self) -> str:
        return f"{self.provenance.label}: {self.schema.name}, {self.verdict}"


def _event_columns(schema: Schema, frame: pl.DataFrame) -> list[str]:
    foreign = {"adj_close", "vwap", "trade_count", "venue"}
    return [name for name in schema.by_name if name in frame.columns and name not in foreign and name != "date"]
