"""What is wrong with a configuration, in one form: where it stands, which key, its value, the rule, the remedy."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import ValidationError

from quartet.core.errors import ConfigError
from quartet.core.rules import rule_of, show
from quartet.core.suggestion import suggestion
from quartet.engines.config.block import Block, block_of
from quartet.engines.config.layers import Layer, Path, path_text


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
        path, kind = tuple(each["loc"]), each["type"]
        value = "" if kind == "missing" or isinstance(each["input"], dict) else show(each["input"])
        rule = f"unknown key{_near(path, root)}" if kind == "extra_forbidden" else rule_of(each)
        found.append(Complaint(layer.origin(path), path, rule, value))
    return found


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
