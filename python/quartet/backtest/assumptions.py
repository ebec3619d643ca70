"""What a result rests on, in words and hashes: printed with every result, so that nobody has to ask."""

from __future__ import annotations

from typing import Any

from quartet.backtest.choices import Choice
from quartet.backtest.engine_driven.configuring import runs_graph
from quartet.backtest.lookahead import LookaheadVerdict
from quartet.backtest.plan import Plan
from quartet.engines.config.numbers import plain

_FILLS = {
    "next_open": "market orders at the open of the symbol's next bar",
    "next_close": "market orders at the close of the symbol's next bar",
    "next_vwap": "market orders at the volume-weighted price of the symbol's next bar",
    "same_close": "RED FLAG: market orders at the very close that the decision was made on",
}


def assumptions_of(plan: Plan, lookahead: LookaheadVerdict) -> dict[str, Any]:
    """By name, in the order in which a reader asks."""
    settings = plan.settings
    participation = settings.max_participation
    return {
        "fill_rule": _FILLS[settings.price_for_fill],
        "slippage": f"{settings.slippage_model.model}, {plain(settings.slippage_bps)} bp, rounded to a tick against us",
        "commission": _choice_text(settings.commission),
        "participation": "no limit: bars have any volume"
        if participation is None
        else f"at most {plain(participation)} of a bar's volume; the rest is wanted again at the next signal",
        "sizing": f"{settings.sizer.model}, a full signal is {plain(settings.max_position_size)} of equity, "
        f"rebalanced {settings.rebalance}",
        "gap_cap": f"a gap of {settings.gap:g} costs at most {settings.gap_budget:g} of equity"
        if settings.gap_safe
        else "none",
        "gross_limit": "none" if settings.max_gross is None else f"{plain(settings.max_gross)} of equity, else refused",
        "limits": settings.limits,
        "short_sales": f"borrowed at {plain(settings.borrow_rate)} a year" if settings.allow_short else "none",
        "cash": f"earns {settings.risk_free_rate:g} a year" if settings.cash_interest else "earns nothing",
        "last_bar": "positions are closed at its price"
        if settings.liquidate_at_end
        else "positions are marked, not sold",
        "missing_bars": f"an order waits for {settings.max_wait}, then it is canceled; positions keep their mark",
        "signals": "made inside the engine"
        if settings.mode == "engine" and runs_graph(plan)
        else "made before, as columns",
        "look_ahead": lookahead.text,
        "limits_of_validity": "bars say nothing of queues, of hidden volume and of what our own orders would have "
        "moved beyond the slippage model",
    }


def _choice_text(choice: Choice) -> str:
    """`rate, rate 0.001`."""
    return ", ".join((choice.model, *(f"{name} {value}" for name, value in choice.values.items())))
