"""Returns that compound: their logarithms, and the largest drawdown on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from quartet.backtest.validation.samples import Floats, checked_returns
from quartet.core.errors import DataError


def log_growth(returns: Any, name: str, periods_min: int) -> Floats:
    """ln(1 + r) of simple returns, (T,); DataError for a return of -1 or less: nothing compounds after ruin."""
    values = checked_returns(returns, name, periods_min)
    ruin = np.flatnonzero(values <= -1)
    if len(ruin):
        raise DataError(f"{name}: {values[ruin[0]]} in place {ruin[0]} is ruin; nothing compounds after it")
    return np.log1p(values)


def largest_drawdown(growth: Floats) -> float:
    """1 - wealth / highest wealth before, the largest, of log growth, (T,); the start is a peak too."""
    wealth = np.concatenate(([0.0], np.cumsum(growth)))
    return float(-np.expm1(np.min(wealth - np.maximum.accumulate(wealth))))
