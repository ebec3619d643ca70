from . import market_data_pb2 as _market_data_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConformanceCase(_message.Message):
    __slots__ = ("name", "paragraphs", "config", "batches", "records", "snapshot", "error_code", "verdict", "score")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARAGRAPHS_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    ERROR_CODE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    name: str
    paragraphs: _containers.RepeatedScalarFieldContainer[str]
    config: bytes
    batches: _containers.RepeatedCompositeFieldContainer[_market_data_pb2.EventBatch]
    records: bytes
    snapshot: bytes
    error_code: int
    verdict: bytes
    score: bytes
    def __init__(self, name: _Optional[str] = ..., paragraphs: _Optional[_Iterable[str]] = ..., config: _Optional[bytes] = ..., batches: _Optional[_Iterable[_Union[_market_data_pb2.EventBatch, _Mapping]]] = ..., records: _Optional[bytes] = ..., snapshot: _Optional[bytes] = ..., error_code: _Optional[int] = ..., verdict: _Optional[bytes] = ..., score: _Optional[bytes] = ...) -> None: ...
