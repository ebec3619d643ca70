"""An import: chunks of rows are set aside by period, then each period is sorted, checked and written once.

What memory holds is some chunks, then one period. Everything that is set aside is named by its place in the input, so
that an import that was interrupted goes on where it was when the same command runs again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import polars as pl

from quartet.core.errors import DataError
from quartet.data.contracts.checking import check
from quartet.data.contracts.schema import Schema
from quartet.data.loading.options import Duplicates
from quartet.data.provenance import Provenance, content_hash, file_hash
from quartet.data.quality import assess
from quartet.data.sources import CONTRACT_KEY
from quartet.data.store.atomic import replace_file
from quartet.data.store.manifest import Manifest, Partition, write_manifest
from quartet.data.store.periods import Period, by_period, period_of, time_column
from quartet.data.verdict import Finding, Severity, Verdict, together

Existing = Literal["refuse", "replace", "append"]
Progress = Callable[[str, int, int | None], None]
"""What is being done, how far it is, and of how much, where that is known."""


def silent(text: str, done: int, total: int | None) -> None:
    """Progress that nobody looks at."""


_NAME_LENGTH: Final = 16
_BLOCK_ROWS: Final = 500_000
_LAST_ROWS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How rows come into the store."""

    existing: Existing = "refuse"
    """What becomes of a dataset of that name: refuse, replace, or append (rows that are there already are left out)."""
    period: Period = "auto"
    """What a file holds: year, month or day."""
    signed_prices: bool = False
    calendar: str | None = None
    adjusted: bool = False
    """Whether splits are in the prices already, or there can be none: jumps are not taken for them."""
    duplicates: Duplicates = "refuse"
    """Rows with the key of another: refuse leaves them to the check, first and last keep one of each."""
    accept_failed: bool = False
    """Import data that break their contract too; their verdict says so wherever they are used."""


class Frames(Protocol):
    """Chunks of rows; once they were read, what was done to them on the way."""

    steps: list[str]
    findings: list[Finding]

    def __iter__(self) -> Iterator[pl.DataFrame]: ...


@dataclass(frozen=True, slots=True)
class Input:
    """A part of what is imported, and a key that changes with its content and with how it is read."""

    key: str
    open: Callable[[], Frames]
    rows: int | None
    """How many there are, where that is known without reading them."""


class Import:
    """One import into the folder of a dataset."""

    def __init__(self, folder: Path, schema: Schema, options: ImportOptions, old: Manifest | None) -> None:
        self._folder, self._schema, self._options = folder, schema, options
        self._old = old if options.existing == "append" else None
        self._replaced = old
        self._work = folder / ".import"

    def run(self, inputs: Sequence[Input], provenance: Provenance, progress: Progress) -> Manifest:
        """Import all inputs; the manifest of the dataset as it is then."""
        identity = self._identity(inputs)
        self._resume(identity)
        told: list[_Told] = []
        for number, each in enumerate(inputs):
            before = sum(one.verdict.rows for one in told)
            told.append(self._set_aside(number, each, _after(progress, before, _total(inputs))))
        partitions, symbols = self._write_periods(identity, progress)
        verdict = self._together(partitions, [finding for each in told for finding in each.verdict.findings])
        if not self._options.accept_failed:
            self._refuse_failed(verdict)
        steps = dict.fromkeys(step for each in told for step in each.steps)
        manifest = Manifest(
            self._folder.name,
            self._schema.name,
            tuple(partitions),
            replace(provenance.then(*steps), retrieved_ns=time.time_ns()),
            verdict,
            tuple(sorted(symbols, key=str.encode)),
            self._options.signed_prices,
            self._options.calendar,
            self._options.adjusted,
        )
        write_manifest(self._folder, manifest)
        # Whoever reads what was there before goes on reading it; its files go away with the next import.
        self._clean((*manifest.partitions, *(self._replaced.partitions if self._replaced else ())))
        return manifest

    def _identity(self, inputs: Sequence[Input]) -> str:
        """Of this import; another one does not take over what is left of it."""
        told = [self._schema.name, repr(self._options), self._old.hash if self._old else ""]
        text = "\n".join([*told, *(each.key for each in inputs)])
        return hashlib.sha256(text.encode()).hexdigest()[:_NAME_LENGTH]

    def _resume(self, identity: str) -> None:
        journal = self._work / "journal.json"
        known = json.loads(journal.read_text()) if journal.is_file() else None
        if known is None or known["import"] != identity:
            shutil.rmtree(self._work, ignore_errors=True)
            replace_file(journal, lambda path: _write_json(path, {"import": identity}))

    def _set_aside(self, number: int, source: Input, progress: Progress) -> _Told:
        """Write the input's rows into one small file a block and period."""
        done = self._work / f"{number}.done"
        if done.exists():
            return _Told.read(done)
        frames = source.open()
        rows, period = 0, self._known_period()
        for place, frame in enumerate(_blocks(frames)):
            period = period or self._choose_period(frame)
            marker = self._work / f"{number}-{place}.set"
            if not marker.exists():
                for name, part in by_period(frame, self._schema, period).items():
                    target = self._work / name / f"{number:06}-{place:06}.parquet"
                    replace_file(target, _parquet_writer(part, None))
                replace_file(marker, Path.touch)
            rows += len(frame)
            progress("reading", rows, None)
        told = _Told(tuple(frames.steps), Verdict(rows, (), tuple(frames.findings)))
        replace_file(done, told.write)
        return told

    def _known_period(self) -> str | None:
        chosen = self._work / "period.json"
        return str(json.loads(chosen.read_text())) if chosen.is_file() else None

    def _choose_period(self, first: pl.DataFrame) -> str:
        if self._old is not None and self._old.partitions:
            period = {4: "year", 7: "month", 10: "day"}[len(self._old.partitions[0].period)]
        else:
            period = period_of(self._schema, first, self._options.period)
        replace_file(self._work / "period.json", lambda path: _write_json(path, period))
        return period

    def _write_periods(self, identity: str, progress: Progress) -> tuple[list[Partition], set[str]]:
        kept = {each.period: each for each in self._old.partitions} if self._old else {}
        symbols = set(self._old.symbols) if self._old else set()
        folders = sorted(path for path in self._work.iterdir() if path.is_dir())
        for number, parts in enumerate(folders):
            frame = self._period(parts, kept.get(parts.name))
            before = self._before(parts.name, kept)
            kept[parts.name] = self._partition(parts.name, frame, identity, before)
            if self._schema.owner:
                symbols.update(frame[self._schema.owner].drop_nulls().unique().to_list())
            progress("writing", number + 1, len(folders))
        return sorted(kept.values(), key=lambda each: each.period), symbols

    def _together(self, partitions: list[Partition], findings: list[Finding]) -> Verdict:
        rows = sum(each.rows for each in partitions)
        if not rows:
            findings = [*findings, Finding("no_rows", Severity.ERROR, "there are no rows to import", 0, "")]
        return together([*(each.verdict for each in partitions), Verdict(rows, (), tuple(findings))], rows)

    def _period(self, parts: Path, old: Partition | None) -> pl.DataFrame:
        """All rows of a period in order; those that are in the store already come once."""
        frames = [pl.read_parquet(path) for path in sorted(parts.glob("[0-9]*.parquet"))]
        frame = pl.concat(frames, how="diagonal")
        if old is not None:
            frame = _with_new(pl.read_parquet(self._folder / old.file), frame)
        names = [name for name in self._schema.by_name if name in frame.columns]
        ordered = frame.select(names).sort(self._schema.order, maintain_order=True)
        if self._options.duplicates == "refuse" or not self._schema.key:
            return ordered
        return ordered.unique(self._schema.key, keep=self._options.duplicates, maintain_order=True)

    def _verdict(self, frame: pl.DataFrame, before: pl.DataFrame | None) -> Verdict:
        verdict = check(frame, self._schema, signed_prices=self._options.signed_prices)
        if not verdict.passed:
            return verdict
        options = self._options
        return verdict + assess(
            frame, self._schema, calendar=options.calendar, before=before, adjusted=options.adjusted
        )

    def _before(self, period: str, kept: dict[str, Partition]) -> pl.DataFrame | None:
        """The last rows of each symbol in the period before this one."""
        earlier = max((each for each in kept if each < period), default=None)
        return None if earlier is None else last_rows(pl.read_parquet(self._folder / kept[earlier].file), self._schema)

    def _partition(self, period: str, frame: pl.DataFrame, identity: str, before: pl.DataFrame | None) -> Partition:
        path = self._folder / f"{period}-{identity}.parquet"
        replace_file(path, _parquet_writer(frame, self._schema.name))
        moments = frame[time_column(self._schema)].cast(pl.Datetime("ns")).to_physical()
        known = file_hash(path)
        first, last = int(moments[0]), int(moments.max())  # type: ignore[arg-type]
        hashes = (content_hash(frame), known.sha256)
        return Partition(period, path.name, len(frame), first, last, *hashes, known.bytes, self._verdict(frame, before))

    def _refuse_failed(self, verdict: Verdict) -> None:
        try:
            verdict.raise_if_failed(self._folder.name)
        except DataError as error:
            self._clean(self._replaced.partitions if self._replaced else ())
            if self._replaced is None:
                shutil.rmtree(self._folder)
            raise DataError(
                f"{error}\nNothing was imported. Mend the data, leave faulty rows out (--faulty drop), "
                "or import them as they are (--accept-failed)"
            ) from None

    def _clean(self, kept: Sequence[Partition]) -> None:
        """Take away what was set aside, and all files but those of these partitions."""
        shutil.rmtree(self._work, ignore_errors=True)
        names = {each.file for each in kept}
        for path in self._folder.glob("*.parquet"):
            if path.name not in names:
                path.unlink()


def last_rows(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame | None:
    """The last rows of each symbol, enough to tell what follows from; none where rows are of no symbol."""
    return frame.group_by(schema.owner, maintain_order=True).tail(_LAST_ROWS) if schema.owner else None


def _parquet_writer(frame: pl.DataFrame, contract: str | None) -> Callable[[Path], None]:
    metadata = {CONTRACT_KEY.decode(): contract} if contract else None
    return lambda path: frame.write_parquet(path, compression="zstd", metadata=metadata)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Told:
    """What an input that was set aside had to say; kept beside it, for an import that goes on later."""

    steps: tuple[str, ...]
    verdict: Verdict

    @classmethod
    def read(cls, path: Path) -> _Told:
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(tuple(values["steps"]), Verdict.from_dict(values["verdict"]))

    def write(self, path: Path) -> None:
        _write_json(path, {"steps": self.steps, "verdict": self.verdict.to_dict()})


def _total(inputs: Sequence[Input]) -> int | None:
    known = [each.rows for each in inputs if each.rows is not None]
    return sum(known) if len(known) == len(inputs) else None


def _after(progress: Progress, before: int, total: int | None) -> Progress:
    return lambda text, done, _: progress(text, before + done, total)


def _blocks(frames: Frames) -> Iterator[pl.DataFrame]:
    """The chunks put together to blocks worth a file of their own."""
    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(map(len, held)) >= _BLOCK_ROWS:
            yield pl.concat(held, how="diagonal")
            held = []
    if held:
        yield pl.concat(held, how="diagonal")


def _with_new(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """The old rows and the new ones that are not among them; of equal rows as many as the side with more has."""
    columns = [name for name in (*old.columns, *new.columns) if name not in old.columns] + old.columns
    sides = [
        pl.concat([side, pl.DataFrame(schema={**new.schema, **old.schema})], how="diagonal") for side in (old, new)
    ]
    counted = [
        side.select(columns).with_columns(pl.int_range(pl.len()).over(columns).alias("__nth__")) for side in sides
    ]
    return pl.concat(counted).unique(keep="first", maintain_order=True).drop("__nth__")
