"""A compiled graph: its nodes in the order in which engines compute them, as table, text and protobuf."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from quartet.core.contract import OPERATORS, Clock, Op
from quartet.core.pb import program_pb2
from quartet.graph.clocks import clock_text
from quartet.graph.naming import formula


@dataclass(frozen=True, slots=True)
class Node:
    """A row of the program; inputs are indices of earlier rows."""

    index: int
    name: str
    op: Op
    inputs: tuple[int, ...]
    clock: Clock
    n: int
    params: tuple[float, ...]

    @property
    def family(self) -> str:
        """The toggle that removes the operator: technical, statistical, ml, or none."""
        return OPERATORS[self.op].family

    @property
    def state_words(self) -> int:
        """Words of 8 bytes that the node keeps per symbol."""
        row, k = OPERATORS[self.op], len(self.inputs)
        return row.u_words.count(self.n, k) + row.f_words.count(self.n, k)


@dataclass(frozen=True, slots=True)
class Compilation:
    """What the compiler did."""

    expressions: int
    shared: int
    folded: int
    disabled: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Graph:
    """The program that every engine runs. Score, confidence and fair value are indices of nodes."""

    nodes: tuple[Node, ...]
    score: int
    confidence: int | None
    fair_value: int | None
    compilation: Compilation

    @property
    def clock(self) -> Clock:
        """When the score ticks."""
        return self.nodes[self.score].clock

    @property
    def state_words(self) -> int:
        """Words of 8 bytes that the graph keeps per symbol."""
        return sum(node.state_words for node in self.nodes)

    @property
    def external_sources(self) -> tuple[int, ...]:
        """Numbers of the external signal sources that the graph reads, ascending."""
        ops = (Op.EXTERNAL_SCORE, Op.EXTERNAL_CONFIDENCE)
        return tuple(sorted({node.n for node in self.nodes if node.op in ops}))

    @property
    def digest(self) -> str:
        """SHA-256 of the serialised program."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_proto(self) -> program_pb2.Program:
        """Return the program as the message that a configuration carries."""
        return program_pb2.Program(
            nodes=[
                program_pb2.Node(
                    op=node.op,
                    inputs=node.inputs,
                    clock=int(node.clock),
                    n=node.n,
                    params=node.params,
                    name=node.name,
                )
                for node in self.nodes
            ],
            score=self.score,
            confidence=self.confidence,
            fair_value=self.fair_value,
        )

    def to_bytes(self) -> bytes:
        """Return the program serialised; equal graphs give equal bytes."""
        return self.to_proto().SerializeToString(deterministic=True)

    def formula_of(self, node: Node) -> str:
        """Return how the node is made, with the names of its inputs."""
        return formula(node.op, [self.nodes[i].name for i in node.inputs], node.n, node.params)

    def __repr__(self) -> str:
        rows = [("#", "name", "is", "ticks on")]
        rows += [(str(v.index), v.name, self.formula_of(v), _ticks(v)) for v in self.nodes]
        return "\n".join([self._headline(), *_aligned(rows)])

    def explain(self) -> str:
        """Return the table with state, families and meanings, and what the compiler did."""
        made = self.compilation
        off = f" Switched off: {', '.join(made.disabled)}." if made.disabled else ""
        rows = [("#", "name", "is", "ticks on", "state", "family", "meaning")]
        for v in self.nodes:
            family = "" if v.family == "none" else v.family
            words = str(v.state_words or "")
            rows.append((str(v.index), v.name, self.formula_of(v), _ticks(v), words, family, OPERATORS[v.op].doc))
        summary = (
            f"{made.expressions} expressions became {len(self.nodes)} nodes:"
            f" {made.shared} shared, {made.folded} folded to constants.{off}"
            f" State: {self.state_words} words of 8 bytes a symbol."
        )
        return "\n".join([self._headline(), summary, *_aligned(rows)])

    def _headline(self) -> str:
        roots = {"score": self.score, "confidence": self.confidence, "fair_value": self.fair_value}
        named = ", ".join(f"{root} = {self.nodes[i].name}" for root, i in roots.items() if i is not None)
        return f"Graph of {len(self.nodes)} nodes, decides on {clock_text(self.clock)}: {named}"


def _ticks(node: Node) -> str:
    return clock_text(node.clock) if node.clock else ""


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        "  " + "  ".join(f"{cell:>{width}}" if k == 0 else f"{cell:<{width}}" for k, (cell, width) in cells).rstrip()
        for cells in ([(k, pair) for k, pair in enumerate(zip(row, widths, strict=True))] for row in rows)
    ]
