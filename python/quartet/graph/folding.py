"""The value of a stateless operator on constants, bit for bit as an engine computes it (spec 4.1, 4.2)."""

import math
from collections.abc import Callable, Sequence

from quartet.core import elementary
from quartet.core.contract import Op

Values = Sequence[float]


def fold(op: Op, x: Values, params: Values) -> float:
    """Return the operator's value; every NaN comes out as the canonical one."""
    value = _FUNCTIONS[op](x, params)
    return elementary.NAN if math.isnan(value) else value


def foldable(op: Op) -> bool:
    """Whether the operator is a function of its inputs alone."""
    return op in _FUNCTIONS


def _compare(test: Callable[[float, float], bool]) -> Callable[[Values, Values], float]:
    def compared(x: Values, _: Values) -> float:
        return elementary.NAN if any(map(math.isnan, x)) else float(test(x[0], x[1]))

    return compared


def _sign(x: Values, _: Values) -> float:
    if math.isnan(x[0]):
        return elementary.NAN
    return 1.0 if x[0] > 0.0 else -1.0 if x[0] < 0.0 else 0.0


def _clip(x: Values, params: Values) -> float:
    lo, hi = params
    return lo if x[0] < lo else hi if hi < x[0] else x[0]


def _select(x: Values, _: Values) -> float:
    return x[0] if math.isnan(x[0]) else x[1] if x[0] != 0.0 else x[2]


def _linear(x: Values, params: Values) -> float:
    total = params[0]
    for weight, value in zip(params[1:], x, strict=True):
        total = total + weight * value
    return total


_FUNCTIONS: dict[Op, Callable[[Values, Values], float]] = {
    Op.ADD: lambda x, _: x[0] + x[1],
    Op.SUB: lambda x, _: x[0] - x[1],
    Op.MUL: lambda x, _: x[0] * x[1],
    Op.DIV: lambda x, _: elementary.divide(x[0], x[1]),
    Op.NEG: lambda x, _: -x[0],
    Op.ABS: lambda x, _: math.fabs(x[0]),
    Op.MIN2: lambda x, _: elementary.minimum(x[0], x[1]),
    Op.MAX2: lambda x, _: elementary.maximum(x[0], x[1]),
    Op.CLIP: _clip,
    Op.SIGN: _sign,
    Op.SQRT: lambda x, _: elementary.square_root(x[0]),
    Op.EXP: lambda x, _: elementary.exp(x[0]),
    Op.LOG: lambda x, _: elementary.log(x[0]),
    Op.TANH: lambda x, _: elementary.tanh(x[0]),
    Op.LT: _compare(lambda x, y: x < y),
    Op.LE: _compare(lambda x, y: x <= y),
    Op.GT: _compare(lambda x, y: x > y),
    Op.GE: _compare(lambda x, y: x >= y),
    Op.EQ: _compare(lambda x, y: x == y),
    Op.NE: _compare(lambda x, y: x != y),
    Op.AND: _compare(lambda x, y: x != 0.0 and y != 0.0),
    Op.OR: _compare(lambda x, y: x != 0.0 or y != 0.0),
    Op.NOT: lambda x, _: elementary.NAN if math.isnan(x[0]) else float(x[0] == 0.0),
    Op.SELECT: _select,
    Op.IS_NAN: lambda x, _: float(math.isnan(x[0])),
    Op.COALESCE: lambda x, _: x[1] if math.isnan(x[0]) else x[0],
    Op.LINEAR: _linear,
    Op.LOGISTIC: lambda x, params: 1.0 / (1.0 + elementary.exp(-_linear(x, params))),
}
