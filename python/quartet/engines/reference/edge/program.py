"""A program message to tested nodes (spec 3.9)."""

from __future__ import annotations

import math
from typing import Final

from quartet.core.contract import (
    MODEL_INPUTS_MAX,
    NODES_MAX,
    OPERATORS,
    WINDOW_MAX,
    Clock,
    ErrorCode,
    Op,
    Operator,
)
from quartet.core.errors import EngineError
from quartet.core.pb import program_pb2 as pb
from quartet.engines.reference.core.settings import Node, Program, Settings
from quartet.engines.reference.edge.message_form import test_form
from quartet.engines.reference.signal_engine.program import state_words

_ALL_CLOCKS: Final = int(Clock.QUOTE | Clock.TRADE | Clock.BOOK | Clock.BAR | Clock.EXTERNAL)
_ANY_CLOCK: Final = (Op.EXTERNAL_SCORE, Op.EXTERNAL_CONFIDENCE, Op.SECONDS)
_STATE_WORDS_MAX: Final = 1 << 31


def _bad(place: int, node: pb.Node, text: str) -> EngineError:
    name = f" {node.name!r}" if node.name else ""
    return EngineError(ErrorCode.BAD_PROGRAM, f"node {place}{name}: {text}")


def read_program(data: bytes, settings: Settings) -> Program:
    """Decode and test the program of a control."""
    test_form(data, pb.Program)
    return tested_program(pb.Program.FromString(data), settings)


def tested_program(message: pb.Program, settings: Settings) -> Program:
    """The program of a message."""
    if not 1 <= len(message.nodes) <= NODES_MAX:
        raise EngineError(ErrorCode.BAD_PROGRAM, f"{len(message.nodes)} nodes, not 1 to {NODES_MAX}")
    nodes = tuple(_node(place, node, settings) for place, node in enumerate(message.nodes))
    confidence = message.confidence if message.HasField("confidence") else None
    fair_value = message.fair_value if message.HasField("fair_value") else None
    for key, place in (("score", message.score), ("confidence", confidence), ("fair_value", fair_value)):
        if place is not None and place >= len(nodes):
            raise EngineError(ErrorCode.BAD_PROGRAM, f"{key} names node {place}, which is not there")
    if nodes[message.score].clock == 0:
        raise _bad(message.score, message.nodes[message.score], "the score is a constant")
    words = sum(sum(state_words(node)) for node in nodes) * len(settings.instruments)
    if words > _STATE_WORDS_MAX:
        raise EngineError(ErrorCode.CAPACITY, f"the program needs {words} words of state, above 2^31")
    return Program(nodes, message.score, confidence, fair_value)


def _node(place: int, node: pb.Node, settings: Settings) -> Node:
    try:
        row = OPERATORS[Op(node.op)]
    except ValueError as error:
        raise _bad(place, node, f"unknown operator {node.op}") from error
    count = len(node.inputs)
    if count != row.inputs and not (row.inputs == -1 and count):
        raise _bad(place, node, f"{row.op.name} has {count} inputs")
    if row.inputs == -1 and count > MODEL_INPUTS_MAX:
        raise _bad(place, node, f"{count} model inputs, above {MODEL_INPUTS_MAX}")
    if any(i >= place for i in node.inputs):
        raise _bad(place, node, "an input is not before its node")
    _test_clock(place, node, row)
    _test_params(place, node, row)
    _test_window(place, node, row, settings)
    return Node(node.op, tuple(node.inputs), node.clock, node.n, tuple(node.params))


def _test_clock(place: int, node: pb.Node, row: Operator) -> None:
    clock = node.clock
    if (clock == 0) != (row.op == Op.CONST):
        raise _bad(place, node, "clock 0 is that of CONST alone")
    if clock & ~_ALL_CLOCKS:
        raise _bad(place, node, f"unknown clock bits in {clock}")
    if row.clock and row.op not in _ANY_CLOCK and clock & ~row.clock:
        raise _bad(place, node, f"clock {clock} is not one of {row.op.name}")


def _test_params(place: int, node: pb.Node, row: Operator) -> None:
    wanted = 1 + len(node.inputs) if row.inputs == -1 else len(row.params)
    if len(node.params) != wanted:
        raise _bad(place, node, f"{len(node.params)} params, not {wanted}")
    if row.op != Op.CONST and not all(map(math.isfinite, node.params)):
        raise _bad(place, node, "a param is not finite")
    if row.op == Op.CLIP and node.params[0] > node.params[1]:
        raise _bad(place, node, "lo is above hi")
    if row.op == Op.EMA and not 0.0 < node.params[0] <= 1.0:
        raise _bad(place, node, f"alpha {node.params[0]} is outside (0, 1]")


def _test_window(place: int, node: pb.Node, row: Operator, settings: Settings) -> None:
    low, high = {
        "none": (0, 0),
        "level": (0, 9),
        "source": (0, settings.source_count - 1),
    }.get(row.window, (1, WINDOW_MAX))
    if not low <= node.n <= high:
        raise _bad(place, node, f"n is {node.n}, not within {low} to {high}")
    if row.params == ("ddof",):
        ddof = node.params[0]
        if ddof not in (0.0, 1.0) or node.n <= ddof:
            raise _bad(place, node, f"ddof {ddof} with a window of {node.n}")
