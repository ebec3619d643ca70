"""Numbers: taken exactly as written, converted exactly, refused where that cannot be."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.engines.config.numbers import exact, money, nano, plain


def number(value: object) -> Decimal:
    result = exact(value)
    assert isinstance(result, Decimal)
    return result


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e50, max_value=1e50).filter(lambda x: abs(x) > 1e-50)
)
def test_a_float_counts_as_its_shortest_text(value: float) -> None:
    assert number(value) == Decimal(repr(value))
    assert float(number(value)) == value


@given(st.integers(-(2**62), 2**62))
def test_units_and_text_are_inverse(units: int) -> None:
    text = plain(number(f"{Decimal(units).scaleb(-9):f}"))
    assert nano(Decimal(text)) == units
    assert "e" not in text.lower()


@given(st.integers(-(2**118), 2**118))
def test_money_has_eighteen_places(units: int) -> None:
    sign, digits = ("-" if units < 0 else ""), f"{abs(units):019d}"
    assert money(number(f"{sign}{digits[:-18]}.{digits[-18:]}")) == units


@given(st.decimals(min_value=0, max_value=10**6, places=3))
def test_times_are_whole_nanoseconds(value: Decimal) -> None:
    for unit, per_second in {"s": 1, "ms": 1000, "us": 10**6}.items():
        assert nano(value, unit) == Fraction(value) * 10**9 / per_second


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.05", "0.05"),
        (".5", "0.5"),
        ("1e3", "1000"),
        (100, "100"),
        ("-0.10", "-0.1"),
        ("0.000", "0"),
        (0.1, "0.1"),
        (np.float64(0.1), "0.1"),
        (np.int64(7), "7"),
    ],
)
def test_texts_of_numbers(value: object, expected: str) -> None:
    assert plain(number(value)) == expected


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (True, "not true or false"),
        ("1_000", "plain decimal"),
        ("five", "plain decimal"),
        ("", "plain decimal"),
        ([], "must be a number"),
        (None, "must be a number"),
        (float("nan"), "finite"),
        (Decimal("Infinity"), "finite"),
        ("1e400000", "far outside"),
        ("1e-61", "far outside"),
    ],
)
def test_what_is_no_number(value: object, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        exact(value)


@pytest.mark.parametrize(("text", "unit"), [("0.1234567891", ""), ("9223372037", ""), ("0.0000001", "ms")])
def test_what_is_no_whole_unit(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match="not a whole number of 1e-9"):
        nano(Decimal(text), unit)
    with pytest.raises(ValueError, match="eighteen"):
        money(Decimal("0.1234567890123456789"))
