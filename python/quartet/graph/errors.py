"""The error of a signal graph, and the nearest known name for a mistyped one."""

import difflib
from collections.abc import Iterable

from quartet.core.errors import ConfigError


class GraphError(ConfigError):
    """A signal graph cannot be: the message names the node and says what to do."""


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" with the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f", did you mean {near[0]!r}?" if near else ""
