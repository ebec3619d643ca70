"""What a backtest is run with: money, costs, sizing, fills, limits. Every key has a unit, bounds and a default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, ValidationInfo, field_validator

from quartet.backtest.choices import Choice, chosen
from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, checked, parameter
from quartet.engines.config.bounds import CASH_MAX, LOT_MAX, TICK_MAX
from quartet.engines.config.document import read_file
from quartet.engines.config.numbers import Double, Exact, plain

Mode = Literal["columnar", "engine"]
FillPrice = Literal["next_open", "next_close", "next_vwap", "same_close", "engine"]
Rebalance = Literal["on_change", "always", "every", "band"]
ALTERNATE_NAMES: Final = {"commission_per_trade": "commission", "commission_rate": "commission"}
"""Names that are accepted for a key."""


REPLICATIONS_MIN: Final = 100


def _rate_or_model(value: object) -> object:
    """A number alone is a rate on notional."""
    return chosen(value, "rate", "rate")


def _model(value: object) -> object:
    return chosen(value)


Commission = Annotated[Choice, BeforeValidator(_rate_or_model)]
Chosen = Annotated[Choice, BeforeValidator(_model)]


class Terms(Parameters):
    """How one symbol trades; what is left out is as for all symbols."""

    tick: Exact | None = parameter(None, "Price step.", unit="price", gt=0, le=Decimal(TICK_MAX), decimal_places=9)
    lot: Exact | None = parameter(None, "Quantity step.", unit="units", gt=0, le=Decimal(LOT_MAX), decimal_places=9)
    multiplier: int | None = parameter(None, "Value of one unit at a price of 1.", unit="money", ge=1, le=10**6)
    currency: str | None = parameter(None, "The money of its prices; null: the account's.", min_length=1, max_length=12)


class BacktestSettings(Parameters):
    """Settings of a backtest (S-120). Rates are fractions: 0.001 is 0.1 %."""

    initial_capital: Exact = parameter(
        Decimal(100_000), "Cash at the start.", unit="money", gt=0, le=Decimal(CASH_MAX), decimal_places=18
    )
    commission: Commission = parameter(
        Choice(model="rate", values={"rate": "0.001"}), "Rate on notional a side, or a commission model by name."
    )
    slippage_bps: Exact = parameter(
        Decimal(5), "What a fill slips against the reference price, and half of the spread where spread_bps is 0.",
        unit="bp", ge=0, le=1000,
    )  # fmt: skip
    spread_bps: Exact = parameter(
        Decimal(0), "Spread of the market, of which a fill pays half, beside slippage_bps.", unit="bp", ge=0, le=1000,
        decimal_places=4,
    )  # fmt: skip
    slippage_model: Chosen = parameter(Choice(model="fixed"), "How slippage grows with size: a model by name.")
    max_position_size: Exact = parameter(
        Decimal("0.1"), "Share of equity that a full signal is worth.", unit="fraction", gt=0, le=100, decimal_places=9
    )
    sizer: Chosen = parameter(Choice(model="confidence"), "What a signal is worth: a sizer by name.")
    risk_free_rate: Double = parameter(0.02, "Simple rate of a year.", unit="fraction", gt=-1, le=1)
    price_for_fill: FillPrice = parameter(
        "next_open", "The price that an order meets; same_close looks ahead. engine: limit orders at the mark, which "
        "the engine's venue fills at a better open or where a bar trades through them.",
    )  # fmt: skip
    allow_short: bool = parameter(True, "Whether a signal below zero sells short; else it is none.")
    max_gross: Exact | None = parameter(
        Decimal(1), "Largest gross exposure to equity; an order beyond it is refused. null: none.",
        unit="fraction", gt=0, le=100, decimal_places=9,
    )  # fmt: skip
    max_participation: Exact | None = parameter(
        Decimal("0.1"), "Largest share of a bar's volume; null: no bar is too thin.",
        unit="fraction", gt=0, le=1, decimal_places=9,
    )  # fmt: skip
    tick: Exact = parameter(
        Decimal("0.0001"), "Price step; fills are rounded to it against us.",
        unit="price", gt=0, le=Decimal(TICK_MAX), decimal_places=9,
    )  # fmt: skip
    lot: Exact = parameter(
        Decimal(1), "Quantity step.", unit="units", gt=0, le=Decimal(LOT_MAX), decimal_places=9
    )  # fmt: skip
    multiplier: int = parameter(1, "Value of one unit at a price of 1.", unit="money", ge=1, le=10**6)
    currency: str = parameter("USD", "The money of the account.", min_length=1, max_length=12)
    conversion_bps: Exact = parameter(
        Decimal(0), "What changing money costs on a fill in another one, beside half of the quoted spread.",
        unit="bp", ge=0, le=1000,
    )  # fmt: skip
    instruments: dict[str, Terms] = parameter({}, "Tick, lot, multiplier and currency of single symbols.")
    rebalance: Rebalance = parameter(
        "on_change", "A target is computed anew when its signal changes, at every bar, every so many bars, or when the "
        "position has left a band around it.",
    )  # fmt: skip
    rebalance_every: int = parameter(20, "For rebalance: every.", unit="bars", ge=1)
    rebalance_band: Double = parameter(0.2, "For rebalance: band.", unit="fraction of the target", gt=0, le=10)
    gap_safe: bool = parameter(True, "Hold no more than a gap may cost.")
    gap: Double = parameter(0.02, "The gap that is survived.", unit="fraction", gt=0, lt=1)
    gap_budget: Double = parameter(0.003, "What it may cost.", unit="fraction of equity", gt=0, lt=1)
    max_wait: int = parameter(5, "Missing bars that an order waits for before it is canceled.", unit="bars", ge=0)
    liquidate_at_end: bool = parameter(False, "Close all positions at the last bar's price instead of marking them.")
    borrow_rate: Exact = parameter(
        Decimal("0.003"), "What a year of a short position costs.", unit="fraction", ge=0, le=1, decimal_places=9
    )
    cash_interest: bool = parameter(False, "Whether cash earns, and debt pays, the risk-free rate.")
    limits: Literal["research", "live"] = parameter(
        "research", "research: none but max_gross; live: the gate's defaults, engine mode only."
    )
    mode: Mode = parameter("columnar", "The fast kernel, or an engine event by event: the same answer.")
    engine: Literal["auto", "rust", "cpp", "go", "python"] = parameter("auto", "The engine of mode engine.")
    periods_per_year: Double | None = parameter(None, "Return periods a year; null: from the stamps.", gt=0)
    trading_year: str | None = parameter(None, "us_equities, fx, crypto; null: the stamps are counted.")
    replications: int = parameter(1000, "Resamples for the intervals beside headline figures; 0: none.", ge=0)
    lookahead_check: bool = parameter(True, "Whether signals made here are made again from a truncated past.")
    strict: bool = parameter(False, "Whether a warning about the data refuses the run.")
    trade_quarantined: bool = parameter(
        False, "Whether symbols are traded that the checks of the data put in quarantine, for an unexplained jump say."
    )
    study: str = parameter("backtest", "The research question that this trial belongs to.", min_length=1)
    parent_study: str | None = parameter(None, "The question of which that one is a part.")
    seed: int = parameter(0, "Of resamples and of whatever draws.", ge=0, lt=2**63)

    @field_validator("slippage_bps", "conversion_bps")
    @classmethod
    def _whole_billionths(cls, value: Decimal) -> Decimal:
        if (value * 10**5) % 1:
            raise ValueError("must have at most 5 decimal places")
        return value

    @field_validator("replications")
    @classmethod
    def _enough_or_none(cls, value: int) -> int:
        if 0 < value < REPLICATIONS_MIN:
            raise ValueError(f"must be 0 or at least {REPLICATIONS_MIN}")
        return value

    @field_validator("commission", "slippage_model", "sizer")
    @classmethod
    def _registered(cls, value: Choice, key: ValidationInfo) -> Choice:
        kind = str(key.field_name).removesuffix("_model")
        try:
            value.configured(kind)
        except ConfigError as error:
            raise ValueError(str(error)) from error
        return value

    @classmethod
    def of(cls, values: Mapping[str, Any] | Self | None = None, **changes: Any) -> Self:
        """Settings from a mapping like a YAML block's, and keywords over it; ConfigError names what cannot be."""
        given: dict[str, Any] = dict(values.to_config() if isinstance(values, BacktestSettings) else values or {})
        for name, value in changes.items():
            given.pop(ALTERNATE_NAMES.get(name, name), None)
            given[name] = value
        for alternate, name in ALTERNATE_NAMES.items():
            if alternate in given:
                if name in given:
                    raise ConfigError(f"backtest: {alternate} and {name} are the same key; keep {name}")
                given[name] = given.pop(alternate)
        return checked(cls, given, "backtest")

    def to_config(self) -> dict[str, Any]:
        """Every key as JSON and YAML have it, numbers that must be exact as text; `of` reads it back the same."""
        return {name: _plain(getattr(self, name)) for name in type(self).model_fields}


def load_backtest_settings(path: str | os.PathLike[str], **changes: Any) -> BacktestSettings:
    """The settings of the block `backtest` of a YAML file, keywords over it."""
    values = read_file(Path(path)).values
    block = values.get("backtest", {})
    if not isinstance(block, Mapping):
        raise ConfigError(f"{path}: backtest must be a block of keys")
    return BacktestSettings.of(block, **changes)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Choice):
        return value.to_config()
    if isinstance(value, Parameters):
        return {name: _plain(getattr(value, name)) for name in value.model_fields_set}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value
