"""What the edge refuses: rows that cannot become an event (BAD_DECIMAL, MISSING_FIELD), kept and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import CODE_TEXTS, Code


class EdgeReject(NamedTuple):
    """One row that was refused."""

    row: int
    """Row of the input, from 0; in a file, the data row."""
    code: Code
    field: str
    value: str
    message: str


class EdgeRejects(Sequence[EdgeReject]):
    """The refused rows in their order: the first `keep` of them one by one, all of them in the counts."""

    def __init__(self, keep: int | None = None) -> None:
        self._keep = keep
        self._kept: list[EdgeReject] = []
        self.counts: Counter[tuple[Code, str]] = Counter()
        """Refused rows by code and field."""

    @property
    def total(self) -> int:
        """How many rows were refused."""
        return self.counts.total()

    def by_code(self) -> dict[Code, int]:
        """Refused rows by code."""
        totals: Counter[Code] = Counter()
        for (code, _), count in self.counts.items():
            totals[code] += count
        return dict(totals)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[EdgeReject]:
        return iter(self._kept)

    def __getitem__(self, index: Any) -> Any:
        return self._kept[index]

    def __repr__(self) -> str:
        parts = ", ".join(f"{count:,} {code.name} in {field}" for (code, field), count in self.counts.items())
        return f"<EdgeRejects: {parts or 'none'}>"

    def add(self, rows: NDArray[np.integer[Any]], code: Code, field: str, values: Sequence[object]) -> None:
        """Count the rows, and keep them while there is room; values are the cells at fault, row by row."""
        if not len(rows):
            return
        self.counts[code, field] += len(rows)
        room = len(rows) if self._keep is None else max(self._keep - len(self._kept), 0)
        for row, value in zip(rows[:room].tolist(), values, strict=False):
            self._kept.append(_reject(row, code, field, value))

    def in_order(self) -> EdgeRejects:
        """The same, sorted by row."""
        self._kept.sort(key=lambda reject: reject.row)
        return self


def _reject(row: int, code: Code, field: str, value: object) -> EdgeReject:
    text = "" if value is None else str(value)[:80]
    what, remedy = CODE_TEXTS[code]
    if code is Code.MISSING_FIELD:
        return EdgeReject(row, code, field, text, f"row {row}: {field} is missing. {remedy}")
    return EdgeReject(row, code, field, text, f"row {row}: {field} is {text!r}. {what} {remedy}")
