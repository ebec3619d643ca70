"""Block operators: rolling aggregates that never subtract (spec 4.5). Time is cut into blocks of n steps; at a
block's end the suffix aggregates are built, and a result merges a suffix of the old block with the prefix of the new.
"""

from __future__ import annotations

from quartet.core.elementary import NAN
from quartet.engines.reference.signal_engine.monoids import Aggregate, Monoid


class Block:
    """u: values in the present block, whether one has been completed. f: the prefix, then n slots."""

    __slots__ = ("completed", "count", "monoid", "n", "prefix", "slots")

    def __init__(self, n: int, monoid: Monoid) -> None:
        self.n = n
        self.monoid = monoid
        self.count = 0
        self.completed = 0
        self.prefix: Aggregate = monoid.zeros
        # Slot j < count: raw value of the present block; else the suffix aggregate of the previous one.
        self.slots: list[Aggregate] = [monoid.zeros] * n

    def words(self) -> tuple[list[int], list[float]]:
        """The state words (spec 4.3)."""
        return [self.count, self.completed], [*self.prefix, *(word for slot in self.slots for word in slot)]

    def load(self, u: list[int], f: list[float]) -> None:
        """Take the state words back."""
        if u[0] >= self.n or u[1] > 1:
            raise ValueError("a block's count is beyond its end")
        self.count, self.completed = u
        width = len(self.monoid.zeros)
        self.prefix = tuple(f[:width])
        self.slots = [tuple(f[at : at + width]) for at in range(width, len(f), width)]

    def step(self, raw: Aggregate) -> float:
        """Add a value, padded to the width of a slot, and return the result over the last n."""
        monoid, count = self.monoid, self.count
        prefix = monoid.lift(raw) if count == 0 else monoid.push(self.prefix, count + 1, raw)
        self.slots[count] = raw
        count += 1
        if count == self.n:
            result = monoid.lower(prefix, raw)
            self._complete()
            return result
        self.prefix = prefix
        self.count = count
        if self.completed:
            return monoid.lower(monoid.merge(self.slots[count], self.n - count, prefix, count), raw)
        return NAN

    def _complete(self) -> None:
        """Turn the raw values into suffix aggregates and start a new block."""
        monoid, slots, n = self.monoid, self.slots, self.n
        suffix = slots[n - 1] = monoid.lift(slots[n - 1])
        for j in range(n - 2, -1, -1):
            suffix = slots[j] = monoid.push(suffix, n - j, slots[j])
        self.count = 0
        self.completed = 1
        self.prefix = monoid.zeros
