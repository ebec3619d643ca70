"""The engines that tests compare: those that can be had here, or the one that QUARTET_ENGINE names."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from quartet.engines.selection import availability, engine_factory

AVAILABLE = [status.name for status in availability() if status.available]
ENGINES = [name for name in AVAILABLE if os.environ.get("QUARTET_ENGINE", name) == name]
Factory = Callable[[bytes], Any]

__all__ = ["AVAILABLE", "ENGINES", "Factory", "engine_factory"]
