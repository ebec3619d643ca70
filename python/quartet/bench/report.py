"""A whole benchmark: machine, engines, rows; written to a file and read again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from quartet.bench.row import PEERS, Row
from quartet.core.errors import DataError

FORMAT: Final = 1
"""Goes up when old reports can no longer be read."""


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Rows and what they were measured on."""

    machine: Mapping[str, str]
    engines: Mapping[str, str]
    """Version, compiler and flags by engine."""
    rows: Sequence[Row]
    quick: bool = False
    command: str = ""
    """The options that it was made with."""
    notes: Sequence[str] = field(default_factory=tuple)
    """What was left out, and why."""

    @property
    def all_equal(self) -> bool:
        """Whether each of our engines gave the same answers; a peer may have its own."""
        return all(row.equal for row in self.rows if row.kind not in PEERS)

    def to_json(self) -> dict[str, Any]:
        """Values for machines."""
        return {
            "format": FORMAT,
            "command": self.command,
            "quick": self.quick,
            "machine": dict(self.machine),
            "engines": dict(self.engines),
            "notes": list(self.notes),
            "rows": [row.to_json() for row in self.rows],
        }

    def save(self, path: Path) -> None:
        """Write the report as JSON; DataError where that cannot be."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise DataError(f"{path}: the report cannot be written: {error.strerror}; give another path") from error

    @classmethod
    def load(cls, path: Path) -> BenchReport:
        """Read a report; DataError where the file is none."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values["format"] != FORMAT:
                raise DataError(f"{path}: a report of format {values['format']}, not {FORMAT}; run it anew with --save")
            rows = [Row.from_json(row) for row in values["rows"]]
            return cls(
                values["machine"], values["engines"], rows, values["quick"], values["command"], tuple(values["notes"])
            )
        except OSError as error:
            raise DataError(f"{path}: {error.strerror}; give a file that quartet bench --save wrote") from error
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path}: no report of quartet bench ({error}); give a file that --save wrote") from error
