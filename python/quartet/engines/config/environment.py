"""Environment variables over the files (E-033): they may only tighten risk limits, unless loosening is approved."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from quartet.core.errors import ConfigError
from quartet.engines.config.layers import Layer, Path, path_text
from quartet.engines.config.numbers import exact

LOOSENING = "ALLOW_RISK_LOOSENING"
APPROVAL = "RISK_LOOSENING_APPROVAL"
_BOOLS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _bool(text: str) -> bool:
    if text.lower() not in _BOOLS:
        raise ValueError("must be true or false (1, 0, yes, no)")
    return _BOOLS[text.lower()]


def _int(text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit():
        raise ValueError("must be a whole number")
    return int(text)


class Variable(NamedTuple):
    """A variable, the key that it overrides, and how its text is read."""

    path: Path
    parse: Callable[[str], object]
    is_limit: bool = False


VARIABLES: dict[str, Variable] = {
    "ENGINE_TYPE": Variable(("engine", "type"), str),
    "MAX_THREADS": Variable(("performance", "max_threads"), _int),
    "MEMORY_POOL_SIZE_MB": Variable(("performance", "memory_pool_size_mb"), _int),
    "ENABLE_SIMD": Variable(("performance", "enable_simd"), _bool),
    "MAX_PORTFOLIO_VAR": Variable(("risk_management", "max_portfolio_var"), exact, is_limit=True),
    "MAX_DRAWDOWN": Variable(("risk_management", "max_drawdown"), exact, is_limit=True),
    "LOG_LEVEL": Variable(("logging", "level"), str),
    "LOG_FILE": Variable(("logging", "file"), str),
}


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """Read the variables that are set and not empty."""
    layer = Layer()
    for name, variable in VARIABLES.items():
        text = environ.get(name, "").strip()
        if not text:
            continue
        try:
            value = variable.parse(text)
        except ValueError as error:
            raise ConfigError(f"environment variable {name}: {path_text(variable.path)} = {text!r}: {error}") from None
        layer.put(variable.path, value, f"environment variable {name}")
    return layer


def check_tightening(environ: Mapping[str, str], layer: Layer, limit_below: Callable[[Path], Any]) -> str:
    """Refuse limits looser than those below, and return the approval record where loosening is allowed by one."""
    looser = {
        name: v for name, v in VARIABLES.items() if v.is_limit and _looser(layer.get(v.path), limit_below(v.path))
    }
    if not looser:
        return ""
    approval = environ.get(APPROVAL, "").strip()
    if environ.get(LOOSENING, "").strip() == "1" and approval:
        return approval
    name, variable = next(iter(looser.items()))
    missing = (
        f"{APPROVAL} must name the record of the approval"
        if environ.get(LOOSENING) == "1"
        else (f"set {LOOSENING}=1 and {APPROVAL} to the record of the approval, or change the file")
    )
    raise ConfigError(
        f"environment variable {name}: {path_text(variable.path)} = {layer.get(variable.path)}:"
        f" the environment may only tighten the limit, which is {limit_below(variable.path)}; {missing}"
    )


def _looser(value: object, below: object) -> bool:
    # null below means no limit, and any limit is tighter than that.
    return isinstance(value, Decimal) and isinstance(below, Decimal) and value > below
