"""Fixed-point functions (spec 1.2), against hand-computed values and exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core import fixed

WHOLE = st.integers(-(2**126), 2**126)
DIVISOR = st.integers(1, 2**62)


@pytest.mark.parametrize(
    ("a", "b", "nearest"),
    [
        (0, 3, 0),
        (1, 2, 0),
        (3, 2, 2),
        (5, 2, 2),
        (-1, 2, 0),
        (-3, 2, -2),
        (-5, 2, -2),
        (7, 3, 2),
        (8, 3, 3),
        (-8, 3, -3),
    ],
)
def test_half_even(a: int, b: int, nearest: int) -> None:
    assert fixed.half_even(a, b) == nearest


@pytest.mark.parametrize(
    ("y", "f", "d", "nearest"),
    [
        (3, 1, 2, 2),
        (1, 1, 2, 0),
        (5, 1, 2, 2),
        (-3, 1, 2, -2),
        (3, -1, 2, -2),
        (-3, -1, 2, 2),
        (10, 10, 3, 33),
        (7, 0, 5, 0),
    ],
)
def test_mul_div(y: int, f: int, d: int, nearest: int) -> None:
    assert fixed.mul_div(y, f, d) == nearest


@given(WHOLE, WHOLE, DIVISOR)
def test_mul_div_is_the_nearest_with_ties_to_even(y: int, f: int, d: int) -> None:
    assert fixed.mul_div(y, f, d) == round(Fraction(y * f, d))


@given(WHOLE, DIVISOR)
def test_half_even_is_the_nearest_with_ties_to_even(a: int, b: int) -> None:
    assert fixed.half_even(a, b) == round(Fraction(a, b))


def test_cap_is_a_share_in_parts_per_billion() -> None:
    assert fixed.cap(1_000_000, 10_105_050_000_000_000_000_000) == 10_105_050_000_000_000_000
    assert fixed.cap(500_000_000, 1) == 0
    assert fixed.cap(500_000_000, 3) == 2
    assert fixed.cap(-10_000, 10**9) == -10_000


@pytest.mark.parametrize(
    ("p", "step", "floor", "ceiling"),
    [(10, 5, 10, 10), (11, 5, 10, 15), (-11, 5, -15, -10), (0, 7, 0, 0), (-1, 7, -7, 0)],
)
def test_multiples_next_to_a_price(p: int, step: int, floor: int, ceiling: int) -> None:
    assert (fixed.floor_to(p, step), fixed.ceil_to(p, step)) == (floor, ceiling)


def test_sign() -> None:
    assert [fixed.sign(y) for y in (-3, 0, 3)] == [-1, 0, 1]


@given(st.integers(-(2**127), 2**127 - 1))
def test_money_goes_through_its_bytes(amount: int) -> None:
    assert fixed.money_from_bytes(fixed.money_to_bytes(amount)) == amount


def test_money_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="15 bytes"):
        fixed.money_from_bytes(bytes(15))
