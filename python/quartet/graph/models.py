"""Models inside a graph: linear and logistic, with fixed weights."""

from collections.abc import Sequence

from quartet.core.contract import Op
from quartet.graph.clocks import On
from quartet.graph.construction import node
from quartet.graph.errors import GraphError
from quartet.graph.expression import Expr, Operand


def linear(inputs: Sequence[Operand], weights: Sequence[float], bias: float = 0.0, *, on: On | None = None) -> Expr:
    """bias + sum of weight times input, added in input order."""
    return _model(Op.LINEAR, inputs, weights, bias, on)


def logistic(inputs: Sequence[Operand], weights: Sequence[float], bias: float = 0.0, *, on: On | None = None) -> Expr:
    """1 / (1 + exp(-(bias + sum of weight times input)))."""
    return _model(Op.LOGISTIC, inputs, weights, bias, on)


def _model(op: Op, inputs: Sequence[Operand], weights: Sequence[float], bias: float, on: On | None) -> Expr:
    if not isinstance(inputs, Sequence) or not isinstance(weights, Sequence):
        raise GraphError(f"{op.name.lower()} takes a list of inputs and a list of weights: linear([mid], [0.5])")
    return node(op, *inputs, params=(bias, *weights), on=on)
