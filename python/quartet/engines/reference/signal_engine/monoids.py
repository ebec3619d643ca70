"""The monoids of the block operators (spec 4.6): lift a value, push one more, merge two aggregates, lower to a result.

An aggregate is a tuple of w words; a raw value is padded with 0.0 to as many.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from quartet.core.contract import Op
from quartet.core.elementary import NAN, divide, maximum, minimum, square_root

Aggregate = tuple[float, ...]


class Monoid(NamedTuple):
    """push(A, c, x) adds x, c values after it; merge(S, a, P, b) joins a values with b; lower sees the newest x."""

    zeros: Aggregate
    lift: Callable[[Aggregate], Aggregate]
    push: Callable[[Aggregate, int, Aggregate], Aggregate]
    merge: Callable[[Aggregate, int, Aggregate, int], Aggregate]
    lower: Callable[[Aggregate, Aggregate], float]


def _fold(join: Callable[[float, float], float], lower: Callable[[float], float]) -> Monoid:
    """A monoid of one word."""
    return Monoid(
        (0.0,),
        lambda x: x,
        lambda a, _, x: (join(a[0], x[0]),),
        lambda s, _, p, __: (join(s[0], p[0]),),
        lambda a, _: lower(a[0]),
    )


def _lift_moments(x: Aggregate) -> Aggregate:
    # x - x is 0.0, or NaN for NaN and infinities.
    return x[0], x[0] - x[0]


def _push_moments(a: Aggregate, c: int, raw: Aggregate) -> Aggregate:
    m, squares = a
    x = raw[0]
    d = x - m
    mean = m + d / float(c)
    return mean, squares + d * (x - mean)


def _merge_moments(s: Aggregate, a: int, p: Aggregate, b: int) -> Aggregate:
    d = p[0] - s[0]
    mean = s[0] + d * (float(b) / float(a + b))
    return mean, (s[1] + p[1]) + (d * d) * ((float(a) * float(b)) / float(a + b))


def _moments(lower: Callable[[Aggregate, Aggregate], float]) -> Monoid:
    return Monoid((0.0, 0.0), _lift_moments, _push_moments, _merge_moments, lower)


def _lift_comoments(raw: Aggregate) -> Aggregate:
    x, y = raw[0], raw[1]
    return x, y, x - x, y - y, (x - x) + (y - y)


def _push_comoments(a: Aggregate, c: int, raw: Aggregate) -> Aggregate:
    mx, my, mxx, myy, mxy = a
    x, y = raw[0], raw[1]
    dx = x - mx
    dy = y - my
    mean_x = mx + dx / float(c)
    mean_y = my + dy / float(c)
    return mean_x, mean_y, mxx + dx * (x - mean_x), myy + dy * (y - mean_y), mxy + dx * (y - mean_y)


def _merge_comoments(s: Aggregate, a: int, p: Aggregate, b: int) -> Aggregate:
    dx = p[0] - s[0]
    dy = p[1] - s[1]
    k = (float(a) * float(b)) / float(a + b)
    g = float(b) / float(a + b)
    return (
        s[0] + dx * g,
        s[1] + dy * g,
        (s[2] + p[2]) + (dx * dx) * k,
        (s[3] + p[3]) + (dy * dy) * k,
        (s[4] + p[4]) + (dx * dy) * k,
    )


def _comoments(lower: Callable[[Aggregate, Aggregate], float]) -> Monoid:
    return Monoid((0.0,) * 5, _lift_comoments, _push_comoments, _merge_comoments, lower)


def _zscore(a: Aggregate, raw: Aggregate, freedom: float) -> float:
    deviation = square_root(a[1] / freedom)
    return (raw[0] - a[0]) / deviation if deviation > 0.0 else NAN


def _correlation(a: Aggregate) -> float:
    # The product of two small moments can be 0.0, hence divide.
    return divide(a[4], square_root(a[2] * a[3])) if a[2] > 0.0 and a[3] > 0.0 else NAN


def _one_word(op: int, n: int) -> Monoid | None:
    if op == Op.SUM:
        return _fold(lambda a, x: a + x, lambda a: a)
    if op == Op.MEAN:
        return _fold(lambda a, x: a + x, lambda a: a / float(n))
    if op == Op.PRODUCT:
        return _fold(lambda a, x: a * x, lambda a: a)
    if op == Op.ROLLING_MIN:
        return _fold(minimum, lambda a: a)
    if op == Op.ROLLING_MAX:
        return _fold(maximum, lambda a: a)
    return None


def monoid_of(op: int, n: int, params: tuple[float, ...]) -> Monoid | None:
    """The monoid of a block operator; None where the operator is none."""
    freedom = float(n) - params[0] if params else float(n)
    if op == Op.VAR:
        return _moments(lambda a, _: a[1] / freedom)
    if op == Op.STD:
        return _moments(lambda a, _: square_root(a[1] / freedom))
    if op == Op.ZSCORE:
        return _moments(lambda a, raw: _zscore(a, raw, freedom))
    if op == Op.CORR:
        return _comoments(lambda a, _: _correlation(a))
    if op == Op.COV:
        return _comoments(lambda a, _: a[4] / freedom)
    return _one_word(op, n)
