"""A graph written as text, for configuration files: a part of the grammar of Python expressions.

Nothing is executed: the text becomes a syntax tree, and each of its nodes is looked up in a table here.
"""

import ast
import functools
import inspect
import keyword
import operator
from collections.abc import Callable, Collection, Mapping

from quartet.core import elementary
from quartet.core.contract import Clock
from quartet.core.suggestion import suggestion
from quartet.graph import arithmetic
from quartet.graph.compiler import graph
from quartet.graph.errors import GraphError
from quartet.graph.expression import Expr, Operand
from quartet.graph.program import Graph
from quartet.graph.vocabulary import CLOCKS, FUNCTIONS, KNOWN, SOURCES, parameters

TEXT_LENGTH_MAX = 65_536

# What a piece of text stands for: clocks, names of clocks and lists occur as arguments only.
Value = Expr | float | int | str | Clock | list["Value"]


class GraphTextError(GraphError):
    """A text is not a graph; column counts from 1 within the text of `name`."""

    def __init__(self, name: str, text: str, column: int, reason: str) -> None:
        self.name, self.text, self.column, self.reason = name, text, column, reason
        super().__init__(f"{name}, column {column}: {reason}\n{self.excerpt()}")

    def excerpt(self) -> str:
        """Return the text around the column with a caret below it."""
        start = max(0, self.column - 61)
        line = self.text[start : start + 100]
        return f"    {line}\n    {' ' * (self.column - 1 - start)}^"


def parse_graph(
    score: str,
    confidence: str | None = None,
    fair_value: str | None = None,
    *,
    let: Mapping[str, str | float] | None = None,
    disable: Collection[str] = (),
) -> Graph:
    """Compile a graph from text. let names sub-expressions and numbers, in any order."""
    scope = _Scope(let or {})
    texts = {"score": score, "confidence": confidence, "fair_value": fair_value}
    roots = {name: scope.evaluate(name, text) for name, text in texts.items() if text is not None}
    scope.evaluate_all()
    return graph(roots["score"], roots.get("confidence"), roots.get("fair_value"), disable=disable)


class _Scope:
    """The names of one graph; each `let` is evaluated once, when it is first used."""

    def __init__(self, let: Mapping[str, str | float]) -> None:
        self._let = let
        self._values: dict[str, Operand] = {}
        self._open: list[str] = []
        for name in let:
            taken = name in KNOWN or keyword.iskeyword(name)
            if taken or not name.isidentifier():
                cause = "is taken by the language" if taken else "is not made of letters, digits and underscores"
                raise GraphTextError(f"let.{name}", name, 1, f"the name {name!r} {cause}; choose another one")

    def evaluate(self, name: str, text: str) -> Operand:
        """Return what the text stands for."""
        if len(text) > TEXT_LENGTH_MAX:
            raise GraphTextError(name, text, 1, f"the text is longer than {TEXT_LENGTH_MAX} characters")
        return _Reader(name, text, self).read()

    def evaluate_all(self) -> None:
        """Evaluate what no root used, so that its errors are found too."""
        for name in self._let:
            self.value(name)

    def value(self, name: str) -> Operand | None:
        """Return the value of a `let` name, or None where there is no such name."""
        if name in self._values:
            return self._values[name]
        if name not in self._let:
            return None
        if name in self._open:
            cycle = " -> ".join([*self._open[self._open.index(name) :], name])
            raise GraphError(f"let names go in a circle: {cycle}; one of them must not use the next")
        self._open.append(name)
        given = self._let[name]
        value = self._evaluated(f"let.{name}", given) if isinstance(given, str) else given
        self._open.pop()
        if isinstance(value, Expr) and value.inputs:
            value = value.named(name)
        self._values[name] = value
        return value

    def _evaluated(self, name: str, text: str) -> Operand:
        alone = _alone(name, text)
        return self.evaluate(name, text) if alone is None else alone

    def known(self) -> list[str]:
        """All names, for suggestions."""
        return [*self._let, *KNOWN]


@functools.lru_cache(maxsize=256)  # as for _tree
def _alone(name: str, text: str) -> Operand | None:
    """What the text stands for in every graph; None where it needs other names of its graph, or is wrong."""
    try:
        return _Scope({}).evaluate(name, text)
    except GraphError:
        return None


# Line breaks of a folded text become blanks, so that a column is a place in the text.
_FLAT = str.maketrans("\r\n\t", "   ")
_NUMBERS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: elementary.divide,
}
_BINARY: dict[type[ast.operator], Callable[..., Expr]] = {
    ast.Add: arithmetic.add,
    ast.Sub: arithmetic.sub,
    ast.Mult: arithmetic.mul,
    ast.Div: arithmetic.div,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[..., Expr]] = {
    ast.Lt: arithmetic.lt,
    ast.LtE: arithmetic.le,
    ast.Gt: arithmetic.gt,
    ast.GtE: arithmetic.ge,
    ast.Eq: arithmetic.eq,
    ast.NotEq: arithmetic.ne,
}


def _test_arguments(name: str, function: Callable[..., Expr], args: list[Value], settings: dict[str, Value]) -> None:
    try:
        inspect.signature(function).bind(*args, **settings)
    except TypeError as error:
        raise GraphError(f"{name}{parameters(function)}: {error}") from None


@functools.lru_cache(maxsize=256)  # graphs of a sweep have most of their texts in common
def _tree(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


class _Reader:
    """Reads one text."""

    def __init__(self, name: str, text: str, scope: _Scope) -> None:
        self._name, self._text, self._scope = name, text, scope
        self._flat = text.translate(_FLAT)
        self._indent = len(self._flat) - len(self._flat.lstrip())

    def read(self) -> Operand:
        try:
            return self._operand(_tree(self._flat[self._indent :]))
        except SyntaxError as error:
            # At the end of the text the parser gives offset 0.
            column = (error.offset or len(self._flat) - self._indent + 1) + self._indent
            raise self._error(column, f"not an expression: {error.msg}") from None
        except (RecursionError, MemoryError):
            raise self._error(1, "nested too deep; name parts of it under let:") from None

    def _error(self, column: int, reason: str) -> GraphTextError:
        return GraphTextError(self._name, self._text, column, reason)

    def _column(self, node: ast.expr) -> int:
        # The tree counts bytes of UTF-8.
        before = self._flat[self._indent :].encode()[: node.col_offset].decode()
        return self._indent + len(before) + 1

    def _operand(self, node: ast.expr) -> Operand:
        return self._checked(node, self._value(node))

    def _checked(self, node: ast.expr, value: Value) -> Operand:
        if isinstance(value, Clock | str | list):
            what = {Clock: "a clock", str: "a string", list: "a list"}[type(value)]
            raise self._error(self._column(node), f"{what} cannot stand here; it can be an argument of a function")
        return value

    def _value(self, node: ast.expr) -> Value:
        try:
            return self._read(node)
        except GraphTextError:
            raise
        except GraphError as error:
            raise self._error(self._column(node), str(error)) from None
        except OverflowError:
            raise self._error(self._column(node), "a number is too large for binary64") from None

    def _read(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._named(node)
            case ast.List() | ast.Tuple():
                return [self._value(item) for item in node.elts]
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.BoolOp():
                join = arithmetic.and_ if isinstance(node.op, ast.And) else arithmetic.or_
                return functools.reduce(join, [self._operand(v) for v in node.values])
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                parts = [self._operand(part) for part in (node.test, node.body, node.orelse)]
                return arithmetic.select(*parts)
            case ast.Call():
                return self._call(node)
        raise self._error(
            self._column(node),
            f"{type(node).__name__.lower()} is not part of the language; use sources, functions of them,"
            " + - * / and comparisons",
        )

    def _constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, int | float | str) and not isinstance(node.value, bool):
            return node.value
        raise self._error(self._column(node), f"{node.value!r} is not a number")

    def _named(self, node: ast.Name) -> Value:
        value = self._scope.value(node.id)
        if value is not None:
            return value
        if node.id in FUNCTIONS:
            raise GraphError(f"{node.id} is a function; write {node.id}(...)")
        found: Value | None = SOURCES.get(node.id, CLOCKS.get(node.id))
        if found is None:
            raise GraphError(f"unknown name {node.id!r}{suggestion(node.id, self._scope.known())}")
        return found

    def _unary(self, node: ast.UnaryOp) -> Value:
        x = self._operand(node.operand)
        if isinstance(node.op, ast.USub):
            return -x
        if isinstance(node.op, ast.UAdd):
            return x
        return arithmetic.not_(x)

    def _binary(self, node: ast.BinOp) -> Value:
        kind = type(node.op)
        if kind not in _BINARY:
            raise GraphError(f"{kind.__name__.lower()} is not an operator of the language; there are + - * / & |")
        x, y = self._value(node.left), self._value(node.right)
        if isinstance(x, Clock) and isinstance(y, Clock) and kind is ast.BitOr:
            return x | y
        x, y = self._checked(node.left, x), self._checked(node.right, y)
        if isinstance(x, Expr) or isinstance(y, Expr):
            return _BINARY[kind](x, y)
        if kind not in _NUMBERS:
            raise GraphError("& and | join conditions, not numbers; put comparisons in parentheses: (a > 1) & (b > 2)")
        result = _NUMBERS[kind](x, y)
        # Whole numbers stay whole for windows, as long as binary64 holds them exactly.
        return result if isinstance(result, int) and abs(result) <= 2**53 else float(result)

    def _comparison(self, node: ast.Compare) -> Value:
        sides = [self._operand(side) for side in (node.left, *node.comparators)]
        tests: list[Operand] = []
        for kind, x, y in zip(node.ops, sides, sides[1:], strict=False):
            if type(kind) not in _COMPARISONS:
                raise GraphError(f"{type(kind).__name__.lower()} is not a comparison; there are < <= > >= == !=")
            tests.append(_COMPARISONS[type(kind)](x, y))
        return functools.reduce(arithmetic.and_, tests)

    def _call(self, node: ast.Call) -> Value:
        if not isinstance(node.func, ast.Name):
            raise GraphError("only functions of the language can be called, by their name")
        name = node.func.id
        function = FUNCTIONS.get(name)
        if function is None:
            cause = "is a source, without (...)" if name in SOURCES else "is not a function"
            raise GraphError(f"{name!r} {cause}{suggestion(name, [f for f in FUNCTIONS if f != name])}")
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            raise GraphError(f"{name}: arguments cannot be unpacked with *")
        args = [self._value(a) for a in node.args]
        settings = {k.arg: self._value(k.value) for k in node.keywords if k.arg}
        try:
            return function(*args, **settings)
        except TypeError:
            _test_arguments(name, function, args, settings)
            raise
