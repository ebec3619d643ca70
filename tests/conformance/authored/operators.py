"""Section 4: every operator on a series with holes, with several windows; its state shows in the snapshot."""

from __future__ import annotations

import random

from quartet.core.contract import OPERATORS
from tests.conformance.authored.case import Case
from tests.conformance.configs import Nodes, base, program
from tests.conformance.stream import Stream

WINDOWS = {"lag": (1, 3, 8), "rolling": (1, 2, 3, 7), "scan": (1, 2, 3, 7), "smoothing": (1, 3, 7)}


def cases() -> list[Case]:
    made = [
        Case(
            f"operator_{op.op.name.lower()}",
            paragraphs(op),
            base(program(exercise(op))),
            series(int(op.op)),
            evaluate=True,
        )
        for op in OPERATORS.values()
        if op.inputs != 0
    ]
    made.append(
        Case(
            "elementary_functions",
            ["1.5", "1.6", "1.7"],
            base(program(elementary())),
            wide_series(),
            evaluate=True,
        )
    )
    made.append(Case("signed_zeros", ["1.4", "4.1", "4.6"], base(program(zeros())), balanced_series(), evaluate=True))
    return made


def paragraphs(op) -> list[str]:
    if op.window == "smoothing":
        return ["4.7", "4.8"]
    if op.window == "rolling":
        return ["4.3", "4.5", "4.6"]
    return ["4.3", "4.4"] if op.window in ("lag", "scan") else ["4.1", "4.2"]


def exercise(op):
    """The operator over differences that are negative, zero, equal and NaN, for every window."""
    nodes = Nodes()
    bid, ask = nodes.add("BID"), nodes.add("ASK")
    hundred = nodes.const(100.0)
    x, y = nodes.add("SUB", bid, hundred), nodes.add("SUB", hundred, ask)
    z = nodes.add("IMBALANCE")
    inputs = [x, y, z][: op.inputs] if op.inputs > 0 else [x, y, z, x]
    made = []
    for n in WINDOWS.get(op.window, (0,)):
        for ddof in (0, 1) if "ddof" in op.params else (None,):
            if ddof is not None and n <= ddof:
                continue
            made.append(nodes.add(op.op.name, *inputs, n=n, params=params(op, ddof, len(inputs))))
    return nodes.score(made[-1])


def params(op, ddof: int | None, count: int) -> tuple[float, ...]:
    if ddof is not None:
        return (float(ddof),)
    if "alpha" in op.params:
        return (0.3,)
    if "lo" in op.params:
        return (-0.02, 0.03)
    if "weights" in op.params:
        return (0.1, *(0.7 - 0.4 * i for i in range(count)))
    return ()


def series(seed: int) -> Stream:
    draw = random.Random(seed)
    s = Stream()
    for i in range(40):
        bid = 100 + draw.choice((-0.03, -0.01, 0, 0, 0.01, 0.02))
        sizes = (draw.choice((1, 2, 5)), draw.choice((1, 2, 5)))
        if i % 13 == 9:
            sizes = (0, sizes[1]) if i % 2 else (sizes[0], 0)
        s.quote(round(bid, 2), round(bid + draw.choice((0, 0.01, 0.02)), 2), *sizes)
        if i % 9 == 4:
            s.trade(100, 1).clock()
    return s


def elementary():
    nodes = Nodes()
    x = nodes.add("IMBALANCE")
    out = []
    for scale in (1e-9, 0.01, 0.3, 0.7, 5.0, 25.0, 400.0, 705.0, 800.0):
        scaled = nodes.add("MUL", x, nodes.const(scale))
        power = nodes.add("EXP", scaled)
        out += [
            nodes.add("LOG", power),
            nodes.add("TANH", scaled),
            nodes.add("LOG", scaled),
            nodes.add("SQRT", scaled),
        ]
        out.append(nodes.add("LOGISTIC", scaled, params=(0.0, 1.0)))
    return nodes.score(out[0])


def zeros():
    """Zeros of both signs where an operator has to choose between equals."""
    nodes = Nodes()
    bid_size = nodes.add("BID_SIZE")
    zero = nodes.add("IMBALANCE")
    x = nodes.add("MUL", zero, nodes.add("SUB", bid_size, nodes.const(3.0)))
    y = nodes.add("NEG", x)
    out = [nodes.add("CLIP", x, params=bounds) for bounds in ((-1.0, 0.0), (-1.0, -0.0), (0.0, 1.0), (-0.0, 1.0))]
    for op in ("MIN2", "MAX2", "ADD"):
        out += [nodes.add(op, x, y), nodes.add(op, y, x)]
    for op in ("SIGN", "ABS", "SQRT", "TANH", "NOT"):
        out.append(nodes.add(op, x))
    for op in ("ROLLING_MIN", "ROLLING_MAX", "ARGMIN", "ARGMAX", "RANK"):
        out += [nodes.add(op, x, n=2), nodes.add(op, x, n=3)]
    return nodes.score(nodes.add("COALESCE", x, out[0]))


def balanced_series() -> Stream:
    s = Stream()
    for size in (1, 5, 5, 1, 1, 3, 5, 1, 5):
        s.quote(100, 100.01, size, size)
    return s


def wide_series() -> Stream:
    draw = random.Random(7)
    s = Stream()
    s.quote(1, 2, 5, 5).quote(1, 2, 0, 0)
    for _ in range(60):
        s.quote(1, 2, draw.randrange(0, 10**6), draw.randrange(1, 10**6))
    return s
