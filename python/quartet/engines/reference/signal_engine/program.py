"""A program made ready to run: one closure per node, and one list of steps per kind of event (spec 3.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from quartet.core.contract import OPERATORS, Clock, EventKind, Op
from quartet.core.elementary import NAN
from quartet.engines.reference.core.settings import Node, Program, Settings
from quartet.engines.reference.signal_engine.blocks import Block
from quartet.engines.reference.signal_engine.monoids import monoid_of
from quartet.engines.reference.signal_engine.rings import RING_STEPS, Ring
from quartet.engines.reference.signal_engine.smoothing import Average
from quartet.engines.reference.signal_engine.sources import Step, source_step
from quartet.engines.reference.signal_engine.stateless import stateless_step
from quartet.engines.reference.signal_engine.symbol_signals import Cell, SymbolSignals

# Ticks of an event (spec 3.3): a book ticks quotes' nodes too.
TICKS: Final[dict[int, int]] = {
    EventKind.QUOTE: int(Clock.QUOTE),
    EventKind.TRADE: int(Clock.TRADE),
    EventKind.BOOK: int(Clock.BOOK | Clock.QUOTE),
    EventKind.BAR: int(Clock.BAR),
    EventKind.EXTERNAL_SIGNAL: int(Clock.EXTERNAL),
}
MakeCell = Callable[[], Cell]


def state_words(node: Node) -> tuple[int, int]:
    """u64 and f64 words of a node's state per symbol, by the operator table."""
    row = OPERATORS[Op(node.op)]
    n, k = node.n, len(node.inputs)
    u, f = (words.fixed + words.per_n * n + words.per_k * k for words in (row.u_words, row.f_words))
    return u, f


def _ring_node(node: Node, place: int) -> tuple[Step, MakeCell]:
    advance, (i,), n = RING_STEPS[node.op], node.inputs, node.n

    def step(s: SymbolSignals) -> float:
        return advance(s.cells[place], s.values[i])  # type: ignore[arg-type]

    return step, lambda: Ring(n)


def _block_node(node: Node, place: int) -> tuple[Step, MakeCell] | None:
    monoid = monoid_of(node.op, node.n, node.params)
    if monoid is None:
        return None
    width, n, i = len(monoid.zeros), node.n, node.inputs[0]

    def step_one(s: SymbolSignals) -> float:
        block: Block = s.cells[place]  # type: ignore[assignment]
        x = s.values[i]
        return block.step((x,) if width == 1 else (x, 0.0))

    def step_two(s: SymbolSignals) -> float:
        block: Block = s.cells[place]  # type: ignore[assignment]
        return block.step((s.values[i], s.values[node.inputs[1]], 0.0, 0.0, 0.0))

    return (step_two if width == 5 else step_one), lambda: Block(n, monoid)


def _average_node(node: Node, place: int) -> tuple[Step, MakeCell]:
    (i,), n = node.inputs, node.n
    alpha = node.params[0] if node.params else NAN

    def ema(s: SymbolSignals) -> float:
        average: Average = s.cells[place]  # type: ignore[assignment]
        return average.ema(s.values[i], alpha, n)

    def wilder(s: SymbolSignals) -> float:
        average: Average = s.cells[place]  # type: ignore[assignment]
        return average.wilder(s.values[i], n)

    return (ema if node.op == Op.EMA else wilder), Average


def _stateful_node(node: Node, place: int) -> tuple[Step, MakeCell]:
    if node.op in RING_STEPS:
        return _ring_node(node, place)
    return _block_node(node, place) or _average_node(node, place)


class CompiledProgram:
    """The steps of every kind of event, and fresh state for a symbol."""

    __slots__ = (
        "_initial",
        "_makers",
        "confidence",
        "constants",
        "fair_value",
        "plans",
        "score",
        "score_clock",
        "words",
    )

    def __init__(self, program: Program, settings: Settings) -> None:
        self.score = program.score
        self.confidence = program.confidence
        self.fair_value = program.fair_value
        self.score_clock = program.nodes[program.score].clock
        self.words = [state_words(node) for node in program.nodes]
        self.constants = frozenset(place for place, node in enumerate(program.nodes) if node.op == Op.CONST)
        # A CONST has its value from the start, the others are NaN before their first tick.
        self._initial = [node.params[0] if node.op == Op.CONST else NAN for node in program.nodes]
        self._makers: list[MakeCell | None] = []
        steps: list[tuple[int, int, Step]] = []
        for place, node in enumerate(program.nodes):
            maker: MakeCell | None = None
            if node.op != Op.CONST:
                step = source_step(node, settings) or stateless_step(node)
                if step is None:
                    step, maker = _stateful_node(node, place)
                steps.append((place, node.clock, step))
            self._makers.append(maker)
        self.plans: dict[int, list[tuple[int, Step]]] = {
            kind: [(place, step) for place, clock, step in steps if clock & ticks] for kind, ticks in TICKS.items()
        }

    def fresh(self) -> SymbolSignals:
        """A symbol before its first event."""
        return SymbolSignals(*self.empty())

    def empty(self) -> tuple[list[float], list[Cell | None]]:
        """Empty node values and state (spec 11.3)."""
        return list(self._initial), [maker() if maker else None for maker in self._makers]
