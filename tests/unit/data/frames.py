"""Frames made by hand for tests of contracts, loading and quality."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from quartet.data.contracts.schema import TIME

DAY_NS = 86_400 * 10**9


def day_end(day: date) -> int:
    """The stamp of a day's bar."""
    return ((day - date(1970, 1, 1)).days + 1) * DAY_NS - 1


def weekdays(start: date, count: int) -> list[date]:
    """So many days from start on, Saturdays and Sundays left out."""
    days = (start + timedelta(days=n) for n in range(2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


def bars_of(closes: dict[str, list[float]], days: list[date], **columns: Any) -> pl.DataFrame:
    """Bars of the contract, flat within the day, a thousand shares each."""
    frames = []
    for symbol, values in closes.items():
        stamps = pl.Series([day_end(day) for day in days[: len(values)]]).cast(TIME)
        price = pl.Series(values, dtype=pl.Float64)
        prices = dict.fromkeys(("open", "high", "low", "close"), price)
        volume = pl.Series([1000.0] * len(values))
        frames.append(pl.DataFrame({"timestamp": stamps, "symbol": [symbol] * len(values), **prices, "volume": volume}))
    return pl.concat(frames).with_columns(**columns).sort("timestamp", "symbol")


def random_bars(seed: int, symbols: int = 5, count: int = 1000) -> pl.DataFrame:
    """Clean bars: a random walk of 1 % a day, opens between closes, and highs and lows around both."""
    generator = np.random.default_rng(seed)
    days = weekdays(date(2015, 1, 5), count)
    frames = []
    for number in range(symbols):
        steps = generator.normal(0.0, 0.01, count)
        close = 50.0 * np.exp(np.cumsum(steps))
        opening = np.concatenate([[50.0], close[:-1]]) * np.exp(generator.normal(0.0, 0.002, count))
        high = np.maximum(opening, close) * (1 + generator.uniform(0, 0.004, count))
        low = np.minimum(opening, close) * (1 - generator.uniform(0, 0.004, count))
        stamps = pl.Series([day_end(day) for day in days]).cast(TIME)
        frames.append(
            pl.DataFrame(
                {
                    "timestamp": stamps,
                    "symbol": [f"S{number}"] * count,
                    "open": opening,
                    "high": high,
                    "low": low,
                    "close": close,
                    "volume": generator.integers(1000, 100_000, count).astype(float),
                }
            )
        )
    return pl.concat(frames).sort("timestamp", "symbol")
