"""Fixed-point arithmetic (spec 1.1, 1.2): prices and quantities in 1e-9, money in 1e-18, rates in parts per billion.

Python integers have no bound, so every function is exact as written.
"""

from __future__ import annotations

from typing import Final

PPB: Final = 1_000_000_000
NANOS_PER_DAY: Final = 86_400 * 1_000_000_000
MONEY_BYTES: Final = 16


def half_even(a: int, b: int) -> int:
    """The integer nearest to a/b, b > 0, ties to even."""
    quotient, rest = divmod(a, b)
    twice = 2 * rest
    if twice > b or (twice == b and quotient & 1):
        return quotient + 1
    return quotient


def mul_div(y: int, f: int, d: int) -> int:
    """The integer nearest to y*f/d, d > 0, ties to even."""
    magnitude = half_even(abs(y) * abs(f), d)
    return -magnitude if (y < 0) != (f < 0) else magnitude


def cap(rate_ppb: int, y: int) -> int:
    """The share rate_ppb of y."""
    return mul_div(y, rate_ppb, PPB)


def floor_to(p: int, step: int) -> int:
    """The multiple of step next to p towards minus infinity."""
    return p // step * step


def ceil_to(p: int, step: int) -> int:
    """The multiple of step next to p towards plus infinity."""
    return -(-p // step) * step


def sign(y: int) -> int:
    """-1, 0 or 1."""
    return (y > 0) - (y < 0)


def money_from_bytes(data: bytes) -> int:
    """Money of a message: 16 bytes, little-endian two's complement, 1e-18."""
    if len(data) != MONEY_BYTES:
        raise ValueError(f"money has {len(data)} bytes, not {MONEY_BYTES}")
    return int.from_bytes(data, "little", signed=True)


def money_to_bytes(amount: int) -> bytes:
    """The 16 bytes of an amount of money."""
    return amount.to_bytes(MONEY_BYTES, "little", signed=True)
