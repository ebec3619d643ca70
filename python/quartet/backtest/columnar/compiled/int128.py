"""Money in compiled code: signed 128-bit integers, as LLVM has them, and the divisions of spec 1.2 on them.

A value of this type lives in registers only; arrays hold it as two int64 columns, the low word first.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

from quartet.backtest.columnar.compiled.parts import inlined

_WIDE = ir.IntType(128)
_WORD = ir.IntType(64)
_BILLION = 10**9


class _Int128(types.Type):
    def __init__(self) -> None:
        super().__init__(name="Int128")


_INT128 = _Int128()


@register_model(_Int128)
class _Int128Model(models.PrimitiveModel):
    def __init__(self, manager, fe_type) -> None:
        super().__init__(manager, fe_type, _WIDE)


@intrinsic
def join(typing, low, high):
    """The value of two words."""

    def build(context, builder, signature, given):
        top = builder.shl(builder.sext(given[1], _WIDE), ir.Constant(_WIDE, 64))
        return builder.or_(top, builder.zext(given[0], _WIDE))

    return _INT128(types.int64, types.int64), build


@intrinsic
def low(typing, a):
    """The low word, as int64."""

    def build(context, builder, signature, given):
        return builder.trunc(given[0], _WORD)

    return types.int64(_INT128), build


@intrinsic
def high(typing, a):
    """The high word."""

    def build(context, builder, signature, given):
        return builder.trunc(builder.ashr(given[0], ir.Constant(_WIDE, 64)), _WORD)

    return types.int64(_INT128), build


@intrinsic
def product(typing, a, b):
    """a * b of two int64."""

    def build(context, builder, signature, given):
        return builder.mul(builder.sext(given[0], _WIDE), builder.sext(given[1], _WIDE))

    return _INT128(types.int64, types.int64), build


@intrinsic
def times(typing, a, b):
    """a * b of a wide number and an int64."""

    def build(context, builder, signature, given):
        return builder.mul(given[0], builder.sext(given[1], _WIDE))

    return _INT128(_INT128, types.int64), build


@intrinsic
def add(typing, a, b):
    """a + b."""

    def build(context, builder, signature, given):
        return builder.add(*given)

    return _INT128(_INT128, _INT128), build


@intrinsic
def subtract(typing, a, b):
    """a - b."""

    def build(context, builder, signature, given):
        return builder.sub(*given)

    return _INT128(_INT128, _INT128), build


@intrinsic
def less(typing, a, b):
    """a < b."""

    def build(context, builder, signature, given):
        return builder.icmp_signed("<", *given)

    return types.boolean(_INT128, _INT128), build


@intrinsic
def _below_billion(typing, rest, word):
    """Quotient and rest of rest * 2^64 + word by 10^9, rest < 10^9, the word unsigned: in digits of 32 bits."""

    def build(context, builder, signature, given):
        divisor, half, digit_of = ir.Constant(_WORD, _BILLION), ir.Constant(_WORD, 32), ir.Constant(_WORD, 2**32 - 1)
        rest, word = given
        upper = builder.or_(builder.shl(rest, half), builder.lshr(word, half))
        first = builder.udiv(upper, divisor)
        rest = builder.sub(upper, builder.mul(first, divisor))
        lower = builder.or_(builder.shl(rest, half), builder.and_(word, digit_of))
        second = builder.udiv(lower, divisor)
        rest = builder.sub(lower, builder.mul(second, divisor))
        return cgutils.pack_array(builder, [builder.or_(builder.shl(first, half), second), rest])

    return types.UniTuple(types.int64, 2)(types.int64, types.int64), build


@inlined
def _over_billion(a):
    """Quotient and rest of a >= 0 by 10^9."""
    top, most = high(a), 0
    if top >= _BILLION:
        most = top // _BILLION
        top -= most * _BILLION
    quotient, rest = _below_billion(top, low(a))
    return join(quotient, most), rest


@inlined
def wide(a):
    """An int64 as a wide number."""
    return product(a, 1)


@inlined
def as_float(a):
    """The nearest double or its neighbour."""
    bottom = low(a)
    unsigned = float(bottom) if bottom >= 0 else float(bottom) + 18446744073709551616.0
    return float(high(a)) * 18446744073709551616.0 + unsigned


@inlined
def cap(rate_ppb, money):
    """The share rate_ppb of money, half to even (spec 1.2)."""
    zero = wide(0)
    negative = less(money, zero) != (rate_ppb < 0)
    if less(money, zero):
        money = subtract(zero, money)
    if rate_ppb < 0:
        rate_ppb = -rate_ppb
    quotient, rest = _over_billion(money)
    more, left = _over_billion(product(rest, rate_ppb))
    share = add(times(quotient, rate_ppb), more)
    twice = 2 * left
    if twice > _BILLION or (twice == _BILLION and low(share) & 1):
        share = add(share, wide(1))
    return subtract(zero, share) if negative else share


@inlined
def over_billion(money):
    """money / 10^9 towards zero."""
    zero = wide(0)
    if less(money, zero):
        return subtract(zero, _over_billion(subtract(zero, money))[0])
    return _over_billion(money)[0]


@inlined
def floor_over_billion(money):
    """floor(money / 10^9), which must fit an int64."""
    zero = wide(0)
    if not less(money, zero):
        return low(_over_billion(money)[0])
    whole, rest = _over_billion(subtract(zero, money))
    return -low(whole) - (1 if rest else 0)


@inlined
def quotient_below(money, unit, most):
    """floor(money / unit) of money >= 0 and unit > 0, held to most < 2^61."""
    step = as_float(unit)
    # The product is looked at only where it cannot overflow.
    if as_float(money) >= 0.5 * step * float(most) and not less(money, times(unit, most)):
        return most
    found = 0
    rest = money
    while True:
        if less(rest, wide(0)):
            found -= 1
            rest = add(rest, unit)
        elif less(rest, unit):
            return found
        else:
            # A double is right to 2^-52: what it misses is in the rest, and smaller each time.
            part = max(1, int(as_float(rest) / step))
            found += part
            rest = subtract(rest, times(unit, part))
