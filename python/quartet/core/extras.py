"""Optional packages: imported when they are used, and where one is missing the error names the extra that brings it."""

from __future__ import annotations

import importlib
from typing import Any

from quartet.core.errors import ConfigError


def needed(module: str, extra: str, what_for: str) -> Any:
    """The module of an extra. Raises ConfigError, which says what `what_for` needs, where it is not installed."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise ConfigError(
            f"{what_for} needs the package {package}, which is not installed: pip install quartet[{extra}]"
        ) from error
