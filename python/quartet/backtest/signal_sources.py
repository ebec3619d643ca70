"""Signals in every form that a user has: a frame, a graph, the text of one, or a function of the prices."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from quartet.backtest.prices import PricePanel
from quartet.backtest.signals import SignalPanel
from quartet.core.contract import Verdict
from quartet.core.errors import ConfigError
from quartet.data.builders import bars
from quartet.engines.evaluation import evaluate
from quartet.graph import Expr, Graph, graph, parse_graph

ANY_VOLUME = 2**62 - 1
"""Of bars whose volume is not known."""

Function = Callable[[pl.DataFrame], Any]


@dataclass(frozen=True, eq=False)
class SignalSource:
    """Where signals come from."""

    kind: str
    """frame, graph, function."""
    recipe: dict[str, Any]
    """What the ledger keeps of it; with a text of a graph it can be made again."""
    graph: Graph | None = None
    function: Function | None = None
    frame: Any = field(default=None, repr=False)

    @classmethod
    def of(cls, given: Any) -> SignalSource:
        """ConfigError for what is no signal."""
        if isinstance(given, SignalSource):
            return given
        if isinstance(given, Expr):
            given = graph(score=given)
        if isinstance(given, Graph):
            return cls("graph", {"graph": given.digest}, graph=given)
        if isinstance(given, str):
            given = {"score": given}
        if isinstance(given, Mapping):
            return cls._of_text(given)
        if callable(given) and not isinstance(given, SignalPanel):
            name = getattr(given, "__qualname__", type(given).__qualname__)
            return cls("function", {"function": f"{getattr(given, '__module__', '')}.{name}"}, function=given)
        if given is None:
            raise ConfigError("signals: give a frame, a graph, its text, or a function of the prices")
        return cls("frame", {}, frame=given)

    @classmethod
    def _of_text(cls, block: Mapping[str, Any]) -> SignalSource:
        known = {"score", "confidence", "let"}
        unknown = sorted(set(block) - known)
        if unknown or "score" not in block:
            raise ConfigError(
                f"signals: a graph's text has the keys score, confidence, let; not {unknown or 'no score'}"
            )
        texts = {name: None if block.get(name) is None else str(block[name]) for name in ("score", "confidence")}
        let = {str(name): str(text) for name, text in dict(block.get("let") or {}).items()}
        assert texts["score"] is not None
        made = parse_graph(texts["score"], texts["confidence"], let=let)
        recipe = {"graph": made.digest, "text": {**{k: v for k, v in texts.items() if v is not None}, "let": let}}
        return cls("graph", recipe, graph=made)

    def panel(self, prices: PricePanel) -> SignalPanel:
        """The signals of these prices."""
        if self.graph is not None:
            return graph_signals(self.graph, prices)
        given = self.frame if self.function is None else self.function(prices.to_polars())
        # What its owner writes into an array later must not change what was run.
        return SignalPanel.of(given.copy() if isinstance(given, np.ndarray) else given, prices)

    @property
    def remakes(self) -> bool:
        """Whether the signals of other prices can be made, so that looking ahead shows."""
        return self.kind != "frame"

    def own_code(self) -> dict[str, str]:
        """The source of the user's function by name, for the ledger."""
        if self.function is None:
            return {}
        try:
            text = inspect.getsource(self.function)
        except (OSError, TypeError):
            text = repr(type(self.function))
        return {str(self.recipe["function"]): text}


def graph_signals(made: Graph, prices: PricePanel) -> SignalPanel:
    """Phase one of an engine over the bars; where the program gives no valid verdict there is no decision."""
    if made.external_sources:
        raise ConfigError("signals: the graph reads external signals; a backtest of bars has none")
    rows, columns = np.nonzero(prices.present)
    volume = np.full(len(rows), ANY_VOLUME) if prices.volume is None else prices.volume[rows, columns]
    batch = bars(
        columns.astype(np.uint32),
        prices.stamps[rows],
        prices.open[rows, columns],
        prices.high[rows, columns],
        prices.low[rows, columns],
        prices.close[rows, columns],
        volume,
    )
    answers = evaluate(made, batch)
    valid = (answers["verdict"] == Verdict.VALID.name).to_numpy()
    panels = []
    for name in ("score", "confidence"):
        panel = np.full(prices.close.shape, np.nan)
        panel[rows, columns] = np.where(valid, answers[name].to_numpy(), np.nan)
        panels.append(panel)
    return SignalPanel(panels[0], panels[1] if made.confidence is not None else None)
