"""What is to be done with one file: where its rows come from, what its columns mean, and what was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from quartet.core.contract import EventKind
from quartet.core.errors import DataError
from quartet.data.dialects import Dialect, recognise
from quartet.data.exact import Places
from quartet.data.fields import NEEDED, Source, apply_map, kind_named, kind_of
from quartet.data.json_sources import DukascopySource, JsonSource, json_source
from quartet.data.sides import SideMode
from quartet.data.sources import ArrowSource, CsvSource, MemorySource, ParquetSource, TableSource, head_of
from quartet.data.times import zone_of

_DATE_IN_NAME: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})-?(\d{2})-?(\d{2})(?!\d)")
_SYMBOL_IN_NAME: Final = re.compile(r"[A-Z][A-Z0-9.=^-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """How a file is read; what is left out is recognised, or is as said here."""

    kind: EventKind | str | None = None
    """quote, trade, book, bar or external_signal."""
    map: Mapping[str, str] = field(default_factory=dict)
    """Our field to its column, `column*factor` or `column/divisor`; an empty text drops a recognised field."""
    timezone: str | None = None
    """Zone of times that carry no offset; UTC where neither this nor the dialect says."""
    time_unit: str | None = None
    """ns, us, ms or s of whole-number times; told by their size if not given."""
    date: str | None = None
    """Day of a file that has times of day only; taken from the file name if not given."""
    symbol: str | None = None
    """Symbol of a file without a symbol column; taken from the file name if not given."""
    interval: str | int | None = None
    """What one bar stands for: 1m, 5m, 1h, 1d; 0: its stamp is its end. Found out if not given."""
    sides: SideMode | str = SideMode.AUTO
    """What becomes of a quote that brings one side only: auto, compose, carry, asis."""
    places: Places | str = Places.ROUND
    """What becomes of numbers with more than nine decimal places: exact (refused) or round."""
    default_size: Decimal | str | int = 1
    """Size of rows whose file has none, for instruments without default_size; 0: such rows are refused."""
    feed_latency_ns: int = 0
    """ts_init - ts_event where the file does not tell when a row was received."""
    unknown_symbols: str = "reject"
    """reject: rows of symbols that are not configured go to the engine, which refuses them; skip: they are left out."""


@dataclass(frozen=True, slots=True)
class FilePlan:
    """How one file becomes events."""

    name: str
    source: TableSource
    dialect: str
    fields: dict[str, Source]
    kind: EventKind | None
    """None: the field kind tells, row by row."""
    timezone: str
    zone_given: bool
    interval: str | int | None
    zero_size_missing: bool
    reshape: Callable[[], Callable[[Any], Any]] | None
    symbol: str
    """Symbol of rows without one, or the root of contract names."""
    date: str | None

    @property
    def needs(self) -> list[str] | None:
        """Columns that are to be read; None: all."""
        return None if self.reshape else list(dict.fromkeys(source.column for source in self.fields.values()))


def plan_file(path: Path, options: FileOptions) -> FilePlan:
    """The plan for a file; DataError says what is missing."""
    return _plan(path.name, table_source(path), options)


def table_source(path: Path) -> TableSource | JsonSource | DukascopySource:
    """The table in a file; its first bytes tell its form."""
    head = head_of(path)
    if head[:4] == b"PAR1":
        return ParquetSource(path)
    if head[:6] == b"ARROW1" or head[:4] == b"\xff\xff\xff\xff":
        return ArrowSource(path)
    if head[:3] == b"DBN":
        raise DataError(
            f"{path.name}: a Databento DBN file; quartet data import --source dbn reads it, "
            "or convert it to Parquet or CSV with Databento's own tools"
        )
    return json_source(path, head) or CsvSource(path)


def plan_table(table: Any, options: FileOptions, name: str = "table") -> FilePlan:
    """The plan for a table in memory."""
    return _plan(name, MemorySource(table), options)


def _plan(name: str, source: TableSource, options: FileOptions) -> FilePlan:
    columns = source.columns
    if isinstance(source, JsonSource | DukascopySource):
        dialect: Dialect | None = Dialect(source.name, frozenset(), {column: column for column in columns})
    else:
        dialect = recognise(columns)
    if dialect is None and not options.map:
        raise DataError(
            f"{name}: what the rows are cannot be told from the columns {', '.join(columns)}; "
            "give a map, for example bid_price=COLUMN ask_price=COLUMN timestamp=COLUMN"
        )
    dialect = dialect or Dialect("columns as mapped", frozenset())
    if dialect.refused and not options.map:
        raise DataError(f"{name}: recognised as {dialect.name}, which cannot be replayed: {dialect.refused}")
    present = _reshaped_columns(source, dialect)
    recognised = {ours: text for ours, text in dialect.fields.items() if _column_of(text) in present}
    try:
        fields = apply_map(recognised, options.map, present)
    except DataError as error:
        raise DataError(f"{name}: {error}") from error
    kind = _kind(name, dialect, fields, options)
    zone_of(options.timezone or dialect.timezone)
    return FilePlan(
        name=name,
        source=source,
        dialect=dialect.name,
        fields=fields,
        kind=kind,
        timezone=options.timezone or dialect.timezone,
        zone_given=options.timezone is not None or dialect.timezone != "UTC",
        interval=options.interval if options.interval is not None else (None if dialect.interval else 0),
        zero_size_missing=dialect.zero_size_missing,
        reshape=dialect.reshape,
        symbol=options.symbol or symbol_in(name),
        date=options.date or date_in(name),
    )


def _kind(name: str, dialect: Dialect, fields: Mapping[str, Source], options: FileOptions) -> EventKind | None:
    if options.kind is not None:
        kind: EventKind | None = kind_named(options.kind)
    elif options.map:
        kind = None if "kind" in fields else kind_of(fields)
    else:
        kind = dialect.kind
    if kind is None and "kind" not in fields:
        raise DataError(
            f"{name}: the mapped fields {', '.join(sorted(fields))} are no whole event; see the kinds' fields"
        )
    missing = [needed for needed in NEEDED.get(kind, ()) if needed not in fields] if kind else []
    if missing:
        raise DataError(f"{name}: {kind.name if kind else ''} events need {missing[0]}; map it to a column")
    return kind


def _reshaped_columns(source: TableSource, dialect: Dialect) -> list[str]:
    if dialect.reshape is None:
        return source.columns
    first = next(iter(source.chunks()), None)
    return source.columns if first is None else list(dialect.reshape()(first.slice(0, 1)).column_names)


def _column_of(text: str) -> str:
    return re.split(r"[*/](?=[0-9.eE+-]+$)", text)[0]


def _stem(name: str) -> str:
    while Path(name).suffix.lower() in (
        ".gz",
        ".xz",
        ".bz2",
        ".zst",
        ".csv",
        ".parquet",
        ".json",
        ".jsonl",
        ".txt",
        ".log",
    ):
        name = Path(name).stem
    return name


def symbol_in(name: str) -> str:
    """The symbol in a file's name: its one part in capitals, else the name without endings."""
    stem = _stem(name)
    capitals = [part for part in re.split(r"[_\s]+", stem) if _SYMBOL_IN_NAME.fullmatch(part)]
    return capitals[0] if len(capitals) == 1 else stem


def date_in(name: str) -> str | None:
    """The one date in a file's name, as YYYY-MM-DD."""
    dates = {"-".join(match.groups()) for match in _DATE_IN_NAME.finditer(name)}
    return dates.pop() if len(dates) == 1 else None
