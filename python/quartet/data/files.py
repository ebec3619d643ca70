"""Events out of files, chunk by chunk: open_events gives an EventFile, which is read by iterating over it.

The file's order is kept where its ts_init never goes back; else its events are sorted, and a note says so.
docs/data-files.md lists the fields, the options and the files that are read without any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quartet.core.contract import NO_SYMBOL, EventKind, Flag
from quartet.core.errors import DataError
from quartet.data.batch import EventBatch, concat
from quartet.data.cells import Cells, Manner, arrow_array, arrow_table
from quartet.data.decimals import Bools
from quartet.data.exact import Places, nano_of
from quartet.data.file_plan import FileOptions, FilePlan, plan_file, plan_table
from quartet.data.rejects import EdgeRejects
from quartet.data.rows import RowReader, Stamps, id_numbers
from quartet.data.sides import SideComposer, SideMode
from quartet.data.stamping import Stamper
from quartet.data.streams import clocked, merge_streams, sorted_stream
from quartet.data.symbols import EdgeInstrument, SymbolTable
from quartet.data.times import BadTime, interval_ns

_REJECTS_KEPT = 1000


class EventFile:
    """One file as a stream of event batches. Iterating reads it, and may be done again."""

    def __init__(
        self,
        plan: FilePlan,
        options: FileOptions,
        symbols: Mapping[str, int] | Iterable[str] | None = None,
        instruments: Iterable[EdgeInstrument] | None = None,
    ) -> None:
        self._plan = plan
        self._options = options
        self._venues: dict[str, int] = {}
        self.rejects = EdgeRejects(_REJECTS_KEPT)
        """Rows that were refused at the edge in the present reading."""
        self.rows_read = 0
        """Rows of the present reading so far; of `rows`, where that is known."""
        self.ordered = True
        """Whether ts_init never goes back in the file's own order."""
        self._reader: RowReader | None = None
        self._stamper = self._new_stamper()
        self._composer = SideComposer(SideMode(options.sides), "venue" in plan.fields, plan.timezone)
        default = nano_of(options.default_size)
        names = self._look_ahead(collect=symbols is None and instruments is None)
        self.symbols = SymbolTable(names if symbols is None and instruments is None else symbols, instruments, default)
        """Ids of the symbols; those of the file, sorted, where none were given."""

    @property
    def name(self) -> str:
        """Name of the file."""
        return self._plan.name

    @property
    def dialect(self) -> str:
        """What the file was recognised as."""
        return self._plan.dialect

    @property
    def kind(self) -> EventKind | None:
        """Kind of its events; None where rows differ."""
        return self._plan.kind

    @property
    def rows(self) -> int | None:
        """Rows of the file, where that is known without reading it."""
        return self._plan.source.rows

    @property
    def zone_assumed(self) -> bool:
        """Whether times carry no offset and nobody said which zone they are of."""
        return self._stamper.zone_assumed and not self._plan.zone_given

    @property
    def fields(self) -> tuple[str, ...]:
        """Our fields that its columns were recognised as or mapped to."""
        return tuple(self._plan.fields)

    def __iter__(self) -> Iterator[EventBatch]:
        return self.stream()

    def stream(self, clocks: bool = True) -> Iterator[EventBatch]:
        """The events from the file's start; clocks: with a CLOCK after every stamp that has a bar."""
        stream: Iterator[EventBatch] = self._pieces()
        if not self.ordered:
            stream = sorted_stream(stream)
        if self._plan.kind in (None, EventKind.QUOTE):
            stream = self._composer.stream(stream)
        if "source" not in self._plan.fields and "venue" in self._plan.fields:
            stream = (_without_source(batch) for batch in stream)
        if clocks and self._plan.kind in (None, EventKind.BAR):
            stream = clocked(stream)
        return stream

    def read(self) -> EventBatch:
        """All events in one batch."""
        return concat(self)

    @property
    def notes(self) -> list[str]:
        """What a reader should know of the latest reading: assumptions made, and what was changed or left out."""
        plan, notes = self._plan, []
        if not self.ordered:
            notes.append("rows are not in order of time; they were sorted by ts_init, equal ones kept their order")
        if self.zone_assumed:
            notes.append("times carry no offset and are taken for UTC; the option timezone says otherwise")
        if self._reader and self._reader.defaulted:
            notes.append(f"{self._reader.defaulted:,} sizes are not in the file; the default size stands for them")
        if self._reader and self._reader.mended:
            notes.append(f"{self._reader.mended:,} numbers have more than nine decimal places and were rounded to nine")
        if self._composer.mode in (SideMode.COMPOSE, SideMode.CARRY):
            notes.append(f"one-sided quotes were made whole by {self._composer.mode.value}")
        if self._composer.joined:
            notes.append(f"{self._composer.joined:,} bid rows were joined with the ask row of the same time")
        unread: Counter[str] = getattr(plan.source, "unread", None) or Counter()
        notes += [f"{count:,} {what} messages are not read" for what, count in unread.items()]
        if self.rejects.total:
            notes.append(f"{self.rejects.total:,} rows were refused: {self.rejects!r}")
        return notes

    def _new_stamper(self) -> Stamper:
        plan, options = self._plan, self._options
        interval = None if plan.interval is None else interval_ns(plan.interval)
        return Stamper(plan.timezone, options.time_unit, plan.date, interval, options.feed_latency_ns)

    def _look_ahead(self, collect: bool) -> list[str]:
        """Read times, and names if they are wanted: whether the order is kept, and which symbols there are."""
        plan = self._plan
        ahead = ["timestamp", "ts_init", "date", "time", "time_ms", "time_us", "time_ns", "time_s"]
        ahead += ["symbol", "symbol_id", "contract"]
        columns = [plan.fields[name].column for name in ahead if name in plan.fields]
        names: dict[str, None] = {}
        last = -(2**63)
        for table, rows in self._tables(None if plan.reshape else list(dict.fromkeys(columns))):
            cells = self._cells(table, [name for name in ahead if name in plan.fields])
            symbols = self._names(cells, table.num_rows)
            if collect and symbols is not None:
                names.update(dict.fromkeys(symbols.unique().to_pylist()))
            stamps = self._stamps(cells, _codes(symbols, table.num_rows), rows)
            times = stamps.init[~stamps.missing]
            if len(times):
                self.ordered &= bool(times[0] >= last) and not np.any(times[1:] < times[:-1])
                last = max(last, int(times.max()))
        if collect and "symbol_id" in plan.fields:
            raise DataError(f"{plan.name}: rows name symbols by symbol_id; give the symbols or the instruments")
        return sorted((name for name in names if name is not None), key=str.encode)

    def _tables(self, columns: Sequence[str] | None) -> Iterator[tuple[Any, NDArray[np.int64]]]:
        """Chunks as they are to be read, each with the file's row of every row."""
        reshape = self._plan.reshape() if self._plan.reshape else None
        self.rows_read = 0
        for table in self._plan.source.chunks(columns):
            first = self.rows_read
            self.rows_read += table.num_rows
            if reshape:
                shaped = reshape(table)
                yield shaped, shaped["row"].to_numpy() + first
            else:
                yield table, np.arange(first, self.rows_read)

    def _cells(self, table: Any, names: Iterable[str]) -> dict[str, Cells]:
        cells = {}
        for name in names:
            column, factor = self._plan.fields[name]
            cells[name] = Cells(arrow_array(table[column]), factor)
        return cells

    def _names(self, cells: Mapping[str, Cells], rows: int) -> Any:
        """The symbol of every row as an Arrow column, None where ids are given."""
        if "symbol_id" in cells:
            return None
        own = cells["symbol"].values.cast(pa.string()) if "symbol" in cells else None
        if own is None or own.null_count == len(own):
            own = pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(rows, np.int32)), pa.array([self._plan.symbol], pa.string())
            )
        if "contract" in cells:
            months = cells["contract"].values.cast(pa.string()).dictionary_encode()
            roots = own.cast(pa.string()).to_pylist() if "symbol" in cells else None
            if roots is None:
                named = [f"{self._plan.symbol}.{month}" for month in months.dictionary.to_pylist()]
                return pa.DictionaryArray.from_arrays(months.indices, pa.array(named, pa.string()))
            return pa.array([f"{a}.{b}" for a, b in zip(roots, months.to_pylist(), strict=True)])
        return own

    def _stamps(self, cells: Mapping[str, Cells], ids: NDArray[np.uint32], rows: NDArray[np.int64]) -> Stamps:
        try:
            return self._stamper.read(cells, ids)
        except BadTime as error:
            column = self._plan.fields[error.field].column if error.field in self._plan.fields else error.field
            raise DataError(
                f"{self.name}: row {rows[error.row]}, column {column}: {str(error.value)[:60]!r} is no time that "
                "can be read; map another column, or give time_unit for numbers"
            ) from error
        except DataError as error:
            raise DataError(f"{self.name}: {error}") from error

    def _pieces(self) -> Iterator[EventBatch]:
        """The events of each chunk, in the file's order; a quote's venue is in the source column."""
        plan, options = self._plan, self._options
        self.rejects = EdgeRejects(_REJECTS_KEPT)
        manner = Manner(Places(options.places), lenient=True, zero_size_missing=plan.zero_size_missing)
        self._reader = RowReader(self.symbols, manner, self.rejects)
        for table, rows in self._tables(plan.needs):
            cells = self._cells(table, plan.fields)
            ids, unnamed = self._ids(cells, table.num_rows)
            stamps = self._stamps(cells, ids, rows)
            self._mark(cells, table.num_rows)
            kinds = plan.kind or _kinds(cells, self.name, rows)
            batch = self._reader.read(cells, kinds, stamps, ids, rows, unnamed)
            if options.unknown_symbols == "skip":
                known = np.flatnonzero(batch["symbol"] != NO_SYMBOL)
                batch = batch if len(known) == len(batch) else batch.take(known)
            if len(batch):
                yield batch

    def _ids(self, cells: Mapping[str, Cells], rows: int) -> tuple[NDArray[np.uint32], Bools]:
        """The symbol id of every row, and the rows that name none."""
        names = self._names(cells, rows)
        if names is None:
            return id_numbers(cells["symbol_id"])
        return self.symbols.ids_of(names), np.asarray(names.is_null().to_numpy(zero_copy_only=False), np.bool_)

    def _mark(self, cells: dict[str, Cells], rows: int) -> None:
        """Venues become numbers in the source column, and records that the sender doubts are flagged stale."""
        if "venue" in cells and "source" not in cells:
            encoded = cells["venue"].values.cast(pa.string()).fill_null("").dictionary_encode()
            numbers = [self._venues.setdefault(name, len(self._venues)) for name in encoded.dictionary.to_pylist()]
            cells["source"] = Cells(np.array([*numbers, 0], np.int64)[encoded.indices.to_numpy()])
        if "suspicious" in cells:
            doubted = cells["suspicious"].values.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False) != 0
            flags = (
                cells["flags"].values.to_numpy(zero_copy_only=False) if "flags" in cells else np.zeros(rows, np.int64)
            )
            cells["flags"] = Cells(flags | doubted * int(Flag.STALE))


def _codes(names: Any, rows: int) -> NDArray[np.uint32]:
    """A number for each name, for telling rows of one symbol from those of another."""
    if names is None:
        return np.zeros(rows, np.uint32)
    encoded = names if pa.types.is_dictionary(names.type) else names.dictionary_encode()
    codes = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    return codes.astype(np.uint32)  # type: ignore[no-any-return]


def _kinds(cells: Mapping[str, Cells], name: str, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The kind of every row, as numbers or names."""
    values = cells["kind"].values
    if pa.types.is_integer(values.type):
        return values.fill_null(0).to_numpy(zero_copy_only=False).astype(np.uint8)  # type: ignore[no-any-return]
    encoded = values.cast(pa.string()).fill_null("").dictionary_encode()
    numbers = []
    for text in encoded.dictionary.to_pylist():
        if text.upper() not in EventKind.__members__:
            row = rows[encoded.to_pylist().index(text)]
            raise DataError(f"{name}: row {row}: kind {text!r} is none of {', '.join(EventKind.__members__).lower()}")
        numbers.append(EventKind[text.upper()].value)
    found: NDArray[np.uint8] = np.array([*numbers, 0], np.uint8)[encoded.indices.to_numpy()]
    return found


def _without_source(batch: EventBatch) -> EventBatch:
    return batch.with_columns({"source": np.zeros(len(batch), np.uint32)})


def open_events(
    path: str | Path,
    symbols: Mapping[str, int] | Iterable[str] | None = None,
    instruments: Iterable[EdgeInstrument] | None = None,
    options: FileOptions | None = None,
) -> EventFile:
    """The events of a Parquet, CSV or JSON-lines file."""
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path}: there is no such file")
    options = options or FileOptions()
    return EventFile(plan_file(path, options), options, symbols, instruments)


def events_of(
    data: Any,
    symbols: Mapping[str, int] | Iterable[str] | None = None,
    instruments: Iterable[EdgeInstrument] | None = None,
    options: FileOptions | None = None,
) -> EventFile:
    """The events of a data frame or an Arrow producer, read as a file of these columns would be."""
    options = options or FileOptions()
    return EventFile(plan_table(arrow_table(data), options), options, symbols, instruments)


def open_all(
    paths: Sequence[str | Path],
    symbols: Mapping[str, int] | Iterable[str] | None = None,
    instruments: Iterable[EdgeInstrument] | None = None,
    options: FileOptions | None = None,
) -> list[EventFile]:
    """Several files that number their symbols alike; those of all files, sorted, where none are given."""
    options = options or FileOptions()
    if symbols is not None or instruments is not None:
        known = list(instruments or ())
        names = symbols if symbols is None or isinstance(symbols, Mapping) else list(symbols)
        return [open_events(path, names, known, options) for path in paths]
    files = [open_events(path, options=options) for path in paths]
    union = sorted({name for file in files for name in file.symbols.ids}, key=str.encode)
    table = SymbolTable(union, default_size=nano_of(options.default_size))
    for file in files:
        file.symbols = table
    return files


def merged_events(files: Sequence[EventFile]) -> Iterator[EventBatch]:
    """The events of several files in one stream by (ts_init, source, sequence), with clocks after a stamp's bars."""
    for file in files[1:]:
        if file.symbols.ids != files[0].symbols.ids:
            raise DataError(f"{files[0].name} and {file.name} number their symbols differently; open them by open_all")
    return clocked(merge_streams([file.stream(clocks=False) for file in files]))
