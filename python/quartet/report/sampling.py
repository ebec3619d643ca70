"""Long series made short enough to draw: one point an interval of time, and intervals that grow with the series."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Floats = NDArray[np.float64]

_MS: Final = 1_000_000
_S: Final = 1000 * _MS
_MINUTE: Final = 60 * _S
_HOUR: Final = 60 * _MINUTE
DAY: Final = 24 * _HOUR
_LADDER: Final = (
    *(n * _MS for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(n * _S for n in (1, 2, 5, 10, 15, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 4, 8)),
    *(n * DAY for n in (1, 2, 7, 14, 28, 56, 112)),
)
_UNITS: Final = ((DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"), (_S, "second"), (_MS, "millisecond"))


class Sampler:
    """The last of a value, and the least of another, in every interval; time never goes back."""

    def __init__(self, points_max: int | None = 2000, interval_ns: int = _LADDER[0], offset_ns: int = 0) -> None:
        """points_max: the interval grows so that there are no more points than this; None: it never grows."""
        self._points_max = points_max
        self._offset = offset_ns
        self.interval_ns = interval_ns
        self.ts: Times = np.zeros(0, np.int64)
        """Time of the last value of each interval."""
        self.last: Floats = np.zeros(0)
        self.least: Floats = np.zeros(0)

    def add(self, ts: Times, last: Floats, least: Floats | None = None) -> None:
        """More of the series; what `least` is of, if not of the same values."""
        least = last if least is None else least
        # Reduced first on its own: blocks are long, and what is kept of them is short.
        new = self._reduced(ts, last, least)
        joined = [np.concatenate(pair) for pair in zip((self.ts, self.last, self.least), new, strict=True)]
        self.ts, self.last, self.least = self._reduced(*joined)
        while self._points_max is not None and len(self.ts) > self._points_max and self.interval_ns < _LADDER[-1]:
            self.interval_ns = next(step for step in _LADDER if step > self.interval_ns)
            self.ts, self.last, self.least = self._reduced(self.ts, self.last, self.least)

    def _reduced(self, ts: Any, last: Any, least: Any) -> tuple[Times, Floats, Floats]:
        if not len(ts):
            return ts, last, least
        intervals = (ts - self._offset) // self.interval_ns
        ends = np.append(np.flatnonzero(np.diff(intervals)), len(ts) - 1)
        starts = np.append(0, ends[:-1] + 1)
        return ts[ends], last[ends], np.minimum.reduceat(least, starts)


def interval_text(interval_ns: int) -> str:
    """An interval in words: 5 minutes."""
    size, name = next(((size, name) for size, name in _UNITS if interval_ns % size == 0), (1, "nanosecond"))
    count = interval_ns // size
    return name if count == 1 else f"{count:,} {name}s"
