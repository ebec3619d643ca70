"""Compiling: folding, sharing, order, clocks, names, families, and graphs that cannot be."""

import math
import struct

import pytest

from quartet import graph as g
from quartet.core.contract import OPERATORS, Clock, Op
from quartet.core.pb.program_pb2 import Program
from quartet.graph import Expr, Graph, GraphError, graph
from quartet.graph.folding import fold, foldable


def ops(compiled: Graph) -> list[str]:
    return [node.op.name for node in compiled.nodes]


def value_of(expression: Expr) -> float:
    """The constant that the expression folds to."""
    compiled = graph(g.coalesce(g.mid, expression))
    constant = compiled.nodes[compiled.nodes[-1].inputs[1]]
    assert constant.op is Op.CONST
    return constant.params[0]


def test_inputs_come_first_depth_first_by_first_use() -> None:
    compiled = graph(g.ask - g.ema(g.mid, 3) * g.bid, fair_value=g.microprice, confidence=g.spread)
    assert ops(compiled) == ["ASK", "MID", "EMA", "BID", "MUL", "SUB", "SPREAD", "MICROPRICE"]
    assert (compiled.score, compiled.confidence, compiled.fair_value) == (5, 6, 7)
    assert all(i < node.index for node in compiled.nodes for i in node.inputs)


def test_equal_structures_are_one_node() -> None:
    compiled = graph(g.ema(g.mid, 5) / g.ema(g.mid, span=5) + g.ema(g.mid, 6))
    assert ops(compiled) == ["MID", "EMA", "DIV", "EMA", "ADD"]
    assert compiled.nodes[2].inputs == (1, 1)
    assert compiled.compilation.shared == 1


def test_another_clock_is_another_node() -> None:
    compiled = graph(g.ema(g.mid, 5) + g.ema(g.mid, 5, on="trade"))
    assert ops(compiled) == ["MID", "EMA", "EMA", "ADD"]
    # The clock that would be inherited anyway is the same clock.
    assert ops(graph(g.ema(g.mid, 5) + g.ema(g.mid, 5, on="quote"))) == ["MID", "EMA", "ADD"]


def test_zero_and_minus_zero_are_two_constants_and_nan_is_one() -> None:
    compiled = graph(g.mid + 0.0 + g.const(-0.0) + math.nan + struct.unpack("<d", struct.pack("<Q", 0xFFF8 << 48))[0])
    constants = [node.params[0] for node in compiled.nodes if node.op is Op.CONST]
    assert [struct.pack("<d", c) for c in constants] == [struct.pack("<d", c) for c in (0.0, -0.0, math.nan)]


def test_constants_are_folded_as_engines_compute() -> None:
    compiled = graph(g.mid * (g.const(0.1) + 0.2 - 1))
    assert ops(compiled) == ["MID", "CONST", "MUL"]
    assert compiled.nodes[1].params == (0.1 + 0.2 - 1,)
    assert compiled.compilation.folded == 2


def test_dead_constants_do_not_stay() -> None:
    assert len(graph(g.mid + g.exp(g.const(1) * 2)).nodes) == 3


FOLDED = {
    "division by zero": (g.const(-1) / 0, -math.inf),
    "zero by zero": (g.const(0) / 0, math.nan),
    "by minus zero": (1 / g.const(-0.0), -math.inf),
    "overflow": (g.const(1e308) * 10, math.inf),
    "infinities": (g.const(math.inf) - math.inf, math.nan),
    "minus zero": (-g.const(0.0), -0.0),
    "square root": (g.sqrt(2), math.sqrt(2)),
    "square root below zero": (g.sqrt(-1), math.nan),
    "square root of minus zero": (g.sqrt(-0.0), -0.0),
    "exp": (g.exp(1), 2.7182818284590455),
    "exp overflow": (g.exp(710), math.inf),
    "log": (g.log(2), 0.6931471805599453),
    "log of zero": (g.log(0), -math.inf),
    "tanh of minus zero": (g.tanh(-0.0), -0.0),
    "minimum": (g.minimum(0.0, -0.0), 0.0),
    "minimum of nan": (g.minimum(1, math.nan), math.nan),
    "maximum": (g.maximum(1, 3), 3.0),
    "clip": (g.clip(5, -1, 1), 1.0),
    "clip of nan": (g.clip(math.nan, -1, 1), math.nan),
    "sign": (g.sign(-3), -1.0),
    "sign of zero": (g.sign(-0.0), 0.0),
    "less": (g.const(1) < 2, 1.0),
    "less than nan": (g.const(1) < math.nan, math.nan),
    "equal": (g.eq(0.0, -0.0), 1.0),
    "not equal nan": (g.ne(1, math.nan), math.nan),
    "and": (g.and_(1, -0.0), 0.0),
    "or": (g.or_(0, 2), 1.0),
    "or with nan": (g.or_(1, math.nan), math.nan),
    "not": (g.not_(0), 1.0),
    "select": (g.select(2, 3, 4), 3.0),
    "select nan branch": (g.select(0, 3, math.nan), math.nan),
    "select by nan": (g.select(math.nan, 3, 4), math.nan),
    "is_nan": (g.is_nan(math.nan), 1.0),
    "coalesce": (g.coalesce(math.nan, 4), 4.0),
    "linear": (g.linear([2, 3], [0.1, 0.2], bias=1.0), (1.0 + 0.1 * 2) + 0.2 * 3),
    "logistic": (g.logistic([1], [0.0]), 0.5),
    "logistic far out": (g.logistic([1], [-800.0]), 0.0),
    "abs": (abs(g.const(-0.0)), 0.0),
}


@pytest.mark.parametrize(("expression", "expected"), FOLDED.values(), ids=FOLDED)
def test_folding(expression: Expr, expected: float) -> None:
    assert struct.pack("<d", value_of(expression)) == struct.pack("<d", expected)


def test_every_operator_without_state_folds() -> None:
    stateless = {op for op, row in OPERATORS.items() if row.inputs and not row.u_words.count(1, 1)}
    assert {op for op in Op if foldable(op)} == stateless
    assert math.isnan(fold(Op.SUB, [math.inf, math.inf], []))


def test_a_clock_of_its_own_is_not_folded_away() -> None:
    # Before its first tick such a node is NaN, which a constant is not.
    assert ops(graph(g.add(1, 2, on="quote"))) == ["CONST", "CONST", "ADD"]


def test_clocks_are_unions() -> None:
    compiled = graph(g.ema(g.mid, 3) + g.trade_price * g.external_score(0), fair_value=g.close)
    assert compiled.clock == Clock.QUOTE | Clock.TRADE | Clock.EXTERNAL
    assert compiled.nodes[compiled.fair_value or 0].clock == Clock.BAR
    assert graph(g.seconds).clock == Clock(31)
    assert graph(g.at(g.seconds, "bar")).clock == Clock.BAR
    assert graph(g.bid_price(3)).clock == Clock.BOOK


def test_names() -> None:
    trend = (g.ema(g.mid, 3) - g.mid).named("trend")
    compiled = graph(trend * 0.5 + g.bid_size_at(2) * g.external_score(7) + g.at(g.seconds, "bar") + g.seconds)
    names = [node.name for node in compiled.nodes]
    assert names[:5] == ["mid", "ema_1", "trend", "0.5", "mul_4"]
    assert {"bid_size_at_2", "external_score_7", "seconds"} <= set(names)
    assert len(set(names)) == len(names)


def test_a_name_does_not_split_a_node() -> None:
    plain, named = g.ema(g.mid, 3), g.ema(g.mid, 3).named("fast")
    compiled = graph(plain / named)
    assert [node.name for node in compiled.nodes] == ["mid", "fast", "div_2"]
    two = graph(g.ema(g.mid, 3).named("first") / g.ema(g.mid, 3).named("second"))
    assert two.nodes[1].name == "first"


def test_protobuf_says_the_same_as_the_table() -> None:
    compiled = graph(g.zscore(g.mid, 20) - g.imbalance, confidence=0.5)
    program = Program.FromString(compiled.to_bytes())
    assert program == compiled.to_proto()
    assert [n.op for n in program.nodes] == [Op.MID, Op.ZSCORE, Op.IMBALANCE, Op.SUB, Op.CONST]
    zscore = program.nodes[1]
    assert (list(zscore.inputs), zscore.clock, zscore.n, list(zscore.params)) == ([0], 1, 20, [1.0])
    assert (program.score, program.confidence, program.HasField("fair_value")) == (3, 4, False)


def test_the_same_graph_gives_the_same_bytes() -> None:
    def build() -> Graph:
        return graph((g.ema(g.mid, 20) - g.ema(g.mid, 100)) / g.mid - 0.1 * g.zscore(g.mid, 200))

    assert build().to_bytes() == build().to_bytes()
    assert build().digest == build().digest
    assert build().digest != graph(g.mid).digest


def test_nan_is_written_as_the_canonical_one() -> None:
    assert bytes.fromhex("000000000000f87f") in graph(g.coalesce(g.mid, -g.const(math.nan))).to_bytes()


def test_state_words_are_those_of_the_table() -> None:
    compiled = graph(g.zscore(g.mid, 200) + g.corr(g.mid, g.bid, 10) + g.wilder(g.mid, 4))
    assert compiled.state_words == (2 + 2 + 400) + (2 + 5 + 50) + 2


def test_text_of_a_graph() -> None:
    fast = g.ema(g.mid, 10).named("fast")
    text = repr(graph((fast - g.bid) / -g.mid, confidence=1))
    assert text.splitlines() == [
        "Graph of 7 nodes, decides on quote: score = div_5, confidence = 1.0",
        "  #  name   is                 ticks on",
        "  0  mid    mid                quote",
        "  1  fast   ema(mid, span=10)  quote",
        "  2  bid    bid                quote",
        "  3  sub_3  fast - bid         quote",
        "  4  neg_4  -mid               quote",
        "  5  div_5  sub_3 / neg_4      quote",
        "  6  1.0    1.0",
    ]
    explained = graph(g.clip(fast * (g.const(2) / 3), -1, 1)).explain()
    assert "1 folded to constants" in explained
    assert "State: 2 words of 8 bytes a symbol." in explained
    assert "technical" in explained
    assert OPERATORS[Op.EMA].doc in explained


WRITTEN = {
    "select(mid > 3.0, bid, ask)": g.select(g.mid > 3, g.bid, g.ask),
    "(mid + 1.0) * -bid": (g.mid + 1) * -g.bid,
    "~(mid < bid)": ~(g.mid < g.bid),
    "ema(mid, alpha=0.3, min_periods=2)": g.ema(g.mid, alpha=0.3, min_periods=2),
    "zscore(mid, 9, ddof=0)": g.zscore(g.mid, 9, ddof=0),
    "clip(mid, -1.0, 1.0)": g.clip(g.mid, -1, 1),
    "linear([mid, bid], [1.0, 2.0], bias=0.5)": g.linear([g.mid, g.bid], [1, 2], 0.5),
    "bid_price(0) - ask_size_at(3)": g.bid_price(0) - g.ask_size_at(3),
    "corr(mid, bid, 7)": g.corr(g.mid, g.bid, 7),
    "abs(mid) - open_": abs(g.mid) - g.open_,
}


@pytest.mark.parametrize(("text", "expression"), WRITTEN.items(), ids=WRITTEN)
def test_text_of_an_expression_can_be_read_back(text: str, expression: Expr) -> None:
    assert repr(expression) == text
    assert g.parse_graph(text).to_bytes() == graph(expression).to_bytes()


def test_long_chains_need_no_recursion() -> None:
    chain: Expr = g.mid
    for _ in range(4000):
        chain = abs(chain)
    assert len(graph(chain).nodes) == 4001


def test_families_become_nan() -> None:
    score = g.coalesce(g.ema(g.mid, 3), g.bid) + g.coalesce(g.zscore(g.mid, 5), g.ask) + g.linear([g.mid], [1.0])
    everything = set(ops(graph(score)))
    for family, gone in {"technical": "EMA", "statistical": "ZSCORE", "ml": "LINEAR"}.items():
        compiled = graph(score, disable={family})
        assert everything - set(ops(compiled)) == {gone}
        nans = [n for n in compiled.nodes if n.op is Op.CONST and math.isnan(n.params[0])]
        assert len(nans) == 1
        assert compiled.compilation.disabled
    assert all(graph(score, disable=g.FAMILIES).nodes[i].family == "none" for i in range(3))


def test_graphs_that_cannot_be() -> None:
    with pytest.raises(GraphError, match="the score never ticks, it is a constant; let it read a source"):
        graph(g.const(1) + 2)
    with pytest.raises(GraphError, match=r"the score never ticks, switched off: ema\(mid, span=3\)"):
        graph(g.ema(g.mid, 3), disable={"technical"})
    with pytest.raises(GraphError, match=r"delay\(1.0, 2\) never ticks, for its inputs are constants"):
        graph(g.mid + g.delay(1, 2))
    with pytest.raises(GraphError, match="unknown family 'technicals', did you mean 'technical'"):
        graph(g.mid, disable={"technicals"})
    with pytest.raises(GraphError, match="score: None of type NoneType"):
        graph(None)  # type: ignore[arg-type]
    total: Expr = g.mid
    for k in range(2100):
        total = total + k
    with pytest.raises(GraphError, match="the graph has 4201 nodes, more than 4096; split it"):
        graph(total)
