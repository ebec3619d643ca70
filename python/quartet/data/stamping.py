"""Both clocks of every row from the time fields: one column, or a date and a time of day; and rows that stand for an
interval, which are known at its end only.

A row of a day is stamped with the day's last nanosecond in its time zone, a row of a shorter interval with its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from quartet.core.errors import DataError
from quartet.core.lazy import lazy_module
from quartet.data.cells import Cells
from quartet.data.decimals import Ints
from quartet.data.rows import Stamps
from quartet.data.times import DAY, BadTime, Times, read_dates, read_durations, read_times

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")

Read = TypeVar("Read")
_WITHIN_DAY: Final = {"time_ms": "ms", "time_us": "us", "time_ns": "ns", "time_s": "s", "time": "s"}


@dataclass(slots=True)
class Stamper:
    """Reads the times of chunks of one file."""

    timezone: str
    unit: str | None = None
    date: str | None = None
    """The day of rows that have a time of day only."""
    interval: int | None = None
    """What a row stands for, in ns: 0 an instant; None: found out from the first chunk."""
    latency: int = 0
    """ts_init - ts_event where the file has no ts_init, ns."""
    zone_assumed: bool = False
    """Times without an offset were met."""

    def read(self, cells: Mapping[str, Cells], ids: NDArray[np.uint32]) -> Stamps:
        """Stamps of a chunk."""
        times = self._event_times(cells)
        self.zone_assumed |= not times.zoned
        if self.interval is None:
            self.interval = _common_step(times, ids)
        if self.interval >= DAY:
            times = times.plus(self.interval - 1)
        elif self.interval:
            times = times.plus(self.interval)
        event = times.utc(self.timezone)
        if "ts_init" in cells:
            init = _column_times(cells, "ts_init", self.unit)
            return Stamps(event, init.utc(self.timezone), times.missing | init.missing)
        return Stamps(event, event + np.int64(self.latency), times.missing)

    def _event_times(self, cells: Mapping[str, Cells]) -> Times:
        if "timestamp" in cells:
            return _column_times(cells, "timestamp", self.unit)
        name = next((name for name in _WITHIN_DAY if name in cells), None)
        if "date" in cells:
            days = _called("date", lambda: read_dates(_arrow(cells["date"])))
        elif name is not None:
            days = self._given_day(len(cells[name].values))
        else:
            raise DataError("no time: map the field timestamp, or date and one of " + ", ".join(_WITHIN_DAY))
        if name is None:
            return days
        ns, missing = _called(name, lambda: read_durations(_arrow(cells[name]), _WITHIN_DAY[name]))
        return Times(days.ns + ns, days.missing | missing, days.zoned)

    def _given_day(self, rows: int) -> Times:
        if self.date is None:
            raise DataError(
                "the rows have a time of day but no date, and the file name holds none; give the option date"
            )
        day = read_times(pa.array([self.date], pa.string()))
        return Times(np.full(rows, day.ns[0]), np.zeros(rows, np.bool_), False)


def _column_times(cells: Mapping[str, Cells], name: str, unit: str | None) -> Times:
    return _called(name, lambda: read_times(_arrow(cells[name]), unit))


def _called(name: str, read: Callable[[], Read]) -> Read:
    """What read gives; a cell that is no time is named with its field."""
    try:
        return read()
    except BadTime as error:
        raise BadTime(error.row, error.value, name) from error


def _arrow(cells: Cells) -> Any:
    values = cells.values
    if isinstance(values, pa.ChunkedArray):
        return values.combine_chunks()
    return values if isinstance(values, pa.Array) else pa.array(values)


def _common_step(times: Times, ids: NDArray[np.uint32]) -> int:
    """The commonest distance between a symbol's rows; a day where all rows are at midnight."""
    keep = ~times.missing
    order = np.argsort(ids[keep], kind="stable")
    ns, owner = times.ns[keep][order], ids[keep][order]
    steps: Ints = np.abs(np.diff(ns))[owner[1:] == owner[:-1]]
    steps = steps[steps > 0]
    if len(steps):
        values, counts = np.unique(steps, return_counts=True)
        step = int(values[np.argmax(counts)])
        return DAY if step > DAY and not np.any(ns % DAY) else step
    if len(ns) and not np.any(ns % DAY):
        return DAY
    raise DataError("how long a row's interval is cannot be told from so few rows; give the option interval")
