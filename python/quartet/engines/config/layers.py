"""Layers of a configuration: nested values, and for each path where it was written. Later layers go over earlier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Keys from the top, and places in lists: ("instruments", 0, "tick").
Path = tuple[str | int, ...]


@dataclass
class Layer:
    """Values with their origins, `file:line` for instance."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path, str] = field(default_factory=dict)

    def origin(self, path: Path) -> str:
        """Where the path, or else the nearest part of it, was written; empty where nothing of it was."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return ""

    def get(self, path: Path) -> Any:
        """The value at a path of keys, None where there is none."""
        value: Any = self.values
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def put(self, path: Path, value: Any, origin: str) -> None:
        """Set the value at a path of keys."""
        at = self.values
        for key in path[:-1]:
            inner = at.get(str(key))
            if not isinstance(inner, dict):
                inner = at[str(key)] = {}
            at = inner
        at[str(path[-1])] = value
        self.origins[path] = origin

    def over(self, lower: "Layer") -> "Layer":
        """Return this layer on top of a lower one: mappings are merged, everything else is replaced."""
        origins = dict(lower.origins)
        values = _merged(lower.values, self.values, (), origins)
        return Layer(values, origins | self.origins)


def _merged(lower: Mapping[str, Any], upper: Mapping[str, Any], at: Path, origins: dict[Path, str]) -> dict[str, Any]:
    values = dict(lower)
    for key, value in upper.items():
        below = values.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            values[key] = _merged(below, value, (*at, key), origins)
        else:
            values[key] = value
            # What was written of the replaced value is gone.
            replaced = (*at, key)
            origins.pop(replaced, None)
            if isinstance(below, Mapping | list):
                for path in [p for p in origins if p[: len(replaced)] == replaced]:
                    del origins[path]
    return values


def nested(values: Mapping[str, Any], origin: str) -> Layer:
    """Make a layer of keys that may have dots (`risk_management.max_drawdown`), or of nested mappings."""
    layer = Layer()
    for key, value in values.items():
        _enter(layer, tuple(key.split(".")), value, origin)
    return layer


def _enter(layer: Layer, path: Path, value: Any, origin: str) -> None:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            _enter(layer, (*path, key), inner, origin)
    else:
        layer.put(path, value, origin)


def path_text(path: Path) -> str:
    """Write the path as users do: instruments[0].tick."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
