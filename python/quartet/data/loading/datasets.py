"""load: anything that holds market data to a Dataset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl

from quartet.core.errors import ConfigError
from quartet.core.suggestion import suggestion
from quartet.data.contracts.checking import check, faulty_rows
from quartet.data.contracts.schema import Schema
from quartet.data.contracts.schemas import schema_named
from quartet.data.dataset import Dataset
from quartet.data.dialects import recognise
from quartet.data.file_plan import table_source
from quartet.data.files import events_of, open_events
from quartet.data.loading.inputs import memory_table, paths_of
from quartet.data.loading.options import LoadOptions
from quartet.data.loading.tables import TableReader
from quartet.data.loading.ticks import KINDS, TickReader
from quartet.data.provenance import Provenance, file_hash
from quartet.data.quality import assess
from quartet.data.sources import MemorySource
from quartet.data.verdict import Finding, Severity, Verdict

Reader = TableReader | TickReader


def load(
    what: Any,
    schema: str | Schema = "bars",
    *,
    signed_prices: bool = False,
    quality: bool = True,
    calendar: str | None = None,
    adjusted: bool = False,
    name: str | None = None,
    licence: str = "",
    **options: Any,
) -> Dataset:
    """Data in a contract, sorted, checked, with their provenance.

    what: a path, several, or a folder (Parquet, Arrow, CSV, JSON captures, packed or not); a Polars, pandas or Arrow
    frame; a DuckDB relation; a dict of columns. A Polars frame that has the contract's columns and types is taken as it
    is. options: those of LoadOptions, by name (timezone, map, symbol, interval, ...).
    quality: look for gaps, jumps, stale and doubtful values too. calendar: the sessions that gaps are counted against.
    adjusted: splits are in the prices already, or there can be none (indexes, commodities): jumps are no splits then.

    The data come back whatever the verdict is; `load(...).sound()` refuses those that break their contract. DataError
    where they cannot be brought into it: no time zone, no such column, a cell that is no number.
    """
    wanted, chosen = schema_named(schema), _options(options)
    if isinstance(what, pl.LazyFrame) and _in_contract(what, wanted):
        lazy = Provenance(name or "a lazy frame", "memory", licence=licence, steps=("taken as it is",))
        return Dataset.of(what, wanted, lazy, signed_prices=signed_prices)
    readers = _readers(what, wanted, chosen)
    frame, steps = _whole(readers, wanted, chosen)
    refused = [finding for _, each in readers for finding in getattr(each, "findings", ())]
    if chosen.faulty == "drop":
        frame, dropped = _without_faulty(frame, wanted, signed_prices)
        refused.extend(dropped)
    verdict = check(frame, wanted, signed_prices=signed_prices)
    verdict = verdict + Verdict(len(frame), (), tuple(refused))
    if quality and verdict.passed:
        verdict = verdict + assess(frame, wanted, calendar=calendar, adjusted=adjusted)
    paths = paths_of(what)
    provenance = Provenance(
        name or ", ".join(label for label, _ in readers[:3]) + (", ..." if len(readers) > 3 else ""),
        "memory" if paths is None else "file",
        tuple(file_hash(path) for path in paths or ()),
        licence,
        parameters=_said(
            {
                **options,
                "schema": wanted.name,
                "calendar": calendar,
                "signed_prices": signed_prices or None,
                "adjusted": adjusted or None,
            }
        ),
        steps=tuple(steps),
    )
    return Dataset(frame, wanted, verdict, provenance)


class Chunks:
    """The same chunk by chunk, in the data's order and neither sorted nor checked: for data larger than memory.

    Faulty rows are left out where the options say so. After an iteration, steps and findings say what was done.
    """

    def __init__(
        self, what: Any, schema: str | Schema, options: LoadOptions | None = None, *, signed_prices: bool = False
    ) -> None:
        self._schema, self._options, self._signed = schema_named(schema), options or LoadOptions(), signed_prices
        self._readers = _readers(what, self._schema, self._options)
        self.steps: list[str] = []
        self.findings: list[Finding] = []

    def __iter__(self) -> Iterator[pl.DataFrame]:
        self.steps, self.findings = [], []
        for _, reader in self._readers:
            for frame in reader:
                yield self._kept(frame)
            self.steps.extend(step for step in reader.steps if step not in self.steps)
            self.findings.extend(getattr(reader, "findings", ()))

    def _kept(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self._options.faulty != "drop":
            return frame
        kept, dropped = _without_faulty(frame, self._schema, self._signed)
        self.findings.extend(dropped)
        return kept


def _options(values: dict[str, Any]) -> LoadOptions:
    known = [each.name for each in fields(LoadOptions)]
    for name in values:
        if name not in known:
            raise ConfigError(
                f"load: unknown option {name!r}{suggestion(name, known) or '; there are: ' + ', '.join(known)}"
            )
    return LoadOptions(**values)


def _said(options: dict[str, Any]) -> dict[str, Any]:
    return {name: dict(value) if name == "map" else value for name, value in options.items() if value is not None}


def _in_contract(frame: pl.DataFrame | pl.LazyFrame, schema: Schema) -> bool:
    """Whether columns and types are the contract's: such a frame was made for it, and its stamps are what they say."""
    present = dict(frame.lazy().collect_schema())
    return all(present.get(each.name) == each.type for each in schema.columns if each.needed or each.name in present)


def _readers(what: Any, schema: Schema, options: LoadOptions) -> list[tuple[str, Any]]:
    paths = paths_of(what)
    if paths is not None:
        return [(path.name, _file_reader(path, schema, options)) for path in paths]
    if isinstance(what, (pl.DataFrame, pl.LazyFrame)) and _in_contract(what, schema):
        return [("a frame", _AsItIs(what, schema))]
    table = memory_table(what)
    if schema.name in KINDS:
        # Rows of several kinds say which they are; of others the contract decides between quotes and trades.
        dialect = recognise(table.column_names)
        kind = None if dialect is not None and "kind" in dialect.fields else KINDS[schema.name].name
        file = events_of(table, options=options.file_options(kind))
        return [("a table", TickReader(file, schema))]
    return [("a table", TableReader("the table", MemorySource(table), schema, options, is_file=False))]


def _file_reader(path: Path, schema: Schema, options: LoadOptions) -> Any:
    if schema.name in KINDS:
        return TickReader(open_events(path, options=options.file_options(None)), schema)
    source = table_source(path)
    if (contract := getattr(source, "contract", None)) == schema.name:
        return _AsItIs(pl.read_parquet(path), schema, f"written as {contract} by Quartet")
    return TableReader(path.name, source, schema, options, is_file=True)


class _AsItIs:
    """A frame that is in its contract already."""

    def __init__(
        self, frame: pl.DataFrame | pl.LazyFrame, schema: Schema, why: str = "in the contract already"
    ) -> None:
        self._frame = frame
        self.steps = [f"{why}: taken as it is"]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        yield self._frame.lazy().collect()


def _without_faulty(frame: pl.DataFrame, schema: Schema, signed_prices: bool) -> tuple[pl.DataFrame, list[Finding]]:
    faulty = faulty_rows(frame, schema, signed_prices=signed_prices)
    count = int(faulty.sum())
    if not count:
        return frame, []
    what = "what breaks the contract by itself was left out"
    remedy = "load without faulty='drop' to see which and why"
    first = int(faulty.arg_max() or 0)
    return frame.filter(~faulty), [Finding("refused_rows", Severity.WARNING, what, count, row=first, remedy=remedy)]


def _whole(readers: list[tuple[str, Any]], schema: Schema, options: LoadOptions) -> tuple[pl.DataFrame, list[str]]:
    frames = [frame for _, reader in readers for frame in reader]
    frame = pl.concat(frames, how="diagonal") if frames else schema.empty()
    steps = list(dict.fromkeys(step for _, reader in readers for step in reader.steps))
    ordered = frame.sort(schema.order, maintain_order=True)
    if len(frame) > 1 and not ordered.select(schema.order).equals(frame.select(schema.order)):
        steps.append(f"sorted by {', '.join(schema.order)}")
    if options.duplicates != "refuse" and schema.key:
        kept = ordered.unique(schema.key, keep=options.duplicates, maintain_order=True)
        if len(kept) < len(ordered):
            steps.append(
                f"{len(ordered) - len(kept):,} rows with the key of another left out, the {options.duplicates} kept"
            )
        ordered = kept
    return ordered, steps
