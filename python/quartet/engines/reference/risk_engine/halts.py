"""Session roll, risk clock, drawdown and daily loss (spec 8.2 to 8.5), and rows 20 and 21."""

from __future__ import annotations

from quartet.core.contract import Code, HaltAction
from quartet.core.fixed import cap
from quartet.engines.reference.core.session import session_number
from quartet.engines.reference.core.state import State
from quartet.engines.reference.risk_engine.review import Failure, Review


def advance_clocks(state: State) -> None:
    """S1: the session roll, then the risk clock."""
    session = session_number(state.now, state.settings.session_roll_ns)
    number = state.now // state.limits.risk_clock_ns
    first = not state.started
    state.started = True
    if first:
        state.session = session
    elif session > state.session:
        state.session = session
        state.equity_open = state.equity
        if state.daily_loss_latched:
            state.daily_loss_latched = False
            state.records.halt(HaltAction.CLEARED, Code.DAILY_LOSS)
    if first or number > state.risk_number:
        state.risk_number = number
        for symbol in state.symbols:
            if symbol.mark is not None:
                symbol.risk_price = symbol.mark


def drawdown_latches(state: State) -> bool:
    """S5: renew the high; whether the drawdown limit latches now (spec 8.4)."""
    equity = state.equity
    state.equity_high = max(state.equity_high, equity)
    limit = state.limits.max_drawdown_ppb
    if limit is None or state.drawdown_latched:
        return False
    most, lost = cap(limit, state.equity_high), state.equity_high - equity
    if lost < most and equity > 0:
        return False
    state.drawdown_latched = True
    state.records.halt(HaltAction.LATCHED, Code.DRAWDOWN, most, lost)
    return True


def daily_loss_latches(state: State) -> bool:
    """S5: whether the daily loss limit latches now (spec 8.5)."""
    equity = state.equity
    limit = state.limits.max_daily_loss_ppb
    if limit is None or state.daily_loss_latched:
        return False
    most, lost = cap(limit, state.equity_open), state.equity_open - equity
    if lost < most and state.equity_open > 0:
        return False
    state.daily_loss_latched = True
    state.records.halt(HaltAction.LATCHED, Code.DAILY_LOSS, most, lost)
    return True


def drawdown(r: Review) -> Failure | None:
    """Row 20; the record uses the limit in force, 0 where it is now absent."""
    state = r.state
    if not state.drawdown_latched:
        return None
    most = cap(state.limits.max_drawdown_ppb or 0, state.equity_high)
    return Failure(Code.DRAWDOWN, most, state.equity_high - state.equity)


def daily_loss(r: Review) -> Failure | None:
    """Row 21, likewise."""
    state = r.state
    if not state.daily_loss_latched:
        return None
    most = cap(state.limits.max_daily_loss_ppb or 0, state.equity_open)
    return Failure(Code.DAILY_LOSS, most, state.equity_open - state.equity)
