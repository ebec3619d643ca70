"""The engine configuration of a plan: fill model bar, no latency, target policy by weight, limits off or as live."""

from __future__ import annotations

from typing import Any, Final

from quartet.backtest.columnar.layout import TermColumn
from quartet.backtest.costs.charging import rate_alone
from quartet.backtest.plan import Plan
from quartet.data.exact import nano_text
from quartet.engines.config import engine_settings
from quartet.engines.config.numbers import plain
from quartet.graph import Graph, external_score, graph

_WIDEST: Final = "100"
"""Of a collar: a market order is not held back by a gap."""
_AGE_MAX_SECONDS: Final = "1000000000"


def program_of(plan: Plan) -> Graph:
    """The graph that runs in the engine: the plan's own, or one that hands on what is fed."""
    return plan.graph if runs_graph(plan) and plan.graph is not None else graph(score=external_score(0))


def runs_graph(plan: Plan) -> bool:
    """Whether the engine can make the signals itself: the bars are as the graph's, and its score is the decision."""
    settings = plan.settings
    opens = settings.price_for_fill in ("next_open", "engine") and plan.prices is plan.quoted
    as_they_are = opens and (plan.volume is not None or plan.prices.volume is None)
    return plan.graph is not None and plan.shares_are_scores and as_they_are


def own_rate(plan: Plan) -> int | None:
    """The rate that the engine charges itself; None where the costs of a fill are more than that."""
    return rate_alone(plan.commission) if plan.conversion is None else None


def resting(plan: Plan) -> bool:
    """Whether orders are limit orders that may rest."""
    return plan.settings.price_for_fill == "engine"


def engine_config(plan: Plan) -> bytes:
    """The serialised EngineConfig; ConfigError where the plan is outside of what an engine takes."""
    settings = plan.settings
    research = settings.limits == "research"
    risk: dict[str, Any] = {"limit_set": "research" if research else "default"}
    if research:
        risk |= {
            "price_collar": _WIDEST,
            "max_leverage": None if settings.max_gross is None else plain(settings.max_gross),
        }
    values = {
        "risk_management": risk,
        "signal_generation": {"min_signal_confidence": 0, "max_signal_age_seconds": _AGE_MAX_SECONDS},
        "instruments": [_instrument(plan, at) for at in range(len(plan.prices.symbols))],
        "policy": {
            "target": {
                "sizing": "weight",
                "max_weight": plain(settings.max_position_size),
                "rebalance": "on_change" if settings.rebalance == "on_change" else "always",
                "order_type": "limit" if resting(plan) else "market",
                "price_reference": "mark",
            }
        },
        "reconciler": {"retry_after_ms": 0},
        "venue": {
            "order_latency_us": 0,
            "response_latency_us": 0,
            "taker_fee": nano_text(own_rate(plan) or 0),
            "maker_fee": nano_text(own_rate(plan) or 0),
            "bar_slippage": nano_text(plan.slippage.fixed_ppb),
            "max_participation": nano_text(plan.participation_ppb),
        },
        "account": {"initial_cash": plain(settings.initial_capital)},
        "capacity": {"open_orders": max(len(plan.prices.symbols), 10_000)},
    }
    return engine_settings(values).engine_config(plan.prices.symbols, program_of(plan))


def _instrument(plan: Plan, at: int) -> dict[str, Any]:
    terms = plan.terms[at]
    return {
        "symbol": plan.prices.symbols[at],
        "tick": nano_text(int(terms[TermColumn.TICK])),
        "lot": nano_text(int(terms[TermColumn.LOT])),
        "multiplier": int(terms[TermColumn.MULTIPLIER]),
        "price_min": nano_text(int(terms[TermColumn.PRICE_MIN])),
        "price_max": nano_text(int(terms[TermColumn.PRICE_MAX])),
        "quantity_max": nano_text(int(terms[TermColumn.QUANTITY_MAX])),
        "fill_model": "bar",
    }
