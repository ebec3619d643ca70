"""The engine of a command: the one that was asked for, or one that stands in for it and is announced."""

from __future__ import annotations

from quartet.cli.console import warn
from quartet.engines.engine_run import ChosenEngine, chosen_engine
from quartet.engines.options import USUAL, EngineOptions


def choose_engine(wanted: str, fallback_to_python: bool = False, options: EngineOptions = USUAL) -> ChosenEngine:
    """Select an engine; one that stands in for another is announced."""
    chosen = chosen_engine(wanted, fallback_to_python, options)
    if chosen.degraded:
        warn(chosen.degraded)
    return chosen
