"""The strategy beside itself: its graph with every window and constant a little off (S-134)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.stress.case import Case
from quartet.core.contract import OPERATORS, WINDOW_MAX, Op
from quartet.core.errors import DataError
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Double
from quartet.graph import Graph, Node
from quartet.graph.naming import span_alpha

_WINDOWS: Final = ("lag", "rolling", "scan", "smoothing")
_CONSTANTS: Final = (Op.CONST, Op.CLIP, Op.LINEAR, Op.LOGISTIC)
_STEPS_MIN: Final = 5
"""Of a shorter window, a step is far more than a tenth."""
_SOURCE: Final = "Pardo (2008), The Evaluation and Optimization of Trading Strategies, on neighbours of a parameter"


class Jitter(Parameters):
    """How far."""

    share: Double = parameter(0.1, "By which each is larger or smaller.", unit="fraction", ge=0, le=0.5)


@register("scenario", "parameter_jitter", parameters=Jitter, source=_SOURCE, scored=True, needs="a graph")
def parameter_jitter(case: Case, parameters: Jitter) -> Case:
    """Every window and constant of the graph 10 % more or less, by the seed."""
    return _moved(case, parameters.share)


@register("scenario", "parameter_jitter_back", parameters=Jitter, source=_SOURCE, scored=True, needs="a graph")
def parameter_jitter_back(case: Case, parameters: Jitter) -> Case:
    """Every window and constant of the graph moved the other way than by parameter_jitter."""
    return _moved(case, -parameters.share)


def jittered(graph: Graph, share: float, seed: int) -> tuple[Graph, int]:
    """The graph with windows and constants times 1 + share or 1 - share, drawn by the seed; and how many changed.

    Windows below five steps, and constants that are 0, 1 or -1, stay: they say what is meant, not how much.
    """
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], len(graph.nodes))
    nodes = tuple(_node(node, share * float(sign)) for node, sign in zip(graph.nodes, signs, strict=True))
    changed = sum(a != b for a, b in zip(nodes, graph.nodes, strict=True))
    return replace(graph, nodes=nodes), changed


def _node(node: Node, share: float) -> Node:
    if node.op in _CONSTANTS:
        params = tuple(value if value in (0.0, 1.0, -1.0) else value * (1.0 + share) for value in node.params)
        return node if node.op is Op.CLIP and params[0] > params[1] else replace(node, params=params)
    if OPERATORS[node.op].window not in _WINDOWS or node.n < _STEPS_MIN or share == 0.0:
        return node
    step = max(1, round(node.n * abs(share)))
    steps = min(node.n + (step if share > 0 else -step), WINDOW_MAX)
    if node.op is not Op.EMA:
        return replace(node, n=steps)
    of_span = node.params == (span_alpha(node.n),)
    alpha = span_alpha(steps) if of_span else min(1.0, node.params[0] / (1.0 + share))
    return replace(node, n=steps, params=(alpha,))


def _moved(case: Case, share: float) -> Case:
    source = case.source
    if source.graph is None:
        raise DataError("the signals are no graph, so that their parameters are not known; sweep them instead")
    graph, changed = jittered(source.graph, share, case.settings.seed)
    own = SignalSource.of(graph)
    moved = replace(case, source=own, signals=own.panel(case.prices))
    return moved.with_note(f"{changed} windows and constants moved")
