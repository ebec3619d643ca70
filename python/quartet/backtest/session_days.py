"""The day of each bar of a panel."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.data.bar_dates import session_date

Ints = NDArray[np.int64]


def session_days(stamps: Ints) -> Ints:
    """The day of each bar since 1970, as `quartet.data` tells it."""
    frame = pl.DataFrame({"timestamp": pl.Series(stamps, dtype=pl.Int64).cast(pl.Datetime("ns", "UTC"))})
    days: Ints = frame.select(session_date().to_physical()).to_series().to_numpy().astype(np.int64)
    return days
