"""Typed parameters of whatever is chosen by name: default, bounds, unit, meaning, and the range worth searching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from quartet.core.errors import ConfigError
from quartet.core.rules import rule_of, show
from quartet.core.suggestion import suggestion


class Parameters(BaseModel):
    """The base of all parameter sets: keys are known, types are exact, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


AnyParameters = TypeVar("AnyParameters", bound=Parameters)


@dataclass(frozen=True, slots=True)
class SearchRange:
    """Where an optimiser looks for a value: between low and high, or among the choices."""

    low: float | None = None
    high: float | None = None
    log: bool = False
    """Whether ratios rather than differences are of equal weight."""
    choices: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.choices:
            return ", ".join(map(value_text, self.choices))
        return f"{self.low} to {self.high}{', by ratio' if self.log else ''}"


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """One parameter, as listings and documentation show it."""

    name: str
    type: str
    default: Any
    bounds: str
    """Such as ">= 1, <= 500"; empty: none."""
    unit: str
    doc: str
    search: SearchRange | None

    @property
    def default_text(self) -> str:
        """The default as a YAML file has it."""
        return "required" if self.default is PydanticUndefined else value_text(self.default)


def parameter(
    default: Any,
    doc: str,
    *,
    unit: str = "",
    search: tuple[float, float] | Sequence[Any] | None = None,
    log: bool = False,
    **bounds: float | Decimal,
) -> Any:
    """Describe a parameter. bounds: ge, gt, le, lt. search: (low, high) of a number, or the choices worth trying."""
    extra: dict[str, Any] = {"unit": unit} if unit else {}
    if search is not None:
        extra["search"] = list(search)
        extra["log"] = log
    limits: dict[str, Any] = dict(bounds)
    return Field(default, description=doc, json_schema_extra=extra or None, **limits)


def checked(of: type[AnyParameters], values: Mapping[str, Any], owner: str) -> AnyParameters:
    """The values as parameters; ConfigError says which of them `owner` cannot take, and what it could."""
    try:
        return of.model_validate(dict(values))
    except ValidationError as error:
        lines = [_complaint(of, dict(each)) for each in error.errors(include_url=False)]
    raise ConfigError("\n  ".join([f"{owner}: {lines[0]}", *lines[1:]]))


def describe(of: type[Parameters]) -> list[ParameterInfo]:
    """Every parameter in the order in which it was written."""
    return [_info(name, field) for name, field in of.model_fields.items()]


def search_space(of: type[Parameters]) -> dict[str, SearchRange]:
    """The parameters that have a range worth searching."""
    return {info.name: info.search for info in describe(of) if info.search is not None}


def value_text(value: Any) -> str:
    """A value of a parameter as a YAML file has it."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, Parameters):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {value_text(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(value_text, value))}]"
    return str(value)


def _complaint(of: type[Parameters], finding: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in finding["loc"])
    if finding["type"] == "extra_forbidden":
        known = _block(of, finding["loc"][:-1]).model_fields
        near = suggestion(str(finding["loc"][-1]), known) or f"; there are: {', '.join(known) or 'none'}"
        return f"unknown parameter {key!r}{near}"
    if finding["type"] == "missing":
        return f"{key} is required"
    return f"{key} = {show(finding['input'])}: {rule_of(finding)}"


def _block(of: type[BaseModel], path: Sequence[Any]) -> type[BaseModel]:
    """The parameters at a path below others, as far as it leads."""
    for part in path:
        field = of.model_fields.get(str(part))
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            break
        of = field.annotation
    return of


def _info(name: str, field: FieldInfo) -> ParameterInfo:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    bounds = [
        f"{sign} {getattr(each, key):,}"
        for each in field.metadata
        for key, sign in (("ge", ">="), ("gt", ">"), ("le", "<="), ("lt", "<"))
        if getattr(each, key, None) is not None
    ]
    return ParameterInfo(
        name,
        _type_text(field.annotation),
        field.default,
        ", ".join(bounds),
        str(extra.get("unit", "")),
        field.description or "",
        _search(field, extra),
    )


def _search(field: FieldInfo, extra: Mapping[str, Any]) -> SearchRange | None:
    values = extra.get("search")
    if not isinstance(values, list):
        return SearchRange(choices=get_args(field.annotation)) if get_origin(field.annotation) is Literal else None
    if len(values) == 2 and field.annotation in (int, float):
        return SearchRange(low=values[0], high=values[1], log=bool(extra.get("log")))
    return SearchRange(choices=tuple(values))


def _type_text(annotation: Any) -> str:
    """A type in words: int, a | b, list of {volume, rate}."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " | ".join(value_text(choice) for choice in inner)
    if origin is Annotated:
        return _type_text(inner[0])
    if origin in (Union, UnionType):
        return " | ".join(_type_text(each) for each in inner)
    if origin in (tuple, list):
        return f"list of {_type_text(inner[0])}"
    if annotation in (None, type(None)):
        return "null"
    if isinstance(annotation, type) and issubclass(annotation, Parameters):
        return f"{{{', '.join(annotation.model_fields)}}}"
    return str(getattr(annotation, "__name__", annotation)) if not inner else str(annotation)
