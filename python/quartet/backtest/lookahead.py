"""Whether signals change when the future is cut off, or another one (S-136): then they had looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from quartet.backtest.history import NOT_CHECKED, HistoryNeed, history_needed
from quartet.backtest.prices import PricePanel
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.signals import SignalPanel
from quartet.core.errors import QuartetError

STAMPS: Final = 12
"""At so many stamps the future is cut off, and as often replaced."""
_OTHER: Final = 0.05
"""Standard deviation of the logarithm of what the other future's prices are multiplied by."""
_TOLERANCE: Final = 1e-9
"""Relative; rounding of windows that are summed anew."""


@dataclass(frozen=True, slots=True)
class LookaheadVerdict:
    """What was found."""

    checked: int
    """Signals that were made again."""
    findings: tuple[str, ...]
    history: HistoryNeed = NOT_CHECKED
    """Whether signals depend on where the data begin, which is no fault, but must be known."""

    @property
    def passed(self) -> bool:
        """Whether no signal knew the future."""
        return not self.findings

    @property
    def text(self) -> str:
        """For the assumptions of a result."""
        if not self.checked:
            return "not checked: signals were given as they are"
        return "passed" if self.passed else f"FAILED: {self.findings[0]}"


def check_lookahead(source: SignalSource, prices: PricePanel, made: SignalPanel, seed: int = 0) -> LookaheadVerdict:
    """Make the signals again at sampled stamps, without what came after and with something else in its place."""
    if not source.remakes or len(prices.stamps) < 3:
        return LookaheadVerdict(0, ())
    rng = np.random.default_rng(seed)
    count = len(prices.stamps)
    ends = np.unique(rng.integers(1, count - 1, STAMPS)) + 1
    findings: list[str] = []
    checked = 0
    for end in ends.tolist():
        other = np.exp(rng.normal(0.0, _OTHER, (count - end, len(prices.symbols))))
        for how, past in (("cut off", prices.until(end)), ("another", prices.scaled_from(end, other))):
            try:
                again = source.panel(past).product[:end]
            except QuartetError:
                continue
            columns = [prices.symbols.index(symbol) for symbol in past.symbols]
            before = made.product[:end, columns]
            checked += 1
            differs = ~np.isclose(again, before, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True)
            if differs.any():
                findings.append(f"with the future {how}, the signal of {past.where(differs)} changes")
    return LookaheadVerdict(checked, tuple(findings), history_needed(source, prices, made))
