"""JSON in one form only, so that equal contents have equal hashes."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from quartet.core.errors import ConfigError

_PLAIN: Final = frozenset({bool, int, type(None)})
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


def canonical(value: Any, name: str) -> str:
    """Compact JSON with sorted keys; ConfigError names the first thing that JSON cannot carry exactly.

    Floats come back bit for bit. Decimals, dates and arrays are refused: write them as text or lists of numbers, as
    they are to be read again.
    """
    _check(value, name)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check(value: Any, where: str) -> None:
    if type(value) is str:
        _check_text(value, where)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if not isinstance(key, str):
                raise ConfigError(f"{where}: the key {key!r} is no text")
            if not _is_plain(each):
                _check(each, f"{where}.{key}")
        if not isinstance(value, dict):
            raise ConfigError(f"{where} is a {type(value).__name__}: give a dict")
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            if not _is_plain(each):
                _check(each, f"{where}[{number}]")
    elif type(value) is float:
        if not math.isfinite(value):
            raise ConfigError(f"{where} = {value}: a figure that is undefined is None")
    elif not _is_plain(value):
        raise ConfigError(
            f"{where} is a {type(value).__name__}, which JSON cannot carry: write it as text, a number or a list"
        )


def _is_plain(value: Any) -> bool:
    """Whether there is nothing to look at; most values are such, and need no name."""
    kind = type(value)
    if kind is float:
        return math.isfinite(value)
    return not _NO_TEXT.search(value) if kind is str else kind in _PLAIN


def _check_text(value: str, where: str) -> None:
    """Neither database takes these back as they were."""
    if _NO_TEXT.search(value):
        raise ConfigError(f"{where} holds a null character or half of a surrogate pair, which is no text")
