"""A market in which a strategy earns, trip by trip, and now and then loses."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl

from tests.unit.backtest.frames import BEGIN, bars, days

KEYS = dict(initial_capital=100_000, max_position_size=0.5, gap_safe=False, replications=0, trading_year="crypto")
TRIP = 8
"""Bars of a trip: six held, two out."""


def rising(count: int = 120, begin: datetime = BEGIN) -> pl.DataFrame:
    """Up 1 % a bar, but every third trip goes down by half of that."""
    steps = np.where((np.arange(count) // TRIP) % 3 == 2, -0.005, 0.01)
    close = np.round(100 * np.cumprod(1 + steps), 4)
    return bars(np.append(100.0, close[:-1]).tolist(), close.tolist(), begin=begin)


def in_and_out(count: int = 120, begin: datetime = BEGIN) -> pl.DataFrame:
    """Long for six bars, out for two."""
    values = [1.0 if at % TRIP < TRIP - 2 else 0.0 for at in range(count)]
    return pl.DataFrame({"timestamp": days(count, begin), "symbol": ["A"] * count, "signal": values})
