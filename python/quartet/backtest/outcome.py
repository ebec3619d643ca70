"""What a run did, exactly, in the same form from either mode: equity, cash, orders, fills, what time cost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.engines.records import money_column, units_column

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FILL_DTYPE: Final = np.dtype(
    [
        ("stamp", "<i8"), ("symbol", "<i8"), ("price", "<i8"), ("quantity", "<i8"),
        ("fee_low", "<i8"), ("fee_high", "<i8"), ("order_id", "<i8"),
    ]
)  # fmt: skip
"""A fill: stamp and symbol by place, price and signed quantity in 1e-9, the fee in 1e-18 as two words."""
ORDER_DTYPE: Final = np.dtype(
    [
        ("decided", "<i8"), ("symbol", "<i8"), ("quantity", "<i8"), ("limit", "<i8"), ("state", "<i8"),
        ("code", "<i8"), ("filled", "<i8"), ("done", "<i8"), ("order_id", "<i8"),
    ]
)  # fmt: skip
"""An order: the stamps of its decision and its end by place, signed quantity, its state at the end and why."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """Of one account over T stamps. Money is (T, 2): low and high word of 1e-18."""

    mode: str
    engine: str
    """columnar, or the engine that ran."""
    equity: Ints
    cash: Ints
    borrowed: Ints
    """What short positions cost at each stamp."""
    earned: Ints
    """What cash earned, or debt cost (negative), at each stamp."""
    paid: Ints
    """What positions were paid, or owed (negative), at each stamp: dividends, ends of symbols."""
    funded: Ints
    """What positions paid in funding, or were paid (negative), at each stamp."""
    fills: NDArray[np.void]
    orders: NDArray[np.void]
    positions: Ints
    """(N,) at the end, 1e-9."""
    ended: Ints
    """(K, 4): stamp, symbol, signed quantity and cash a unit of positions that ended without a fill."""

    @property
    def result_hash(self) -> str:
        """SHA-256 of every number; equal in both modes and all engines."""
        whole = hashlib.sha256()
        money = (self.equity, self.cash, self.borrowed, self.earned, self.paid)
        for values in (*money, self.ended, self.fills, self.orders, self.positions):
            whole.update(np.ascontiguousarray(values).tobytes())
        # A run without funding keeps the hash that it had before there was any.
        if self.funded.any():
            whole.update(np.ascontiguousarray(self.funded).tobytes())
        return whole.hexdigest()


def money_of(words: Ints) -> list[int]:
    """Python integers of (n, 2) words."""
    return [(int(high) << 64) + (int(low) & (2**64 - 1)) for low, high in words]


def words_of(amounts: list[int]) -> Ints:
    """(n, 2) words of Python integers."""
    raw = b"".join(each.to_bytes(16, "little", signed=True) for each in amounts)
    return np.frombuffer(raw, "<i8").reshape(-1, 2).copy() if raw else np.zeros((0, 2), np.int64)


def floats_of(words: Ints) -> Floats:
    """Money in units of currency, to the nearest double or its neighbour."""
    low = words[:, 0].astype(np.uint64).astype(np.float64)
    return np.asarray((words[:, 1].astype(np.float64) * 2.0**64 + low) / 1e18, np.float64)


def money_series(name: str, words: Ints) -> pl.Series:
    """Money as decimals of 18 places."""
    flat = np.ascontiguousarray(words, "<i8")
    return pl.Series(name, pl.from_arrow(money_column(flat.view("V16").reshape(-1))))


def nano_series(name: str, values: Any) -> pl.Series:
    """Prices or quantities as decimals of 9 places."""
    return pl.Series(name, pl.from_arrow(units_column(np.ascontiguousarray(values, np.int64))))
