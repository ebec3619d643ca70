"""Commissions by name (R-401): each makes the plan of a backtest's stamps."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.costs.charging import plan_row
from quartet.backtest.costs.regulatory import with_fees
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Exact

Ints = NDArray[np.int64]
_RATE_MAX: Final = Decimal("0.05")


class _Charged(Parameters):
    regulatory: Literal["none", "us_equities"] = parameter(
        "none", "Fees of the authorities on sales, by date, rounded up to a cent a fee and fill."
    )


class Nothing(_Charged):
    """No commission."""


class Rate(_Charged):
    """A share of notional."""

    rate: Exact = parameter(
        Decimal("0.001"), "Share of notional a side.", unit="fraction", ge=0, le=_RATE_MAX, decimal_places=9
    )


class PerShare(_Charged):
    """An amount a share."""

    rate: Exact = parameter(Decimal("0.005"), "A share.", unit="money", ge=0, le=1000, decimal_places=9)
    minimum: Exact = parameter(Decimal(1), "At least, a fill.", unit="money", ge=0, le=10**9, decimal_places=9)
    maximum_share: Exact | None = parameter(
        Decimal("0.01"), "At most, of notional; null: no bound.", unit="fraction", ge=0, le=1, decimal_places=9
    )


class PerOrder(_Charged):
    """An amount a fill."""

    amount: Exact = parameter(Decimal(1), "A fill.", unit="money", ge=0, le=10**9, decimal_places=9)


class PerContract(_Charged):
    """An amount a contract."""

    rate: Exact = parameter(Decimal("0.65"), "A contract.", unit="money", ge=0, le=10**6, decimal_places=9)
    minimum: Exact = parameter(Decimal(0), "At least, a fill.", unit="money", ge=0, le=10**9, decimal_places=9)
    maximum: Exact | None = parameter(
        None, "At most, a fill; null: no bound.", unit="money", ge=0, le=10**9, decimal_places=9
    )


def _plan(row: Ints, stamps: Ints, parameters: _Charged) -> Ints:
    plan = row[None, :]
    return with_fees(plan, stamps) if parameters.regulatory == "us_equities" else plan


@register("commission", "none", parameters=Nothing)
def none(stamps: Ints, parameters: Nothing) -> Ints:
    """No commission."""
    return _plan(plan_row(), stamps, parameters)


@register("commission", "rate", parameters=Rate)
def rate(stamps: Ints, parameters: Rate) -> Ints:
    """A share of notional, on each side."""
    return _plan(plan_row(rate=parameters.rate), stamps, parameters)


@register("commission", "per_share", parameters=PerShare)
def per_share(stamps: Ints, parameters: PerShare) -> Ints:
    """An amount a share, within bounds for each fill."""
    row = plan_row(per_unit=parameters.rate, minimum=parameters.minimum, maximum_share=parameters.maximum_share)
    return _plan(row, stamps, parameters)


@register("commission", "per_order", parameters=PerOrder)
def per_order(stamps: Ints, parameters: PerOrder) -> Ints:
    """One amount for each order that fills; an order of a backtest fills once or not at all."""
    return _plan(plan_row(per_order=parameters.amount), stamps, parameters)


@register("commission", "per_contract", parameters=PerContract)
def per_contract(stamps: Ints, parameters: PerContract) -> Ints:
    """An amount a contract, within bounds for each fill."""
    row = plan_row(per_unit=parameters.rate, minimum=parameters.minimum, maximum=parameters.maximum)
    return _plan(row, stamps, parameters)
