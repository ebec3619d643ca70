"""Operators without state: arithmetic, comparisons, logic, choice; NaN gives NaN but in the last three."""

from quartet.core.contract import Op
from quartet.graph.clocks import On
from quartet.graph.construction import node, with_clock
from quartet.graph.errors import GraphError
from quartet.graph.expression import Expr, Operand, as_float, lift


def at(x: Expr, on: On) -> Expr:
    """x computed on this clock only: at(seconds, "bar"), at(bid - ask, "trade")."""
    return with_clock(x, on)


def const(value: float) -> Expr:
    """A constant; numbers in expressions become constants by themselves."""
    return lift(value)


def add(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """x + y."""
    return node(Op.ADD, x, y, on=on)


def sub(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """x - y."""
    return node(Op.SUB, x, y, on=on)


def mul(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """x * y."""
    return node(Op.MUL, x, y, on=on)


def div(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """x / y; a zero divisor gives an infinity or NaN."""
    return node(Op.DIV, x, y, on=on)


def neg(x: Operand, *, on: On | None = None) -> Expr:
    """-x."""
    return node(Op.NEG, x, on=on)


def absolute(x: Operand, *, on: On | None = None) -> Expr:
    """Magnitude of x; abs(x) is the same."""
    return node(Op.ABS, x, on=on)


def minimum(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """The smaller of x and y."""
    return node(Op.MIN2, x, y, on=on)


def maximum(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """The larger of x and y."""
    return node(Op.MAX2, x, y, on=on)


def clip(x: Operand, lo: float, hi: float, *, on: On | None = None) -> Expr:
    """x held between lo and hi."""
    low, high = as_float(lo, "lo of clip"), as_float(hi, "hi of clip")
    if low > high:
        raise GraphError(f"clip: lo = {lo!r} is above hi = {hi!r}; give the lower bound first")
    return node(Op.CLIP, x, params=(low, high), on=on)


def sign(x: Operand, *, on: On | None = None) -> Expr:
    """-1, 0 or 1."""
    return node(Op.SIGN, x, on=on)


def sqrt(x: Operand, *, on: On | None = None) -> Expr:
    """Square root; NaN below zero."""
    return node(Op.SQRT, x, on=on)


def exp(x: Operand, *, on: On | None = None) -> Expr:
    """e to the power of x, by the engine's own algorithm."""
    return node(Op.EXP, x, on=on)


def log(x: Operand, *, on: On | None = None) -> Expr:
    """Natural logarithm, by the engine's own algorithm."""
    return node(Op.LOG, x, on=on)


def tanh(x: Operand, *, on: On | None = None) -> Expr:
    """Hyperbolic tangent, by the engine's own algorithm."""
    return node(Op.TANH, x, on=on)


def lt(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """1 if x < y, else 0."""
    return node(Op.LT, x, y, on=on)


def le(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """1 if x <= y, else 0."""
    return node(Op.LE, x, y, on=on)


def gt(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """1 if x > y, else 0."""
    return node(Op.GT, x, y, on=on)


def ge(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """1 if x >= y, else 0."""
    return node(Op.GE, x, y, on=on)


def eq(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """1 if x equals y, else 0. (x == y compares the objects, not the values.)"""
    return node(Op.EQ, x, y, on=on)


def ne(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """1 if x differs from y, else 0."""
    return node(Op.NE, x, y, on=on)


def and_(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """1 if both differ from 0, else 0; x & y is the same."""
    return node(Op.AND, x, y, on=on)


def or_(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """1 if one differs from 0, else 0; x | y is the same."""
    return node(Op.OR, x, y, on=on)


def not_(x: Operand, *, on: On | None = None) -> Expr:
    """1 if x is 0, else 0; ~x is the same."""
    return node(Op.NOT, x, on=on)


def select(condition: Operand, x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """x where the condition differs from 0, else y; NaN where the condition is NaN."""
    return node(Op.SELECT, condition, x, y, on=on)


where = select


def is_nan(x: Operand, *, on: On | None = None) -> Expr:
    """1 if x is NaN, else 0."""
    return node(Op.IS_NAN, x, on=on)


def coalesce(x: Operand, y: Operand, *, on: On | None = None) -> Expr:
    """x, or y where x is NaN."""
    return node(Op.COALESCE, x, y, on=on)
