"""How operators are called by users, and how an operator applied to inputs is written."""

from collections.abc import Sequence

from quartet.core.contract import Op

# The public name of an operator where it is not the contract's in lower case.
_PUBLIC_NAMES = {
    Op.BID_PRICE_LEVEL: "bid_price",
    Op.ASK_PRICE_LEVEL: "ask_price",
    Op.BID_SIZE_LEVEL: "bid_size_at",
    Op.ASK_SIZE_LEVEL: "ask_size_at",
    Op.ABS: "absolute",
    Op.OPEN: "open_",
    Op.MIN2: "minimum",
    Op.MAX2: "maximum",
    Op.AND: "and_",
    Op.OR: "or_",
    Op.NOT: "not_",
    Op.SUM: "rolling_sum",
    Op.MEAN: "rolling_mean",
    Op.STD: "rolling_std",
    Op.VAR: "rolling_var",
}

_INFIX = {
    Op.ADD: "+",
    Op.SUB: "-",
    Op.MUL: "*",
    Op.DIV: "/",
    Op.LT: "<",
    Op.LE: "<=",
    Op.GT: ">",
    Op.GE: ">=",
    Op.AND: "&",
    Op.OR: "|",
}
_PREFIX = {Op.NEG: "-", Op.NOT: "~"}


def public_name(op: Op) -> str:
    """Return the name under which users know the operator."""
    return _PUBLIC_NAMES.get(op, op.name.lower())


def formula(op: Op, inputs: Sequence[str], n: int, params: Sequence[float]) -> str:
    """Return the operator applied to inputs as a user would write it."""
    if op is Op.CONST:
        return repr(params[0])
    if op in _INFIX and len(inputs) == 2:
        return f" {_INFIX[op]} ".join(_operand(x) for x in inputs)
    if op in _PREFIX:
        return _PREFIX[op] + _operand(inputs[0])
    if op is Op.ABS:
        return f"abs({inputs[0]})"
    if op in (Op.LINEAR, Op.LOGISTIC):
        weights = ", ".join(repr(w) for w in params[1:])
        return f"{public_name(op)}([{', '.join(inputs)}], [{weights}], bias={params[0]!r})"
    arguments = [*inputs, *_settings(op, n, params)]
    return f"{public_name(op)}({', '.join(arguments)})" if arguments else public_name(op)


def _settings(op: Op, n: int, params: Sequence[float]) -> list[str]:
    if op is Op.EMA:
        if params[0] == span_alpha(n):
            return [f"span={n}"]
        return [f"alpha={params[0]!r}", f"min_periods={n}"]
    if op is Op.CLIP:
        return [repr(p) for p in params]
    ddof = [f"ddof={int(params[0])}"] if params and params[0] != 1.0 else []
    return [str(n), *ddof] if n or op in _LEVELED else []


_LEVELED = frozenset(
    {
        Op.BID_PRICE_LEVEL,
        Op.ASK_PRICE_LEVEL,
        Op.BID_SIZE_LEVEL,
        Op.ASK_SIZE_LEVEL,
        Op.EXTERNAL_SCORE,
        Op.EXTERNAL_CONFIDENCE,
    }
)


def span_alpha(span: int) -> float:
    """Return the smoothing factor of an exponential average of this span."""
    return 2.0 / (span + 1.0)


def _operand(text: str) -> str:
    """Put parentheses around an infix expression: one with a space outside of parentheses."""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == " " and depth == 0:
            return f"({text})"
    return text
