"""Ring operators: the last n values, scanned from oldest to newest (spec 4.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from quartet.core.contract import Op
from quartet.core.elementary import NAN


class Ring:
    """u: position of the next write, steps so far (at most n). f: the ring."""

    __slots__ = ("filled", "n", "position", "values")

    def __init__(self, n: int) -> None:
        self.n = n
        self.position = 0
        self.filled = 0
        self.values = [0.0] * n

    def words(self) -> tuple[list[int], list[float]]:
        """The state words (spec 4.3)."""
        return [self.position, self.filled], self.values

    def load(self, u: list[int], f: list[float]) -> None:
        """Take the state words back."""
        if u[0] >= self.n or u[1] > self.n:
            raise ValueError("a ring's position is beyond its end")
        self.position, self.filled = u
        self.values = f

    def replace(self, x: float) -> float:
        """Write x over the value of n steps ago and return that one, NaN before there is one."""
        old = self.values[self.position] if self.filled == self.n else NAN
        self.values[self.position] = x
        self.position = self.position + 1 if self.position + 1 < self.n else 0
        if self.filled < self.n:
            self.filled += 1
        return old


def _delay(ring: Ring, x: float) -> float:
    return ring.replace(x)


def _delta(ring: Ring, x: float) -> float:
    return x - ring.replace(x)


Scan = Callable[[list[float]], float]


def _argmin(window: list[float]) -> float:
    place = 0
    for i, x in enumerate(window):
        if x < window[place]:
            place = i
    return float(place + 1)


def _argmax(window: list[float]) -> float:
    place = 0
    for i, x in enumerate(window):
        if window[place] < x:
            place = i
    return float(place + 1)


def _rank(window: list[float]) -> float:
    newest = window[-1]
    less = sum(1 for x in window if x < newest)
    equal = sum(1 for x in window if x == newest)
    return (float(less) + (float(equal) + 1.0) * 0.5) / float(len(window))


def _linear_decay(window: list[float]) -> float:
    n = len(window)
    acc = 0.0
    for i, x in enumerate(window, 1):
        acc = acc + float(i) * x
    return acc / float(n * (n + 1) // 2)


def _slope(window: list[float]) -> float:
    n = len(window)
    if n == 1:
        return NAN
    m = float(n + 1) * 0.5
    acc = 0.0
    for i, x in enumerate(window, 1):
        acc = acc + (float(i) - m) * x
    return acc / (float(n) * (float(n) * float(n) - 1.0) / 12.0)


def _scan(scan: Scan) -> Callable[[Ring, float], float]:
    def step(ring: Ring, x: float) -> float:
        ring.replace(x)
        if ring.filled < ring.n:
            return NAN
        window = ring.values[ring.position :] + ring.values[: ring.position]
        if any(value != value for value in window):
            return NAN
        return scan(window)

    return step


RING_STEPS: Final[dict[int, Callable[[Ring, float], float]]] = {
    Op.DELAY: _delay,
    Op.DELTA: _delta,
    Op.ARGMIN: _scan(_argmin),
    Op.ARGMAX: _scan(_argmax),
    Op.RANK: _scan(_rank),
    Op.LINEAR_DECAY: _scan(_linear_decay),
    Op.SLOPE: _scan(_slope),
}
