"""The nearest known name for a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from quartet.core.lazy import lazy_module

if TYPE_CHECKING:
    import difflib
else:
    difflib = lazy_module("difflib")


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" with the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f", did you mean {near[0]!r}?" if near else ""
