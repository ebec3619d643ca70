"""A model chosen by name with its parameters, as settings have it: `fixed`, or `{model: volume_based, factor: 1}`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import Field

from quartet.core.parameters import Parameters
from quartet.core.registry import Entry, entry
from quartet.engines.config.numbers import plain


class Choice(Parameters):
    """A name and the parameters that were given with it."""

    model: str
    values: dict[str, Any] = Field(default={})

    def entry(self, kind: str) -> Entry:
        """What is registered under that name; ConfigError where nothing is."""
        return entry(kind, self.model)

    def configured(self, kind: str) -> Parameters:
        """Its parameters, checked."""
        return self.entry(kind).configure(self.values)

    def made(self, kind: str) -> Any:
        """What the entry makes of its parameters."""
        return self.entry(kind)(**self.values)

    def to_config(self) -> str | dict[str, Any]:
        """As a YAML file has it."""
        if not self.values:
            return self.model
        return {"model": self.model, **{name: _plain(value) for name, value in self.values.items()}}


def chosen(value: object, number_model: str = "", number_key: str = "") -> object:
    """A choice of a name, of a mapping with the key `model`, or of a number, which stands for a model's only key."""
    if isinstance(value, str) and not _is_number(value):
        return Choice(model=value)
    if isinstance(value, Mapping):
        values = {str(key): each for key, each in value.items()}
        name = values.pop("model", None)
        if not isinstance(name, str):
            raise ValueError("must name its model: {model: NAME, ...}")
        return Choice(model=name, values={key: _plain(each) for key, each in values.items()})
    if number_model and isinstance(value, int | float | Decimal | str) and not isinstance(value, bool):
        return Choice(model=number_model, values={number_key: _plain(value)})
    return value


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return plain(value) if isinstance(value, Decimal) else repr(value) if isinstance(value, float) else value
