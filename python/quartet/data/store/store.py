"""Store: datasets in a folder, to be imported, scanned lazily, checked, and asked in SQL."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from quartet.core.errors import DataError
from quartet.core.extras import needed
from quartet.core.suggestion import suggestion
from quartet.data.contracts.checking import check
from quartet.data.contracts.schemas import schema_named
from quartet.data.dataset import Dataset
from quartet.data.file_plan import table_source
from quartet.data.loading import Chunks, LoadOptions
from quartet.data.loading.inputs import paths_of
from quartet.data.provenance import Provenance, file_hash
from quartet.data.quality import assess
from quartet.data.store.atomic import locked
from quartet.data.store.importing import Import, ImportOptions, Input, Progress, last_rows, silent
from quartet.data.store.manifest import FILE, Manifest, read_manifest
from quartet.data.store.periods import time_column
from quartet.data.verdict import Finding, Severity, Verdict, together

PLACE_VARIABLE: Final = "QUARTET_STORE"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_SLICE_ROWS: Final = 1_000_000


class Store:
    """A folder of datasets."""

    def __init__(self, place: str | Path | None = None) -> None:
        """place: the folder; by default that of the variable QUARTET_STORE, else quartet/store of the user's data."""
        self.place = Path(place or os.environ.get(PLACE_VARIABLE) or _own_place())

    def datasets(self) -> list[Manifest]:
        """The manifests of all datasets by name. DataError where one is damaged."""
        return [read_manifest(path.parent) for path in sorted(self.place.glob(f"*/{FILE}"))]

    def manifest(self, name: str) -> Manifest:
        """The manifest of a dataset; DataError with the nearest name where there is none."""
        folder = self.place / _checked_name(name)
        if not (folder / FILE).is_file():
            names = [path.parent.name for path in self.place.glob(f"*/{FILE}")]
            near = suggestion(name, names) or f"; there are: {', '.join(sorted(names)) or 'none'}"
            raise DataError(f"the store {self.place} has no dataset {name!r}{near}")
        return read_manifest(folder)

    def import_files(
        self,
        name: str,
        what: Any,
        schema: str = "bars",
        load: LoadOptions | None = None,
        options: ImportOptions | None = None,
        *,
        licence: str = "",
        progress: Progress = silent,
    ) -> Manifest:
        """Import a file, several or a folder, chunk by chunk; they may be larger than memory.

        Interrupted, the same call goes on where it was. DataError where the data break their contract (unless
        accept_failed), where the name is taken (unless existing says what to do), or where the disk is full; the store
        is then as it was.
        """
        paths = paths_of(what)
        if paths is None:
            raise DataError("import_files takes files; a Dataset goes in by import_dataset")
        chosen, asked = load or LoadOptions(), options or ImportOptions()
        files = tuple(file_hash(path) for path in paths)
        inputs = [
            Input(
                f"{known.sha256} {known.name} {asdict(chosen)}",
                _opener(path, schema, chosen, asked.signed_prices),
                rows_of(path),
            )
            for path, known in zip(paths, files, strict=True)
        ]
        said = {key: value for key, value in asdict(chosen).items() if value not in (None, {}, "refuse", "auto")}
        said |= {"adjusted": True} if asked.adjusted else {}
        provenance = Provenance(name, "file", files, licence, parameters={"schema": schema, **said})
        return self._import(name, schema, inputs, provenance, asked, progress)

    def import_dataset(
        self,
        name: str,
        dataset: Dataset,
        options: ImportOptions | None = None,
        *,
        progress: Progress = silent,
    ) -> Manifest:
        """Import a Dataset with its provenance; see import_files."""
        key = dataset.hash if isinstance(dataset.data, pl.DataFrame) else repr(dataset.provenance)
        rows = len(dataset.data) if isinstance(dataset.data, pl.DataFrame) else None
        inputs = [Input(key, lambda: _Slices(dataset), rows)]
        made, asked = dataset.provenance, options or ImportOptions()
        if made.parameters.get("adjusted"):
            asked = replace(asked, adjusted=True)
        return self._import(name, dataset.schema.name, inputs, made, asked, progress)

    def scan(
        self,
        name: str,
        *,
        symbols: Iterable[str] | None = None,
        start: date | datetime | None = None,
        end: date | datetime | None = None,
    ) -> pl.LazyFrame:
        """The rows of a dataset, lazily: files out of the range are not opened, columns not asked for not read.

        start and end are inclusive; a date means the whole day in UTC. DataError where a file is missing or torn.
        """
        manifest = self.manifest(name)
        low, high = _ns(start, False), _ns(end, True)
        chosen = [
            each
            for each in manifest.partitions
            if (low is None or each.last_ns >= low) and (high is None or each.first_ns <= high)
        ]
        schema = schema_named(manifest.schema)
        files = [self._sound_file(name, each.file, each.bytes) for each in chosen]
        frame = pl.scan_parquet(files, missing_columns="insert") if files else schema.empty().lazy()
        column = time_column(schema)
        moment = pl.col(column).cast(pl.Datetime("ns")).to_physical()
        if low is not None:
            frame = frame.filter(moment >= low)
        if high is not None:
            frame = frame.filter(moment <= high)
        if symbols is not None:
            frame = frame.filter(pl.col(schema.owner).is_in(list(symbols)))
        return frame

    def load(
        self,
        name: str,
        *,
        symbols: Iterable[str] | None = None,
        start: date | datetime | None = None,
        end: date | datetime | None = None,
    ) -> Dataset:
        """A dataset or a part of it, with the verdict and provenance of its import; the rows are scanned lazily."""
        manifest = self.manifest(name)
        frame = self.scan(name, symbols=symbols, start=start, end=end)
        return Dataset(frame, schema_named(manifest.schema), manifest.verdict, manifest.provenance)

    def check(self, name: str, progress: Progress = silent) -> Verdict:
        """Read every file anew: its hash, its contract, its quality. A file that is torn is a finding, not an error."""
        manifest = self.manifest(name)
        schema = schema_named(manifest.schema)
        verdicts: list[Verdict] = []
        before: pl.DataFrame | None = None
        for number, each in enumerate(manifest.partitions):
            path = self.place / name / each.file
            if not path.is_file() or file_hash(path).sha256 != each.file_sha256:
                what = f"the file {each.file} is {'missing' if not path.is_file() else 'not what was written'}"
                torn = Finding("torn_file", Severity.ERROR, what, each.rows, remedy="import the data anew")
                verdicts.append(Verdict(each.rows, ("files",), (torn,)))
                before = None
                continue
            frame = pl.read_parquet(path)
            verdict = Verdict(len(frame), ("files",)) + check(frame, schema, signed_prices=manifest.signed_prices)
            if verdict.passed:
                verdict = verdict + assess(
                    frame, schema, calendar=manifest.calendar, before=before, adjusted=manifest.adjusted
                )
            verdicts.append(verdict)
            before = last_rows(frame, schema)
            progress("checking", number + 1, len(manifest.partitions))
        return together(verdicts, manifest.rows)

    def remove(self, name: str) -> None:
        """Take a dataset out of the store."""
        self.manifest(name)
        with locked(self.place / f".{name}.lock"):
            shutil.rmtree(self.place / name)

    @contextmanager
    def connect(self) -> Iterator[Any]:
        """A DuckDB connection in which every dataset is a view by its name. ConfigError without the extra `data`."""
        duckdb = needed("duckdb", "data", "SQL over the store")
        connection = duckdb.connect()
        try:
            for manifest in self.datasets():
                files = [str(self._sound_file(manifest.name, each.file, each.bytes)) for each in manifest.partitions]
                relation = connection.read_parquet(files, union_by_name=True)
                relation.create_view(manifest.name)
            yield connection
        finally:
            connection.close()

    def sql(self, query: str) -> pl.DataFrame:
        """The answer to a query over the datasets, each a view by its name. DataError where it cannot be answered."""
        with self.connect() as connection:
            try:
                answer: pl.DataFrame = connection.sql(query).pl()
            except needed("duckdb", "data", "SQL over the store").Error as error:
                raise DataError(f"the query cannot be answered: {error}") from error
        return answer

    def _import(
        self,
        name: str,
        schema: str,
        inputs: list[Input],
        provenance: Provenance,
        options: ImportOptions,
        progress: Progress,
    ) -> Manifest:
        folder = self.place / _checked_name(name)
        with locked(self.place / f".{name}.lock"):
            old = read_manifest(folder) if (folder / FILE).is_file() else None
            if old is not None and options.existing == "refuse":
                raise DataError(
                    f"the store has a dataset {name} already, of {old.rows:,} rows; give another name, or say what "
                    "becomes of it: --existing replace, --existing append"
                )
            if old is not None and options.existing == "append" and old.schema != schema:
                raise DataError(f"the dataset {name} holds {old.schema}; {schema} cannot be appended to it")
            if old is not None and options.existing == "append":
                files = tuple(dict.fromkeys((*old.provenance.files, *provenance.files)))
                provenance = Provenance(
                    **{**_fields(provenance), "files": files, "simulated": _either(old, provenance)}
                )
            return Import(folder, schema_named(schema), options, old).run(inputs, provenance, progress)

    def _sound_file(self, name: str, file: str, size: int) -> Path:
        path = self.place / name / file
        if not path.is_file() or path.stat().st_size != size:
            raise DataError(
                f"dataset {name}: the file {file} is missing or torn; `quartet data check {name}` lists all that are, "
                "and importing the data anew mends it"
            )
        return path


def _either(old: Manifest, new: Provenance) -> bool:
    return old.provenance.simulated or new.simulated


def _fields(provenance: Provenance) -> dict[str, Any]:
    return {name: getattr(provenance, name) for name in Provenance.__dataclass_fields__}


def _opener(path: Path, schema: str, options: LoadOptions, signed_prices: bool) -> Any:
    return lambda: Chunks(path, schema, options, signed_prices=signed_prices)


def rows_of(path: Path) -> int | None:
    """How many rows a file has, where its form tells; sources that are no tables tell when they are read."""
    try:
        return table_source(path).rows
    except DataError:
        return None


class _Slices:
    """A dataset chunk by chunk, with what was found when it was loaded and cannot be found again."""

    def __init__(self, dataset: Dataset) -> None:
        self._data = dataset.data
        self.steps: list[str] = []
        self.findings = [each for each in dataset.verdict.findings if each.rule == "refused_rows"]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        if isinstance(self._data, pl.LazyFrame):
            yield from self._data.collect_batches(chunk_size=_SLICE_ROWS, maintain_order=True)
            return
        for start in range(0, len(self._data), _SLICE_ROWS):
            yield self._data[start : start + _SLICE_ROWS]


def _ns(moment: date | datetime | None, is_end: bool) -> int | None:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise DataError(f"{moment} has no time zone; give one, or a date")
        whole: int = pl.Series([moment]).cast(pl.Datetime("ns", "UTC")).to_physical()[0]
        return whole
    day = (moment - date(1970, 1, 1)).days + is_end
    return day * 86_400 * 10**9 - is_end


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise DataError(
            f"{name!r} is no name of a dataset: letters, digits, _ and -, at most 80, a letter or digit first"
        )
    return name


def _own_place() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "quartet" / "store"
