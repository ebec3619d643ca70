"""Folding is what an engine would have computed: each operator on constants, folded and run, gives the same bits."""

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quartet import graph as g
from quartet.core.contract import COLUMNS, COMMON_COLUMNS, OPERATORS, EventKind, Op
from quartet.engines.config import engine_settings
from quartet.engines.reference import Engine
from quartet.graph.construction import node
from quartet.graph.folding import fold, foldable

TYPES = {"u8": "u1", "u16": "<u2", "u32": "<u4", "u64": "<u8", "i8": "i1", "i64": "<i8", "f64": "<f8"}
SETTINGS = engine_settings({"instruments": [{"symbol": "A"}], "signal_generation.min_signal_confidence": 0})
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, 20.5, 709.8, -745.2, 5e-324, 1e308, -1e308, math.inf, -math.inf, math.nan]
NUMBERS = st.one_of(st.sampled_from(EDGES), st.floats(-50, 50), st.floats(width=64))
FINITE = st.floats(-1e6, 1e6)


def run(expression: g.Expr) -> float:
    """The score of one quote."""
    engine = Engine(SETTINGS.engine_config(["A"], graph=g.graph(expression)))
    row = {"kind": EventKind.QUOTE, "symbol": 0, "ts_event": 1, "ts_init": 1, "bid_price": 10**9, "ask_price": 10**9}
    row |= {"bid_size": 1, "ask_size": 1}
    columns = [*COMMON_COLUMNS, *(column for kind in COLUMNS.values() for column in kind)]
    cells = [np.array([row[c.name]] if c.name in row else [], TYPES[c.type]) for c in columns]
    _, score, _, _ = engine.evaluate(cells, [])
    value: float = struct.unpack("<d", score)[0]
    return value


@pytest.mark.parametrize("op", [op for op in Op if foldable(op)], ids=lambda op: op.name)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_folded_and_run_are_the_same_bits(op: Op, data: st.DataObject) -> None:
    row = OPERATORS[op]
    count = row.inputs if row.inputs > 0 else data.draw(st.integers(1, 4))
    inputs = [data.draw(NUMBERS) for _ in range(count)]
    drawn = len(row.params) if row.inputs > 0 else count + 1
    params = [data.draw(FINITE) for _ in range(drawn)]
    if op is Op.CLIP:
        params.sort()
    # A clock of its own keeps the compiler from folding it.
    ran = run(node(op, *inputs, params=params, on="quote"))
    assert struct.pack("<d", fold(op, inputs, params)) == struct.pack("<d", ran)
