"""Market data and configurations for tests of the surface."""

from __future__ import annotations

from typing import Any

from quartet.graph import Graph, ema, graph, mid

START = 1_700_000_000_000_000_000
STEP = 100_000_000
CONFIG: dict[str, Any] = {
    "engine": {"type": "auto"},
    "instruments": [{"symbol": "AAA"}, {"symbol": "BBB"}],
    "policy": {"target": {"sizing": "quantity", "max_quantity": 10}},
    "venue": {"taker_fee": "0.0001"},
    "risk_management": {"limit_set": "research"},
}
"""Two symbols, ten units at full score, no limits, the engine that QUARTET_ENGINE or this machine says."""
OPEN_TABLE: dict[str, Any] = CONFIG | {"instruments": [{"symbol": "*"}]}


def reversion() -> Graph:
    """Buys below the average, sells above it."""
    return graph(score=(ema(mid, span=5, min_periods=1) - mid) / mid * 1000)


def quotes(count: int, first: int = 0, symbols: tuple[str, ...] = ("AAA", "BBB")) -> list[dict[str, Any]]:
    """Dicts with decimal strings, in turn for the symbols."""
    rows = []
    for i in range(first, first + count):
        price = 10_000 + (i * 7919) % 23
        rows.append(
            {
                "symbol": symbols[i % len(symbols)],
                "bid_price": f"{price / 100:.2f}",
                "ask_price": f"{(price + 2) / 100:.2f}",
                "bid_size": "100",
                "ask_size": "50.5",
                "timestamp": START + i * STEP,
                "venue_id": 0,
                "flags": 0,
            }
        )
    return rows
