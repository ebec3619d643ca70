"""A plan, or many accounts, through the kernel: room for what comes out, and blocks for the threads."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import FILL_WIDTH, ORDER_WIDTH, BarState, RuleColumn
from quartet.backtest.costs.tiers import periods_of
from quartet.backtest.outcome import FILL_DTYPE, ORDER_DTYPE, Outcome
from quartet.backtest.plan import Plan
from quartet.core.errors import ConfigError
from quartet.core.extras import needed
from quartet.core.fixed import money_to_bytes
from quartet.engines.config.numbers import money, nano

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NO_INTS: Final = np.zeros((0, 0), np.int64)
_ROOM: Final = 64


def kernel() -> Any:
    """The compiled module; ConfigError where the extra is not installed."""
    needed("numba", "research", "the columnar mode")
    from quartet.backtest.columnar.compiled import kernel as compiled

    return compiled


def refusal(plan: Plan) -> str | None:
    """Why this mode cannot run the plan; None where it can."""
    if plan.settings.limits != "research":
        return "limits: live is the gate of an engine; use mode: engine"
    if plan.settings.price_for_fill == "engine":
        return "price_for_fill: engine is decided by an engine's venue; use mode: engine"
    return None


def run(plan: Plan) -> Outcome:
    """The plan on one account."""
    reason = refusal(plan)
    if reason:
        raise ConfigError(f"mode: columnar: {reason}")
    bars, symbols = plan.prices.close.shape
    own = np.arange(symbols)
    accounts = accounts_of(plan, plan.shares, own, own, np.array([0, symbols]), rules_of(plan)[None, :])
    market = market_of(plan)
    room = 4 * symbols + _ROOM
    while True:
        written = room_for(bars, 1, symbols, room, ends=len(plan.payments))
        kernel().run_block(market, accounts, written, kernel().new_book(accounts))
        fills, orders, ends = written.counts.tolist()
        if max(fills, orders) <= room:
            break
        room = max(fills, orders)
    return Outcome(
        "columnar",
        "columnar",
        written.equity[:, 0],
        written.cash[:, 0],
        written.borrowed[:, 0],
        written.earned[:, 0],
        written.paid[:, 0],
        written.funded[:, 0],
        as_rows(written.fills[:fills], FILL_DTYPE),
        as_rows(written.orders[:orders], ORDER_DTYPE),
        written.positions,
        written.ended[:ends],
    )


def market_of(plan: Plan) -> Any:
    """The bars as the kernel reads them."""
    prices = plan.prices
    state = prices.present.view(np.uint8)
    if prices.halted is not None:
        state = state | prices.halted.view(np.uint8) * np.uint8(BarState.HALTED)
    volume = _NO_INTS if plan.volume is None else plan.volume
    return kernel().Market(_laid(plan.reference), _laid(prices.close), _laid(volume), _laid(state), prices.complete)


def accounts_of(
    plan: Plan,
    shares: Floats,
    signals: Ints,
    prices: Ints,
    starts: Ints,
    rules: Ints,
    commissions: Ints | None = None,
) -> Any:
    """Columns and accounts as the kernel reads them; commissions: (plans, T or 1, PlanColumn), or the plan's own."""
    slippage = plan.slippage
    impact = np.zeros((2, 0, 0))
    if slippage.root is not None and slippage.line is not None:
        layers = (slippage.root, slippage.line, slippage.flat)
        impact = np.stack([layer for layer in layers if layer is not None])
    none = np.zeros(0, np.int64)
    return kernel().Accounts(
        _laid(shares),
        signals.astype(np.int64),
        prices.astype(np.int64),
        np.repeat(np.arange(len(starts) - 1), np.diff(starts)),
        starts.astype(np.int64),
        _laid(plan.terms),
        _laid(rules),
        _laid(plan.commission.rows if commissions is None else commissions),
        periods_of(plan.prices.stamps) if (rules[:, RuleColumn.TIERS] > 1).any() else np.zeros((2, 0), np.int64),
        _laid(_NO_INTS if plan.conversion is None else plan.conversion),
        impact,
        float(slippage.power),
        none if plan.borrow is None else plan.borrow,
        none if plan.interest is None else plan.interest,
        _laid(plan.payments),
        _laid(plan.funding),
    )


def _laid(values: Any) -> Any:
    """Row by row and writable: the one form that is compiled."""
    return np.require(values, requirements=["C", "W"])


def rules_of(plan: Plan) -> Ints:
    """(RuleColumn,) of an account under the plan's settings."""
    settings = plan.settings
    row = np.zeros(len(RuleColumn), np.int64)
    cash = money_to_bytes(money(settings.initial_capital))
    row[RuleColumn.CASH_LOW], row[RuleColumn.CASH_HIGH] = np.frombuffer(cash, "<i8")
    row[RuleColumn.WEIGHT_PPB] = nano(settings.max_position_size)
    row[RuleColumn.ALWAYS] = settings.rebalance != "on_change"
    row[RuleColumn.GROSS_PPB] = -1 if plan.gross_ppb is None else plan.gross_ppb
    row[RuleColumn.PARTICIPATION_PPB] = plan.participation_ppb
    row[RuleColumn.SLIPPAGE_PPB] = plan.slippage.fixed_ppb
    row[RuleColumn.MAX_WAIT] = settings.max_wait
    row[RuleColumn.TIERS] = len(plan.commission.rows)
    row[RuleColumn.TIER_DAYS] = plan.commission.days
    row[RuleColumn.TIER_UNITS] = plan.commission.units
    row[RuleColumn.BAND_PPB] = round(settings.rebalance_band * 1e9) if settings.rebalance == "band" else 0
    return row


def room_for(
    bars: int,
    accounts: int,
    columns: int,
    room: int,
    *,
    ends: int = 0,
    exact: bool = True,
    values: Floats | None = None,
) -> Any:
    """Where a block writes: exact: every number; values: (A, T) for equity as floats."""
    money = (bars, accounts, 2) if exact else (0, 0, 2)
    return kernel().Written(
        np.empty((room, FILL_WIDTH), np.int64),
        np.empty((room, ORDER_WIDTH), np.int64),
        np.zeros(3, np.int64),
        *(np.zeros(money, np.int64) for _ in range(6)),
        np.empty((ends, 4), np.int64),
        np.zeros((0, 0)) if values is None else values,
        np.zeros(columns, np.int64),
        np.zeros((accounts, 3, 2), np.int64),
    )


def as_rows(values: Ints, dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """Rows of words as records."""
    return np.ascontiguousarray(values).view(dtype).reshape(-1)
