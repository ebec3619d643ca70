"""The limits of the pre-trade gate (spec 9.3), and the risk model that its value at risk reads."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from quartet.engines.config.block import Block
from quartet.engines.config.bounds import CASH_MAX, MILLISECONDS_MAX, QUANTITY_MAX, SECONDS_MAX, SHARE_MAX
from quartet.engines.config.numbers import Double, Exact, key

# Relative to the largest eigenvalue: what rounding alone can make of a covariance.
NEGATIVE_EIGENVALUE_SHARE_MAX = 1e-12


def share(default: str | None, doc: str, **bounds: int | str) -> Exact:
    """Describe a limit as a fraction, of equity for instance, that becomes parts per billion."""
    value: Exact = key(None if default is None else Decimal(default), doc, "fraction", places=9, **bounds)
    return value


class RiskManagement(Block):
    """Limits by row of the gate. null switches a row off; limit_set research starts with all of them off."""

    limit_set: Literal["default", "research"] = Field(
        default="default", description="Limits that are not given: the defaults below, or in research null."
    )
    check_risk: bool = Field(default=True, description="false leaves out rows 5 to 21; with limit_set research only.")
    max_portfolio_var: Exact | None = share("0.05", "Row 19: one-day 99 % value at risk of the portfolio.", gt=0, le=1)
    max_position_var: Exact | None = share("0.02", "Row 18: one-day 99 % value at risk of one symbol.", gt=0, le=1)
    max_drawdown: Exact | None = share("0.10", "Row 20: fall from the highest equity that halts trading.", gt=0, le=1)
    max_daily_loss: Exact | None = share("0.01", "Row 21: loss since the session began that halts trading.", gt=0, le=1)
    max_leverage: Exact | None = share("5.0", "Row 17: gross exposure to equity.", ge=0, le=SHARE_MAX)
    max_net_leverage: Exact | None = share(None, "Row 17: net exposure to equity.", ge=0, le=SHARE_MAX)
    max_concentration: Exact | None = share("0.25", "Row 16: one symbol's notional to equity.", gt=0, le=1)
    max_positions: int | None = key(100, "Row 15: symbols held at one time.", "symbols", ge=1, le=65536)
    max_position_weight: Exact | None = share("0.05", "Row 14: one symbol's notional to equity.", ge=0, le=SHARE_MAX)
    max_position_quantity: Exact | None = key(
        None, "Row 14: position of one symbol either way.", "units", gt=0, le=QUANTITY_MAX, places=9
    )
    initial_margin: Exact | None = share("0.2", "Row 13, margin account: margin to notional.", ge=0, le=SHARE_MAX)
    max_open_orders: int | None = key(10000, "Row 12: open orders in all.", "orders", ge=1, le=65536)
    max_open_orders_symbol: int | None = key(200, "Row 12: open orders of one symbol.", "orders", ge=1, le=65536)
    self_trade: Literal["cancel_newest", "cancel_oldest", "cancel_both", "decrement"] = Field(
        default="cancel_newest", description="Row 12: what happens to an order that could meet one of our own."
    )
    max_orders_per_second_symbol: int | None = key(
        100, "Row 11: new orders and replaces of one symbol a second, bursts of twice that.", "1/s", ge=1, le=10**9
    )
    duplicate_window_ms: Exact | None = key(
        Decimal(500), "Row 10: the same order again within this time is refused.", "ms", ge=0, le=MILLISECONDS_MAX
    )
    max_adv_share: Exact | None = share(
        "0.05", "Row 9: quantity to the instrument's adv, if it has one.", ge=0, le=SHARE_MAX
    )
    max_order_notional: Exact | None = key(
        Decimal(250000), "Row 8: notional of one order.", "money", ge=0, le=CASH_MAX, places=18
    )
    max_order_weight: Exact | None = share("0.02", "Row 8: notional of one order to equity.", ge=0, le=SHARE_MAX)
    max_order_quantity: Exact | None = key(
        Decimal(10000), "Row 7: quantity of one order.", "units", gt=0, le=QUANTITY_MAX, places=9
    )
    price_collar: Exact | None = share(
        "0.05",
        "Row 6: a price this far beyond the mark is refused; market orders are priced there.",
        ge=0,
        le=SHARE_MAX,
    )
    price_collar_far: Exact | None = share(
        "0.20", "Row 6: likewise for prices far behind the mark; null: price_collar.", ge=0, le=SHARE_MAX
    )
    max_quote_age_seconds: Exact | None = key(
        Decimal("1.0"), "Row 5: age of the symbol's data.", "s", ge=0, le=SECONDS_MAX, places=9
    )
    var_default_daily_vol: Exact = share("0.02", "Daily volatility of symbols outside the risk model.", ge=0, le=1)
    var_multiplier: Exact = share("1", "Factor on both values at risk.", ge=1, le=SHARE_MAX)

    @model_validator(mode="after")
    def _unchecked_only_in_research(self) -> Self:
        if not self.check_risk and self.limit_set != "research":
            raise ValueError("check_risk: false is for research only; set limit_set: research too")
        return self


LIMITS = tuple(
    name
    for name, field in RiskManagement.model_fields.items()
    if name.startswith(("max_", "price_", "initial_", "duplicate_")) and not field.is_required()
)
"""Keys that null switches off."""


def _instant(value: object) -> object:
    """Nanoseconds of an ISO time, UTC where it names no zone; whole microseconds, as datetime has them."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be nanoseconds, or a time such as 2025-12-31T21:00:00Z") from None
    since = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return ((since.days * 86_400 + since.seconds) * 10**6 + since.microseconds) * 1000


class RiskModelBlock(Block):
    """One-day covariance of simple returns; never estimated by an engine."""

    symbols: list[str] = Field(description="Symbols of the rows and columns.")
    covariance: list[list[Double]] = Field(description="Rows of the covariance, symmetric.")
    valid_until: Annotated[
        int,
        BeforeValidator(_instant),
        Field(ge=0, lt=2**62),
        WithJsonSchema({"type": ["integer", "string"]}),
    ] = Field(description="Last instant for which it holds: nanoseconds since 1970 or an ISO time, UTC.")

    @model_validator(mode="after")
    def _is_a_covariance(self) -> Self:
        size = len(self.symbols)
        if len(set(self.symbols)) != size or not size:
            raise ValueError("symbols must be named once each, and at least one")
        if len(self.covariance) != size or any(len(row) != size for row in self.covariance):
            raise ValueError(f"covariance must have {size} rows of {size} numbers")
        matrix = np.array(self.covariance, dtype=np.float64)
        if not np.array_equal(matrix, matrix.T):
            raise ValueError("covariance must be symmetric to the last bit")
        if (np.diag(matrix) < 0).any():
            raise ValueError("covariance must have no negative number on its diagonal")
        values = np.linalg.eigvalsh(matrix)
        if values[0] < -NEGATIVE_EIGENVALUE_SHARE_MAX * abs(values).max():
            raise ValueError(f"covariance is not positive semidefinite: an eigenvalue is {values[0]:.3g}")
        return self
