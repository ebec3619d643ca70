"""The one compiler: folds constants, shares equal structures, drops dead nodes; clocks, order, names."""

import math
from collections.abc import Collection, Iterator
from typing import NamedTuple

from quartet.core import elementary
from quartet.core.contract import NODES_MAX, OPERATORS, Clock, Op
from quartet.core.suggestion import suggestion
from quartet.graph.errors import GraphError
from quartet.graph.expression import Expr, Operand, describe, lift
from quartet.graph.folding import fold, foldable
from quartet.graph.naming import public_name
from quartet.graph.program import Compilation, Graph, Node

FAMILIES = ("technical", "statistical", "ml")


class _Vertex(NamedTuple):
    """A node before its final order; equal vertices are one. The bits tell 0.0 from -0.0."""

    op: Op
    inputs: tuple[int, ...]
    clock: Clock
    n: int
    bits: tuple[int, ...]


def graph(
    score: Operand,
    confidence: Operand | None = None,
    fair_value: Operand | None = None,
    *,
    disable: Collection[str] = (),
) -> Graph:
    """Compile the expressions. Operators of the families in disable become NaN (see FAMILIES)."""
    for family in disable:
        if family not in FAMILIES:
            raise GraphError(
                f"disable names the unknown family {family!r}{suggestion(family, FAMILIES)};"
                f" there are {', '.join(FAMILIES)}"
            )
    compiler = _Compiler(frozenset(disable))
    roots = {"score": compiler.root("score", score)}
    for name, value in {"confidence": confidence, "fair_value": fair_value}.items():
        if value is not None:
            roots[name] = compiler.root(name, value)
    return compiler.finish(roots)


class _Compiler:
    """One compilation: expressions become vertices, vertices become the program's nodes."""

    def __init__(self, disabled: frozenset[str]) -> None:
        self._disabled = disabled
        self._vertices: list[_Vertex] = []
        self._params: list[tuple[float, ...]] = []
        self._labels: list[str] = []
        self._index: dict[_Vertex, int] = {}
        self._done: dict[Expr, int] = {}
        self._shared = self._folded = 0
        self._off: dict[str, None] = {}

    def root(self, name: str, value: Operand) -> int:
        """Enter everything that the value needs; return its vertex."""
        try:
            expression = lift(value)
        except GraphError as error:
            raise GraphError(f"{name}: {error}") from None
        for part in _inputs_first(expression, self._done):
            self._done[part] = self._enter(part)
        return self._done[expression]

    def finish(self, roots: dict[str, int]) -> Graph:
        """Number what the roots reach, depth first by first use, and name it."""
        score = self._vertices[roots["score"]]
        if not score.clock:
            cause = f"switched off: {', '.join(self._off)}" if self._off else "it is a constant"
            raise GraphError(f"the score never ticks, {cause}; let it read a source such as mid, trade_price or close")
        order = self._reachable(list(roots.values()))
        if len(order) > NODES_MAX:
            raise GraphError(f"the graph has {len(order)} nodes, more than {NODES_MAX}; split it or use fewer inputs")
        place = {vertex: k for k, vertex in enumerate(order)}
        names = self._names(order)
        nodes = tuple(
            Node(k, names[k], v.op, tuple(place[i] for i in v.inputs), v.clock, v.n, self._params[old])
            for k, (old, v) in enumerate((old, self._vertices[old]) for old in order)
        )
        made = Compilation(len(self._done), self._shared, self._folded, tuple(self._off))
        final = {name: place[vertex] for name, vertex in roots.items()}
        return Graph(nodes, final["score"], final.get("confidence"), final.get("fair_value"), made)

    def _enter(self, expression: Expr) -> int:
        op, params = expression.op, expression.params
        inputs = tuple(self._done[x] for x in expression.inputs)
        row = OPERATORS[op]
        if row.family in self._disabled:
            self._off[describe(expression)] = None
            return self._add(Op.CONST, (), Clock(0), 0, (elementary.NAN,), expression.label)
        clock = expression.clock
        if clock is None:
            clock = Clock(row.clock)
            for i in inputs:
                clock |= self._vertices[i].clock
        if not clock and op is not Op.CONST:
            if not foldable(op):
                raise GraphError(
                    f"{describe(expression)} never ticks, for its inputs are constants;"
                    " give it a source, or a clock by on="
                )
            self._folded += 1
            op, params = Op.CONST, (fold(op, [self._params[i][0] for i in inputs], params),)
            inputs = ()
        return self._add(op, inputs, clock, expression.n, params, expression.label)

    def _add(self, op: Op, inputs: tuple[int, ...], clock: Clock, n: int, params: tuple[float, ...], label: str) -> int:
        vertex = _Vertex(op, inputs, clock, n, tuple(elementary.float_bits(p) for p in params))
        found = self._index.get(vertex)
        if found is None:
            found = self._index[vertex] = len(self._vertices)
            self._vertices.append(vertex)
            self._params.append(tuple(elementary.NAN if math.isnan(p) else p for p in params))
            self._labels.append(label)
        else:
            self._shared += op is not Op.CONST
            self._labels[found] = self._labels[found] or label
        return found

    def _reachable(self, roots: list[int]) -> list[int]:
        order: dict[int, None] = {}
        stack = [(root, False) for root in reversed(roots)]
        while stack:
            vertex, ready = stack.pop()
            if vertex in order:
                continue
            if ready:
                order[vertex] = None
            else:
                stack.append((vertex, True))
                stack.extend((i, False) for i in reversed(self._vertices[vertex].inputs))
        return list(order)

    def _names(self, order: list[int]) -> list[str]:
        """Labels and sources by name, constants by value, others by operator and index; all different."""
        names: dict[str, None] = {}
        for k, old in enumerate(order):
            vertex = self._vertices[old]
            if self._labels[old]:
                name = self._labels[old]
            elif vertex.op is Op.CONST:
                name = repr(self._params[old][0])
            elif OPERATORS[vertex.op].inputs:
                name = f"{public_name(vertex.op).rstrip('_')}_{k}"
            elif OPERATORS[vertex.op].window != "none":
                name = f"{public_name(vertex.op)}_{vertex.n}"
            else:
                name = public_name(vertex.op)
            while name in names:
                name = f"{name}_{k}"
            names[name] = None
        return list(names)


def _inputs_first(root: Expr, done: dict[Expr, int]) -> Iterator[Expr]:
    """Yield the expressions not yet done, inputs before users; without recursion, for chains may be long."""
    stack = [(root, False)]
    seen: set[Expr] = set()
    while stack:
        expression, ready = stack.pop()
        if ready:
            yield expression
        elif expression not in seen and expression not in done:
            seen.add(expression)
            stack.append((expression, True))
            stack.extend((x, False) for x in reversed(expression.inputs))
