"""A plan through an engine: in large pieces where the engine's own money is all there is, else stamp by stamp."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import FundingColumn, TermColumn
from quartet.backtest.corporate_actions import AMOUNT, CLOSES, STAMP, SYMBOL
from quartet.backtest.costs.charging import fee_of
from quartet.backtest.costs.tiers import TierVolume
from quartet.backtest.engine_driven.configuring import engine_config, own_rate, resting
from quartet.backtest.engine_driven.events import PlanEvents, cash_flow
from quartet.backtest.engine_driven.readback import Flows, Readback
from quartet.backtest.outcome import Outcome, words_of
from quartet.backtest.plan import Plan
from quartet.core.contract import AccountCause, Liquidity, RecordKind, Side
from quartet.core.errors import ConfigError
from quartet.core.fixed import PPB, cap
from quartet.data.batch import EventBatch
from quartet.engines.config.numbers import money
from quartet.engines.protocol import Closeable, CoreEngine
from quartet.engines.records import integer, integers
from quartet.engines.selection import Selection, select

_EVENTS_MAX: Final = 200_000
_EVENTS_STEPWISE: Final = 20_000
"""Events that are made at one time where they are fed by stamp."""


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
        also = " and price_for_fill: next_open" if resting(plan) else ""
        raise ConfigError(f"mode: engine: {reason}; use mode: columnar{also}")
    chosen = select(engine or plan.settings.engine) if not isinstance(engine, Selection) else engine
    core = chosen.create(engine_config(plan))
    own_fees = own_rate(plan) is None
    over_time = plan.borrow is not None or plan.interest is not None
    moves_money = over_time or own_fees or len(plan.payments) > 0 or len(plan.funding) > 0
    try:
        return _Stepwise(plan, core, own_fees).run(chosen.name) if moves_money else _in_pieces(plan, core, chosen.name)
    finally:
        if isinstance(core, Closeable):
            core.close()


def _in_pieces(plan: Plan, core: CoreEngine, name: str) -> Outcome:
    events, back = PlanEvents(plan), Readback(plan.prices)
    for first, last in events.pieces(_EVENTS_MAX):
        batch = events.between(first, last)
        back.take(core.process(batch.to_columns(), batch.controls))
    return back.outcome(name)


class _Stepwise:
    """Money that depends on positions moves after the bars of each stamp, as a cash flow."""

    def __init__(self, plan: Plan, core: CoreEngine, own_fees: bool) -> None:
        self.plan, self.core, self.own_fees = plan, core, own_fees
        self.events, self.back = PlanEvents(plan), Readback(plan.prices)
        count = len(plan.prices.symbols)
        self.position, self.mark = [0] * count, [0] * count
        self.multiplier = [int(each) for each in plan.terms[:, TermColumn.MULTIPLIER]]
        self.cash = money(plan.settings.initial_capital)
        self.fees: list[int] = []
        self.volume = TierVolume(plan.commission, plan.prices.stamps)
        self.ended: list[tuple[int, int, int, int]] = []

    def run(self, name: str) -> Outcome:
        """All stamps."""
        borrowed: list[int] = []
        earned: list[int] = []
        paid: list[int] = []
        funded: list[int] = []
        for first, last in self.events.pieces(_EVENTS_STEPWISE):
            bars, rest = (self.events.by_stamp(first, last, parts) for parts in ("bars", "rest"))
            for t in range(first, last):
                borrowed.append(self._borrow(t))
                earned.append(0 if self.plan.interest is None else _over_time(int(self.plan.interest[t]), self.cash))
                paid.append(self._payments(t))
                before = self._funding(t, after=0)
                due = self._bars(t, bars[t - first])
                funded.append(before + self._funding(t, after=1))
                self._rest(rest[t - first], earned[-1] + paid[-1] - borrowed[-1] - funded[-1] - due)
        flows = Flows(
            words_of(borrowed),
            words_of(earned),
            words_of(paid),
            words_of(funded),
            np.array(self.ended, np.int64).reshape(-1, 4),
            words_of(self.fees),
        )
        return self.back.outcome(name, flows)

    def _borrow(self, t: int) -> int:
        if self.plan.borrow is None:
            return 0
        short = sum(-held * self.mark[i] * self.multiplier[i] for i, held in enumerate(self.position) if held < 0)
        return _over_time(int(self.plan.borrow[t]), short)

    def _payments(self, t: int) -> int:
        """What positions are paid at the stamp; those that end are taken out of the engine."""
        got, ends = 0, []
        for row in self.plan.payments[self.plan.payments[:, STAMP] == t].tolist():
            i = row[SYMBOL]
            got += self.position[i] * row[AMOUNT] * self.multiplier[i]
            if row[CLOSES] and self.position[i]:
                self.ended.append((t, i, self.position[i], row[AMOUNT]))
                self.position[i] = 0
                ends.append(i)
        if ends:
            batch = self.events.ends(t, ends, [self.mark[i] for i in ends])
            self.back.take(self.core.process(batch.to_columns(), batch.controls))
        return got

    def _funding(self, t: int, after: int) -> int:
        """What positions pay at the stamp, before or after its fills."""
        rows = self.plan.funding
        due = 0
        for row in rows[(rows[:, FundingColumn.STAMP] == t) & (rows[:, FundingColumn.AFTER] == after)].tolist():
            i = row[FundingColumn.SYMBOL]
            due += cap(row[FundingColumn.RATE_PPB], self.position[i] * self.mark[i] * self.multiplier[i])
        return due

    def _bars(self, t: int, batch: EventBatch) -> int:
        """The bars of the stamp; what their fills cost beside the engine."""
        due = 0
        for fill in self.back.take(self.core.process(batch.to_columns(), batch.controls))[RecordKind.FILL]:
            self.position[int(fill["symbol"])] = int(fill["position"])
            fee = integer(fill["fee"])
            if self.own_fees:
                fee = self._fee(t, fill)
                due += fee
            self.fees.append(fee)
        for i in np.flatnonzero(self.plan.prices.present[t]).tolist():
            self.mark[i] = int(self.plan.prices.close[t, i])
        return due

    def _fee(self, t: int, fill: np.void) -> int:
        i, quantity = int(fill["symbol"]), int(fill["quantity"])
        notional = int(fill["price"]) * quantity * self.multiplier[i]
        row = self.plan.commission.row(self.volume.tier(t), t)
        self.volume.add(t, notional, quantity)
        fee = fee_of(row, notional, quantity, fill["side"] == Side.SELL, rested=fill["liquidity"] == Liquidity.MAKER)
        return fee + self.plan.conversion_of(t, i, notional)

    def _rest(self, batch: EventBatch, flow: int) -> None:
        """Money moves, which is the first of its commands, and symbols decide."""
        commands = (cash_flow(flow), *batch.controls[1:])
        accounts = self.back.take(self.core.process(batch.to_columns(), commands))[RecordKind.ACCOUNT]
        rows: NDArray[np.void] = accounts[accounts["cause"] == AccountCause.CASH]
        self.cash = integers(rows["cash"])[-1]


def _over_time(rate: int, amount: int) -> int:
    """The share of an amount by a rate of 1e18, as the kernel has it: billionths towards zero, then half to even."""
    return cap(rate, amount // PPB if amount >= 0 else -(-amount // PPB))
