from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class RiskLimits(_message.Message):
    __slots__ = ("max_quote_age_ns", "price_collar_ppb", "price_collar_far_ppb", "max_order_quantity", "max_order_notional", "max_order_weight_ppb", "max_adv_share_ppb", "duplicate_window_ns", "max_orders_per_second", "max_orders_per_second_symbol", "self_trade", "max_open_orders", "max_open_orders_symbol", "initial_margin_ppb", "max_position_weight_ppb", "max_position_quantity", "max_positions", "max_concentration_ppb", "max_leverage_ppb", "max_net_leverage_ppb", "max_position_var_ppb", "max_portfolio_var_ppb", "max_drawdown_ppb", "max_daily_loss_ppb", "risk_clock_ns", "var_default_daily_vol_ppb", "var_multiplier_ppb")
    MAX_QUOTE_AGE_NS_FIELD_NUMBER: _ClassVar[int]
    PRICE_COLLAR_PPB_FIELD_NUMBER: _ClassVar[int]
    PRICE_COLLAR_FAR_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_ORDER_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    MAX_ORDER_NOTIONAL_FIELD_NUMBER: _ClassVar[int]
    MAX_ORDER_WEIGHT_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_ADV_SHARE_PPB_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_WINDOW_NS_FIELD_NUMBER: _ClassVar[int]
    MAX_ORDERS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    MAX_ORDERS_PER_SECOND_SYMBOL_FIELD_NUMBER: _ClassVar[int]
    SELF_TRADE_FIELD_NUMBER: _ClassVar[int]
    MAX_OPEN_ORDERS_FIELD_NUMBER: _ClassVar[int]
    MAX_OPEN_ORDERS_SYMBOL_FIELD_NUMBER: _ClassVar[int]
    INITIAL_MARGIN_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_POSITION_WEIGHT_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_POSITION_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    MAX_POSITIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_CONCENTRATION_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_LEVERAGE_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_NET_LEVERAGE_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_POSITION_VAR_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_PORTFOLIO_VAR_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_DRAWDOWN_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_DAILY_LOSS_PPB_FIELD_NUMBER: _ClassVar[int]
    RISK_CLOCK_NS_FIELD_NUMBER: _ClassVar[int]
    VAR_DEFAULT_DAILY_VOL_PPB_FIELD_NUMBER: _ClassVar[int]
    VAR_MULTIPLIER_PPB_FIELD_NUMBER: _ClassVar[int]
    max_quote_age_ns: int
    price_collar_ppb: int
    price_collar_far_ppb: int
    max_order_quantity: int
    max_order_notional: bytes
    max_order_weight_ppb: int
    max_adv_share_ppb: int
    duplicate_window_ns: int
    max_orders_per_second: int
    max_orders_per_second_symbol: int
    self_trade: int
    max_open_orders: int
    max_open_orders_symbol: int
    initial_margin_ppb: int
    max_position_weight_ppb: int
    max_position_quantity: int
    max_positions: int
    max_concentration_ppb: int
    max_leverage_ppb: int
    max_net_leverage_ppb: int
    max_position_var_ppb: int
    max_portfolio_var_ppb: int
    max_drawdown_ppb: int
    max_daily_loss_ppb: int
    risk_clock_ns: int
    var_default_daily_vol_ppb: int
    var_multiplier_ppb: int
    def __init__(self, max_quote_age_ns: _Optional[int] = ..., price_collar_ppb: _Optional[int] = ..., price_collar_far_ppb: _Optional[int] = ..., max_order_quantity: _Optional[int] = ..., max_order_notional: _Optional[bytes] = ..., max_order_weight_ppb: _Optional[int] = ..., max_adv_share_ppb: _Optional[int] = ..., duplicate_window_ns: _Optional[int] = ..., max_orders_per_second: _Optional[int] = ..., max_orders_per_second_symbol: _Optional[int] = ..., self_trade: _Optional[int] = ..., max_open_orders: _Optional[int] = ..., max_open_orders_symbol: _Optional[int] = ..., initial_margin_ppb: _Optional[int] = ..., max_position_weight_ppb: _Optional[int] = ..., max_position_quantity: _Optional[int] = ..., max_positions: _Optional[int] = ..., max_concentration_ppb: _Optional[int] = ..., max_leverage_ppb: _Optional[int] = ..., max_net_leverage_ppb: _Optional[int] = ..., max_position_var_ppb: _Optional[int] = ..., max_portfolio_var_ppb: _Optional[int] = ..., max_drawdown_ppb: _Optional[int] = ..., max_daily_loss_ppb: _Optional[int] = ..., risk_clock_ns: _Optional[int] = ..., var_default_daily_vol_ppb: _Optional[int] = ..., var_multiplier_ppb: _Optional[int] = ...) -> None: ...

class RiskModel(_message.Message):
    __slots__ = ("symbols", "covariance", "valid_until_ns")
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    COVARIANCE_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_NS_FIELD_NUMBER: _ClassVar[int]
    symbols: _containers.RepeatedScalarFieldContainer[int]
    covariance: _containers.RepeatedScalarFieldContainer[float]
    valid_until_ns: int
    def __init__(self, symbols: _Optional[_Iterable[int]] = ..., covariance: _Optional[_Iterable[float]] = ..., valid_until_ns: _Optional[int] = ...) -> None: ...
