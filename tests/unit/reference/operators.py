"""Steps one operator over a series, without an engine around it."""

from __future__ import annotations

from collections.abc import Sequence

from quartet.core.contract import Clock, Op
from quartet.engines.reference.core.settings import Node, Program
from quartet.engines.reference.edge.config import read_config
from quartet.engines.reference.signal_engine.program import CompiledProgram
from tests.conformance.configs import base

SETTINGS = read_config(base().SerializeToString()).settings
INPUT = Node(Op.BID, (), Clock.QUOTE, 0, ())


def apply(op: Op, *series: Sequence[float], n: int = 0, params: tuple[float, ...] = ()) -> list[float]:
    """The operator's values at every step; one series per input."""
    width = len(series)
    node = Node(op, tuple(range(width)), Clock.QUOTE, n, params)
    compiled = CompiledProgram(Program((INPUT,) * width + (node,), width, None, None), SETTINGS)
    symbol = compiled.fresh()
    _, step = compiled.plans[1][-1]
    out = []
    for values in zip(*series, strict=True):
        symbol.values[:width] = values
        out.append(step(symbol))
    return out


def words(
    op: Op, *series: Sequence[float], n: int = 0, params: tuple[float, ...] = ()
) -> tuple[list[int], list[float]]:
    """The state words after a series."""
    width = len(series)
    node = Node(op, tuple(range(width)), Clock.QUOTE, n, params)
    compiled = CompiledProgram(Program((INPUT,) * width + (node,), width, None, None), SETTINGS)
    symbol = compiled.fresh()
    _, step = compiled.plans[1][-1]
    for values in zip(*series, strict=True):
        symbol.values[:width] = values
        step(symbol)
    cell = symbol.cells[width]
    assert cell is not None
    return cell.words()
