from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class EventBatch(_message.Message):
    __slots__ = ("kind", "symbol", "source", "flags", "ts_event", "ts_init", "sequence", "bid_price", "ask_price", "bid_size", "ask_size", "trade_price", "trade_size", "aggressor", "book_bid_prices", "book_bid_sizes", "book_ask_prices", "book_ask_sizes", "book_bid_levels", "book_ask_levels", "bar_open", "bar_high", "bar_low", "bar_close", "bar_volume", "signal_score", "signal_confidence", "report_order_id", "report_exec_id", "report_trigger", "report_liquidity", "report_code", "report_price", "report_quantity", "controls")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    TS_EVENT_FIELD_NUMBER: _ClassVar[int]
    TS_INIT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    BID_PRICE_FIELD_NUMBER: _ClassVar[int]
    ASK_PRICE_FIELD_NUMBER: _ClassVar[int]
    BID_SIZE_FIELD_NUMBER: _ClassVar[int]
    ASK_SIZE_FIELD_NUMBER: _ClassVar[int]
    TRADE_PRICE_FIELD_NUMBER: _ClassVar[int]
    TRADE_SIZE_FIELD_NUMBER: _ClassVar[int]
    AGGRESSOR_FIELD_NUMBER: _ClassVar[int]
    BOOK_BID_PRICES_FIELD_NUMBER: _ClassVar[int]
    BOOK_BID_SIZES_FIELD_NUMBER: _ClassVar[int]
    BOOK_ASK_PRICES_FIELD_NUMBER: _ClassVar[int]
    BOOK_ASK_SIZES_FIELD_NUMBER: _ClassVar[int]
    BOOK_BID_LEVELS_FIELD_NUMBER: _ClassVar[int]
    BOOK_ASK_LEVELS_FIELD_NUMBER: _ClassVar[int]
    BAR_OPEN_FIELD_NUMBER: _ClassVar[int]
    BAR_HIGH_FIELD_NUMBER: _ClassVar[int]
    BAR_LOW_FIELD_NUMBER: _ClassVar[int]
    BAR_CLOSE_FIELD_NUMBER: _ClassVar[int]
    BAR_VOLUME_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_SCORE_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    REPORT_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REPORT_EXEC_ID_FIELD_NUMBER: _ClassVar[int]
    REPORT_TRIGGER_FIELD_NUMBER: _ClassVar[int]
    REPORT_LIQUIDITY_FIELD_NUMBER: _ClassVar[int]
    REPORT_CODE_FIELD_NUMBER: _ClassVar[int]
    REPORT_PRICE_FIELD_NUMBER: _ClassVar[int]
    REPORT_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    CONTROLS_FIELD_NUMBER: _ClassVar[int]
    kind: bytes
    symbol: bytes
    source: bytes
    flags: bytes
    ts_event: bytes
    ts_init: bytes
    sequence: bytes
    bid_price: bytes
    ask_price: bytes
    bid_size: bytes
    ask_size: bytes
    trade_price: bytes
    trade_size: bytes
    aggressor: bytes
    book_bid_prices: bytes
    book_bid_sizes: bytes
    book_ask_prices: bytes
    book_ask_sizes: bytes
    book_bid_levels: bytes
    book_ask_levels: bytes
    bar_open: bytes
    bar_high: bytes
    bar_low: bytes
    bar_close: bytes
    bar_volume: bytes
    signal_score: bytes
    signal_confidence: bytes
    report_order_id: bytes
    report_exec_id: bytes
    report_trigger: bytes
    report_liquidity: bytes
    report_code: bytes
    report_price: bytes
    report_quantity: bytes
    controls: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, kind: _Optional[bytes] = ..., symbol: _Optional[bytes] = ..., source: _Optional[bytes] = ..., flags: _Optional[bytes] = ..., ts_event: _Optional[bytes] = ..., ts_init: _Optional[bytes] = ..., sequence: _Optional[bytes] = ..., bid_price: _Optional[bytes] = ..., ask_price: _Optional[bytes] = ..., bid_size: _Optional[bytes] = ..., ask_size: _Optional[bytes] = ..., trade_price: _Optional[bytes] = ..., trade_size: _Optional[bytes] = ..., aggressor: _Optional[bytes] = ..., book_bid_prices: _Optional[bytes] = ..., book_bid_sizes: _Optional[bytes] = ..., book_ask_prices: _Optional[bytes] = ..., book_ask_sizes: _Optional[bytes] = ..., book_bid_levels: _Optional[bytes] = ..., book_ask_levels: _Optional[bytes] = ..., bar_open: _Optional[bytes] = ..., bar_high: _Optional[bytes] = ..., bar_low: _Optional[bytes] = ..., bar_close: _Optional[bytes] = ..., bar_volume: _Optional[bytes] = ..., signal_score: _Optional[bytes] = ..., signal_confidence: _Optional[bytes] = ..., report_order_id: _Optional[bytes] = ..., report_exec_id: _Optional[bytes] = ..., report_trigger: _Optional[bytes] = ..., report_liquidity: _Optional[bytes] = ..., report_code: _Optional[bytes] = ..., report_price: _Optional[bytes] = ..., report_quantity: _Optional[bytes] = ..., controls: _Optional[_Iterable[bytes]] = ...) -> None: ...

class Control(_message.Message):
    __slots__ = ("kind", "level", "symbol", "flatten", "limits", "risk_model", "program", "quantity", "price", "cash", "status", "band_low", "band_high")
    KIND_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    FLATTEN_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    RISK_MODEL_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    BAND_LOW_FIELD_NUMBER: _ClassVar[int]
    BAND_HIGH_FIELD_NUMBER: _ClassVar[int]
    kind: int
    level: int
    symbol: int
    flatten: bool
    limits: bytes
    risk_model: bytes
    program: bytes
    quantity: int
    price: int
    cash: bytes
    status: int
    band_low: int
    band_high: int
    def __init__(self, kind: _Optional[int] = ..., level: _Optional[int] = ..., symbol: _Optional[int] = ..., flatten: bool = ..., limits: _Optional[bytes] = ..., risk_model: _Optional[bytes] = ..., program: _Optional[bytes] = ..., quantity: _Optional[int] = ..., price: _Optional[int] = ..., cash: _Optional[bytes] = ..., status: _Optional[int] = ..., band_low: _Optional[int] = ..., band_high: _Optional[int] = ...) -> None: ...
