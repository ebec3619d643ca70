"""exp, log, tanh within 4 ulp of the C library, their edges, and the float selects (spec 1.3 to 1.7)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core import elementary as e

NAN, INF = float("nan"), float("inf")


def ulps(got: float, wanted: float) -> float:
    return abs(got - wanted) / math.ulp(wanted)


@given(st.floats(-745.0, 709.78))
def test_exp_is_near(x: float) -> None:
    assert ulps(e.exp(x), math.exp(x)) <= 4


@given(st.floats(min_value=5e-324, allow_infinity=False))
def test_log_is_near(x: float) -> None:
    assert ulps(e.log(x), math.log(x)) <= 4


@given(st.floats(0.5, 2.0).filter(lambda x: x != 1.0))
def test_log_is_near_around_one(x: float) -> None:
    assert ulps(e.log(x), math.log(x)) <= 4


@given(st.floats(-25.0, 25.0).filter(lambda x: abs(x) > 1e-300))
def test_tanh_is_near(x: float) -> None:
    assert ulps(e.tanh(x), math.tanh(x)) <= 4


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        (e.exp, 0.0, 1.0),
        (e.exp, INF, INF),
        (e.exp, -INF, 0.0),
        (e.exp, 709.782712893385, INF),
        (e.exp, -745.1332191019413, 0.0),
        (e.log, 1.0, 0.0),
        (e.log, 0.0, -INF),
        (e.log, -0.0, -INF),
        (e.log, INF, INF),
        (e.tanh, 21.0, 1.0),
        (e.tanh, -INF, -1.0),
        (e.tanh, 0.0, 0.0),
    ],
)
def test_edges(function: Callable[[float], float], x: float, value: float) -> None:
    assert function(x) == value


def test_nan_stays_nan() -> None:
    assert all(math.isnan(f(NAN)) for f in (e.exp, e.log, e.tanh, e.square_root))
    assert math.isnan(e.log(-1.0)) and math.isnan(e.log(-INF)) and math.isnan(e.square_root(-1.0))
    assert math.isnan(e.minimum(NAN, 1.0)) and math.isnan(e.maximum(1.0, NAN))


def test_minus_zero_is_kept() -> None:
    assert math.copysign(1.0, e.tanh(-0.0)) == -1.0
    assert math.copysign(1.0, e.square_root(-0.0)) == -1.0
    # `b < a ? b : a` keeps a where both are equal.
    assert math.copysign(1.0, e.minimum(-0.0, 0.0)) == -1.0
    assert math.copysign(1.0, e.maximum(0.0, -0.0)) == 1.0


@pytest.mark.parametrize(
    ("x", "y", "quotient"), [(1.0, 0.0, INF), (-1.0, 0.0, -INF), (1.0, -0.0, -INF), (6.0, 3.0, 2.0), (INF, 0.0, INF)]
)
def test_divide(x: float, y: float, quotient: float) -> None:
    assert e.divide(x, y) == quotient


def test_divide_without_a_quotient() -> None:
    assert all(math.isnan(e.divide(x, y)) for x, y in ((0.0, 0.0), (NAN, 0.0), (1.0, NAN), (-0.0, 0.0)))


def test_rint_ties_to_even() -> None:
    assert [e.rint(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5, 1e18)] == [0, 2, 2, 0, -2, 10**18]


def test_every_nan_is_written_as_one() -> None:
    assert e.float_bits(NAN) == e.float_bits(-NAN) == 0x7FF8000000000000
    assert e.float_bits(-0.0) == 1 << 63
