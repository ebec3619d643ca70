"""Builds a node with every test of the operator table that needs no other node (spec 3.9)."""

import math
from collections.abc import Sequence
from numbers import Integral

from quartet.core.contract import LEVELS_MAX, MODEL_INPUTS_MAX, OPERATORS, SOURCES_MAX, WINDOW_MAX, Clock, Op
from quartet.graph.clocks import ANY_CLOCK, On, as_clock, clock_text
from quartet.graph.errors import GraphError
from quartet.graph.expression import Expr, Operand, as_float, lift
from quartet.graph.naming import public_name

# The bounds of n by what it means to the operator.
_BOUNDS = {
    "none": (0, 0),
    "level": (0, LEVELS_MAX - 1),
    "source": (0, SOURCES_MAX - 1),
    "lag": (1, WINDOW_MAX),
    "rolling": (1, WINDOW_MAX),
    "scan": (1, WINDOW_MAX),
    "smoothing": (1, WINDOW_MAX),
}
_MEANING = {
    "level": "level",
    "source": "source",
    "lag": "n, the lag in steps,",
    "rolling": "n, the window in steps,",
    "scan": "n, the window in steps,",
    "smoothing": "the number of steps",
}
# Sources whose clock the user chooses freely (spec 3.9).
_FREE_CLOCK = frozenset({Op.EXTERNAL_SCORE, Op.EXTERNAL_CONFIDENCE, Op.SECONDS})


def node(
    op: Op, *inputs: Operand, n: int = 0, params: Sequence[float] = (), on: On | None = None, label: str = ""
) -> Expr:
    """Return the operator applied to the inputs, or say what is wrong with it."""
    expressions = tuple(_input(op, x) for x in inputs)
    numbers = tuple(as_float(p, f"parameter {k} of {public_name(op)}") for k, p in enumerate(params, 1))
    if op is not Op.CONST and not all(map(math.isfinite, numbers)):
        raise GraphError(f"{public_name(op)} has a parameter that is not a finite number: {list(numbers)}")
    _test_count(op, len(expressions), len(numbers))
    return Expr(op, expressions, _window(op, n), numbers, None if on is None else _clock(op, on), label)


def with_clock(expression: Expr, on: On) -> Expr:
    """Return the same node with this clock instead of the one that it would inherit."""
    clock = _clock(expression.op, on)
    return Expr(expression.op, expression.inputs, expression.n, expression.params, clock, expression.label)


def _input(op: Op, value: Operand) -> Expr:
    try:
        return lift(value)
    except GraphError as error:
        raise GraphError(f"{public_name(op)}: {error}") from None


def _test_count(op: Op, inputs: int, params: int) -> None:
    row = OPERATORS[op]
    if row.inputs >= 0:
        if inputs != row.inputs or params != len(row.params):
            raise GraphError(f"{public_name(op)} takes {row.inputs} inputs and {len(row.params)} parameters")
    elif not 1 <= inputs <= MODEL_INPUTS_MAX or params != inputs + 1:
        raise GraphError(
            f"{public_name(op)} takes 1 to {MODEL_INPUTS_MAX} inputs and as many weights, not {inputs} and {params - 1}"
        )


def _window(op: Op, n: int) -> int:
    kind = OPERATORS[op].window
    low, high = _BOUNDS[kind]
    if isinstance(n, bool) or not isinstance(n, Integral):
        raise GraphError(f"{public_name(op)}: {_MEANING.get(kind, 'n')} must be a whole number, not {n!r}")
    if not low <= n <= high:
        raise GraphError(f"{public_name(op)}: {_MEANING.get(kind, 'n')} must be from {low} to {high}, not {n}")
    return int(n)


def _clock(op: Op, on: On) -> Clock:
    clock = as_clock(on)
    row = OPERATORS[op]
    if op is Op.CONST:
        raise GraphError("a constant has no clock; put on= to the operator that reads it")
    allowed = ANY_CLOCK if row.inputs or op in _FREE_CLOCK else Clock(row.clock)
    if clock & ~allowed:
        raise GraphError(
            f"{public_name(op)} ticks on {clock_text(allowed)}, not on {clock_text(clock & ~allowed)}"
            "; put on= to the operator that reads it"
        )
    return clock
