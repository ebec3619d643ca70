from . import program_pb2 as _program_pb2
from . import risk_pb2 as _risk_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Instrument(_message.Message):
    __slots__ = ("symbol", "tick", "lot", "multiplier", "currency", "venue", "price_min", "size_unit", "default_size", "reference_price", "adv", "fill_model", "price_collar_ppb", "price_collar_far_ppb", "max_order_quantity", "max_position_weight_ppb", "max_position_quantity", "initial_margin_ppb", "price_max", "quantity_max")
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    TICK_FIELD_NUMBER: _ClassVar[int]
    LOT_FIELD_NUMBER: _ClassVar[int]
    MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    VENUE_FIELD_NUMBER: _ClassVar[int]
    PRICE_MIN_FIELD_NUMBER: _ClassVar[int]
    SIZE_UNIT_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_SIZE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_PRICE_FIELD_NUMBER: _ClassVar[int]
    ADV_FIELD_NUMBER: _ClassVar[int]
    FILL_MODEL_FIELD_NUMBER: _ClassVar[int]
    PRICE_COLLAR_PPB_FIELD_NUMBER: _ClassVar[int]
    PRICE_COLLAR_FAR_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_ORDER_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    MAX_POSITION_WEIGHT_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_POSITION_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    INITIAL_MARGIN_PPB_FIELD_NUMBER: _ClassVar[int]
    PRICE_MAX_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_MAX_FIELD_NUMBER: _ClassVar[int]
    symbol: str
    tick: int
    lot: int
    multiplier: int
    currency: str
    venue: str
    price_min: int
    size_unit: int
    default_size: int
    reference_price: int
    adv: int
    fill_model: int
    price_collar_ppb: int
    price_collar_far_ppb: int
    max_order_quantity: int
    max_position_weight_ppb: int
    max_position_quantity: int
    initial_margin_ppb: int
    price_max: int
    quantity_max: int
    def __init__(self, symbol: _Optional[str] = ..., tick: _Optional[int] = ..., lot: _Optional[int] = ..., multiplier: _Optional[int] = ..., currency: _Optional[str] = ..., venue: _Optional[str] = ..., price_min: _Optional[int] = ..., size_unit: _Optional[int] = ..., default_size: _Optional[int] = ..., reference_price: _Optional[int] = ..., adv: _Optional[int] = ..., fill_model: _Optional[int] = ..., price_collar_ppb: _Optional[int] = ..., price_collar_far_ppb: _Optional[int] = ..., max_order_quantity: _Optional[int] = ..., max_position_weight_ppb: _Optional[int] = ..., max_position_quantity: _Optional[int] = ..., initial_margin_ppb: _Optional[int] = ..., price_max: _Optional[int] = ..., quantity_max: _Optional[int] = ...) -> None: ...

class SignalLimits(_message.Message):
    __slots__ = ("max_signals_per_symbol", "min_confidence", "max_age_ns")
    MAX_SIGNALS_PER_SYMBOL_FIELD_NUMBER: _ClassVar[int]
    MIN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_NS_FIELD_NUMBER: _ClassVar[int]
    max_signals_per_symbol: int
    min_confidence: float
    max_age_ns: int
    def __init__(self, max_signals_per_symbol: _Optional[int] = ..., min_confidence: _Optional[float] = ..., max_age_ns: _Optional[int] = ...) -> None: ...

class TargetPolicy(_message.Message):
    __slots__ = ("sizing", "max_quantity", "max_weight_ppb", "rebalance", "order_type", "price_reference", "offset_ticks")
    SIZING_FIELD_NUMBER: _ClassVar[int]
    MAX_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    MAX_WEIGHT_PPB_FIELD_NUMBER: _ClassVar[int]
    REBALANCE_FIELD_NUMBER: _ClassVar[int]
    ORDER_TYPE_FIELD_NUMBER: _ClassVar[int]
    PRICE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    OFFSET_TICKS_FIELD_NUMBER: _ClassVar[int]
    sizing: int
    max_quantity: int
    max_weight_ppb: int
    rebalance: int
    order_type: int
    price_reference: int
    offset_ticks: int
    def __init__(self, sizing: _Optional[int] = ..., max_quantity: _Optional[int] = ..., max_weight_ppb: _Optional[int] = ..., rebalance: _Optional[int] = ..., order_type: _Optional[int] = ..., price_reference: _Optional[int] = ..., offset_ticks: _Optional[int] = ...) -> None: ...

class QuotingPolicy(_message.Message):
    __slots__ = ("half_spread", "inventory_skew", "quote_quantity", "max_inventory", "requote_ticks")
    HALF_SPREAD_FIELD_NUMBER: _ClassVar[int]
    INVENTORY_SKEW_FIELD_NUMBER: _ClassVar[int]
    QUOTE_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    MAX_INVENTORY_FIELD_NUMBER: _ClassVar[int]
    REQUOTE_TICKS_FIELD_NUMBER: _ClassVar[int]
    half_spread: int
    inventory_skew: int
    quote_quantity: int
    max_inventory: int
    requote_ticks: int
    def __init__(self, half_spread: _Optional[int] = ..., inventory_skew: _Optional[int] = ..., quote_quantity: _Optional[int] = ..., max_inventory: _Optional[int] = ..., requote_ticks: _Optional[int] = ...) -> None: ...

class PolicyConfig(_message.Message):
    __slots__ = ("kind", "direction_threshold", "target", "quoting")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    QUOTING_FIELD_NUMBER: _ClassVar[int]
    kind: int
    direction_threshold: float
    target: TargetPolicy
    quoting: QuotingPolicy
    def __init__(self, kind: _Optional[int] = ..., direction_threshold: _Optional[float] = ..., target: _Optional[_Union[TargetPolicy, _Mapping]] = ..., quoting: _Optional[_Union[QuotingPolicy, _Mapping]] = ...) -> None: ...

class ReconcilerConfig(_message.Message):
    __slots__ = ("use_replace", "retry_after_ns", "slice_quantity", "order_ttl_ns")
    USE_REPLACE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_NS_FIELD_NUMBER: _ClassVar[int]
    SLICE_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ORDER_TTL_NS_FIELD_NUMBER: _ClassVar[int]
    use_replace: bool
    retry_after_ns: int
    slice_quantity: int
    order_ttl_ns: int
    def __init__(self, use_replace: bool = ..., retry_after_ns: _Optional[int] = ..., slice_quantity: _Optional[int] = ..., order_ttl_ns: _Optional[int] = ...) -> None: ...

class VenueConfig(_message.Message):
    __slots__ = ("mode", "order_latency_ns", "response_latency_ns", "maker_fee_ppb", "taker_fee_ppb", "queue_model", "bar_slippage_ppb", "max_participation_ppb")
    MODE_FIELD_NUMBER: _ClassVar[int]
    ORDER_LATENCY_NS_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_LATENCY_NS_FIELD_NUMBER: _ClassVar[int]
    MAKER_FEE_PPB_FIELD_NUMBER: _ClassVar[int]
    TAKER_FEE_PPB_FIELD_NUMBER: _ClassVar[int]
    QUEUE_MODEL_FIELD_NUMBER: _ClassVar[int]
    BAR_SLIPPAGE_PPB_FIELD_NUMBER: _ClassVar[int]
    MAX_PARTICIPATION_PPB_FIELD_NUMBER: _ClassVar[int]
    mode: int
    order_latency_ns: int
    response_latency_ns: int
    maker_fee_ppb: int
    taker_fee_ppb: int
    queue_model: int
    bar_slippage_ppb: int
    max_participation_ppb: int
    def __init__(self, mode: _Optional[int] = ..., order_latency_ns: _Optional[int] = ..., response_latency_ns: _Optional[int] = ..., maker_fee_ppb: _Optional[int] = ..., taker_fee_ppb: _Optional[int] = ..., queue_model: _Optional[int] = ..., bar_slippage_ppb: _Optional[int] = ..., max_participation_ppb: _Optional[int] = ...) -> None: ...

class AccountConfig(_message.Message):
    __slots__ = ("initial_cash", "account_type", "currency")
    INITIAL_CASH_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    initial_cash: bytes
    account_type: int
    currency: str
    def __init__(self, initial_cash: _Optional[bytes] = ..., account_type: _Optional[int] = ..., currency: _Optional[str] = ...) -> None: ...

class Capacity(_message.Message):
    __slots__ = ("open_orders", "source_count")
    OPEN_ORDERS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    open_orders: int
    source_count: int
    def __init__(self, open_orders: _Optional[int] = ..., source_count: _Optional[int] = ...) -> None: ...

class EngineConfig(_message.Message):
    __slots__ = ("instruments", "program", "signals", "policy", "reconciler", "risk", "risk_model", "venue", "account", "capacity", "session_roll_ns", "check_risk")
    INSTRUMENTS_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    RECONCILER_FIELD_NUMBER: _ClassVar[int]
    RISK_FIELD_NUMBER: _ClassVar[int]
    RISK_MODEL_FIELD_NUMBER: _ClassVar[int]
    VENUE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    SESSION_ROLL_NS_FIELD_NUMBER: _ClassVar[int]
    CHECK_RISK_FIELD_NUMBER: _ClassVar[int]
    instruments: _containers.RepeatedCompositeFieldContainer[Instrument]
    program: _program_pb2.Program
    signals: SignalLimits
    policy: PolicyConfig
    reconciler: ReconcilerConfig
    risk: _risk_pb2.RiskLimits
    risk_model: _risk_pb2.RiskModel
    venue: VenueConfig
    account: AccountConfig
    capacity: Capacity
    session_roll_ns: int
    check_risk: bool
    def __init__(self, instruments: _Optional[_Iterable[_Union[Instrument, _Mapping]]] = ..., program: _Optional[_Union[_program_pb2.Program, _Mapping]] = ..., signals: _Optional[_Union[SignalLimits, _Mapping]] = ..., policy: _Optional[_Union[PolicyConfig, _Mapping]] = ..., reconciler: _Optional[_Union[ReconcilerConfig, _Mapping]] = ..., risk: _Optional[_Union[_risk_pb2.RiskLimits, _Mapping]] = ..., risk_model: _Optional[_Union[_risk_pb2.RiskModel, _Mapping]] = ..., venue: _Optional[_Union[VenueConfig, _Mapping]] = ..., account: _Optional[_Union[AccountConfig, _Mapping]] = ..., capacity: _Optional[_Union[Capacity, _Mapping]] = ..., session_roll_ns: _Optional[int] = ..., check_risk: bool = ...) -> None: ...
