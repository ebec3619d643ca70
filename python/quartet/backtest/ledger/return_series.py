"""The returns of a trial as the ledger keeps them: exact, compressed, and known by their hash."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.errors import DataError

_MAGIC: Final = b"QRS1"
_LEVEL: Final = 1
"""Of compression: times shrink at any, returns at none."""
_TIMES: Final = np.dtype("<i8")
_FLOATS: Final = np.dtype("<f8")


@dataclass(frozen=True, slots=True, eq=False)
class ReturnSeries:
    """Returns per period, net, in excess of cash; DataError for what is not in order or not finite."""

    ts_ns: NDArray[np.int64]
    """End of each period, ns since 1970 UTC, increasing. (T,)"""
    returns: NDArray[np.float64]
    """Fractions. (T,)"""

    @classmethod
    def of(cls, ts_ns: Any, returns: Any) -> ReturnSeries:
        """Check and keep copies; DataError says what is wrong and where."""
        times, values = np.array(ts_ns), np.array(returns, dtype=_FLOATS)
        if times.ndim != 1 or values.shape != times.shape:
            raise DataError(f"returns of shape {values.shape} with times of shape {times.shape}: give (T,) of both")
        if times.dtype.kind == "M":
            times = times.astype("datetime64[ns]").astype(_TIMES)
        if len(times) and times.dtype.kind not in "iu":
            raise DataError(f"times are {times.dtype}: give whole nanoseconds since 1970, UTC, or datetime64")
        times = times.astype(_TIMES)
        late = np.flatnonzero(np.diff(times) <= 0)
        if len(late):
            raise DataError(f"times: that of period {late[0] + 1} is not after the one before; sort, and drop doubles")
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            raise DataError(f"returns: {values[bad[0]]} in period {bad[0]}; a period without a return is left out")
        for array in (times, values):
            array.flags.writeable = False
        return cls(times, values)

    def __len__(self) -> int:
        return len(self.returns)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReturnSeries) and self.content_hash == other.content_hash

    def __hash__(self) -> int:
        return hash(self.content_hash)

    @property
    def content_hash(self) -> str:
        """SHA-256 of the values, whatever the compression."""
        digest = hashlib.sha256(len(self).to_bytes(8, "little"))
        digest.update(self.ts_ns.tobytes())
        digest.update(self.returns.tobytes())
        return digest.hexdigest()

    def encoded(self) -> bytes:
        """The bytes for the database: first differences of times, then returns, deflated."""
        steps = np.diff(self.ts_ns, prepend=np.zeros(1, _TIMES))
        return _MAGIC + zlib.compress(steps.tobytes() + self.returns.tobytes(), _LEVEL)


def decoded(content: bytes) -> ReturnSeries:
    """The series of these bytes; DataError where they are damaged."""
    try:
        if content[: len(_MAGIC)] != _MAGIC:
            raise ValueError("unknown form")
        raw = zlib.decompress(content[len(_MAGIC) :])
        half = len(raw) // 2
        times = np.cumsum(np.frombuffer(raw[:half], _TIMES))
        return ReturnSeries.of(times, np.frombuffer(raw[half:], _FLOATS))
    except (ValueError, zlib.error) as error:
        raise DataError(f"stored returns are damaged: {error}") from error
