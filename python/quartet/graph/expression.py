"""One expression of the signal graph: immutable, built by functions and by Python's operators."""

from __future__ import annotations

from numbers import Real
from typing import NoReturn, final

from quartet.core.contract import Clock, Op
from quartet.graph.errors import GraphError
from quartet.graph.naming import formula


@final
class Expr:
    """An operator applied to expressions. Compared by identity; the compiler finds equal structures."""

    __slots__ = ("clock", "inputs", "label", "n", "op", "params")

    # NumPy scalars leave `scalar * expression` to us.
    __array_ufunc__ = None

    op: Op
    inputs: tuple[Expr, ...]
    n: int
    params: tuple[float, ...]
    # None: the source's own, or the union of the inputs'.
    clock: Clock | None
    label: str

    def __init__(
        self,
        op: Op,
        inputs: tuple[Expr, ...] = (),
        n: int = 0,
        params: tuple[float, ...] = (),
        clock: Clock | None = None,
        label: str = "",
    ) -> None:
        values = {"op": op, "inputs": inputs, "n": n, "params": params, "clock": clock, "label": label}
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise GraphError(f"an expression cannot be changed (attempt to set {name}); build a new one")

    def named(self, label: str) -> Expr:
        """Return the same node with a name for tables and messages; the name has no effect on values."""
        if not label.isidentifier():
            raise GraphError(f"{label!r} is not a name; use letters, digits and underscores")
        return Expr(self.op, self.inputs, self.n, self.params, self.clock, label)

    def __repr__(self) -> str:
        return describe(self, depth=4)

    def __bool__(self) -> NoReturn:
        raise GraphError(
            f"{describe(self)} has no truth value before it runs; write & | ~ for and, or, not,"
            " (a < b) & (b < c) for a < b < c, and select(condition, x, y) for a choice"
        )

    def __add__(self, other: Operand) -> Expr:
        return Expr(Op.ADD, (self, lift(other)))

    def __radd__(self, other: Operand) -> Expr:
        return Expr(Op.ADD, (lift(other), self))

    def __sub__(self, other: Operand) -> Expr:
        return Expr(Op.SUB, (self, lift(other)))

    def __rsub__(self, other: Operand) -> Expr:
        return Expr(Op.SUB, (lift(other), self))

    def __mul__(self, other: Operand) -> Expr:
        return Expr(Op.MUL, (self, lift(other)))

    def __rmul__(self, other: Operand) -> Expr:
        return Expr(Op.MUL, (lift(other), self))

    def __truediv__(self, other: Operand) -> Expr:
        return Expr(Op.DIV, (self, lift(other)))

    def __rtruediv__(self, other: Operand) -> Expr:
        return Expr(Op.DIV, (lift(other), self))

    def __neg__(self) -> Expr:
        return Expr(Op.NEG, (self,))

    def __pos__(self) -> Expr:
        return self

    def __abs__(self) -> Expr:
        return Expr(Op.ABS, (self,))

    def __lt__(self, other: Operand) -> Expr:
        return Expr(Op.LT, (self, lift(other)))

    def __le__(self, other: Operand) -> Expr:
        return Expr(Op.LE, (self, lift(other)))

    def __gt__(self, other: Operand) -> Expr:
        return Expr(Op.GT, (self, lift(other)))

    def __ge__(self, other: Operand) -> Expr:
        return Expr(Op.GE, (self, lift(other)))

    def __and__(self, other: Expr) -> Expr:
        return Expr(Op.AND, (self, _condition(other)))

    def __rand__(self, other: Expr) -> Expr:
        return Expr(Op.AND, (_condition(other), self))

    def __or__(self, other: Expr) -> Expr:
        return Expr(Op.OR, (self, _condition(other)))

    def __ror__(self, other: Expr) -> Expr:
        return Expr(Op.OR, (_condition(other), self))

    def __invert__(self) -> Expr:
        return Expr(Op.NOT, (self,))


# What may stand where an expression is expected; numbers become constants.
Operand = Expr | float | int


def lift(value: Operand) -> Expr:
    """Return the expression itself, or a constant for a number."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool) or not isinstance(value, Real):
        remedy = "use eq(x, y) and ne(x, y), for == and != compare objects" if isinstance(value, bool) else ""
        raise GraphError(
            f"{value!r} of type {type(value).__name__} is not an expression or a number"
            f"; {remedy or 'give a source, an expression of sources, or a number'}"
        )
    return Expr(Op.CONST, params=(as_float(value, "a constant"),))


def as_float(value: object, what: str) -> float:
    """Return the number as binary64; `what` names it in the message."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise GraphError(f"{what} is {value!r}, not a number")
    try:
        return float(value)
    except OverflowError:
        raise GraphError(f"{what} is too large for binary64: {str(value)[:40]}...") from None


def _condition(value: object) -> Expr:
    # `a > 1 & b > 2` means a > (1 & b) > 2 in Python: a number here is a pair of parentheses forgotten.
    if not isinstance(value, Expr):
        raise GraphError(
            f"{value!r} beside & or | is not a condition; put comparisons in parentheses: (a > 1) & (b > 2)"
        )
    return value


def describe(expression: Expr, depth: int = 2) -> str:
    """Return the expression as text, cut at the given depth."""
    if expression.label:
        return expression.label
    cut = depth == 0 and expression.inputs
    inputs = ["..."] if cut else [describe(x, depth - 1) for x in expression.inputs]
    return formula(expression.op, inputs, expression.n, expression.params)
