"""Building expressions: operators, parameters, clocks, and what is refused with which remedy."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from quartet import graph as g
from quartet.core.contract import OPERATORS, Clock, Op
from quartet.graph import GraphError
from quartet.graph.naming import public_name
from quartet.graph.vocabulary import FUNCTIONS, KNOWN, SOURCES

ANYTHING: dict[str, tuple[object, ...]] = {
    "none": (),
    "level": (9,),
    "source": (3,),
    "lag": (5,),
    "rolling": (5,),
    "scan": (5,),
    "smoothing": (5,),
}


def applied(op: Op) -> g.Expr:
    """The operator applied through its public name, as a user would."""
    row = OPERATORS[op]
    name = public_name(op)
    if op is Op.CONST:
        return g.const(1.5)
    if name in SOURCES:
        return SOURCES[name]
    if op in (Op.LINEAR, Op.LOGISTIC):
        return FUNCTIONS[name]([g.mid, g.spread], [1.0, 2.0], bias=0.5)
    inputs = (g.mid, g.spread, g.imbalance)[: row.inputs]
    params = (-1.0, 1.0) if op is Op.CLIP else ()
    return FUNCTIONS[name](*inputs, *params, *ANYTHING[row.window])


@pytest.mark.parametrize("op", Op, ids=lambda op: op.name)
def test_every_operator_of_the_contract_has_a_public_name(op: Op) -> None:
    expression = applied(op)
    assert expression.op is op
    row = OPERATORS[op]
    assert len(expression.inputs) == (2 if row.inputs < 0 else row.inputs)
    assert len(expression.params) == (3 if row.inputs < 0 else len(row.params))
    assert hasattr(g, public_name(op))
    assert expression in {expression}


def test_everything_public_is_exported() -> None:
    missing = {n for n in (*SOURCES, *FUNCTIONS) if not hasattr(g, n)}
    assert missing == {"abs", "min", "max", "open"}
    assert [n for n in g.__all__ if not hasattr(g, n)] == []
    assert set(KNOWN) >= {"ema", "mid", "quote"}


PYTHON = {
    Op.ADD: g.mid + 1,
    Op.SUB: g.mid - g.bid,
    Op.MUL: g.mid * 2.5,
    Op.DIV: g.mid / g.ask,
    Op.NEG: -g.mid,
    Op.ABS: abs(g.mid),
    Op.LT: g.mid < 3,
    Op.LE: g.mid <= 3,
    Op.GT: g.mid > 3,
    Op.GE: g.mid >= 3,
    Op.AND: (g.mid > 3) & (g.bid > 2),
    Op.OR: (g.mid > 3) | (g.bid > 2),
    Op.NOT: ~(g.mid > 3),
}


@pytest.mark.parametrize(("op", "expression"), PYTHON.items(), ids=lambda v: getattr(v, "name", ""))
def test_python_operators(op: Op, expression: g.Expr) -> None:
    assert expression.op is op
    function = FUNCTIONS[public_name(op)]
    assert repr(function(*expression.inputs)) == repr(expression)


def test_numbers_are_lifted_from_either_side() -> None:
    assert [x.op for x in (1 - g.mid).inputs] == [Op.CONST, Op.MID]
    assert (1 / g.mid).inputs[0].params == (1.0,)
    assert (np.float64(0.1) * g.mid).op is Op.MUL
    assert (2 + g.mid).op is Op.ADD
    assert (3 * g.mid).inputs[0].params == (3.0,)
    assert +g.mid is g.mid
    # Python turns 3 > x into x < 3.
    assert (g.mid < 3).op is Op.LT
    assert g.rolling_sum(g.mid, np.int64(4)).n == 4  # type: ignore[arg-type]


def test_ema_parameters() -> None:
    assert g.ema(g.mid, span=19).params == (0.1,)
    assert g.ema(g.mid, 19).n == 19
    assert g.ema(g.mid, span=19, min_periods=3).n == 3
    assert g.ema(g.mid, alpha=2.0 / 20.0).n == 19
    assert [g.ema(g.mid, alpha=2 / (n + 1)).n for n in range(1, 1000)] == list(range(1, 1000))
    assert g.ema(g.mid, alpha=1.0).n == 1
    assert g.ema(g.mid, alpha=1e-12).n == 65536
    assert g.ema(g.mid, alpha=0.5, min_periods=7).n == 7


def test_default_parameters() -> None:
    assert g.zscore(g.mid, 10).params == (1.0,)
    assert g.zscore(g.mid, 1, ddof=0).params == (0.0,)
    assert g.delay(g.mid).n == 1
    assert g.where is g.select
    assert g.external_score(2).clock == Clock.EXTERNAL
    assert g.external_score(2, on="external|quote").clock == Clock.EXTERNAL | Clock.QUOTE


@pytest.mark.parametrize(
    "on",
    [
        "quote|trade",
        " Trade | quote",
        {"quote", "trade"},
        ["trade", Clock.QUOTE],
        g.quote | g.trade,
        (g.quote, g.trade),
    ],
)
def test_clocks_can_be_written_in_many_ways(on: g.On) -> None:
    assert g.ema(g.mid, 3, on=on).clock == Clock.QUOTE | Clock.TRADE


def test_at_sets_the_clock_of_any_node() -> None:
    assert g.at(g.seconds, "bar").clock == Clock.BAR
    assert g.at(g.mid - g.bid, g.trade).clock == Clock.TRADE
    assert g.mid.clock is None


def test_names_are_for_messages_only() -> None:
    trend = (g.mid - g.bid).named("trend")
    assert repr(trend) == "trend"
    assert repr(trend * 2) == "trend * 2.0"


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "truth value": (lambda: bool(g.mid > 3), "has no truth value before it runs; write & | ~"),
    "chained comparison": (lambda: 1 < g.mid < 3, r"\(a < b\) & \(b < c\) for a < b < c"),
    "python bool": (lambda: g.select(g.mid == g.bid, 1, 2), "select: False .* use eq\\(x, y\\) and ne"),
    "text": (lambda: g.mid + "1", "'1' of type str is not an expression or a number"),  # type: ignore[operator]
    "forgotten parentheses": (lambda: (g.mid > 1) & 2 | g.bid, "put comparisons in parentheses"),  # type: ignore[operator]
    "forgotten parentheses, left": (lambda: 1 & g.bid, "put comparisons in parentheses"),  # type: ignore[operator]
    "huge number": (lambda: g.mid + 10**400, "too large for binary64"),
    "window of nothing": (
        lambda: g.rolling_sum(g.mid, 0),
        "rolling_sum: n, the window in steps, must be from 1 to 65536",
    ),
    "window too deep": (lambda: g.zscore(g.mid, 65537), "must be from 1 to 65536, not 65537"),
    "window a float": (lambda: g.delay(g.mid, 2.0), "must be a whole number, not 2.0"),  # type: ignore[arg-type]
    "window a bool": (lambda: g.delay(g.mid, True), "must be a whole number, not True"),
    "level": (lambda: g.bid_price(10), "bid_price: level must be from 0 to 9, not 10"),
    "source": (lambda: g.external_score(-1), "external_score: source must be from 0 to 65535"),
    "ddof": (lambda: g.rolling_std(g.mid, 5, 2), "ddof must be 0 or 1, not 2"),
    "ddof too short": (lambda: g.zscore(g.mid, 1), "n = 1 is too short for ddof = 1; give a larger n"),
    "ema without span": (lambda: g.ema(g.mid), "either span= or alpha="),
    "ema with both": (lambda: g.ema(g.mid, 3, alpha=0.1), "either span= or alpha="),
    "ema span": (lambda: g.ema(g.mid, span=0), "span must be a whole number from 1 to 65536, not 0"),
    "ema alpha": (lambda: g.ema(g.mid, alpha=1.5), "alpha must be above 0 and at most 1, not 1.5"),
    "ema alpha nan": (lambda: g.ema(g.mid, alpha=math.nan), "alpha must be above 0"),
    "clip order": (lambda: g.clip(g.mid, 1, -1), "lo = 1 is above hi = -1; give the lower bound first"),
    "clip infinite": (
        lambda: g.clip(g.mid, -math.inf, 1),
        "clip has a parameter that is not a finite number",
    ),
    "clip expression": (lambda: g.clip(g.mid, g.bid, 1), "lo of clip is bid, not a number"),  # type: ignore[arg-type]
    "model weights": (
        lambda: g.linear([g.mid, g.bid], [1.0]),
        "1 to 256 inputs and as many weights, not 2 and 1",
    ),
    "model without inputs": (lambda: g.logistic([], []), "1 to 256 inputs"),
    "model too wide": (lambda: g.linear([g.mid] * 257, [1.0] * 257), "1 to 256 inputs"),
    "model of one": (lambda: g.linear(g.mid, 1.0), "takes a list of inputs"),  # type: ignore[arg-type]
    "model nan": (lambda: g.linear([g.mid], [math.nan]), "not a finite number"),
    "unknown clock": (lambda: g.ema(g.mid, 3, on="quotes"), "unknown clock 'quotes', did you mean 'quote'"),
    "no clock": (lambda: g.ema(g.mid, 3, on=[]), "names no clock"),
    "clock bit": (lambda: g.ema(g.mid, 3, on=Clock(32)), "unknown bit"),
    "clock a number": (lambda: g.ema(g.mid, 3, on=1), "is not a clock"),  # type: ignore[arg-type]
    "clock of a source": (
        lambda: g.at(g.mid, "trade"),
        "mid ticks on quote, not on trade; put on= to the operator",
    ),
    "clock of a constant": (lambda: g.at(g.const(1), "trade"), "a constant has no clock"),
    "name": (lambda: g.mid.named("a b"), "'a b' is not a name"),
    "change": (lambda: setattr(g.mid, "n", 3), "an expression cannot be changed"),
}


@pytest.mark.parametrize(("build", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(build: Callable[[], object], message: str) -> None:
    with pytest.raises(GraphError, match=message):
        build()
