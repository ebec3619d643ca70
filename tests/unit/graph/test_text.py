"""Graphs written as text: the same program as in Python, and errors that point at the column."""

import pytest

from quartet import graph as g
from quartet.graph import GraphError, GraphTextError, graph, parse_graph

SAME = {
    "ema(mid, span=20)": g.ema(g.mid, span=20),
    "(ema(mid, span=20) - ema(mid, span=100)) / mid - 0.1 * zscore(mid, 200)": (
        (g.ema(g.mid, span=20) - g.ema(g.mid, span=100)) / g.mid - 0.1 * g.zscore(g.mid, 200)
    ),
    "1 < mid <= 3": g.lt(1, g.mid) & (g.mid <= 3),
    "mid == bid": g.eq(g.mid, g.bid),
    "mid != bid": g.ne(g.mid, g.bid),
    "mid > 1 and bid > 2 and ask > 3": ((g.mid > 1) & (g.bid > 2)) & (g.ask > 3),
    "mid > 1 or not bid > 2": (g.mid > 1) | ~(g.bid > 2),
    "(mid > 1) & (bid > 2) | ~(ask > 3)": (g.mid > 1) & (g.bid > 2) | ~(g.ask > 3),
    "bid if mid > 1 else -ask": g.select(g.mid > 1, g.bid, -g.ask),
    "min(mid, 2) + max(bid, +3) - abs(ask)": g.minimum(g.mid, 2) + g.maximum(g.bid, 3) - abs(g.ask),
    "open / close": g.open_ / g.close,
    "zscore(mid, 10 * 20 + 1)": g.zscore(g.mid, 201),
    "clip(mid, -1, 2 / 3)": g.clip(g.mid, -1, 2 / 3),
    "mid * (2 / 0)": g.mid * float("inf"),
    "linear([mid, bid], (0.5, -1), bias=2)": g.linear([g.mid, g.bid], (0.5, -1), bias=2),
    "ema(mid, 3, on='trade')": g.ema(g.mid, 3, on="trade"),
    "ema(mid, 3, on=quote|trade)": g.ema(g.mid, 3, on="quote|trade"),
    "delay(mid, on=(quote, 'bar'))": g.delay(g.mid, on={"quote", "bar"}),
    "at(seconds, bar)": g.at(g.seconds, "bar"),
    "bid_price(3) + external_score(1, on=external|quote)": g.bid_price(3) + g.external_score(1, on="quote|external"),
    "\n  mid\n  - bid\n": g.mid - g.bid,
}


@pytest.mark.parametrize(("text", "expression"), SAME.items(), ids=SAME)
def test_text_is_the_same_program(text: str, expression: g.Expr) -> None:
    assert parse_graph(text).to_bytes() == graph(expression).to_bytes()


def test_let_names_expressions_and_numbers_in_any_order() -> None:
    compiled = parse_graph(
        "trend - z",
        confidence="conf",
        fair_value="microprice",
        let={
            "trend": "(fast - slow) / mid",
            "slow": "ema(mid, 2 * n)",
            "fast": "ema(mid, n)",
            "n": 10,
            "z": "bid",
            "conf": 0.5,
        },
    )
    fast, slow = g.ema(g.mid, 10).named("fast"), g.ema(g.mid, 20).named("slow")
    trend = ((fast - slow) / g.mid).named("trend")
    assert compiled.to_bytes() == graph(trend - g.bid, 0.5, g.microprice).to_bytes()
    assert [node.name for node in compiled.nodes][:5] == ["mid", "fast", "slow", "sub_3", "trend"]


def test_families_are_switched_off() -> None:
    text = "coalesce(ema(mid, 3), bid)"
    assert parse_graph(text, disable=["technical"]).to_bytes() == graph(g.coalesce(float("nan"), g.bid)).to_bytes()


REFUSED: dict[str, tuple[int, str]] = {
    "mid + emaa(mid, 3)": (7, "'emaa' is not a function, did you mean 'ema'?"),
    "mid + imbalence": (7, "unknown name 'imbalence', did you mean 'imbalance'?"),
    "mid * (1 +": (7, "not an expression: '(' was never closed"),
    "mid +": (6, "not an expression: invalid syntax"),
    "  mid bid": (7, "not an expression: invalid syntax"),
    "": (1, "not an expression"),
    "mid ** 2": (1, "pow is not an operator of the language"),
    "mid % 2": (1, "mod is not an operator"),
    "bid + mid.real": (7, "attribute is not part of the language"),
    "bid + mid[0]": (7, "subscript is not part of the language"),
    "lambda: mid": (1, "lambda is not part of the language"),
    "[mid for x in mid]": (1, "listcomp is not part of the language"),
    "(x := mid)": (2, "namedexpr is not part of the language"),
    "f'{mid}'": (1, "joinedstr is not part of the language"),
    "bid + __import__('os').system('true')": (7, "only functions of the language can be called"),
    "__import__('os')": (1, "'__import__' is not a function"),
    "mid + ema": (7, "ema is a function; write ema(...)"),
    "mid(3)": (1, "'mid' is a source, without (...)"),
    "bid - ema(mid, spam=3)": (
        7,
        "ema(x, span, alpha, min_periods, on): got an unexpected keyword argument 'spam'",
    ),
    "zscore(mid)": (1, "missing a required argument: 'n'"),
    "ema(*mid)": (1, "arguments cannot be unpacked"),
    "ema(mid, **bid)": (1, "arguments cannot be unpacked"),
    "bid - zscore(mid, 70000)": (7, "zscore: n, the window in steps, must be from 1 to 65536, not 70000"),
    "zscore(mid, bid)": (1, "must be a whole number, not bid"),
    "mid > 1 & bid > 2": (7, "put comparisons in parentheses"),
    "mid & (1 | 2)": (8, "& and | join conditions, not numbers"),
    "mid in bid": (1, "in is not a comparison"),
    "mid + True": (7, "True is not a number"),
    "mid + 2j": (7, "2j is not a number"),
    "mid + 'bid'": (7, "a string cannot stand here"),
    "mid + [1]": (7, "a list cannot stand here"),
    "quote": (1, "a clock cannot stand here"),
    "quote | mid": (1, "a clock cannot stand here"),
    "ema(mid, 3, on=quot)": (16, "unknown name 'quot', did you mean 'quote'?"),
    "ema(mid, 3, on='quot')": (1, "unknown clock 'quot', did you mean 'quote'?"),
    "é + mid + nope": (1, "unknown name 'é'"),
    "mid + 'é' * nope": (13, "unknown name 'nope'"),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.items(), ids=REFUSED)
def test_errors_name_the_column(text: str, expected: tuple[int, str]) -> None:
    column, reason = expected
    with pytest.raises(GraphTextError) as caught:
        parse_graph(text)
    error = caught.value
    assert reason in error.reason
    assert (error.name, error.column) == ("score", column)
    line, caret = error.excerpt().splitlines()
    assert line == f"    {text}".rstrip(" ") or not text
    assert caret.index("^") == 3 + column
    assert str(error).startswith(f"score, column {column}: ")


def test_errors_in_let_name_it() -> None:
    with pytest.raises(GraphTextError, match=r"let.fast, column 5: unknown name 'md'"):
        parse_graph("fast", let={"fast": "2 * md"})
    with pytest.raises(GraphTextError, match=r"let\.unused, column 1: unknown name 'nothing'"):
        parse_graph("mid", let={"unused": "nothing"})
    with pytest.raises(GraphTextError, match="did you mean 'trend'"):
        parse_graph("trnd", let={"trend": "mid"})
    with pytest.raises(GraphTextError, match=r"let\.mid, column 1: the name 'mid' is taken by the language"):
        parse_graph("bid", let={"mid": "ask"})
    with pytest.raises(GraphTextError, match="'if' is taken by the language"):
        parse_graph("bid", let={"if": "ask"})
    with pytest.raises(GraphTextError, match="'a b' is not made of letters"):
        parse_graph("bid", let={"a b": "ask"})


def test_cycles_are_named() -> None:
    with pytest.raises(GraphError, match="in a circle: a -> b -> c -> a; one of them must not use the next"):
        parse_graph("a", let={"a": "b + 1", "b": "c * 2", "c": "-a"})
    with pytest.raises(GraphError, match="in a circle: a -> a"):
        parse_graph("mid", let={"a": "a"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("+".join(["mid"] * 30_000), "longer than 65536 characters"),
        ("+".join(["mid"] * 15_000), "nested too deep|recursion|too complex"),
        ("(" * 300 + "mid" + ")" * 300, "too many nested parentheses"),
        ("mid + " + "9" * 5000, "not an expression"),
        ("mid + " + "9" * 400, "too large for binary64"),
        ("mid + " + "9" * 400 + " * 1.5", "too large for binary64"),
    ],
    ids=["long", "deep", "nested", "digits", "huge", "huge times"],
)
def test_hostile_texts_are_refused(text: str, reason: str) -> None:
    with pytest.raises(GraphTextError, match=reason):
        parse_graph(text)


def test_binary_chains_are_read_once() -> None:
    text = "mid"
    for _ in range(60):
        text = f"({text} + bid)"
    assert len(parse_graph(text).nodes) == 62
