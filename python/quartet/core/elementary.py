"""exp, log, tanh and the float selects of the contract (spec 1.3 to 1.7), equal bit for bit in every engine."""

from __future__ import annotations

import math
import struct
from typing import Final

NAN: Final = float("nan")
INFINITY: Final = float("inf")
CANONICAL_NAN_BITS: Final = 0x7FF8000000000000

_LOG2_E: Final = 1.4426950408889634
_LN2_HIGH: Final = 0.6931471803691238
_LN2_LOW: Final = 1.9082149292705877e-10
_SQRT_2: Final = 1.4142135623730951
_EXP_MAX: Final = 709.782712893384
_EXP_MIN: Final = -745.1332191019412
# c14 ... c2 of spec 1.5, in the order in which Horner's scheme takes them.
_EXP_COEFFICIENTS: Final = tuple(1.0 / float(math.factorial(i)) for i in range(14, 1, -1))
# 1/23 ... 1/3 of spec 1.6.
_LOG_COEFFICIENTS: Final = tuple(1.0 / float(d) for d in range(23, 1, -2))
_DOUBLE: Final = struct.Struct("<d")
_WORD: Final = struct.Struct("<Q")


def float_bits(x: float) -> int:
    """The bits of x as they are written, every NaN as one (spec 1.4)."""
    if x != x:
        return CANONICAL_NAN_BITS
    bits: int = _WORD.unpack(_DOUBLE.pack(x))[0]
    return bits


def _float_of_bits(bits: int) -> float:
    value: float = _DOUBLE.unpack(_WORD.pack(bits))[0]
    return value


def rint(x: float) -> int:
    """The nearest integer to a finite x, ties to even."""
    return round(x)


def divide(x: float, y: float) -> float:
    """x / y as IEEE 754 has it, where Python raises on a zero divisor."""
    if y != 0.0:
        return x / y
    if x != x or x == 0.0 or y != y:
        return NAN
    return math.copysign(INFINITY, x) * math.copysign(1.0, y)


def square_root(x: float) -> float:
    """The IEEE square root, NaN below zero, where Python raises."""
    return math.sqrt(x) if x >= 0.0 else NAN


def minimum(a: float, b: float) -> float:
    """`b < a ? b : a`, NaN if one is NaN (spec 1.4)."""
    if a != a or b != b:
        return NAN
    return b if b < a else a


def maximum(a: float, b: float) -> float:
    """`a < b ? b : a`, NaN if one is NaN (spec 1.4)."""
    if a != a or b != b:
        return NAN
    return b if a < b else a


def _power_of_two(k: int) -> float:
    return _float_of_bits((k + 1023) << 52)


def exp(x: float) -> float:
    """e to the power of x (spec 1.5)."""
    if x != x:
        return NAN
    if x > _EXP_MAX:
        return INFINITY
    if x < _EXP_MIN:
        return 0.0
    k = rint(x * _LOG2_E)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = _EXP_COEFFICIENTS[0]
    for c in _EXP_COEFFICIENTS[1:]:
        p = p * r + c
    p = p * r + 1.0
    p = p * r + 1.0
    a = k >> 1
    return (p * _power_of_two(a)) * _power_of_two(k - a)


def log(x: float) -> float:
    """The natural logarithm (spec 1.6)."""
    if x != x or x < 0.0:
        return NAN
    if x == 0.0:
        return -INFINITY
    if x == INFINITY:
        return INFINITY
    shift = 0
    if x < 2.2250738585072014e-308:
        x, shift = x * 18014398509481984.0, 54
    bits = float_bits(x)
    e = (bits >> 52) - 1023 - shift
    m = _float_of_bits((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000)
    if m > _SQRT_2:
        m, e = m * 0.5, e + 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = _LOG_COEFFICIENTS[0]
    for c in _LOG_COEFFICIENTS[1:]:
        p = p * z + c
    p = p * z + 1.0
    return (e * _LN2_LOW + (2.0 * s) * p) + e * _LN2_HIGH


def tanh(x: float) -> float:
    """The hyperbolic tangent (spec 1.7)."""
    if x != x:
        return NAN
    magnitude = abs(x)
    if magnitude > 20.0:
        return math.copysign(1.0, x)
    if magnitude < 0.625:
        z = x * x
        t = 19.0
        for d in (17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0):
            t = d + z / t
        return x / t
    return math.copysign(1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0), x)
