"""Floats in and out of range, in one pass over the memory."""

import numpy as np
from numba import types

from quartet.backtest.columnar.compiled.cache import compiled


@compiled("the intake of prices", types.int64(types.Array(types.float64, 1, "C", readonly=True), types.int64[::1]))
def take(values, nanos):
    """Units of 1e-9 into nanos; how many of them rounding cannot decide, as in quartet.backtest.intake."""
    unsure = 0
    for at in range(len(values)):
        value = values[at]
        scaled = value * 1e9
        whole = np.rint(scaled)
        nanos[at] = np.int64(whole)
        sure = 0.5 - abs(scaled - whole) > abs(scaled) * 2.0**-51 and (abs(value) >= 0.001 or value == 0.0)
        unsure += not sure
    return unsure
