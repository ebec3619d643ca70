"""A serialised Control to a tested command (spec 11)."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import ControlKind, Level, Status
from quartet.core.errors import EngineError
from quartet.core.fixed import money_from_bytes
from quartet.core.pb import market_data_pb2 as pb
from quartet.engines.reference.core import commands as c
from quartet.engines.reference.core.settings import Settings
from quartet.engines.reference.core.state import Band
from quartet.engines.reference.edge.limits import read_limits, read_risk_model
from quartet.engines.reference.edge.message_form import test_form
from quartet.engines.reference.edge.program import read_program

_ALL_STATUS: Final = int(Status.HALTED | Status.CLOSED | Status.SHORT_SALE | Status.NO_LOCATE | Status.RESTRICTED)
_CASH_MAX: Final = 1 << 118


def read_control(data: bytes, settings: Settings) -> c.Command | None:
    """The command; None where it cannot be read or carries a value out of bounds."""
    try:
        test_form(data, pb.Control)
        return _command(pb.Control.FromString(data), settings)
    except (EngineError, ValueError):
        return None


def _symbol(message: pb.Control, settings: Settings) -> int | None:
    if not message.HasField("symbol"):
        return None
    if message.symbol >= len(settings.instruments):
        raise ValueError("symbol out of range")
    return message.symbol


def _needed_symbol(message: pb.Control, settings: Settings) -> int:
    symbol = _symbol(message, settings)
    if symbol is None:
        raise ValueError("symbol missing")
    return symbol


def _command(message: pb.Control, settings: Settings) -> c.Command:
    kind = ControlKind(message.kind)
    if kind == ControlKind.SET_LEVEL:
        return c.SetLevel(Level(message.level), _symbol(message, settings), message.flatten)
    if kind == ControlKind.RESUME:
        return c.Resume()
    if kind == ControlKind.CASH_FLOW:
        amount = money_from_bytes(message.cash)
        if abs(amount) > _CASH_MAX:
            raise ValueError("cash out of bounds")
        return c.CashFlow(amount)
    if kind == ControlKind.LOAD_POSITION:
        return _load_position(message, settings)
    if kind == ControlKind.SET_STATUS:
        symbol = _needed_symbol(message, settings)
        if message.status & ~_ALL_STATUS:
            raise ValueError("unknown status bits")
        band = Band(message.band_low, message.band_high)
        return c.SetStatus(symbol, message.status, band if band.low < band.high else None)
    if kind == ControlKind.CANCEL_ALL:
        return c.CancelAll(_symbol(message, settings))
    return _replacement(kind, message, settings)


def _load_position(message: pb.Control, settings: Settings) -> c.LoadPosition:
    symbol = _needed_symbol(message, settings)
    instrument = settings.instruments[symbol]
    if abs(message.quantity) > instrument.quantity_max:
        raise ValueError("quantity out of bounds")
    if not instrument.price_min <= message.price <= instrument.price_max:
        raise ValueError("price out of bounds")
    return c.LoadPosition(symbol, message.quantity, message.price)


def _replacement(kind: ControlKind, message: pb.Control, settings: Settings) -> c.Command:
    """SET_LIMITS, SET_RISK_MODEL, SET_PROGRAM; none may be empty, as a snapshot could not carry it."""
    if kind == ControlKind.SET_LIMITS:
        return c.SetLimits(read_limits(_not_empty(message.limits), settings), message.limits)
    if kind == ControlKind.SET_RISK_MODEL:
        return c.SetRiskModel(read_risk_model(_not_empty(message.risk_model), settings), message.risk_model)
    return c.SetProgram(read_program(_not_empty(message.program), settings), message.program)


def _not_empty(data: bytes) -> bytes:
    if not data:
        raise ValueError("an empty message")
    return data
