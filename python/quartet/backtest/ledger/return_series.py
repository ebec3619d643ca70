"""The returns of a trial as the ledger keeps them: exact, compressed, and known by their hash."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.errors import DataError

_MAGIC: Final = b"QRS2"
_OLDER: Final = b"QRS1"
"""Times and returns deflated together."""
_CHECKSUM: Final = struct.Struct("<I")
_COUNTS: Final = struct.Struct("<qq")
"""Periods, bytes of times."""
_LEVEL: Final = 1
"""Of compression: times shrink at any, returns at none, but where they repeat."""
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
        """The bytes for the database: deflated differences of times, and returns where they are not as the last one."""
        times = _deflated_times(self.ts_ns.tobytes())
        bits = self.returns.view(_TIMES)
        fresh = np.diff(bits, prepend=np.zeros(1, _TIMES)) != 0
        counts = _COUNTS.pack(len(self), len(times))
        content = b"".join([counts, times, np.packbits(fresh).tobytes(), bits[fresh].tobytes()])
        return _MAGIC + _CHECKSUM.pack(zlib.crc32(content)) + content


def decoded(content: bytes) -> ReturnSeries:
    """The series of these bytes; DataError where they are damaged."""
    try:
        form, content = content[: len(_MAGIC)], content[len(_MAGIC) :]
        if form == _OLDER:
            raw = zlib.decompress(content)
            half = len(raw) // 2
            return ReturnSeries.of(np.cumsum(np.frombuffer(raw[:half], _TIMES)), np.frombuffer(raw[half:], _FLOATS))
        if form != _MAGIC:
            raise ValueError("unknown form")
        (checksum,) = _CHECKSUM.unpack_from(content)
        content = content[_CHECKSUM.size :]
        if checksum != zlib.crc32(content):
            raise ValueError("their checksum is another")
        count, length = _COUNTS.unpack_from(content)
        bits = _COUNTS.size + length
        values = bits + -(-count // 8)
        times = np.cumsum(np.frombuffer(zlib.decompress(content[_COUNTS.size : bits]), _TIMES))
        fresh = np.unpackbits(np.frombuffer(content[bits:values], np.uint8), count=count)
        told = np.append(0.0, np.frombuffer(content[values:], _FLOATS))
        return ReturnSeries.of(times, told[np.cumsum(fresh, dtype=np.int64)])
    except (ValueError, struct.error, zlib.error) as error:
        raise DataError(f"stored returns are damaged: {error}") from error


@lru_cache(maxsize=4)
def _deflated_times(times: bytes) -> bytes:
    """Trials of a sweep have the same ones."""
    return zlib.compress(np.diff(np.frombuffer(times, _TIMES), prepend=np.zeros(1, _TIMES)).tobytes(), _LEVEL)
