"""A plan through an engine: in large pieces where the engine's own money is all there is, else stamp by stamp."""

from __future__ import annotations

from typing import Final

import numpy as np

from quartet.backtest.columnar.layout import TermColumn
from quartet.backtest.costs.charging import fee_of, rate_alone
from quartet.backtest.engine_driven.configuring import engine_config
from quartet.backtest.engine_driven.events import PlanEvents
from quartet.backtest.engine_driven.readback import Readback
from quartet.backtest.outcome import Outcome, words_of
from quartet.backtest.plan import Plan
from quartet.core.contract import AccountCause, RecordKind, Side
from quartet.core.errors import ConfigError
from quartet.core.fixed import PPB, cap
from quartet.engines.config.numbers import money
from quartet.engines.protocol import Closeable, CoreEngine
from quartet.engines.records import integer, integers
from quartet.engines.selection import Selection, select

_EVENTS_MAX: Final = 200_000


def refusal(plan: Plan) -> str | None:
    """Why this mode cannot run the plan; None where it can."""
    settings = plan.settings
    if plan.slippage.grows:
        return f"slippage_model: {settings.slippage_model.model} depends on the order's size, an engine's does not"
    if settings.rebalance == "band":
        return "rebalance: band reads the position, an engine's policy does not"
    if plan.prices.stamps[0] < 0:
        return "stamps before 1970 are not taken by an engine"
    return None


def run(plan: Plan, engine: str | Selection | None = None) -> Outcome:
    """The plan on the engine that is named, or on that of its settings; ConfigError where it cannot."""
    reason = refusal(plan)
    if reason:
        raise ConfigError(f"mode: engine: {reason}; use mode: columnar")
    chosen = select(engine or plan.settings.engine) if not isinstance(engine, Selection) else engine
    core = chosen.create(engine_config(plan))
    try:
        moves_money = plan.borrow is not None or plan.interest is not None or rate_alone(plan.commission) is None
        return (_stepwise if moves_money else _in_pieces)(plan, core, chosen.name)
    finally:
        if isinstance(core, Closeable):
            core.close()


def _in_pieces(plan: Plan, core: CoreEngine, name: str) -> Outcome:
    events, back = PlanEvents(plan), Readback(plan.prices)
    for first, last in events.pieces(_EVENTS_MAX):
        batch = events.between(first, last)
        back.take(core.process(batch.to_columns(), batch.controls))
    nothing = np.zeros((len(plan.prices.stamps), 2), np.int64)
    return back.outcome(name, nothing, nothing)


def _stepwise(plan: Plan, core: CoreEngine, name: str) -> Outcome:
    """Money that depends on positions moves after the bars of each stamp, as a cash flow."""
    events, back = PlanEvents(plan), Readback(plan.prices)
    prices, terms = plan.prices, plan.terms
    own_fees = rate_alone(plan.commission) is None
    cash = money(plan.settings.initial_capital)
    position = [0] * len(prices.symbols)
    mark = [0] * len(prices.symbols)
    multiplier = [int(each) for each in terms[:, TermColumn.MULTIPLIER]]
    borrowed: list[int] = []
    earned: list[int] = []
    fees: list[int] = []
    for t in range(len(prices.stamps)):
        short = sum(-held * mark[i] * multiplier[i] for i, held in enumerate(position) if held < 0)
        borrowed.append(0 if plan.borrow is None else _over_time(int(plan.borrow[t]), short))
        earned.append(0 if plan.interest is None else _over_time(int(plan.interest[t]), cash))
        batch = events.between(t, t + 1, parts="bars")
        due = 0
        for fill in back.take(core.process(batch.to_columns(), batch.controls))[RecordKind.FILL]:
            i, quantity = int(fill["symbol"]), int(fill["quantity"])
            position[i] = int(fill["position"])
            fee = integer(fill["fee"])
            if own_fees:
                row = plan.commission[t if len(plan.commission) > 1 else 0]
                notional = int(fill["price"]) * quantity * multiplier[i]
                fee = fee_of(row, notional, quantity, fill["side"] == Side.SELL)
                due += fee
            fees.append(fee)
        for i in np.flatnonzero(prices.present[t]).tolist():
            mark[i] = int(prices.close[t, i])
        batch = events.between(t, t + 1, [earned[-1] - borrowed[-1] - due], parts="rest")
        accounts = back.take(core.process(batch.to_columns(), batch.controls))[RecordKind.ACCOUNT]
        cash = integers(accounts[accounts["cause"] == AccountCause.CASH]["cash"])[-1]
    return back.outcome(name, words_of(borrowed), words_of(earned), words_of(fees).reshape(-1, 2))


def _over_time(rate: int, amount: int) -> int:
    """The share of an amount by a rate of 1e18, as the kernel has it: billionths towards zero, then half to even."""
    return cap(rate, amount // PPB if amount >= 0 else -(-amount // PPB))
