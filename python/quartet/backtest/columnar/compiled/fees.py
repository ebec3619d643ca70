"""What a fill costs in compiled code; quartet.backtest.costs.charging is the same in Python."""

from quartet.backtest.columnar.compiled.int128 import add, cap, less, product, subtract, wide
from quartet.backtest.columnar.compiled.parts import inlined
from quartet.backtest.columnar.layout import PlanColumn

_RATE = int(PlanColumn.RATE_PPB)
_PER_UNIT = int(PlanColumn.PER_UNIT)
_PER_ORDER = int(PlanColumn.PER_ORDER)
_MINIMUM = int(PlanColumn.MINIMUM)
_MAXIMUM = int(PlanColumn.MAXIMUM)
_MAXIMUM_PPB = int(PlanColumn.MAXIMUM_PPB)
_SELL_RATE = int(PlanColumn.SELL_RATE_PPB)
_SELL_PER_UNIT = int(PlanColumn.SELL_PER_UNIT)
_SELL_MAXIMUM = int(PlanColumn.SELL_MAXIMUM)
_SELL_ROUNDING = int(PlanColumn.SELL_ROUNDING)
_BILLION = 10**9


@inlined
def _due(money, step):
    """money up to a multiple of step, which is in 1e-9."""
    if step <= 0:
        return money
    unit = product(step, _BILLION)
    rest = money
    # A regulatory fee is a small number of steps; doubling subtraction is enough and needs no division.
    while not less(rest, unit):
        part = unit
        while not less(rest, add(part, part)):
            part = add(part, part)
        rest = subtract(rest, part)
    zero = wide(0)
    if less(zero, rest):
        return add(money, subtract(unit, rest))
    return money


@inlined
def fee_of(plans, plan, t, notional, quantity, sells):
    """The fee of a fill of so many units (1e-9, positive) and notional (1e-18) by a row of the commission plans."""
    fee = cap(plans[plan, t, _RATE], notional)
    if plans[plan, t, _PER_UNIT]:
        fee = add(fee, product(plans[plan, t, _PER_UNIT], quantity))
    if plans[plan, t, _PER_ORDER]:
        fee = add(fee, product(plans[plan, t, _PER_ORDER], _BILLION))
    if plans[plan, t, _MINIMUM] > 0:
        fee = _larger(fee, product(plans[plan, t, _MINIMUM], _BILLION))
    if plans[plan, t, _MAXIMUM] >= 0:
        fee = _smaller(fee, product(plans[plan, t, _MAXIMUM], _BILLION))
    if plans[plan, t, _MAXIMUM_PPB] >= 0:
        fee = _smaller(fee, cap(plans[plan, t, _MAXIMUM_PPB], notional))
    return add(fee, _due_on_sale(plans, plan, t, notional, quantity)) if sells else fee


@inlined
def _due_on_sale(plans, plan, t, notional, quantity):
    step = plans[plan, t, _SELL_ROUNDING]
    # At a price below zero there is nothing to take a share of.
    by_value = _larger(wide(0), cap(plans[plan, t, _SELL_RATE], notional))
    by_unit = product(plans[plan, t, _SELL_PER_UNIT], quantity)
    if plans[plan, t, _SELL_MAXIMUM] >= 0:
        by_unit = _smaller(by_unit, product(plans[plan, t, _SELL_MAXIMUM], _BILLION))
    return add(_due(by_value, step), _due(by_unit, step))


@inlined
def _smaller(a, b):
    return a if less(a, b) else b


@inlined
def _larger(a, b):
    return b if less(a, b) else a
