"""Reads a YAML file into a layer: exact decimals, a line for every key, and no key twice."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from quartet.core.errors import ConfigError
from quartet.core.lazy import lazy_module
from quartet.engines.config.layers import Layer, Path, path_text

if TYPE_CHECKING:
    from ruamel import yaml
    from ruamel.yaml import error as yaml_error
    from ruamel.yaml import nodes
    from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
else:
    # A configuration may be a mapping, and then nothing is read.
    yaml = lazy_module("ruamel.yaml")
    yaml_error = lazy_module("ruamel.yaml.error")
    nodes = lazy_module("ruamel.yaml.nodes")

_TAG = "tag:yaml.org,2002:"
_NULL = _TAG + "null"
_SPECIAL = {".inf": "Infinity", "+.inf": "Infinity", "-.inf": "-Infinity", ".nan": "NaN"}


def read_file(path: FilePath) -> Layer:
    """Read a configuration file."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text: byte {error.start}") from error
    return read_text(text, str(path))


def read_text(text: str, name: str) -> Layer:
    """Read YAML text; name stands for the file in messages."""
    try:
        root = yaml.YAML(typ="safe", pure=True).compose(text)
    except yaml_error.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise ConfigError(f"{where}: not YAML: {error.problem or error.context}") from error
    except yaml_error.YAMLError as error:
        raise ConfigError(f"{name}: not YAML: {' '.join(str(error).split())}") from error
    layer = Layer(origins={(): name})
    if root is None or root.tag == _NULL:
        return layer
    if not isinstance(root, nodes.MappingNode):
        raise ConfigError(f"{name}:{_line(root)}: the file must be a mapping of blocks: engine:, risk_management:, ...")
    layer.values = _mapping(root, (), name, layer.origins)
    return layer


def read_value(text: str) -> Any:
    """Read one value as YAML would: 5, 0.1, true, null, [a, b], text."""
    try:
        node = _composed(text)
    except yaml_error.YAMLError:
        return text
    return None if node is None else _value(node, (), "value", {})


@lru_cache(maxsize=4096)  # members of a sweep have most of their values in common
def _composed(text: str) -> Node | None:
    node: Node | None = yaml.YAML(typ="safe", pure=True).compose(text)
    return node


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _value(node: Node, path: Path, name: str, origins: dict[Path, str]) -> Any:
    if isinstance(node, nodes.MappingNode):
        return _mapping(node, path, name, origins)
    if isinstance(node, nodes.SequenceNode):
        for k, item in enumerate(node.value):
            origins[(*path, k)] = f"{name}:{_line(item)}"
        return [_value(item, (*path, k), name, origins) for k, item in enumerate(node.value)]
    assert isinstance(node, nodes.ScalarNode)
    return _scalar(node, path, name)


def _mapping(node: MappingNode, path: Path, name: str, origins: dict[Path, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key, line = key_node.value, _line(key_node)
        if not isinstance(key_node, nodes.ScalarNode) or key_node.tag in (_NULL, _TAG + "merge"):
            raise ConfigError(f"{name}:{line}: {path_text(path) or 'the file'} has a key that is not a name")
        inner = (*path, key)
        if key in values:
            raise ConfigError(
                f"{name}:{line}: {path_text(inner)}: the key is given twice, first in line {lines[key]}; keep one"
            )
        lines[key] = line
        origins[inner] = f"{name}:{line}"
        values[key] = _value(value_node, inner, name, origins)
    return values


def _scalar(node: ScalarNode, path: Path, name: str) -> Any:
    text: str = node.value
    match str(node.tag).removeprefix(_TAG):
        case "str" | "timestamp":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            digits = text.replace("_", "")
            return int(digits, 0) if digits.lstrip("+-")[:2] in ("0x", "0o", "0b") else int(digits)
        case "float":
            return Decimal(_SPECIAL.get(text.lower(), text.replace("_", "")))
        case tag:
            raise ConfigError(f"{name}:{_line(node)}: {path_text(path)}: the tag {tag} has no meaning here")
