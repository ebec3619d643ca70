"""A commission as a row of integers for each stamp, and the fee of a fill by such a row, exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import PLAN_WIDTH, PlanColumn
from quartet.core.fixed import PPB, cap
from quartet.engines.config.numbers import nano

Ints = NDArray[np.int64]

NO_BOUND: Final = -1


def plan_row(
    *,
    rate: Decimal = Decimal(0),
    per_unit: Decimal = Decimal(0),
    per_order: Decimal = Decimal(0),
    minimum: Decimal = Decimal(0),
    maximum: Decimal | None = None,
    maximum_share: Decimal | None = None,
) -> Ints:
    """The row of a commission: rates as fractions of notional, the rest in money."""
    row = np.zeros(PLAN_WIDTH, np.int64)
    row[PlanColumn.RATE_PPB] = nano(rate)
    row[PlanColumn.PER_UNIT] = nano(per_unit)
    row[PlanColumn.PER_ORDER] = nano(per_order)
    row[PlanColumn.MINIMUM] = nano(minimum)
    row[PlanColumn.MAXIMUM] = NO_BOUND if maximum is None else nano(maximum)
    row[PlanColumn.MAXIMUM_PPB] = NO_BOUND if maximum_share is None else nano(maximum_share)
    row[PlanColumn.SELL_MAXIMUM] = NO_BOUND
    return row


def rate_alone(plan: Ints) -> int | None:
    """The rate of a plan that is nothing but a rate on notional, which an engine charges itself; else None."""
    bare = plan_row()
    bare[PlanColumn.RATE_PPB] = plan[0, PlanColumn.RATE_PPB]
    return int(bare[PlanColumn.RATE_PPB]) if len(plan) == 1 and np.array_equal(plan[0], bare) else None


def fee_of(row: Ints, notional: int, quantity: int, sells: bool) -> int:
    """The fee of a fill in 1e-18; notional in 1e-18, quantity in 1e-9 and positive."""
    values = [int(each) for each in row]
    fee = cap(values[PlanColumn.RATE_PPB], notional)
    fee += values[PlanColumn.PER_UNIT] * quantity + values[PlanColumn.PER_ORDER] * PPB
    if values[PlanColumn.MINIMUM] > 0:
        fee = max(fee, values[PlanColumn.MINIMUM] * PPB)
    if values[PlanColumn.MAXIMUM] >= 0:
        fee = min(fee, values[PlanColumn.MAXIMUM] * PPB)
    if values[PlanColumn.MAXIMUM_PPB] >= 0:
        fee = min(fee, cap(values[PlanColumn.MAXIMUM_PPB], notional))
    return fee + (_due_on_sale(values, notional, quantity) if sells else 0)


def _due_on_sale(values: list[int], notional: int, quantity: int) -> int:
    step = values[PlanColumn.SELL_ROUNDING] * PPB
    by_unit = values[PlanColumn.SELL_PER_UNIT] * quantity
    if values[PlanColumn.SELL_MAXIMUM] >= 0:
        by_unit = min(by_unit, values[PlanColumn.SELL_MAXIMUM] * PPB)
    # At a price below zero there is nothing to take a share of.
    by_value = max(0, cap(values[PlanColumn.SELL_RATE_PPB], notional))
    return _up(by_value, step) + _up(by_unit, step)


def _up(money: int, step: int) -> int:
    return money if step <= 0 else -(-money // step) * step
