"""Stateless operators (spec 4.1, 4.2). Every one but SELECT, IS_NAN and COALESCE turns NaN into NaN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from quartet.core.contract import Op
from quartet.core.elementary import NAN, divide, exp, log, maximum, minimum, square_root, tanh
from quartet.engines.reference.core.settings import Node
from quartet.engines.reference.signal_engine.sources import Step
from quartet.engines.reference.signal_engine.symbol_signals import SymbolSignals

Unary = Callable[[float], float]
Binary = Callable[[float, float], float]


def _flag(truth: bool) -> float:
    return 1.0 if truth else 0.0


def _compare(test: Callable[[float, float], bool]) -> Binary:
    """A comparison that gives NaN where a side is NaN."""
    return lambda x, y: NAN if x != x or y != y else _flag(test(x, y))


def _sign(x: float) -> float:
    if x != x:
        return NAN
    return 1.0 if x > 0.0 else (-1.0 if x < 0.0 else 0.0)


_UNARY: Final[dict[int, Unary]] = {
    Op.NEG: lambda x: -x,
    Op.ABS: abs,
    Op.SIGN: _sign,
    Op.SQRT: square_root,
    Op.EXP: exp,
    Op.LOG: log,
    Op.TANH: tanh,
    Op.NOT: lambda x: NAN if x != x else _flag(x == 0.0),
    Op.IS_NAN: lambda x: _flag(x != x),
}
_BINARY: Final[dict[int, Binary]] = {
    Op.ADD: lambda x, y: x + y,
    Op.SUB: lambda x, y: x - y,
    Op.MUL: lambda x, y: x * y,
    Op.DIV: divide,
    Op.MIN2: minimum,
    Op.MAX2: maximum,
    Op.LT: _compare(lambda x, y: x < y),
    Op.LE: _compare(lambda x, y: x <= y),
    Op.GT: _compare(lambda x, y: x > y),
    Op.GE: _compare(lambda x, y: x >= y),
    Op.EQ: _compare(lambda x, y: x == y),
    Op.NE: _compare(lambda x, y: x != y),
    Op.AND: _compare(lambda x, y: x != 0.0 and y != 0.0),
    Op.OR: _compare(lambda x, y: x != 0.0 or y != 0.0),
    Op.COALESCE: lambda x, y: y if x != x else x,
}


def _unary(f: Unary, i: int) -> Step:
    return lambda s: f(s.values[i])


def _binary(f: Binary, i: int, j: int) -> Step:
    def step(s: SymbolSignals) -> float:
        values = s.values
        return f(values[i], values[j])

    return step


def _select(i: int, j: int, k: int) -> Step:
    def step(s: SymbolSignals) -> float:
        x = s.values[i]
        if x != x:
            return NAN
        return s.values[j] if x != 0.0 else s.values[k]

    return step


def _clip(i: int, lo: float, hi: float) -> Step:
    def step(s: SymbolSignals) -> float:
        x = s.values[i]
        return lo if x < lo else (hi if hi < x else x)

    return step


def _linear(inputs: tuple[int, ...], params: tuple[float, ...]) -> Step:
    bias = params[0]
    terms = tuple(zip(params[1:], inputs, strict=True))

    def step(s: SymbolSignals) -> float:
        acc = bias
        for weight, i in terms:
            acc = acc + weight * s.values[i]
        return acc

    return step


def _logistic(linear: Step) -> Step:
    return lambda s: 1.0 / (1.0 + exp(-linear(s)))


def stateless_step(node: Node) -> Step | None:
    """The step of a stateless node; None where the operator is none of these."""
    if node.op in _UNARY:
        return _unary(_UNARY[node.op], *node.inputs)
    if node.op in _BINARY:
        return _binary(_BINARY[node.op], *node.inputs)
    if node.op == Op.SELECT:
        return _select(*node.inputs)
    if node.op == Op.CLIP:
        return _clip(node.inputs[0], *node.params)
    if node.op == Op.LINEAR:
        return _linear(node.inputs, node.params)
    if node.op == Op.LOGISTIC:
        return _logistic(_linear(node.inputs, node.params))
    return None
