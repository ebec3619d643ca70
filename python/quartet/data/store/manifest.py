"""The manifest of a dataset: contract, partitions with their hashes, provenance and verdict, as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quartet.core.errors import DataError
from quartet.data.provenance import Provenance
from quartet.data.store.atomic import replace_file
from quartet.data.verdict import Verdict

FORMAT: Final = 1
"""Of the manifest and of the layout; another one is refused."""
FILE: Final = "dataset.json"


@dataclass(frozen=True, slots=True)
class Partition:
    """One Parquet file of a dataset."""

    period: str
    """2024, 2024-03 or 2024-03-01."""
    file: str
    rows: int
    first_ns: int
    last_ns: int
    content_sha256: str
    """Of what the rows say."""
    file_sha256: str
    bytes: int
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        return {**{name: getattr(self, name) for name in self.__dataclass_fields__}, "verdict": self.verdict.to_dict()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Partition:
        """The inverse of to_dict."""
        return cls(**{**values, "verdict": Verdict.from_dict(values["verdict"])})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a dataset is."""

    name: str
    schema: str
    partitions: tuple[Partition, ...]
    provenance: Provenance
    verdict: Verdict
    """Of all partitions together, and of what was left out on the way in."""
    symbols: tuple[str, ...]
    signed_prices: bool = False
    calendar: str | None = None
    adjusted: bool = False
    """Whether splits are in the prices already, or there can be none."""

    @property
    def rows(self) -> int:
        """Rows of all partitions."""
        return sum(each.rows for each in self.partitions)

    @property
    def hash(self) -> str:
        """SHA-256 over the partitions' contents in their order."""
        whole = hashlib.sha256(self.schema.encode())
        for each in self.partitions:
            whole.update(f"{each.period}\0{each.content_sha256}\n".encode())
        return whole.hexdigest()

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(each.bytes for each in self.partitions)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        return {
            "format": FORMAT,
            "name": self.name,
            "schema": self.schema,
            "sha256": self.hash,
            "rows": self.rows,
            "symbols": list(self.symbols),
            "signed_prices": self.signed_prices,
            "calendar": self.calendar,
            "adjusted": self.adjusted,
            "provenance": self.provenance.to_dict(),
            "verdict": self.verdict.to_dict(),
            "partitions": [each.to_dict() for each in self.partitions],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Manifest:
        """The inverse of to_dict."""
        return cls(
            values["name"],
            values["schema"],
            tuple(Partition.from_dict(each) for each in values["partitions"]),
            Provenance.from_dict(values["provenance"]),
            Verdict.from_dict(values["verdict"]),
            tuple(values["symbols"]),
            values["signed_prices"],
            values["calendar"],
            values.get("adjusted", False),  # older manifests do not say
        )


def read_manifest(folder: Path) -> Manifest:
    """The manifest in a dataset's folder; DataError where it is damaged or of another format."""
    path = folder / FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise DataError(
                f"{path}: it is of format {values['format']}, this version reads {FORMAT}; import the data anew"
            )
        manifest = Manifest.from_dict(values)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: the manifest is damaged ({error!r}); import the data anew") from error
    if manifest.hash != values["sha256"]:
        raise DataError(f"{path}: the manifest does not agree with its own hash; import the data anew")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest into its place at once."""
    text = json.dumps(manifest.to_dict(), ensure_ascii=False, allow_nan=False, indent=1)
    replace_file(folder / FILE, lambda path: _write(path, text))


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8")
