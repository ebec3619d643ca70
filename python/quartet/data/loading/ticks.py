"""Files and frames of ticks to frames of a contract, through the reader that engines use: exact, one-sided quotes made
whole, captures and dialects recognised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from quartet.core.contract import LEVELS_MAX, EventKind
from quartet.core.errors import DataError
from quartet.data.batch import EventBatch
from quartet.data.contracts.schema import TIME, Schema
from quartet.data.files import EventFile
from quartet.data.verdict import Finding, Severity

KINDS: Final = {"trades": EventKind.TRADE, "quotes": EventKind.QUOTE, "book": EventKind.BOOK}
_SCALE: Final = 1e9


class TickReader:
    """One file of events on its way into a contract; iterating gives a frame a batch."""

    def __init__(self, file: EventFile, schema: Schema) -> None:
        self._file, self._schema = file, schema
        self._kind = KINDS[schema.name]
        if file.zone_assumed:
            raise DataError(
                f"{file.name}: the times carry no time zone. Say which they are of: timezone='UTC', "
                "timezone='America/New_York'"
            )
        self._met: dict[EventKind, int] = {}
        self.steps: list[str] = []
        """What was assumed, once the file was read."""
        self.findings: list[Finding] = []
        """What was refused, once the file was read."""

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for batch in self._file.stream(clocks=False):
            for kind, count in batch.counts().items():
                self._met[kind] = self._met.get(kind, 0) + count
            frame = self._frame(batch)
            if len(frame):
                yield frame
        self._close()

    def _frame(self, batch: EventBatch) -> pl.DataFrame:
        rows = batch.rows(self._kind)
        names = pl.Series(self._file.symbols.names, dtype=pl.String)
        columns: dict[str, Any] = {
            "timestamp": pl.Series(batch["ts_event"][rows]).cast(TIME),
            "symbol": names.gather(batch["symbol"][rows]) if len(rows) else pl.Series([], dtype=pl.String),
        }
        columns.update(_VALUES[self._kind](batch))
        if "sequence" in self._file.fields:
            columns["sequence"] = batch["sequence"][rows].astype(np.int64)
        if "ts_init" in self._file.fields:
            columns["ts_init"] = pl.Series(batch["ts_init"][rows]).cast(TIME)
        return pl.DataFrame(self._without_default_sizes(columns))

    def _without_default_sizes(self, columns: dict[str, Any]) -> dict[str, Any]:
        """An engine needs a size where the file has none; a frame says that there is none."""
        if self._kind is EventKind.QUOTE:
            for side in ("bid", "ask"):
                if f"{side}_size" not in self._file.fields and f"{side}_size_1" not in self._file.fields:
                    columns[f"{side}_size"] = pl.Series([None] * len(columns["timestamp"]), dtype=pl.Float64)
        return columns

    def _close(self) -> None:
        file = self._file
        self.steps = [f"read as {file.dialect}", *(note for note in file.notes if "default size" not in note)]
        others = {kind.name.lower(): count for kind, count in self._met.items() if kind is not self._kind and count}
        if others:
            told = ", ".join(f"{count:,} {name} events" for name, count in others.items())
            self.steps.append(f"{told} of the same file are not in these {self._schema.name}")
        if file.rejects.total:
            first = file.rejects[0]
            self.findings.append(
                Finding(
                    "refused_rows",
                    Severity.WARNING,
                    f"what could not be read was left out, such as {first.message}",
                    file.rejects.total,
                    row=first.row,
                    remedy="look at the file, or map other columns",
                )
            )


def _trades(batch: EventBatch) -> dict[str, Any]:
    return {
        "price": batch["trade_price"] / _SCALE,
        "size": batch["trade_size"] / _SCALE,
        "side": batch["aggressor"].astype(np.int8),
    }


def _quotes(batch: EventBatch) -> dict[str, Any]:
    return {
        ours: _side(batch[f"{side}_{what}"], batch[f"{side}_price"])
        for side in ("bid", "ask")
        for ours, what in ((side, "price"), (f"{side}_size", "size"))
    }


def _books(batch: EventBatch) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for level in range(LEVELS_MAX):
        for side in ("bid", "ask"):
            there = batch[f"book_{side}_levels"] > level
            for what in ("price", "size"):
                values = batch[f"book_{side}_{what}s"].reshape(-1, LEVELS_MAX)[:, level]
                columns[f"{side}_{what}_{level + 1}"] = _side(values, there)
    return columns


def _side(values: Any, there: Any) -> pl.Series:
    """Numbers where there is a price, null elsewhere."""
    return pl.Series(values / _SCALE).set(pl.Series(there == 0), None)


_VALUES: Final = {EventKind.TRADE: _trades, EventKind.QUOTE: _quotes, EventKind.BOOK: _books}
