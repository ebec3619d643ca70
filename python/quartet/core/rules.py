"""What a value had to be, in words: the findings of a model as rules that a user can act on."""

from collections.abc import Mapping
from typing import Any

from quartet.core.suggestion import suggestion

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
    "float_type": "must be a number",
    "string_type": "must be text; put it in quotes",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a block of keys",
    "missing": "is required",
    "string_too_short": "must not be empty",
    "finite_number": "must be a finite number",
}


def rule_of(finding: Mapping[str, Any]) -> str:
    """The rule that one of pydantic's errors speaks of: "must be at most 5"."""
    kind, context = finding["type"], finding.get("ctx", {})
    if kind in _BOUNDS:
        name, text = _BOUNDS[kind]
        return text.format(context[name])
    if kind == "literal_error":
        choices = [choice.strip("' ") for choice in context["expected"].replace(" or ", ", ").split(",")]
        return f"must be one of {', '.join(choices)}{suggestion(str(finding['input']), choices)}"
    if kind == "value_error":
        return str(context["error"])
    return _TYPES.get(kind, str(finding["msg"]).replace("Input should be", "must be"))


def show(value: object) -> str:
    """Write a value for a message, not too long."""
    if isinstance(value, Mapping):
        text = f"{{{', '.join(f'{key}: {each}' for key, each in value.items())}}}"
    else:
        text = repr(value) if isinstance(value, str) else "null" if value is None else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= _VALUE_LENGTH_MAX else f"{text[:_VALUE_LENGTH_MAX]}..."
