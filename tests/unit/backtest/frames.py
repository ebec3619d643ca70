"""Small frames of prices and signals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def days(count: int, first: datetime = BEGIN) -> list[datetime]:
    return [first + timedelta(days=at) for at in range(count)]


def bars(
    opens: list[float], closes: list[float], symbol: str = "A", volume: float = 1e6, begin: datetime = BEGIN
) -> pl.DataFrame:
    """One symbol; highs and lows are those of open and close."""
    return pl.DataFrame(
        {
            "timestamp": days(len(opens), begin),
            "symbol": [symbol] * len(opens),
            "open": np.array(opens, float),
            "high": np.maximum(opens, closes).astype(float),
            "low": np.minimum(opens, closes).astype(float),
            "close": np.array(closes, float),
            "volume": [volume] * len(opens),
        }
    )


def signals(values: list[float | None], symbol: str = "A") -> pl.DataFrame:
    return pl.DataFrame(
        {"timestamp": days(len(values)), "symbol": [symbol] * len(values), "signal": values},
        schema_overrides={"signal": pl.Float64},
    )


def walk(count: int, seed: int = 0, symbols: str = "A", spread: float = 0.01) -> pl.DataFrame:
    """Random walks."""
    rng = np.random.default_rng(seed)
    frames = []
    for symbol in symbols:
        close = np.round(100 * np.exp(np.cumsum(rng.normal(0.0, spread, count))), 4)
        opens = np.append(100.0, close[:-1])
        frames.append(bars(opens.tolist(), close.tolist(), symbol))
    return pl.concat(frames).sort("timestamp", "symbol")
