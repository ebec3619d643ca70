"""What is wrong with a configuration, in one form: where it stands, which key, its value, the rule, the remedy."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import ValidationError

from quartet.core.errors import ConfigError
from quartet.engines.config.block import Block, block_of
from quartet.engines.config.layers import Layer, Path, path_text
from quartet.graph.errors import suggestion

_VALUE_LENGTH_MAX = 60
_BOUNDS = {
    "greater_than": ("gt", "must be above {}"),
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than": ("lt", "must be below {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "decimal_max_places": ("decimal_places", "must have at most {} decimal places"),
}
_TYPES = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "string_type": "must be text; put it in quotes",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a block of keys",
    "missing": "is required",
    "string_too_short": "must not be empty",
}


class Complaint(NamedTuple):
    """One thing that is wrong; line is empty where nothing was written."""

    origin: str
    path: Path
    rule: str
    value: str = ""

    def __str__(self) -> str:
        return "".join(
            [
                f"{self.origin}: " if self.origin else "",
                path_text(self.path) or "the file",
                f" = {self.value}" if self.value else "",
                f": {self.rule}",
            ]
        )


def refuse(complaints: Iterable[Complaint]) -> None:
    """Raise the complaints as one ConfigError, if there are any."""
    lines = [str(complaint) for complaint in complaints]
    if len(lines) == 1:
        raise ConfigError(lines[0])
    if lines:
        raise ConfigError("\n  ".join([f"the configuration has {len(lines)} errors:", *lines]))


def complaints_of(error: ValidationError, layer: Layer, root: type[Block]) -> list[Complaint]:
    """Return what the models found, each with the line where it stands."""
    found = []
    for each in error.errors(include_url=False):
        path, kind, context = tuple(each["loc"]), each["type"], each.get("ctx", {})
        value = show(each["input"])
        if kind == "extra_forbidden":
            rule = f"unknown key{_near(path, root)}"
        elif kind in _BOUNDS:
            name, text = _BOUNDS[kind]
            rule = text.format(context[name])
        elif kind == "literal_error":
            choices = [c.strip("' ") for c in context["expected"].replace(" or ", ", ").split(",")]
            rule = f"must be one of {', '.join(choices)}{suggestion(str(each['input']), choices)}"
        elif kind == "value_error":
            rule = str(context["error"])
        else:
            rule = _TYPES.get(kind, each["msg"].replace("Input should be", "must be"))
        if kind == "missing" or isinstance(each["input"], dict):
            value = ""
        found.append(Complaint(layer.origin(path), path, rule, value))
    return found


def show(value: object) -> str:
    """Write a value for a message, not too long."""
    text = repr(value) if isinstance(value, str) else "null" if value is None else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= _VALUE_LENGTH_MAX else f"{text[:_VALUE_LENGTH_MAX]}..."


def _near(path: Path, root: type[Block]) -> str:
    """The nearest key of the same block, else the same key in another block."""
    block: type[Block] | None = root
    for part in path[:-1]:
        if isinstance(part, str) and block is not None:
            field = block.model_fields.get(part)
            block = block_of(field) if field else None
    key = str(path[-1])
    near = suggestion(key, block.model_fields) if block else ""
    elsewhere = [f"{name}.{key}" for name, inner in _blocks(root) if key in inner.model_fields and inner is not block]
    return f"; it belongs to {elsewhere[0]}" if elsewhere else near


def _blocks(root: type[Block]) -> list[tuple[str, Any]]:
    pairs = [(name, block_of(field)) for name, field in root.model_fields.items()]
    return [(name, block) for name, block in pairs if block is not None]
