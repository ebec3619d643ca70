"""Latency of single events, sampled beside the state, in buckets of an eighth of a power of two."""

from __future__ import annotations

from typing import Final

_SUBDIVISION_BITS: Final = 3


def _bucket(value: int) -> int:
    """Values below 8 have their own bucket; above, the three bits after the leading one choose."""
    shift = max(value.bit_length() - 1 - _SUBDIVISION_BITS, 0)
    return (shift << _SUBDIVISION_BITS) + (value >> shift)


def _upper_end(bucket: int) -> int:
    """The largest value of a bucket."""
    shift = max((bucket >> _SUBDIVISION_BITS) - 1, 0)
    mantissa = bucket - (shift << _SUBDIVISION_BITS)
    return ((mantissa + 1) << shift) - 1


class LatencyHistogram:
    """Count, total, maximum and quantiles of latencies in nanoseconds."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all samples."""
        self.count = 0
        self.total = 0
        self.maximum = 0
        self._buckets: dict[int, int] = {}

    def add(self, nanoseconds: int) -> None:
        """Enter a sample."""
        self.count += 1
        self.total += nanoseconds
        self.maximum = max(self.maximum, nanoseconds)
        bucket = _bucket(nanoseconds)
        self._buckets[bucket] = self._buckets.get(bucket, 0) + 1

    def quantile(self, share: float) -> int:
        """The upper end of the bucket that holds the quantile, at most the maximum; 0 without samples."""
        seen = 0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            if seen >= share * self.count:
                return min(_upper_end(bucket), self.maximum)
        return 0
