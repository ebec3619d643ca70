from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Node(_message.Message):
    __slots__ = ("op", "inputs", "clock", "n", "params", "name")
    OP_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    N_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    op: int
    inputs: _containers.RepeatedScalarFieldContainer[int]
    clock: int
    n: int
    params: _containers.RepeatedScalarFieldContainer[float]
    name: str
    def __init__(self, op: _Optional[int] = ..., inputs: _Optional[_Iterable[int]] = ..., clock: _Optional[int] = ..., n: _Optional[int] = ..., params: _Optional[_Iterable[float]] = ..., name: _Optional[str] = ...) -> None: ...

class Program(_message.Message):
    __slots__ = ("nodes", "score", "confidence", "fair_value")
    NODES_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    FAIR_VALUE_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[Node]
    score: int
    confidence: int
    fair_value: int
    def __init__(self, nodes: _Optional[_Iterable[_Union[Node, _Mapping]]] = ..., score: _Optional[int] = ..., confidence: _Optional[int] = ..., fair_value: _Optional[int] = ...) -> None: ...
