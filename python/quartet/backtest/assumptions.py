"""What a result rests on, in words and hashes: printed with every result, so that nobody has to ask."""

from __future__ import annotations

from typing import Any

from quartet.backtest.choices import Choice
from quartet.backtest.conversion import currencies_of
from quartet.backtest.engine_driven.configuring import runs_graph
from quartet.backtest.ledger.multiplicity import SharpeEvidence
from quartet.backtest.lookahead import LookaheadVerdict
from quartet.backtest.outcome import Outcome
from quartet.backtest.plan import Plan
from quartet.backtest.settings import BacktestSettings
from quartet.engines.config.numbers import plain
from quartet.risk import TrackRecord

_FILLS = {
    "next_open": "market orders at the open of the symbol's next bar",
    "next_close": "market orders at the close of the symbol's next bar",
    "next_vwap": "market orders at the volume-weighted price of the symbol's next bar",
    "engine": "limit orders at the mark, by the engine's venue: at a better open, or where a bar trades through them",
    "same_close": "RED FLAG: market orders at the very close that the decision was made on",
}


def assumptions_of(plan: Plan, lookahead: LookaheadVerdict) -> dict[str, Any]:
    """By name, in the order in which a reader asks."""
    settings = plan.settings
    participation = settings.max_participation
    return {
        "fill_rule": _FILLS[settings.price_for_fill],
        "slippage": _slippage_text(settings),
        "commission": _choice_text(settings.commission),
        "money": _money_text(plan),
        "funding": f"{len(plan.funding):,} payments, by the rates that were given" if len(plan.funding) else "none",
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
        "history": lookahead.history.text,
        "limits_of_validity": "bars say nothing of queues, of hidden volume and of what our own orders would have "
        "moved beyond the slippage model",
    }


def _slippage_text(settings: BacktestSettings) -> str:
    if settings.price_for_fill == "engine":
        return "none: limit orders fill at their price or better"
    spread = f", half of a spread of {plain(settings.spread_bps)} bp" if settings.spread_bps else ""
    model = _choice_text(settings.slippage_model)
    return f"{model}, {plain(settings.slippage_bps)} bp{spread}, rounded to a tick against us"


def _money_text(plan: Plan) -> str:
    settings = plan.settings
    moneys = sorted(set(currencies_of(settings, plan.prices.symbols).values()))
    if not moneys:
        return settings.currency
    cost = plain(settings.conversion_bps)
    return (
        f"{settings.currency}; prices in {', '.join(moneys)} at the quotes that were given, rounded to 1e-9; a fill at "
        f"the first after the stamp before, changed for {cost} bp and half of the quoted spread"
    )


def _choice_text(choice: Choice) -> str:
    """`rate, rate 0.001`."""
    return ", ".join((choice.model, *(f"{name} {value}" for name, value in choice.values.items())))


def circumstances_of(
    outcome: Outcome, track: TrackRecord, settings: BacktestSettings, data_hash: str, evidence: SharpeEvidence | None
) -> dict[str, str]:
    """What ran, on which data and by which year, and what else was tried."""
    year = track.periods_per_year
    how = settings.trading_year or ("given" if settings.periods_per_year else "counted from the stamps")
    counted = None if evidence is None else evidence.multiplicity
    return {
        "engine": outcome.engine if outcome.mode == outcome.engine else f"{outcome.mode}, {outcome.engine}",
        "calendar": "no year: too few bars to count them" if year is None else f"{year:,.6g} periods a year, {how}",
        "data_hash": data_hash,
        "trials": "not counted: too few periods"
        if counted is None
        else f"{counted.trials:,} of this question, worth {counted.effective:,.4g} independent ones",
    }
