"""Where data come from and what was done to them, and a hash of what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

_BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where data come from."""

    name: str
    source: str
    """Registered name of the source, else file or memory."""
    files: tuple[SourceFile, ...] = ()
    licence: str = ""
    simulated: bool = False
    """Whether they were made up by a simulator; then every page that shows them says so."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """What the source was asked for."""
    steps: tuple[str, ...] = ()
    """What was assumed and done on the way in, in order."""
    retrieved_ns: int | None = None
    """When they were fetched or imported, ns UTC; null: not recorded."""

    def then(self, *steps: str) -> Provenance:
        """The same with more steps."""
        return replace(self, steps=(*self.steps, *filter(None, steps)))

    @property
    def label(self) -> str:
        """The name, with SIMULATED before it where that is what they are."""
        return f"SIMULATED {self.name}" if self.simulated else self.name

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        values = asdict(self)
        return {**values, "files": list(values["files"]), "steps": list(self.steps)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Provenance:
        """The inverse of to_dict."""
        files = tuple(SourceFile(**each) for each in values["files"])
        return cls(**{**values, "files": files, "steps": tuple(values["steps"])})


def file_hash(path: Path) -> SourceFile:
    """Name, SHA-256 and size of a file."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
    return SourceFile(path.name, digest.hexdigest(), size)


def content_hash(frame: pl.DataFrame) -> str:
    """SHA-256 of a frame's columns, types, values and missing values; equal frames have equal hashes on every machine.

    It depends neither on chunks nor on what lies behind a missing value; -0.0 and 0.0 differ, all NaN are one.
    """
    whole = hashlib.sha256()
    for series in frame:
        whole.update(f"{series.name}\0{series.dtype}\0{len(series)}\0".encode())
        whole.update(np.packbits(series.is_null().to_numpy()).tobytes())
        for part in _values(series):
            whole.update(np.ascontiguousarray(part).data)
    return whole.hexdigest()


def _bytes(buffer: Any) -> Any:
    return np.frombuffer(buffer or b"", np.uint8)


def _values(series: pl.Series) -> tuple[Any, ...]:
    kind = series.dtype
    if isinstance(kind, (pl.String, pl.Categorical, pl.Enum)):
        text = series.cast(pl.String).fill_null("").rechunk().to_arrow().cast(pa.large_string())
        offsets = np.frombuffer(text.buffers()[1], np.int64, len(text) + 1, text.offset * 8)
        return np.diff(offsets).astype(np.uint32), _bytes(text.buffers()[2])[offsets[0] : offsets[-1]]
    if kind.is_float():
        values = series.fill_null(0.0).to_numpy()
        return (np.where(np.isnan(values), np.nan, values).astype(values.dtype),)
    if kind == pl.Boolean:
        return (series.fill_null(False).to_numpy().astype(np.uint8),)
    if kind.is_temporal() or kind.is_integer():
        return (series.to_physical().fill_null(0).to_numpy(),)
    return (np.frombuffer("\0".join(map(repr, series.to_list())).encode(), np.uint8),)
