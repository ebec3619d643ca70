"""Tests of single values with messages that name the key (spec 1.8)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from quartet.core.contract import ErrorCode
from quartet.core.errors import EngineError
from quartet.core.fixed import money_from_bytes

PPB_LIMIT_MAX: Final = 10**11
TIME_MAX: Final = 1 << 60


def refuse(message: str) -> EngineError:
    """The error of a configuration that cannot be."""
    return EngineError(ErrorCode.BAD_CONFIG, message)


def within(key: str, value: int, low: int, high: int) -> int:
    """An integer of [low, high]."""
    if not low <= value <= high:
        raise refuse(f"{key} is {value}, not within {low} to {high}")
    return value


def within_if(key: str, value: int | None, low: int, high: int) -> int | None:
    """An integer of [low, high], or absent."""
    return None if value is None else within(key, value, low, high)


def share_if(key: str, value: int | None) -> int | None:
    """A limit in parts per billion, or absent."""
    return within_if(key, value, 0, PPB_LIMIT_MAX)


def member(key: str, value: int, table: type[IntEnum]) -> int:
    """A value of an enum's table."""
    if value not in table.__members__.values():
        raise refuse(f"{key} is {value}, which is no {table.__name__}")
    return value


def money(key: str, data: bytes) -> int:
    """Money of 16 bytes."""
    try:
        return money_from_bytes(data)
    except ValueError as error:
        raise refuse(f"{key}: {error}") from error
