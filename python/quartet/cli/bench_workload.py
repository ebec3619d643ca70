"""Workload W1 of `quartet bench`: quotes that walk at random, an average cross, market orders at the touch."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.data.batch import EventBatch
from quartet.data.builders import quotes
from quartet.engines.config import EngineSettings, engine_settings

_TICK: Final = 10_000_000
_UNIT: Final = 1_000_000_000
_START_NS: Final = 1_700_000_000 * _UNIT
_STEP_NS: Final = 100_000
_FIRST_BID: Final = 10_000
_LOWEST_BID: Final = 1_000
_SIZE: Final = 100
_LANES: Final = 4096
_MASK: Final = (1 << 64) - 1


def w1_settings() -> EngineSettings:
    """EMA 10/20 of the mid: one unit long while the fast one is not below, one short else. The whole gate is on."""
    return engine_settings(
        {
            "signal": {"let": {"fast": "ema(mid, 10)", "slow": "ema(mid, 20)"}, "score": "1 if fast >= slow else -1"},
            "instruments": [{"symbol": "*", "tick": "0.01"}],
            "policy": {"target": {"sizing": "quantity", "max_quantity": 1, "order_type": "market"}},
            "venue": {"order_latency_us": 0, "response_latency_us": 0},
            "account": {"initial_cash": 100_000_000},
            "performance": {"max_orders_per_second": 10**9},
            "risk_management": {
                "max_order_notional": 10**8,
                "max_orders_per_second_symbol": 10**9,
                "duplicate_window_ms": 0,
                "max_positions": 65536,
            },
        }
    )


def w1_symbols(count: int) -> list[str]:
    """Names in the order of their ids."""
    return [f"S{number:05d}" for number in range(count)]


def w1_quotes(events: int, symbols: int, seed: int = 7) -> EventBatch:
    """Symbols in turn; a bid moves by -1, 0 or 1 tick a quote and is reflected at 10.00; the spread is 1 or 2 ticks."""
    draws = xorshift(events, seed)
    step = (draws >> np.uint64(33)).astype(np.int64) % 3 - 1
    spread = (draws >> np.uint64(20) & np.uint64(1)).astype(np.int64) + 1
    sizes = [(draws >> np.uint64(shift) & np.uint64(63)).astype(np.int64) + 1 for shift in (2, 10)]
    bid = np.empty(events, np.int64)
    for symbol in range(symbols):
        walk = np.cumsum(step[symbol::symbols]) + _FIRST_BID
        bid[symbol::symbols] = _LOWEST_BID + np.abs(walk - _LOWEST_BID)
    times = _START_NS + np.arange(events, dtype=np.int64) * _STEP_NS
    return quotes(
        np.arange(events, dtype=np.int64) % symbols,
        times,
        bid * _TICK,
        (bid + spread) * _TICK,
        sizes[0] * _SIZE * _UNIT,
        sizes[1] * _SIZE * _UNIT,
    )


def xorshift(count: int, seed: int) -> NDArray[np.uint64]:
    """Numbers of Marsaglia's xorshift64, from many lanes at once: lane k starts at the k-th splitmix64 of the seed."""
    state = np.array([_splitmix(seed, lane) for lane in range(_LANES)], np.uint64)
    rounds = []
    for _ in range(-(-count // _LANES)):
        state = state ^ (state << np.uint64(13))
        state = state ^ (state >> np.uint64(7))
        state = state ^ (state << np.uint64(17))
        rounds.append(state)
    return np.concatenate(rounds)[:count]


def _splitmix(seed: int, lane: int) -> int:
    z = (seed + (lane + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return (z ^ (z >> 31)) or 1
