"""What a CONTROL event does (spec 11). The edge has decoded and tested the command."""

from __future__ import annotations

from typing import Final, NamedTuple

from quartet.core.contract import NO_SYMBOL, AccountCause, Code, HaltAction, Level
from quartet.engines.reference.account.account import (
    MONEY_END,
    cash_flow,
    load_position,
    position_change,
    record_account,
)
from quartet.engines.reference.core import commands as c
from quartet.engines.reference.core.settings import Program
from quartet.engines.reference.core.state import State
from quartet.engines.reference.order_engine.commands import cancel_working
from quartet.engines.reference.risk_engine.flow_rows import limits_changed
from quartet.engines.reference.signal_engine.phase_one import PhaseOne

_LEVEL_CODES: Final[dict[int, Code]] = {Level.REDUCE_ONLY: Code.REDUCE_ONLY, Level.KILLED: Code.KILLED}


class Blobs(NamedTuple):
    """The messages that replaced parts of the configuration; empty where none did (spec 14.1)."""

    limits: bytes = b""
    risk_model: bytes = b""
    program: bytes = b""


def apply_command(state: State, phase_one: PhaseOne, blobs: Blobs, command: c.Command) -> Blobs | None:
    """Let a command take effect and return the blobs after it; None refuses it."""
    match command:
        case c.SetLevel():
            _set_level(state, command)
        case c.Resume():
            _resume(state)
        case c.SetLimits(limits, blob):
            limits_changed(state, limits)
            state.limits = limits
            return blobs._replace(limits=blob)
        case c.SetRiskModel(risk_model, blob):
            state.risk_model = risk_model
            return blobs._replace(risk_model=blob)
        case c.SetProgram(program, blob):
            _set_program(state, phase_one, program)
            return blobs._replace(program=blob)
        case c.LoadPosition() | c.CashFlow():
            if not _change_money(state, command):
                return None
        case c.SetStatus(symbol, status, band):
            state.symbols[symbol].status = status
            state.symbols[symbol].band = band
        case c.CancelAll(symbol_id):
            cancel_working(state, None if symbol_id is None else state.symbols[symbol_id])
    return blobs


def _set_level(state: State, command: c.SetLevel) -> None:
    """Spec 11.1."""
    scope = state if command.symbol is None else state.symbols[command.symbol]
    shown = NO_SYMBOL if command.symbol is None else command.symbol
    before, after = scope.level, command.level
    scope.level = after
    scope.flatten = command.flatten and after == Level.KILLED
    if command.symbol is not None:
        (state.flattened.add if scope.flatten else state.flattened.discard)(command.symbol)
    if after != before:
        if after == Level.RUN:
            state.records.halt(HaltAction.CLEARED, _LEVEL_CODES[before], symbol=shown)
        else:
            state.records.halt(HaltAction.LATCHED, _LEVEL_CODES[after], symbol=shown)
    if after == Level.KILLED:
        cancel_working(state, None if command.symbol is None else state.symbols[command.symbol])


def _resume(state: State) -> None:
    """Spec 11.2."""
    state.equity_high = state.equity_open = state.equity
    if state.drawdown_latched:
        state.records.halt(HaltAction.CLEARED, Code.DRAWDOWN)
    if state.daily_loss_latched:
        state.records.halt(HaltAction.CLEARED, Code.DAILY_LOSS)
    state.drawdown_latched = state.daily_loss_latched = False
    record_account(state, None, AccountCause.RESUME)


def _set_program(state: State, phase_one: PhaseOne, program: Program) -> None:
    """Spec 11.3: targets and pending verdicts are forgotten."""
    phase_one.replace_program(program)
    state.bar_verdicts.clear()
    for symbol in state.symbols:
        symbol.target = None
        symbol.bar_verdict = None


def _change_money(state: State, command: c.LoadPosition | c.CashFlow) -> bool:
    """Spec 11.4, 11.5; False where cash, equity, its high or its open would leave their range."""
    levels = (state.equity, state.equity_high, state.equity_open)
    if isinstance(command, c.CashFlow):
        amount = command.amount
        if any(abs(value + amount) >= MONEY_END for value in (state.cash, *levels)):
            return False
        cash_flow(state, amount)
        return True
    symbol = state.symbols[command.symbol]
    change = position_change(symbol, command.quantity, command.price)
    if any(abs(value + change) >= MONEY_END for value in levels):
        return False
    load_position(state, symbol, command.quantity, command.price)
    return True
