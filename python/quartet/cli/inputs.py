"""What a run reads: the configuration, the files of data, and the stream of events that they make."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from quartet.cli.console import warn
from quartet.core.errors import ConfigError, DataError
from quartet.core.pb import config_pb2
from quartet.data.batch import EventBatch, concat
from quartet.data.demo import load_demo
from quartet.data.file_plan import FileOptions
from quartet.data.files import EventFile, events_of, merged_events, open_events
from quartet.engines.config import EngineSettings, load_engine_config
from quartet.engines.config.document import read_file
from quartet.engines.config.trading import ANY_SYMBOL

BLOCK_EVENTS: Final = 65_536
DEMO: Final = "demo:"
_DEMO_VOLUME: Final = 1_000_000
_Bound = tuple[np.int64, np.int64]


def load_settings(path: Path) -> EngineSettings:
    """Load a configuration; what loading has to say is printed as warnings."""
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such file; give a YAML configuration such as config/demo.yaml")
    if is_backtest(path):
        raise ConfigError(f"{path}: is the configuration of a backtest: quartet backtest {path}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        settings = load_engine_config(path)
    for note in settings.warnings:
        warn(note)
    return settings


def is_backtest(path: Path) -> bool:
    """Whether a YAML file is the configuration of a backtest, not of an engine. ConfigError where it is no YAML."""
    return "backtest" in read_file(path).values


@dataclass(frozen=True, slots=True)
class Inputs:
    """Opened files under one configuration."""

    settings: EngineSettings
    config: config_pb2.EngineConfig
    config_bytes: bytes
    files: tuple[EventFile, ...]
    descriptions: tuple[str, ...]
    """A line for each file: name, what it was taken for, rows."""
    limit: int | None
    between: _Bound | None

    @property
    def symbols(self) -> list[str]:
        """Names by symbol id."""
        return [instrument.symbol for instrument in self.config.instruments]

    @property
    def rows(self) -> int | None:
        """Rows of all files, where that is known before reading."""
        counts = [file.rows for file in self.files]
        return None if None in counts else sum(count or 0 for count in counts)

    @property
    def rows_read(self) -> int:
        """Rows read so far."""
        return sum(file.rows_read for file in self.files)

    @property
    def notes(self) -> tuple[str, ...]:
        """What reading assumed, changed or left out, after it is done."""
        many = len(self.files) > 1
        return tuple(f"{file.name}: {note}" if many else note for file in self.files for note in file.notes)

    @property
    def edge_rejects(self) -> int:
        """Rows that could not become events."""
        return sum(file.rejects.total for file in self.files)

    def blocks(self) -> Iterator[EventBatch]:
        """The events in blocks of BLOCK_EVENTS, the last one shorter."""
        stream: Iterable[EventBatch] = self.files[0] if len(self.files) == 1 else merged_events(self.files)
        if self.between is not None:
            stream = _between(stream, *self.between)
        return _limited(blocks_of(stream, BLOCK_EVENTS), self.limit)


def open_inputs(
    settings: EngineSettings, sources: Sequence[str], options: FileOptions, *, limit: int | None = None
) -> Inputs:
    """Open the sources, files or demo:NAME, with the symbols that the configuration and they have."""
    if limit is not None and limit < 1:
        raise ConfigError(f"--limit {limit}: at least one event is needed")
    data = settings.data
    options = replace(options, map={**data.map, **options.map})
    listed = [entry.symbol for entry in settings.instruments if entry.symbol != ANY_SYMBOL]
    names = set(data.symbols or listed)
    if not data.symbols and len(listed) < len(settings.instruments):
        names |= {name for source in sources for name in _opener(source)(None, options).symbols.names}
    if data.symbols:
        options = replace(options, unknown_symbols="skip")
    config_bytes = settings.engine_config(names)
    config = config_pb2.EngineConfig.FromString(config_bytes)
    files = tuple(_opener(source)(config, options) for source in sources)
    return Inputs(
        settings=settings,
        config=config,
        config_bytes=config_bytes,
        files=files,
        descriptions=tuple(_described(source, file) for source, file in zip(sources, files, strict=True)),
        limit=limit,
        between=_days(data.start_date, data.end_date),
    )


def sources_of(settings: EngineSettings, path: Path, given: Sequence[str] | None) -> list[str]:
    """The sources given on the command line, else those of the configuration, which stand beside its file."""
    if given:
        return list(given)
    if not settings.data.files:
        raise ConfigError(
            f"{path}: there is no data; list files under data.files, or give --data FILE (or --data {DEMO}us_stocks)"
        )
    return [name if name.startswith(DEMO) else str(path.parent / name) for name in settings.data.files]


Opener = Callable[[config_pb2.EngineConfig | None, FileOptions], EventFile]


def _opener(source: str) -> Opener:
    """What opens a source under a configuration, or without one to learn its symbols."""
    if source.startswith(DEMO):
        frame = load_demo(source.removeprefix(DEMO)).frame

        def opened(config: config_pb2.EngineConfig | None, options: FileOptions) -> EventFile:
            whole = FileOptions(interval=0, default_size=_DEMO_VOLUME, unknown_symbols=options.unknown_symbols)
            return events_of(frame, instruments=config.instruments if config else None, options=whole)

        return opened
    return lambda config, options: open_events(
        source, instruments=config.instruments if config else None, options=options
    )


def _described(source: str, file: EventFile) -> str:
    if source.startswith(DEMO):
        info = load_demo(source.removeprefix(DEMO)).info
        return f"{source}: {info.description} (package {info.package}, {info.licence})"
    rows = "" if file.rows is None else f", {file.rows:,} rows"
    return f"{Path(source).name}: {file.dialect}{rows}"


def _days(start: date | None, end: date | None) -> _Bound | None:
    """First and last nanosecond of the days, UTC."""
    if start is None and end is None:
        return None
    low = -(2**63) if start is None else _midnight_ns(start)
    high = 2**63 - 1 if end is None else _midnight_ns(end + timedelta(days=1)) - 1
    return np.int64(low), np.int64(high)


def _midnight_ns(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 10**9


def _between(stream: Iterable[EventBatch], low: np.int64, high: np.int64) -> Iterator[EventBatch]:
    for batch in stream:
        times = batch["ts_init"]
        yield batch.take(np.flatnonzero((times >= low) & (times <= high)))


def blocks_of(stream: Iterable[EventBatch], events: int) -> Iterator[EventBatch]:
    """The stream cut anew, into blocks of this many events; how it is cut changes no answer (spec 2.2)."""
    held: list[EventBatch] = []
    count = 0
    for batch in stream:
        held.append(batch)
        count += len(batch)
        if count >= events:
            whole = concat(held)
            full = count - count % events
            yield from whole[:full].split(events)
            held, count = [whole[full:]], count - full
    if count:
        yield concat(held)


def _limited(stream: Iterator[EventBatch], limit: int | None) -> Iterator[EventBatch]:
    left = limit
    for batch in stream:
        if left is None:
            yield batch
            continue
        yield batch[:left]
        left -= min(left, len(batch))
        if not left:
            return


def require_events(count: int, inputs: Inputs) -> None:
    """DataError where there were no events at all."""
    if not count:
        names = ", ".join(file.name for file in inputs.files)
        raise DataError(
            f"{names}: no events; check data.symbols, data.start_date and data.end_date, and the files' notes"
        )
