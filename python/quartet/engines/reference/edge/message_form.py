"""Whether bytes are a message of the contract, field by field, before they are decoded (spec 12.2)."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from quartet.core.errors import EngineError
from quartet.engines.reference.edge.bounds import refuse

_VARINT, _FIXED64, _LENGTH = 0, 1, 2
_FIXED: Final = (FieldDescriptor.TYPE_SFIXED64, FieldDescriptor.TYPE_DOUBLE)
_LENGTHS: Final = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES, FieldDescriptor.TYPE_MESSAGE)


class _Field(NamedTuple):
    name: str
    form: int
    repeated: bool
    is_text: bool
    message: Any
    """The descriptor of a message inside, else None."""


_Fields: TypeAlias = dict[int, _Field]


def test_form(data: bytes, message: type[Message]) -> None:
    """Raise BAD_CONFIG where the bytes are not fields of the message, one after the other."""
    _test_message(data, message.DESCRIPTOR)


@cache
def _fields_of(descriptor: Any) -> _Fields:
    fields: _Fields = {}
    for field in descriptor.fields:
        form = _FIXED64 if field.type in _FIXED else _LENGTH if field.type in _LENGTHS else _VARINT
        is_text = field.type == FieldDescriptor.TYPE_STRING
        fields[field.number] = _Field(field.name, form, field.is_repeated, is_text, field.message_type)
    return fields


def _test_message(data: bytes, descriptor: Any) -> None:
    fields, at = _fields_of(descriptor), 0
    try:
        while at < len(data):
            key, at = _varint(data, at)
            field = fields.get(key >> 3) if key < 1 << 32 else None
            if field is None:
                raise ValueError(f"it has no field {key >> 3}")
            at = _value(data, at, field, key & 7)
    except ValueError as error:
        raise _unreadable(descriptor.name, error) from error


def _value(data: bytes, at: int, field: _Field, wire_type: int) -> int:
    """The place behind a field's value."""
    packed = field.repeated and field.form != _LENGTH and wire_type == _LENGTH
    if wire_type != field.form and not packed:
        raise ValueError(f"{field.name} is of wire type {wire_type}")
    if wire_type == _VARINT:
        return _varint(data, at)[1]
    size = 8
    if wire_type == _LENGTH:
        size, at = _varint(data, at)
    if size > len(data) - at:
        raise ValueError(f"{field.name} is cut short")
    value = data[at : at + size]
    if field.message is not None:
        _test_message(value, field.message)
    elif field.is_text:
        value.decode()
    elif packed:
        _test_packed(value, field)
    return at + size


def _test_packed(value: bytes, field: _Field) -> None:
    if field.form == _FIXED64 and len(value) % 8:
        raise ValueError(f"{field.name} is cut short")
    at = 0
    while field.form == _VARINT and at < len(value):
        _, at = _varint(value, at)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A varint of 64 bits and the place behind it."""
    value = 0
    for place, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            if value >= 1 << 64:
                break
            return value, at + place + 1
    raise ValueError("a number has no end or more than 64 bits")


def _unreadable(message: str, why: ValueError) -> EngineError:
    return refuse(f"{message} cannot be read: {why}")
