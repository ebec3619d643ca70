"""The base of all configuration blocks: keys are known, types are exact, nothing changes after loading."""

from collections.abc import Iterator
from types import UnionType
from typing import Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo


class Block(BaseModel):
    """A mapping of the configuration file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    @classmethod
    def usual(cls) -> Self:
        """The block with every key at its default, for defaults of other blocks: no validator is built for it."""
        return cls.model_construct()


def block_of(field: FieldInfo) -> type[Block] | None:
    """Return the block that a key holds, or that its list holds, if any."""
    return next((t for t in _types(field.annotation) if isinstance(t, type) and issubclass(t, Block)), None)


def is_list(field: FieldInfo) -> bool:
    """Whether the key holds a list."""
    return any(get_origin(t) in (list, tuple) for t in (field.annotation, *get_args(field.annotation)))


def keys(block: type[Block], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key below a block with its dotted path; lists are marked by []."""
    for name, field in block.model_fields.items():
        inner = block_of(field)
        if inner is None:
            yield path + name, field
        else:
            yield from keys(inner, f"{path}{name}{'[]' if is_list(field) else ''}.")


def _types(annotation: object) -> Iterator[object]:
    if get_origin(annotation) in (Union, UnionType, list, tuple, dict):
        for part in get_args(annotation):
            yield from _types(part)
    else:
        yield annotation
