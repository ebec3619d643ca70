"""Which engines a benchmark runs, and how: every engine with every number of threads, mode and vector level."""

from __future__ import annotations

from itertools import product

from quartet.cli.console import warn
from quartet.cli.engine_run import choose_engine
from quartet.core.errors import ConfigError, EngineUnavailable
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.options import EngineOptions
from quartet.engines.selection import PREFERENCE


def bench_engines(
    names: list[str], threads: tuple[int, ...], modes: list[str], levels: list[str]
) -> tuple[list[ChosenEngine], list[str]]:
    """The engines asked for, or all that are here; and what was left out, with the reason."""
    asked = [name for text in names for name in words_of(text)]
    options = [EngineOptions(*each) for each in product(threads, modes, levels)]
    chosen: list[ChosenEngine] = []
    left_out: list[str] = []
    for name in dict.fromkeys(asked or PREFERENCE):
        try:
            variants = [choose_engine(name, options=each) for each in options]
        except EngineUnavailable as error:
            if asked:
                raise
            left_out.append(f"left out: {error}")
            continue
        # An engine that takes no options runs once, as it always does.
        own = list({variant.options: variant for variant in variants}.values())
        if len(own) < len(options):
            left_out.append(f"{name} takes no threads, mode or simd; it runs as it always does")
        chosen += own
    for text in left_out:
        warn(text)
    return chosen, left_out


def words_of(text: str) -> list[str]:
    """Words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def numbers_of(option: str, text: str) -> tuple[int, ...]:
    """Whole numbers between commas, each once."""
    words = words_of(text)
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        raise ConfigError(f"{option} {text}: write whole numbers with commas between them, such as 1,100")
    return tuple(dict.fromkeys(map(int, words)))
