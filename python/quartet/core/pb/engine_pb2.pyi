from . import market_data_pb2 as _market_data_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConfigureRequest(_message.Message):
    __slots__ = ("config", "contract_hash")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_HASH_FIELD_NUMBER: _ClassVar[int]
    config: bytes
    contract_hash: str
    def __init__(self, config: _Optional[bytes] = ..., contract_hash: _Optional[str] = ...) -> None: ...

class ConfigureResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProcessRequest(_message.Message):
    __slots__ = ("batch",)
    BATCH_FIELD_NUMBER: _ClassVar[int]
    batch: _market_data_pb2.EventBatch
    def __init__(self, batch: _Optional[_Union[_market_data_pb2.EventBatch, _Mapping]] = ...) -> None: ...

class ProcessResponse(_message.Message):
    __slots__ = ("records", "processing_ns")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_NS_FIELD_NUMBER: _ClassVar[int]
    records: bytes
    processing_ns: int
    def __init__(self, records: _Optional[bytes] = ..., processing_ns: _Optional[int] = ...) -> None: ...

class ProcessStreamRequest(_message.Message):
    __slots__ = ("batch",)
    BATCH_FIELD_NUMBER: _ClassVar[int]
    batch: _market_data_pb2.EventBatch
    def __init__(self, batch: _Optional[_Union[_market_data_pb2.EventBatch, _Mapping]] = ...) -> None: ...

class ProcessStreamResponse(_message.Message):
    __slots__ = ("records", "processing_ns")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_NS_FIELD_NUMBER: _ClassVar[int]
    records: bytes
    processing_ns: int
    def __init__(self, records: _Optional[bytes] = ..., processing_ns: _Optional[int] = ...) -> None: ...

class EvaluateRequest(_message.Message):
    __slots__ = ("batch",)
    BATCH_FIELD_NUMBER: _ClassVar[int]
    batch: _market_data_pb2.EventBatch
    def __init__(self, batch: _Optional[_Union[_market_data_pb2.EventBatch, _Mapping]] = ...) -> None: ...

class EvaluateResponse(_message.Message):
    __slots__ = ("verdict", "score", "confidence", "fair_value")
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    FAIR_VALUE_FIELD_NUMBER: _ClassVar[int]
    verdict: bytes
    score: bytes
    confidence: bytes
    fair_value: bytes
    def __init__(self, verdict: _Optional[bytes] = ..., score: _Optional[bytes] = ..., confidence: _Optional[bytes] = ..., fair_value: _Optional[bytes] = ...) -> None: ...

class SnapshotRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SnapshotResponse(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: bytes
    def __init__(self, snapshot: _Optional[bytes] = ...) -> None: ...

class RestoreRequest(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: bytes
    def __init__(self, snapshot: _Optional[bytes] = ...) -> None: ...

class RestoreResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StatisticsRequest(_message.Message):
    __slots__ = ("reset",)
    RESET_FIELD_NUMBER: _ClassVar[int]
    reset: bool
    def __init__(self, reset: bool = ...) -> None: ...

class StatisticsResponse(_message.Message):
    __slots__ = ("counters", "latency_count", "latency_ns_total", "latency_ns_max", "latency_ns_p50", "latency_ns_p90", "latency_ns_p99", "latency_ns_p999", "uptime_ns", "queue_depth", "pool_in_use")
    COUNTERS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_COUNT_FIELD_NUMBER: _ClassVar[int]
    LATENCY_NS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    LATENCY_NS_MAX_FIELD_NUMBER: _ClassVar[int]
    LATENCY_NS_P50_FIELD_NUMBER: _ClassVar[int]
    LATENCY_NS_P90_FIELD_NUMBER: _ClassVar[int]
    LATENCY_NS_P99_FIELD_NUMBER: _ClassVar[int]
    LATENCY_NS_P999_FIELD_NUMBER: _ClassVar[int]
    UPTIME_NS_FIELD_NUMBER: _ClassVar[int]
    QUEUE_DEPTH_FIELD_NUMBER: _ClassVar[int]
    POOL_IN_USE_FIELD_NUMBER: _ClassVar[int]
    counters: _containers.RepeatedScalarFieldContainer[int]
    latency_count: int
    latency_ns_total: int
    latency_ns_max: int
    latency_ns_p50: int
    latency_ns_p90: int
    latency_ns_p99: int
    latency_ns_p999: int
    uptime_ns: int
    queue_depth: int
    pool_in_use: int
    def __init__(self, counters: _Optional[_Iterable[int]] = ..., latency_count: _Optional[int] = ..., latency_ns_total: _Optional[int] = ..., latency_ns_max: _Optional[int] = ..., latency_ns_p50: _Optional[int] = ..., latency_ns_p90: _Optional[int] = ..., latency_ns_p99: _Optional[int] = ..., latency_ns_p999: _Optional[int] = ..., uptime_ns: _Optional[int] = ..., queue_depth: _Optional[int] = ..., pool_in_use: _Optional[int] = ...) -> None: ...

class VersionRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class VersionResponse(_message.Message):
    __slots__ = ("engine", "version", "contract_hash", "build")
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_HASH_FIELD_NUMBER: _ClassVar[int]
    BUILD_FIELD_NUMBER: _ClassVar[int]
    engine: str
    version: str
    contract_hash: str
    build: str
    def __init__(self, engine: _Optional[str] = ..., version: _Optional[str] = ..., contract_hash: _Optional[str] = ..., build: _Optional[str] = ...) -> None: ...

class EngineErrorDetail(_message.Message):
    __slots__ = ("code", "message")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: int
    message: str
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ...) -> None: ...
