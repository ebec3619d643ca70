"""Tables in files, read in chunks: Parquet, Arrow and CSV, packed or not, told apart by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from quartet.core.errors import DataError
from quartet.data.csv_form import CsvForm, csv_form

CHUNK_ROWS: Final = 65_536
CONTRACT_KEY: Final = b"quartet.schema"
"""Metadata of a Parquet file whose columns are in a contract of quartet.data.contracts."""
_CSV_BLOCK_BYTES: Final = 4 << 20
_HEAD_BYTES: Final = 1 << 16
_NULLS: Final = ["", "null", "NULL", "NA", "N/A", "nan", "NaN", "None"]


class TableSource(Protocol):
    """A table that can be read from its start again and again."""

    @property
    def columns(self) -> list[str]: ...
    @property
    def rows(self) -> int | None:
        """How many rows there are, where that is known without reading them."""
        ...

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """The table in Arrow tables of at most about 65,536 rows; columns: only these."""
        ...


class ParquetSource:
    """A Parquet file."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = pa.parquet.ParquetFile(path)
        except pa.ArrowException as error:
            raise DataError(f"{path.name}: the Parquet file cannot be read: {error}") from error
        self._name = path.name
        self.columns: list[str] = list(self._file.schema_arrow.names)
        self.rows: int | None = self._file.metadata.num_rows
        self.contract: str | None = (self._file.metadata.metadata or {}).get(CONTRACT_KEY, b"").decode() or None
        """The contract that Quartet wrote it in."""

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Record batches as tables."""
        names = None if columns is None else list(columns)
        try:
            for batch in self._file.iter_batches(CHUNK_ROWS, columns=names):
                yield pa.Table.from_batches([batch])
        except pa.ArrowException as error:
            raise DataError(f"{self._name}: the Parquet file is damaged: {error}") from error


class ArrowSource:
    """An Arrow file or stream (Feather of version 2 is one), mapped into memory where it is a plain file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with self._batches() as (schema, batches):
                self.columns: list[str] = list(schema.names)
                self.rows: int | None = None
                del batches
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{path.name}: the Arrow file cannot be read: {error}") from error

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Record batches as tables."""
        try:
            with self._batches() as (_, batches):
                for batch in batches:
                    table = pa.Table.from_batches([batch])
                    table = table if columns is None else table.select(list(columns))
                    for start in range(0, table.num_rows, CHUNK_ROWS):
                        yield table.slice(start, CHUNK_ROWS)
        except pa.ArrowException as error:
            raise DataError(f"{self._path.name}: the Arrow file is damaged: {error}") from error

    @contextmanager
    def _batches(self) -> Iterator[tuple[Any, Iterator[Any]]]:
        with open_bytes(self._path) as file:
            if file.read(6) == b"ARROW1":
                reader = pa.ipc.open_file(pa.memory_map(str(self._path)))
                yield reader.schema, (reader.get_batch(place) for place in range(reader.num_record_batches))
                return
            file.seek(0)
            stream = pa.ipc.open_stream(file)
            yield stream.schema, iter(stream)


class CsvSource:
    """A CSV file, with or without a header; every cell is read as text, so that no decimal is lost."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with open_bytes(path) as file:
            head = file.read(_HEAD_BYTES)
        self._form: CsvForm = csv_form(head, path.name)
        self.columns: list[str] = list(self._form.columns)
        self.rows: int | None = None

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Blocks of lines as tables of text."""
        names = self.columns if columns is None else list(columns)
        form = self._form
        try:
            with open_bytes(self._path) as file:
                reader = pa.csv.open_csv(
                    file,
                    pa.csv.ReadOptions(
                        block_size=_CSV_BLOCK_BYTES, skip_rows=form.skip_lines, column_names=list(form.columns)
                    ),
                    pa.csv.ParseOptions(delimiter=form.delimiter),
                    pa.csv.ConvertOptions(
                        column_types={name: pa.string() for name in names},
                        include_columns=names,
                        null_values=_NULLS,
                        strings_can_be_null=True,
                        quoted_strings_can_be_null=True,
                    ),
                )
                for block in reader:
                    table = pa.Table.from_batches([block])
                    for start in range(0, table.num_rows, CHUNK_ROWS):
                        yield table.slice(start, CHUNK_ROWS)
        except pa.ArrowException as error:
            raise DataError(f"{self._path.name}: the CSV cannot be read: {error}") from error


class MemorySource:
    """A table that is in memory already."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.columns: list[str] = list(table.column_names)
        self.rows: int | None = table.num_rows

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Slices of the table."""
        table = self._table if columns is None else self._table.select(list(columns))
        for start in range(0, table.num_rows, CHUNK_ROWS):
            yield table.slice(start, CHUNK_ROWS)


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked where it is packed by gzip, xz, bzip2 or zstd."""
    with open(path, "rb") as file:
        magic = file.read(6)
    # ruff: noqa: SIM115 - whoever asked for the bytes closes them.
    unpacked: Any
    if magic.startswith(b"\x1f\x8b"):
        unpacked = gzip.open(path, "rb")
    elif magic.startswith(b"\xfd7zXZ\x00"):
        unpacked = lzma.open(path, "rb")
    elif magic.startswith(b"BZh"):
        unpacked = bz2.open(path, "rb")
    elif magic.startswith(b"\x28\xb5\x2f\xfd"):
        unpacked = pa.input_stream(str(path), compression="zstd")
    else:
        unpacked = open(path, "rb")
    stream: IO[bytes] = unpacked
    return stream


def head_of(path: Path) -> bytes:
    """The first bytes of a file, unpacked."""
    try:
        with open_bytes(path) as file:
            return file.read(_HEAD_BYTES)
    except (OSError, EOFError, lzma.LZMAError, pa.ArrowException) as error:
        raise DataError(f"{path.name}: the file cannot be opened: {error}") from error
