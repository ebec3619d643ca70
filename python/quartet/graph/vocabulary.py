"""The names that a graph written as text may use: sources, functions, clocks."""

from collections.abc import Callable
from inspect import isfunction, signature
from types import ModuleType

from quartet.core.contract import Clock
from quartet.graph import arithmetic, models, sources, stateful
from quartet.graph.clocks import CLOCK_NAMES
from quartet.graph.expression import Expr

# Text has no builtins, so the operators may have their plain names there.
_ALIASES = {"abs": "absolute", "min": "minimum", "max": "maximum", "open": "open_"}


def _of(module: ModuleType) -> dict[str, object]:
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (isinstance(value, Expr) or (isfunction(value) and value.__module__ == module.__name__))
    }


_ALL = _of(sources) | _of(arithmetic) | _of(stateful) | _of(models)
_ALL |= {alias: _ALL[name] for alias, name in _ALIASES.items()}

SOURCES: dict[str, Expr] = {name: value for name, value in _ALL.items() if isinstance(value, Expr)}
FUNCTIONS: dict[str, Callable[..., Expr]] = {name: value for name, value in _ALL.items() if callable(value)}
CLOCKS: dict[str, Clock] = CLOCK_NAMES
KNOWN = (*SOURCES, *FUNCTIONS, *CLOCKS)


def parameters(function: Callable[..., Expr]) -> str:
    """Return the parameters of a function without their types: (x, n, ddof, on)."""
    return f"({', '.join(signature(function).parameters)})"
