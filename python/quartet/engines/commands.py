"""Commands to an engine as Control messages (spec 11): decimals and readable values in, one message out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from quartet.core.contract import SCALE, ControlKind, Level, Status
from quartet.core.errors import ConfigError
from quartet.core.fixed import money_to_bytes
from quartet.core.pb import market_data_pb2, program_pb2, risk_pb2
from quartet.data.exact import nano_of
from quartet.graph import Graph

Number: TypeAlias = Decimal | str | int | float
Control = market_data_pb2.Control


def set_level(level: Level, symbol: int | None = None, flatten: bool = False) -> Control:
    """The level of one symbol, or of the whole engine."""
    return Control(kind=ControlKind.SET_LEVEL, level=level, symbol=symbol, flatten=flatten)


def clear_latches() -> Control:
    """Clear the drawdown and daily-loss latches."""
    return Control(kind=ControlKind.RESUME)


def set_limits(limits: risk_pb2.RiskLimits | bytes) -> Control:
    """Replace all risk limits; bytes are a serialised RiskLimits."""
    message = limits if isinstance(limits, bytes) else limits.SerializeToString(deterministic=True)
    return Control(kind=ControlKind.SET_LIMITS, limits=message)


def set_risk_model(symbols: Sequence[int], covariance: Sequence[Sequence[float]], valid_until_ns: int) -> Control:
    """Replace the risk model: one-day covariance of simple returns, rows and columns as the symbols."""
    order = sorted(range(len(symbols)), key=symbols.__getitem__)
    model = risk_pb2.RiskModel(
        symbols=[symbols[i] for i in order],
        covariance=[float(covariance[i][j]) for i in order for j in order],
        valid_until_ns=valid_until_ns,
    )
    return Control(kind=ControlKind.SET_RISK_MODEL, risk_model=model.SerializeToString(deterministic=True))


def set_program(program: Graph | program_pb2.Program) -> Control:
    """Replace the program; its state starts empty."""
    message = program.to_proto() if isinstance(program, Graph) else program
    return Control(kind=ControlKind.SET_PROGRAM, program=message.SerializeToString(deterministic=True))


def load_position(symbol: int, quantity: Number, price: Number) -> Control:
    """Set a symbol's position and average price."""
    return Control(
        kind=ControlKind.LOAD_POSITION,
        symbol=symbol,
        quantity=_nano("quantity", quantity),
        price=_nano("price", price),
    )


def cash_flow(amount: Number) -> Control:
    """Add cash, or take it away where negative."""
    try:
        money = Decimal(str(amount)) * SCALE * SCALE
        whole = int(money)
        if whole != money:
            raise ValueError
        return Control(kind=ControlKind.CASH_FLOW, cash=money_to_bytes(whole))
    except (ArithmeticError, ValueError):
        raise ConfigError(f"cash flow {amount!r}: not an amount of at most 18 decimal places") from None


def set_status(symbol: int, status: Status, band: tuple[Number, Number] | None = None) -> Control:
    """Set a symbol's market status and its limit-up limit-down band."""
    low, high = (_nano("band", edge) for edge in band) if band else (0, 0)
    return Control(kind=ControlKind.SET_STATUS, symbol=symbol, status=status, band_low=low, band_high=high)


def cancel_all(symbol: int | None = None) -> Control:
    """Cancel every working order of a symbol, or of the engine."""
    return Control(kind=ControlKind.CANCEL_ALL, symbol=symbol)


def _nano(what: str, value: Number) -> int:
    try:
        return nano_of(value)
    except ValueError as error:
        raise ConfigError(f"{what}: {error}") from None
