"""A commission as rows of integers, and the fee of a fill by such a row, exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import PLAN_WIDTH, PlanColumn
from quartet.core.fixed import PPB, cap
from quartet.engines.config.numbers import nano

Ints = NDArray[np.int64]

NO_BOUND: Final = -1


@dataclass(frozen=True, eq=False)
class CommissionPlan:
    """What every fill of a backtest costs."""

    rows: Ints
    """(tiers, T or 1, PlanColumn); the tiers ascend, the first is from no volume on."""
    days: int = 0
    """Days before that of the fill whose volume chooses the tier; 0: the month of the fill so far."""
    units: bool = False
    """Whether volume is counted in units; else in money."""

    @classmethod
    def of(cls, made: Any) -> Self:
        """What a commission made: a plan, or rows (T or 1, PlanColumn) without tiers."""
        return made if isinstance(made, cls) else cls(np.asarray(made, np.int64)[None, :, :])

    @property
    def tiered(self) -> bool:
        """Whether a fee depends on what was traded before."""
        return len(self.rows) > 1

    @property
    def passive_rates(self) -> bool:
        """Whether an order that rested pays another rate."""
        return bool((self.rows[:, :, PlanColumn.MAKER_PPB] != self.rows[:, :, PlanColumn.RATE_PPB]).any())

    def row(self, tier: int, t: int) -> Ints:
        """The row of a tier at a stamp."""
        own: Ints = self.rows[tier, t if self.rows.shape[1] > 1 else 0]
        return own

    def tier_of(self, volume: int) -> int:
        """The tier of a volume in 1e-18 of money or units."""
        froms = self.rows[:, 0, PlanColumn.TIER_FROM].tolist()
        return max(tier for tier, start in enumerate(froms) if start * PPB * PPB <= volume or tier == 0)

    def with_rows(self, rows: Ints) -> Self:
        """The same tiers by other rows."""
        return replace(self, rows=rows)


def plan_row(
    *,
    rate: Decimal = Decimal(0),
    maker: Decimal | None = None,
    per_unit: Decimal = Decimal(0),
    per_order: Decimal = Decimal(0),
    minimum: Decimal = Decimal(0),
    maximum: Decimal | None = None,
    maximum_share: Decimal | None = None,
    tier_from: int = 0,
) -> Ints:
    """The row of a commission: rates as fractions of notional, the rest in money; maker: None is `rate`."""
    row = np.zeros(PLAN_WIDTH, np.int64)
    row[PlanColumn.RATE_PPB] = nano(rate)
    row[PlanColumn.MAKER_PPB] = nano(rate if maker is None else maker)
    row[PlanColumn.PER_UNIT] = nano(per_unit)
    row[PlanColumn.PER_ORDER] = nano(per_order)
    row[PlanColumn.MINIMUM] = nano(minimum)
    row[PlanColumn.MAXIMUM] = NO_BOUND if maximum is None else nano(maximum)
    row[PlanColumn.MAXIMUM_PPB] = NO_BOUND if maximum_share is None else nano(maximum_share)
    row[PlanColumn.SELL_MAXIMUM] = NO_BOUND
    row[PlanColumn.TIER_FROM] = tier_from
    return row


def rate_alone(plan: CommissionPlan) -> int | None:
    """The rate of a plan that is nothing but a rate on notional, which an engine charges itself; else None."""
    first = plan.rows[0, 0]
    bare = plan_row()
    bare[[PlanColumn.RATE_PPB, PlanColumn.MAKER_PPB]] = first[PlanColumn.RATE_PPB]
    alone = plan.rows.shape[:2] == (1, 1) and np.array_equal(first, bare)
    return int(first[PlanColumn.RATE_PPB]) if alone else None


def fee_of(row: Ints, notional: int, quantity: int, sells: bool, *, rested: bool = False) -> int:
    """The fee of a fill in 1e-18; notional in 1e-18, quantity in 1e-9 and positive; rested: whether it was a maker."""
    values = [int(each) for each in row]
    fee = cap(values[PlanColumn.MAKER_PPB if rested else PlanColumn.RATE_PPB], notional)
    fee += values[PlanColumn.PER_UNIT] * quantity + values[PlanColumn.PER_ORDER] * PPB
    if values[PlanColumn.MINIMUM] > 0:
        fee = max(fee, values[PlanColumn.MINIMUM] * PPB)
    if values[PlanColumn.MAXIMUM] >= 0:
        fee = min(fee, values[PlanColumn.MAXIMUM] * PPB)
    if values[PlanColumn.MAXIMUM_PPB] >= 0:
        fee = min(fee, cap(values[PlanColumn.MAXIMUM_PPB], notional))
    return fee + (due_on_sale(row, notional, quantity) if sells else 0)


def due_on_sale(row: Ints, notional: int, quantity: int) -> int:
    """What the authorities take of a sale, 1e-18."""
    values = [int(each) for each in row]
    step = values[PlanColumn.SELL_ROUNDING] * PPB
    by_unit = values[PlanColumn.SELL_PER_UNIT] * quantity
    if values[PlanColumn.SELL_MAXIMUM] >= 0:
        by_unit = min(by_unit, values[PlanColumn.SELL_MAXIMUM] * PPB)
    # At a price below zero there is nothing to take a share of.
    by_value = max(0, cap(values[PlanColumn.SELL_RATE_PPB], notional))
    return _up(by_value, step) + _up(by_unit, step)


def _up(money: int, step: int) -> int:
    return money if step <= 0 else -(-money // step) * step
