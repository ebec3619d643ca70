"""What repeated times say: median, percentiles, spread, and whether to believe them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

NOISY_SHARE: Final = 0.10
"""Deviation over mean from which on times are marked as unreliable."""
_DRAWS: Final = 2000
_CONFIDENCE: Final = 0.95
_SEED: Final = 7


def percentile(sorted_values: NDArray[np.int64] | Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed; they come in rising order."""
    if not len(sorted_values):
        raise ValueError("a percentile of nothing")
    return float(sorted_values[max(math.ceil(share * len(sorted_values)), 1) - 1])


def spread(values: Sequence[float]) -> float:
    """Deviation over mean; 0 for a single value."""
    mean = statistics.fmean(values)
    return statistics.stdev(values) / mean if len(values) > 1 and mean else 0.0


def is_noisy(values: Sequence[float]) -> bool:
    """Whether the values differ too much to be relied on."""
    return spread(values) > NOISY_SHARE


def ratio_interval(old: Sequence[float], new: Sequence[float]) -> tuple[float, float]:
    """Where median(new) / median(old) lies, with 95 % confidence, by bootstrap; the draws are always the same."""
    draw = np.random.default_rng(_SEED)
    medians = [np.median(draw.choice(np.asarray(runs), (_DRAWS, len(runs))), axis=1) for runs in (new, old)]
    low, high = np.quantile(medians[0] / medians[1], [(1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2])
    return float(low), float(high)
