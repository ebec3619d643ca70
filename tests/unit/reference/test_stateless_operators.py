"""Stateless operators and their NaN rules (spec 4.1, 4.2)."""

from __future__ import annotations

import math
from typing import Final

import pytest

from quartet.core.contract import Op
from quartet.core.elementary import exp, log, tanh
from tests.unit.reference.operators import apply

NAN: Final = float("nan")
INF: Final = float("inf")

UNARY = {
    Op.NEG: (-2.0, 2.0),
    Op.ABS: (-2.0, 2.0),
    Op.SIGN: (-2.0, -1.0),
    Op.SQRT: (9.0, 3.0),
    Op.EXP: (1.0, exp(1.0)),
    Op.LOG: (2.0, log(2.0)),
    Op.TANH: (0.5, tanh(0.5)),
    Op.NOT: (0.0, 1.0),
}
BINARY = {
    Op.ADD: 5.0,
    Op.SUB: -1.0,
    Op.MUL: 6.0,
    Op.DIV: 2.0 / 3.0,
    Op.MIN2: 2.0,
    Op.MAX2: 3.0,
    Op.LT: 1.0,
    Op.LE: 1.0,
    Op.GT: 0.0,
    Op.GE: 0.0,
    Op.EQ: 0.0,
    Op.NE: 1.0,
    Op.AND: 1.0,
    Op.OR: 1.0,
}


@pytest.mark.parametrize("op", UNARY)
def test_unary(op: Op) -> None:
    x, value = UNARY[op]
    assert apply(op, [x]) == [value]
    assert math.isnan(apply(op, [NAN])[0])


@pytest.mark.parametrize("op", BINARY)
def test_binary(op: Op) -> None:
    assert apply(op, [2.0], [3.0]) == [BINARY[op]]
    assert all(map(math.isnan, apply(op, [NAN, 1.0, NAN], [1.0, NAN, NAN])))


def test_equal_values_compare() -> None:
    assert [apply(op, [2.0], [2.0])[0] for op in (Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE)] == [0, 1, 0, 1, 1, 0]


def test_logic_compares_with_zero() -> None:
    assert apply(Op.AND, [0.0, 1.0, -0.0], [1.0, 0.5, 1.0]) == [0.0, 1.0, 0.0]
    assert apply(Op.OR, [0.0, 0.0, -2.0], [0.0, 0.5, 0.0]) == [0.0, 1.0, 1.0]
    assert apply(Op.NOT, [-0.0, 0.1]) == [1.0, 0.0]


def test_sign_of_zeros() -> None:
    assert apply(Op.SIGN, [0.0, -0.0, 5e-324]) == [0.0, 0.0, 1.0]


def test_neg_and_abs_touch_the_sign_bit() -> None:
    assert math.copysign(1.0, apply(Op.NEG, [0.0])[0]) == -1.0
    assert math.copysign(1.0, apply(Op.ABS, [-0.0])[0]) == 1.0


def test_division_by_zero_is_ieee() -> None:
    assert apply(Op.DIV, [1.0, -1.0], [0.0, 0.0]) == [INF, -INF]
    assert math.isnan(apply(Op.DIV, [0.0], [0.0])[0])


def test_clip() -> None:
    assert apply(Op.CLIP, [-2.0, 0.5, 2.0, INF], params=(-1.0, 1.0)) == [-1.0, 0.5, 1.0, 1.0]
    assert math.isnan(apply(Op.CLIP, [NAN], params=(-1.0, 1.0))[0])


def test_select_looks_at_the_chosen_branch_alone() -> None:
    assert apply(Op.SELECT, [1.0, 0.0], [2.0, NAN], [NAN, 3.0]) == [2.0, 3.0]
    assert all(map(math.isnan, apply(Op.SELECT, [NAN, 1.0], [1.0, NAN], [1.0, 1.0])))


def test_is_nan_and_coalesce() -> None:
    assert apply(Op.IS_NAN, [NAN, 1.0]) == [1.0, 0.0]
    assert apply(Op.COALESCE, [NAN, 1.0], [2.0, 3.0]) == [2.0, 1.0]
    assert math.isnan(apply(Op.COALESCE, [NAN], [NAN])[0])


def test_linear_adds_in_input_order() -> None:
    assert apply(Op.LINEAR, [1e16], [1.0], [-1e16], params=(0.5, 1.0, 1.0, 1.0)) == [((0.5 + 1e16) + 1.0) - 1e16]
    assert math.isnan(apply(Op.LINEAR, [NAN], params=(0.5, 0.0))[0])


def test_logistic() -> None:
    assert apply(Op.LOGISTIC, [2.0], params=(-2.0, 1.0)) == [0.5]
    assert apply(Op.LOGISTIC, [1.0], params=(0.0, 3.0)) == [1.0 / (1.0 + exp(-3.0))]
    assert math.isnan(apply(Op.LOGISTIC, [NAN], params=(0.0, 1.0))[0])
