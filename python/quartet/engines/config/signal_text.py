"""The signal block: the graph as text, compiled under the switches of signal_generation."""

from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from quartet.engines.config.block import Block
from quartet.engines.config.blocks import SignalGeneration
from quartet.engines.config.numbers import plain
from quartet.graph import Graph, parse_graph


def _text(value: object) -> object:
    """A number alone is a formula too."""
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Formula = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "number"]})]


class Signal(Block):
    """The signal graph; docs/reference/configuration.md lists what formulas may use."""

    score: Formula = Field(description="The score: its sign is the direction, its size the strength, from -1 to 1.")
    confidence: Formula | None = Field(default=None, description="Confidence from 0 to 1; null: 1.")
    fair_value: Formula | None = Field(default=None, description="Price to quote around; null: none.")
    let: dict[str, Formula] = Field(default={}, description="Names for parts of the formulas, and for numbers.")

    def compile(self, switches: SignalGeneration) -> Graph:
        """Return the program; families that are switched off become NaN."""
        enabled = {
            "technical": switches.enable_technical_indicators,
            "statistical": switches.enable_statistical_signals,
            "ml": switches.enable_ml_signals,
        }
        off = [family for family, on in enabled.items() if not on]
        return _graph(self.score, self.confidence, self.fair_value, tuple(self.let.items()), tuple(off))


@lru_cache(maxsize=64)  # members of a sweep that differ elsewhere have the same graph
def _graph(
    score: str,
    confidence: str | None,
    fair_value: str | None,
    let: tuple[tuple[str, str], ...],
    off: tuple[str, ...],
) -> Graph:
    return parse_graph(score, confidence, fair_value, let=dict(let), disable=off)
