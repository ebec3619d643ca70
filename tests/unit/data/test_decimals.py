"""Exactness of the conversions to 1e-9 integers, held against decimal.Decimal."""

import decimal
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.data.decimals import to_nanos
from quartet.data.exact import Places, nano_of, nano_text, parse_decimal, to_nano

WIDE = decimal.Context(prec=2000, Emin=-5000, Emax=5000)
I64 = range(-(2**63), 2**63)

plain = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=9)
any_decimal = st.decimals(allow_nan=True, allow_infinity=True)
floats = st.floats(width=64)
near_prices = st.builds(
    lambda n, d, k: float(np.nextafter(n / 10**d, np.inf if k else -np.inf)) if k is not None else n / 10**d,
    st.integers(-(10**13), 10**13),
    st.integers(0, 12),
    st.sampled_from([None, True, False]),
)


def oracle(value: Decimal) -> int | None:
    """Exact by definition: the decimal times 10^9, if it is whole and fits."""
    if not value.is_finite() or (value and not -40 < value.adjusted() < 30):
        return None
    scaled = WIDE.multiply(value, Decimal(10**9))
    if abs(scaled) >= 2**64 or scaled != scaled.to_integral_value(context=WIDE):
        return None
    return int(scaled) if int(scaled) in I64 else None


def rounding_oracle(value: Decimal) -> int | None:
    """Half to even at nine places, unless that changes the number by more than a millionth."""
    if not value.is_finite() or (value and not -40 < value.adjusted() < 30):
        return None
    scaled = WIDE.multiply(value, Decimal(10**9))
    nearest = scaled.to_integral_value(decimal.ROUND_HALF_EVEN, context=WIDE)
    if abs(WIDE.subtract(nearest, scaled)) * 10**6 > abs(scaled):
        return None
    return int(nearest) if int(nearest) in I64 else None


def check(column: Any, expected: Sequence[int | None], **how: Any) -> None:
    nanos = to_nanos(column, **how)
    got = [None if bad else int(value) for value, bad in zip(nanos.values, nanos.bad, strict=True)]
    assert got == list(expected)


@given(st.lists(floats | near_prices, max_size=30))
def test_float64_is_the_shortest_decimal_that_reads_back(values: list[float]) -> None:
    expected = [oracle(Decimal(repr(value))) for value in values]
    check(np.array(values, np.float64), expected)
    check(pa.array(values, pa.float64()), expected)
    check(values, expected)


@given(st.lists(floats | near_prices, max_size=30))
def test_float64_rounded(values: list[float]) -> None:
    check(np.array(values), [rounding_oracle(Decimal(repr(value))) for value in values], places=Places.ROUND)


@given(st.lists(st.floats(width=32), max_size=30))
def test_float32_is_its_own_shortest_decimal(values: list[float]) -> None:
    column = np.array(values, np.float32)
    expected = [oracle(Decimal(str(value))) for value in column]
    check(column, expected)
    check(pa.array(column), expected)


@given(st.lists(any_decimal | plain, max_size=30))
def test_text_and_decimals(values: list[Decimal]) -> None:
    expected = [oracle(value) for value in values]
    check(values, expected)
    check([str(value) for value in values], expected)
    check(pa.array([str(value) for value in values], pa.string()), expected)
    check([str(v) for v in values], [rounding_oracle(v) for v in values], places=Places.ROUND)


@given(st.text(alphabet="0123456789.eE+-_ ", max_size=24))
def test_any_text_agrees_with_decimal(text: str) -> None:
    try:
        expected = None if "_" in text else oracle(Decimal(text))
    except decimal.InvalidOperation:
        expected = None
    check(pa.array([text]), [expected])
    assert to_nano(text) == expected


@given(st.lists(plain, max_size=20), st.integers(0, 12))
def test_arrow_decimals_of_any_scale(values: list[Decimal], extra: int) -> None:
    expected = [oracle(value) for value in values]
    for kind in (pa.decimal128(38, 9 + extra), pa.decimal256(60, 9 + extra)):
        check(pa.array(values, kind), expected)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), st.integers(0, 12))
def test_integers_with_a_scale(values: list[int], digits: int) -> None:
    expected = [oracle(WIDE.divide(Decimal(value), Decimal(10**digits))) for value in values]
    check(np.array(values, np.int64), expected, factor=Fraction(1, 10**digits))


@given(st.lists(near_prices, max_size=20), st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=64))
def test_a_factor_is_applied_exactly(values: list[float], factor: Fraction) -> None:
    expected = [to_nano(value, factor) for value in values]
    for value, nano in zip(values, expected, strict=True):
        exact = Fraction(repr(value)) * factor * 10**9
        assert nano == (int(exact) if exact.denominator == 1 and int(exact) in I64 else None)
    check(np.array(values), expected, factor=factor)
    check(pa.array([repr(value) for value in values], pa.string()), expected, factor=factor)


@given(st.integers(-(2**63), 2**63 - 1))
def test_text_of_an_integer_reads_back(nano: int) -> None:
    text = nano_text(nano)
    assert to_nano(text) == nano
    assert "e" not in text.lower() and (not text.endswith("0") or "." not in text)


def test_missing_is_not_bad() -> None:
    for column in (pa.array([1.5, None]), pa.array(["1.5", None]), pl.Series([1.5, None]), [Decimal("1.5"), None]):
        nanos = to_nanos(column)
        assert nanos.values.tolist() == [1_500_000_000, 0]
        assert nanos.missing.tolist() == [False, True] and not nanos.bad.any()


def test_a_slice_of_an_arrow_column_is_read_from_its_own_place() -> None:
    column = pa.array([Decimal(1), Decimal(2), None, Decimal(4)], pa.decimal128(20, 2))[1:]
    assert to_nanos(column).values.tolist() == [2 * 10**9, 0, 4 * 10**9]


def test_numbers_that_are_none_are_bad() -> None:
    assert to_nanos([True, object(), b"1", "1,5", "٣", "0x1"]).bad.all()
    assert to_nanos(np.array([np.nan, np.inf, 1e11])).bad.all()
    assert to_nanos(np.array([2**63], np.uint64), Fraction(1, 10**9)).bad.all()
    assert parse_decimal("1" * 500) is None and to_nano("1e999999") is None and to_nano("1e-999999") is None


def test_rounding_is_refused_where_it_would_lose() -> None:
    assert to_nanos(np.array([79.95999999999998, 28.39924812316895]), places=Places.ROUND).values.tolist() == [
        79_960_000_000,
        28_399_248_123,
    ]
    assert to_nanos(np.array([1.2345e-8, 4e-10]), places=Places.ROUND).bad.all()
    assert to_nanos(pa.array([1.2345678901, 2.0]), places=Places.ROUND).mended == 1


def test_one_number() -> None:
    assert nano_of("0.000000001") == 1 and nano_of(2) == 2 * 10**9
    with pytest.raises(ValueError, match="nine decimal places"):
        nano_of("0.0000000001")
    with pytest.raises(TypeError):
        to_nanos(1.5)
