"""Configurations of the workloads: the cross of W1, the program of config/replay.yaml, one that never trades, W3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from quartet.engines.config import EngineSettings, engine_settings

W1_GRAPH: Final[dict[str, Any]] = {
    "let": {"fast": "ema(mid, 10)", "slow": "ema(mid, 20)"},
    "score": "1 if fast >= slow else -1",
}
DEFAULT_GRAPH: Final[dict[str, Any]] = {
    "let": {
        "fast": "ema(mid, span=10)",
        "slow": "ema(mid, span=20)",
        "raw": "clip(0.4 * (2000 * (fast - slow) / mid - 0.25 * zscore(mid, 200) + imbalance), -1, 1)",
    },
    "score": "0.5 * ((raw > 0.2) + (raw > 0.6) - (raw < -0.2) - (raw < -0.6))",
}
"""That of config/replay.yaml; a test compares."""
_TURNING_GRAPH: Final[dict[str, Any]] = {
    "let": {"fast": "ema(mid, 2)", "slow": "ema(mid, 4)"},
    "score": "1 if fast >= slow else -1",
}
CROSS_GRID: Final = {
    "signal.let.fast": [f"rolling_mean(mid, {window})" for window in range(5, 25)],
    "signal.let.slow": [f"rolling_mean(mid, {window})" for window in range(30, 130, 2)],
}
"""The windows of W3: 1,000 pairs, the slow one fastest."""
_CROSS: Final = "sign(fast - slow)"
_UNLIMITED: Final = 10**9
_WIDE: Final = 100


def w1_settings() -> EngineSettings:
    """EMA 10/20 of the mid: one unit long while the fast one is not below, one short else. The whole gate is on."""
    return quantity_settings(W1_GRAPH)


def program_settings() -> EngineSettings:
    """The program of config/replay.yaml with all else as in W1: its cost, which many orders would hide."""
    return quantity_settings(DEFAULT_GRAPH)


def turning_settings(trades: bool) -> EngineSettings:
    """A quick cross that turns with every quote that turns; without trades a full score is below one lot."""
    return quantity_settings(_TURNING_GRAPH, max_quantity="1" if trades else "0.5")


def quantity_settings(graph: dict[str, Any], **target: Any) -> EngineSettings:
    """The graph, market orders filled at once, limits that never act, every row of the gate on; target: other keys."""
    return engine_settings(
        {
            "signal": graph,
            "instruments": [{"symbol": "*", "tick": "0.01"}],
            "policy": {"target": {"sizing": "quantity", "max_quantity": "1", "order_type": "market", **target}},
            "venue": {"order_latency_us": 0, "response_latency_us": 0},
            "account": {"initial_cash": 100_000_000},
            "performance": {"max_orders_per_second": _UNLIMITED},
            "risk_management": {
                "max_order_notional": 10**8,
                "max_orders_per_second_symbol": _UNLIMITED,
                "duplicate_window_ms": 0,
                "max_positions": 65536,
            },
        }
    )


def cross_settings(threads: int, member: Mapping[str, Any] | None = None) -> EngineSettings:
    """The template of W3, or one of its members: one unit long while the fast mean is above the slow one, else short.

    A taker fee of 0.1 %, cash for ten units, limits that are on and wide.
    """
    return engine_settings(
        {
            "signal": {"let": {"fast": "rolling_mean(mid, 5)", "slow": "rolling_mean(mid, 30)"}, "score": _CROSS},
            "instruments": [{"symbol": "*", "tick": "0.000001"}],
            "policy": {"target": {"sizing": "quantity", "max_quantity": "1", "order_type": "market"}},
            "venue": {"order_latency_us": 0, "response_latency_us": 0, "taker_fee": "0.001"},
            "account": {"initial_cash": 1000},
            "performance": {"max_orders_per_second": _UNLIMITED, "max_threads": threads},
            "risk_management": {
                "max_order_weight": _WIDE,
                "max_position_weight": _WIDE,
                "max_leverage": _WIDE,
                "max_concentration": "1.0",
                "max_position_var": "1.0",
                "max_portfolio_var": "1.0",
                "max_drawdown": "1.0",
                "max_daily_loss": "1.0",
                "max_orders_per_second_symbol": _UNLIMITED,
                "duplicate_window_ms": 0,
            },
        },
        overrides=member,
    )


def default_settings() -> EngineSettings:
    """What config/replay.yaml says of program, policy, limits and account; a test compares."""
    return engine_settings(
        {
            "signal": DEFAULT_GRAPH,
            "instruments": [{"symbol": "*", "tick": "0.00001", "lot": 1, "default_size": 1000}],
            "policy": {"kind": "target", "target": {"sizing": "quantity", "max_quantity": 10, "order_type": "market"}},
            "risk_management": {
                "max_quote_age_seconds": None,
                "duplicate_window_ms": None,
                "max_order_notional": 100_000_000,
                "max_order_weight": "1.0",
                "max_order_quantity": 1_000_000,
                "max_orders_per_second_symbol": 1_000_000,
                "max_position_weight": "5.0",
                "max_concentration": "1.0",
                "max_positions": 65536,
                "max_position_var": "1.0",
                "max_portfolio_var": "1.0",
                "max_drawdown": "1.0",
                "max_daily_loss": "1.0",
            },
            "performance": {"max_orders_per_second": 1_000_000},
            "account": {"initial_cash": 100_000_000},
        }
    )
