"""Made-up prices that every check of the battery reads: complete, with gaps, daily and by the hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from quartet.backtest.prices import PricePanel

BEGIN = datetime(2024, 1, 2, 15, tzinfo=UTC)
DAYS = 330
"""More than the longest window that anything registered has by default."""


def frame(symbols: str = "ABC", count: int = DAYS, *, hourly: bool = False, gaps: bool = False) -> pl.DataFrame:
    """Random walks, the same for a symbol whatever the others are."""
    # Six bars a day, as a session has.
    steps = [timedelta(days=at // 6, hours=at % 6) if hourly else timedelta(days=at) for at in range(count)]
    parts = []
    for symbol in symbols:
        rng = np.random.default_rng(ord(symbol))
        close = np.round(100 * np.exp(np.cumsum(rng.normal(0.0, 0.015, count))), 4)
        opens = np.append(100.0, close[:-1])
        there = rng.random(count) > 0.15 if gaps else np.ones(count, np.bool_)
        part = pl.DataFrame(
            {
                "timestamp": [BEGIN + step for step in steps],
                "symbol": [symbol] * count,
                "open": opens,
                "high": np.maximum(opens, close),
                "low": np.minimum(opens, close),
                "close": close,
                "volume": np.round(rng.uniform(1e5, 1e6, count)),
            }
        )
        parts.append(part.filter(pl.Series(there)))
    return pl.concat(parts).sort("timestamp", "symbol")


def panel(symbols: str = "ABC", count: int = DAYS, *, hourly: bool = False, gaps: bool = False) -> PricePanel:
    """The same as a panel."""
    return PricePanel.of(frame(symbols, count, hourly=hourly, gaps=gaps))
