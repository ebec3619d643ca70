"""Commissions by name (R-401): each makes the plan of a backtest's stamps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, field_validator

from quartet.backtest.costs.charging import CommissionPlan, plan_row
from quartet.backtest.costs.regulatory import with_fees
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Exact

Ints = NDArray[np.int64]
_RATE_MAX: Final = Decimal("0.05")
_VOLUME_MAX: Final = 10**15


def _listed(value: object) -> object:
    """A list of a YAML file is as good as a tuple."""
    return tuple(value) if isinstance(value, list) else value


def _checked_tiers(tiers: Any) -> Any:
    volumes = [each.volume for each in tiers]
    if not volumes or volumes[0] != 0 or any(b <= a for a, b in pairwise(volumes)):
        raise ValueError("must begin with volume 0 and ascend by volume")
    return tiers


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


class RateTier(Parameters):
    """Rates from a volume on."""

    volume: int = parameter(0, "From so much on.", unit="money", ge=0, le=_VOLUME_MAX)
    maker: Exact = parameter(
        Decimal(0), "Share of notional of an order that rested; negative: a rebate.", unit="fraction", ge=-_RATE_MAX,
        le=_RATE_MAX, decimal_places=9,
    )  # fmt: skip
    taker: Exact = parameter(
        Decimal(0), "Share of notional of an order that took.", unit="fraction", ge=0, le=_RATE_MAX, decimal_places=9
    )


class UnitTier(Parameters):
    """An amount a share from a volume on."""

    volume: int = parameter(0, "From so many of the month on.", unit="units", ge=0, le=_VOLUME_MAX)
    rate: Exact = parameter(Decimal(0), "A share.", unit="money", ge=0, le=1000, decimal_places=9)


class MakerTaker(_Charged):
    """Rates by the volume of the last days."""

    tiers: Annotated[tuple[RateTier, ...], BeforeValidator(_listed)] = parameter(
        (
            RateTier(maker=Decimal("0.001"), taker=Decimal("0.001")),
            RateTier(volume=1_000_000, maker=Decimal("0.0009"), taker=Decimal("0.001")),
            RateTier(volume=5_000_000, maker=Decimal("0.0008"), taker=Decimal("0.001")),
            RateTier(volume=20_000_000, maker=Decimal("0.0004"), taker=Decimal("0.0006")),
        ),
        "Rates from volumes on, ascending from 0: {volume, maker, taker}.",
    )
    days: int = parameter(30, "UTC days before that of a fill whose volume counts.", unit="days", ge=1, le=366)

    _ascending = field_validator("tiers")(_checked_tiers)


class PerShareTiered(_Charged):
    """An amount a share by the volume of the month."""

    tiers: Annotated[tuple[UnitTier, ...], BeforeValidator(_listed)] = parameter(
        (
            UnitTier(rate=Decimal("0.0035")),
            UnitTier(volume=300_000, rate=Decimal("0.0020")),
            UnitTier(volume=3_000_000, rate=Decimal("0.0015")),
            UnitTier(volume=20_000_000, rate=Decimal("0.0010")),
            UnitTier(volume=100_000_000, rate=Decimal("0.0005")),
        ),
        "Amounts from volumes of the month on, ascending from 0: {volume, rate}.",
    )
    minimum: Exact = parameter(Decimal("0.35"), "At least, a fill.", unit="money", ge=0, le=10**9, decimal_places=9)
    maximum_share: Exact | None = parameter(
        Decimal("0.01"), "At most, of notional; null: no bound.", unit="fraction", ge=0, le=1, decimal_places=9
    )

    _ascending = field_validator("tiers")(_checked_tiers)


def _plan(rows: Ints | Sequence[Ints], stamps: Ints, parameters: _Charged, **tiers: Any) -> CommissionPlan:
    """The plan of one row, or of a row a tier, with the fees of the authorities."""
    each = [row[None, :] for row in np.atleast_2d(np.asarray(rows))]
    if parameters.regulatory == "us_equities":
        each = [with_fees(row, stamps) for row in each]
    return CommissionPlan(np.stack(each), **tiers)


@register("commission", "none", parameters=Nothing)
def none(stamps: Ints, parameters: Nothing) -> CommissionPlan:
    """No commission."""
    return _plan(plan_row(), stamps, parameters)


@register("commission", "rate", parameters=Rate)
def rate(stamps: Ints, parameters: Rate) -> CommissionPlan:
    """A share of notional, on each side."""
    return _plan(plan_row(rate=parameters.rate), stamps, parameters)


@register("commission", "per_share", parameters=PerShare)
def per_share(stamps: Ints, parameters: PerShare) -> CommissionPlan:
    """An amount a share, within bounds for each fill."""
    row = plan_row(per_unit=parameters.rate, minimum=parameters.minimum, maximum_share=parameters.maximum_share)
    return _plan(row, stamps, parameters)


@register("commission", "per_order", parameters=PerOrder)
def per_order(stamps: Ints, parameters: PerOrder) -> CommissionPlan:
    """One amount for each order that fills; an order of a backtest fills once or not at all."""
    return _plan(plan_row(per_order=parameters.amount), stamps, parameters)


@register("commission", "per_contract", parameters=PerContract)
def per_contract(stamps: Ints, parameters: PerContract) -> CommissionPlan:
    """An amount a contract, within bounds for each fill."""
    row = plan_row(per_unit=parameters.rate, minimum=parameters.minimum, maximum=parameters.maximum)
    return _plan(row, stamps, parameters)


@register("commission", "maker_taker", parameters=MakerTaker)
def maker_taker(stamps: Ints, parameters: MakerTaker) -> CommissionPlan:
    """Shares of notional by the volume of the last 30 days; market orders take, limit orders that rested make."""
    rows = [plan_row(rate=each.taker, maker=each.maker, tier_from=each.volume) for each in parameters.tiers]
    return _plan(rows, stamps, parameters, days=parameters.days)


@register("commission", "per_share_tiered", parameters=PerShareTiered)
def per_share_tiered(stamps: Ints, parameters: PerShareTiered) -> CommissionPlan:
    """An amount a share by the shares of the month so far, within bounds for each fill."""
    rows = [
        plan_row(
            per_unit=each.rate,
            minimum=parameters.minimum,
            maximum_share=parameters.maximum_share,
            tier_from=each.volume,
        )
        for each in parameters.tiers
    ]
    return _plan(rows, stamps, parameters, units=True)
