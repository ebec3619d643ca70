"""Money in compiled code against Python's integers."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from quartet.backtest.columnar.compiled import int128 as wide
from quartet.core.fixed import cap

MONEY = st.integers(-(2**118), 2**118) | st.integers(-(2**40), 2**40)
HALVES = st.builds(lambda n, half: n * 10**9 + half * 5 * 10**8, st.integers(-(2**80), 2**80), st.booleans())


@njit
def _cap(rate: int, low: int, high: int) -> Any:
    found = wide.cap(rate, wide.join(low, high))
    return wide.low(found), wide.high(found)


@njit
def _quotient(low: int, high: int, unit_low: int, unit_high: int, most: int) -> Any:
    return wide.quotient_below(wide.join(low, high), wide.join(unit_low, unit_high), most)


@njit
def _floor(low: int, high: int) -> Any:
    return wide.floor_over_billion(wide.join(low, high))


@njit
def _truncated(low: int, high: int) -> Any:
    found = wide.over_billion(wide.join(low, high))
    return wide.low(found), wide.high(found)


def words(value: int) -> tuple[int, int]:
    low, high = np.frombuffer(value.to_bytes(16, "little", signed=True), "<i8")
    return int(low), int(high)


def whole(pair: Any) -> int:
    low, high = pair
    return (int(high) << 64) + (int(low) & (2**64 - 1))


@settings(deadline=None)
@given(MONEY | HALVES, st.integers(-(10**9), 10**11) | st.just(5 * 10**8))
def test_a_share_is_half_to_even(money: int, rate: int) -> None:
    if abs(cap(rate, money)) < 2**126:
        assert whole(_cap(rate, *words(money))) == cap(rate, money)


@settings(deadline=None)
@given(st.integers(0, 2**118), st.integers(1, 2**82), st.integers(0, 2**60))
def test_a_quotient_is_floored_and_held(money: int, unit: int, most: int) -> None:
    assert _quotient(*words(money), *words(unit), most) == min(money // unit, most)


@settings(deadline=None)
@given(st.integers(-(2**90), 2**90))
def test_billionths(money: int) -> None:
    assert _floor(*words(money)) == money // 10**9
    assert whole(_truncated(*words(money))) == (abs(money) // 10**9) * (1 if money >= 0 else -1)
