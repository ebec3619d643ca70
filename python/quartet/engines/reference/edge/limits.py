"""Risk limits and the risk model, from a configuration or a control, tested (spec 1.8, 9.10)."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

from quartet.core.contract import SelfTrade
from quartet.core.elementary import float_bits
from quartet.core.pb import risk_pb2 as pb
from quartet.engines.reference.core.settings import Limits, RiskModel, Settings
from quartet.engines.reference.edge.bounds import (
    PPB_LIMIT_MAX,
    TIME_MAX,
    member,
    money,
    refuse,
    share_if,
    within,
    within_if,
)
from quartet.engines.reference.edge.message_form import test_form

_RATE_MAX: Final = 10**9
_I64_MAX: Final = (1 << 63) - 1


def read_limits(data: bytes, settings: Settings) -> Limits:
    """Decode and test the limits of a control."""
    test_form(data, pb.RiskLimits)
    return tested_limits(pb.RiskLimits.FromString(data), settings)


def read_risk_model(data: bytes, settings: Settings) -> RiskModel:
    """Decode and test the risk model of a control."""
    test_form(data, pb.RiskModel)
    return tested_risk_model(pb.RiskModel.FromString(data), settings)


def tested_limits(message: pb.RiskLimits, settings: Settings) -> Limits:
    """The limits of a message."""

    def given(key: str) -> int | None:
        return getattr(message, key) if message.HasField(key) else None

    def share(key: str) -> int | None:
        return share_if(f"risk.{key}", given(key))

    def span(key: str) -> int | None:
        return within_if(f"risk.{key}", given(key), 0, TIME_MAX)

    def rate(key: str) -> int | None:
        return within_if(f"risk.{key}", given(key), 1, _RATE_MAX)

    notional: int | None = None
    if message.HasField("max_order_notional"):
        notional = money("risk.max_order_notional", message.max_order_notional)
        if notional < 0:
            raise refuse("risk.max_order_notional is negative")
    open_orders = given("max_open_orders")
    if open_orders is not None and open_orders > settings.open_orders_max:
        raise refuse(f"risk.max_open_orders is {open_orders}, above capacity.open_orders")
    return Limits(
        max_quote_age_ns=span("max_quote_age_ns"),
        price_collar_ppb=share("price_collar_ppb"),
        price_collar_far_ppb=share("price_collar_far_ppb"),
        max_order_quantity=given("max_order_quantity"),
        max_order_notional=notional,
        max_order_weight_ppb=share("max_order_weight_ppb"),
        max_adv_share_ppb=share("max_adv_share_ppb"),
        duplicate_window_ns=span("duplicate_window_ns"),
        max_orders_per_second=rate("max_orders_per_second"),
        max_orders_per_second_symbol=rate("max_orders_per_second_symbol"),
        self_trade=member("risk.self_trade", message.self_trade, SelfTrade),
        max_open_orders=open_orders,
        max_open_orders_symbol=given("max_open_orders_symbol"),
        initial_margin_ppb=share("initial_margin_ppb"),
        max_position_weight_ppb=share("max_position_weight_ppb"),
        max_position_quantity=given("max_position_quantity"),
        max_positions=given("max_positions"),
        max_concentration_ppb=share("max_concentration_ppb"),
        max_leverage_ppb=share("max_leverage_ppb"),
        max_net_leverage_ppb=share("max_net_leverage_ppb"),
        max_position_var_ppb=share("max_position_var_ppb"),
        max_portfolio_var_ppb=share("max_portfolio_var_ppb"),
        max_drawdown_ppb=share("max_drawdown_ppb"),
        max_daily_loss_ppb=share("max_daily_loss_ppb"),
        risk_clock_ns=within("risk.risk_clock_ns", message.risk_clock_ns, 1, _I64_MAX),
        var_default_daily_vol_ppb=within(
            "risk.var_default_daily_vol_ppb", message.var_default_daily_vol_ppb, 0, PPB_LIMIT_MAX
        ),
        var_multiplier_ppb=within("risk.var_multiplier_ppb", message.var_multiplier_ppb, 0, PPB_LIMIT_MAX),
    )


def tested_risk_model(message: pb.RiskModel, settings: Settings) -> RiskModel:
    """The risk model of a message (spec 9.10)."""
    symbols, values = list(message.symbols), list(message.covariance)
    size = len(symbols)
    for before, symbol in pairwise(symbols):
        if before >= symbol:
            raise refuse(f"risk_model.symbols are not strictly ascending at {symbol}")
    if symbols and symbols[-1] >= len(settings.instruments):
        raise refuse(f"risk_model.symbols names the unknown symbol {symbols[-1]}")
    if len(values) != size * size:
        raise refuse(f"risk_model.covariance has {len(values)} values, not {size * size}")
    if not all(map(math.isfinite, values)):
        raise refuse("risk_model.covariance is not finite")
    covariance = tuple(tuple(values[at : at + size]) for at in range(0, size * size, size or 1))
    for i in range(size):
        if covariance[i][i] < 0.0:
            raise refuse(f"risk_model.covariance is negative on its diagonal at {i}")
        for j in range(i):
            if float_bits(covariance[i][j]) != float_bits(covariance[j][i]):
                raise refuse(f"risk_model.covariance is not symmetric at {i}, {j}")
    return RiskModel({symbol: i for i, symbol in enumerate(symbols)}, covariance, message.valid_until_ns)
