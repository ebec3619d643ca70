"""Moving averages that remember one number: EMA (spec 4.7) and WILDER (spec 4.8)."""

from __future__ import annotations

from typing import Final

from quartet.core.elementary import NAN

# WILDER's and EMA's step count stops here (spec 4.8).
_STEPS_MAX: Final = 1 << 63


class Average:
    """u: steps with a value that is not NaN. f: the average."""

    __slots__ = ("average", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.average = 0.0

    def words(self) -> tuple[list[int], list[float]]:
        """The state words (spec 4.3)."""
        return [self.steps], [self.average]

    def load(self, u: list[int], f: list[float]) -> None:
        """Take the state words back."""
        (self.steps,) = u
        if self.steps > _STEPS_MAX:
            raise ValueError("an average's count is beyond its end")
        (self.average,) = f

    def _count(self) -> None:
        if self.steps < _STEPS_MAX:
            self.steps += 1

    def ema(self, x: float, alpha: float, n: int) -> float:
        """A step of EMA; n is min_periods."""
        if x != x:
            return NAN
        self._count()
        self.average = x if self.steps == 1 else self.average + alpha * (x - self.average)
        return self.average if self.steps >= n else NAN

    def wilder(self, x: float, n: int) -> float:
        """A step of WILDER: the mean of the first n, then a share 1/n of every new one."""
        if x != x:
            return NAN
        self._count()
        if self.steps <= n:
            self.average = self.average + x
            if self.steps == n:
                self.average = self.average / float(n)
        else:
            self.average = self.average + (x - self.average) / float(n)
        return self.average if self.steps >= n else NAN
