"""Windows: warm-up, hand-computed values, and equality with a computation from scratch (spec 4.4 to 4.6)."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.contract import Op
from tests.unit.reference.operators import apply, words

NAN: Final = float("nan")


def same(got: Sequence[float], wanted: Sequence[float]) -> bool:
    """Equal values, NaN with NaN."""
    return len(got) == len(wanted) and all(a == b or (a != a and b != b) for a, b in zip(got, wanted, strict=True))


def close(got: Sequence[float], wanted: Sequence[float], scale: float) -> bool:
    return len(got) == len(wanted) and all(
        (a != a and b != b) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9 * scale)
        for a, b in zip(got, wanted, strict=True)
    )


def rank(window: list[float]) -> float:
    less = sum(x < window[-1] for x in window)
    equal = sum(x == window[-1] for x in window)
    return (less + (equal + 1) * 0.5) / len(window)


# With whole numbers below 2^53 every one of these is exact, whatever the order of the sums.
EXACT: dict[Op, Callable[[list[float]], float]] = {
    Op.SUM: sum,
    Op.MEAN: lambda w: sum(w) / len(w),
    Op.PRODUCT: math.prod,
    Op.ROLLING_MIN: min,
    Op.ROLLING_MAX: max,
    Op.ARGMIN: lambda w: 1.0 + w.index(min(w)),
    Op.ARGMAX: lambda w: 1.0 + w.index(max(w)),
    Op.RANK: rank,
    Op.LINEAR_DECAY: lambda w: sum(i * x for i, x in enumerate(w, 1)) / (len(w) * (len(w) + 1) / 2),
}
WHOLE = st.integers(-9, 9).map(float)
SERIES = st.lists(WHOLE | st.just(NAN), max_size=25)


def from_scratch(xs: Sequence[float], n: int, of: Callable[[list[float]], float]) -> list[float]:
    """NaN until the window is full, NaN with a NaN inside."""
    out = []
    for end in range(1, len(xs) + 1):
        window = list(xs[max(end - n, 0) : end])
        full = len(window) == n and not any(map(math.isnan, window))
        out.append(float(of(window)) if full else NAN)
    return out


@pytest.mark.parametrize("op", EXACT)
@given(xs=SERIES, n=st.integers(1, 7))
def test_windows_equal_a_computation_from_scratch(op: Op, xs: list[float], n: int) -> None:
    assert same(apply(op, xs, n=n), from_scratch(xs, n, EXACT[op]))


@given(xs=SERIES, n=st.integers(2, 7), ddof=st.sampled_from((0.0, 1.0)))
def test_moments_equal_a_computation_from_scratch(xs: list[float], n: int, ddof: float) -> None:
    var = statistics.variance if ddof else statistics.pvariance
    assert close(apply(Op.VAR, xs, n=n, params=(ddof,)), from_scratch(xs, n, var), 100.0)
    assert close(apply(Op.STD, xs, n=n, params=(ddof,)), from_scratch(xs, n, lambda w: math.sqrt(var(w))), 1e4)


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=12, max_size=25))
def test_comoments_equal_a_computation_from_scratch(pairs: list[tuple[float, float]]) -> None:
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    n = 5
    covariances = apply(Op.COV, xs, ys, n=n, params=(1.0,))
    for end in range(n, len(xs) + 1):
        wanted = statistics.covariance(xs[end - n : end], ys[end - n : end])
        assert math.isclose(covariances[end - 1], wanted, abs_tol=1e-9)


def test_delay_and_delta() -> None:
    xs = [1.0, NAN, 3.0, 4.0, 5.0]
    assert same(apply(Op.DELAY, xs, n=2), [NAN, NAN, 1.0, NAN, 3.0])
    assert same(apply(Op.DELTA, xs, n=2), [NAN, NAN, 2.0, NAN, 2.0])
    # DELAY shows the old value even where the new one is NaN (spec 4.1).
    assert same(apply(Op.DELAY, [1.0, NAN], n=1), [NAN, 1.0])


def test_ring_words() -> None:
    assert words(Op.DELAY, [1.0, 2.0, 3.0, 4.0], n=3) == ([1, 3], [4.0, 2.0, 3.0])
    assert words(Op.RANK, [1.0, 2.0], n=3) == ([2, 2], [1.0, 2.0, 0.0])


def test_ties_go_to_the_oldest() -> None:
    xs = [3.0, 1.0, 3.0, 1.0]
    assert apply(Op.ARGMAX, xs, n=4)[-1] == 1.0
    assert apply(Op.ARGMIN, xs, n=4)[-1] == 2.0


def test_slope() -> None:
    assert apply(Op.SLOPE, [1.0, 3.0, 5.0], n=3)[-1] == 2.0
    assert math.isnan(apply(Op.SLOPE, [1.0], n=1)[0])
    # (-1.5)(1) + (-.5)(4) + (.5)(9) + (1.5)(16) = 25, over 4*(16 - 1)/12 = 5.
    assert apply(Op.SLOPE, [1.0, 4.0, 9.0, 16.0], n=4)[-1] == 5.0


def test_variance_by_hand() -> None:
    assert same(apply(Op.VAR, [1.0, 3.0, 7.0], n=2, params=(0.0,)), [NAN, 1.0, 4.0])
    assert same(apply(Op.VAR, [1.0, 3.0, 7.0], n=2, params=(1.0,)), [NAN, 2.0, 8.0])
    assert same(apply(Op.STD, [1.0, 3.0, 7.0], n=2, params=(0.0,)), [NAN, 1.0, 2.0])


def test_zscore() -> None:
    assert same(apply(Op.ZSCORE, [1.0, 3.0, 3.0], n=2, params=(0.0,)), [NAN, 1.0, NAN])


def test_correlation() -> None:
    xs, ys = [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]
    assert apply(Op.CORR, xs, ys, n=3)[-1] == 1.0
    assert apply(Op.CORR, xs, [-y for y in ys], n=3)[-1] == -1.0
    assert math.isnan(apply(Op.CORR, xs, [5.0] * 3, n=3)[-1])
    assert math.isnan(apply(Op.CORR, [1.0, NAN], ys[:2], n=2)[-1])
    # Both moments are above 0, their product is not.
    tiny = [0.0, 1e-90, 2e-90]
    assert apply(Op.CORR, tiny, tiny, n=3)[-1] == math.inf


def test_block_words() -> None:
    # Two values of a second block of three: prefix 4+5, raws 4 and 5, then the suffix of the first block at 3.
    assert words(Op.SUM, [1.0, 2.0, 3.0, 4.0, 5.0], n=3) == ([2, 1], [9.0, 4.0, 5.0, 3.0])
    # A completed block leaves the suffixes and an empty prefix.
    assert words(Op.SUM, [1.0, 2.0, 3.0], n=3) == ([0, 1], [0.0, 6.0, 5.0, 3.0])
    # Moments: suffix of (1, 3): mean 2, squares 2; suffix of (3): 3, 0.
    assert words(Op.VAR, [1.0, 3.0], n=2, params=(0.0,)) == ([0, 1], [0.0, 0.0, 2.0, 2.0, 3.0, 0.0])
    # One raw pair takes the first two words of its slot.
    u, f = words(Op.CORR, [7.0], [8.0], n=2)
    assert (u, f[:10]) == ([1, 0], [7.0, 8.0, 0.0, 0.0, 0.0, 7.0, 8.0, 0.0, 0.0, 0.0])


def test_a_nan_leaves_the_window_after_n_steps() -> None:
    for op in (Op.SUM, Op.ROLLING_MAX, Op.MEAN):
        values = apply(op, [1.0, NAN, 2.0, 3.0, 4.0, 5.0], n=2)
        assert [v != v for v in values] == [True, True, True, False, False, False]


def test_infinity_makes_moments_nan_only_inside_the_window() -> None:
    values = apply(Op.VAR, [1.0, math.inf, 2.0, 3.0, 4.0], n=2, params=(0.0,))
    assert [v != v for v in values] == [True, True, True, False, False]


def test_ema() -> None:
    assert same(apply(Op.EMA, [2.0, NAN, 4.0, 8.0], n=2, params=(0.5,)), [NAN, NAN, 3.0, 5.5])
    assert words(Op.EMA, [2.0, NAN, 4.0], n=2, params=(0.5,)) == ([2], [3.0])
    assert apply(Op.EMA, [2.0], n=1, params=(1.0,)) == [2.0]


def test_wilder() -> None:
    # Mean of the first two, then s + (x - s)/2.
    assert same(apply(Op.WILDER, [2.0, NAN, 4.0, 8.0, 7.5], n=2), [NAN, NAN, 3.0, 5.5, 6.5])
    assert same(apply(Op.WILDER, [1.0, 2.0, 6.0, 9.0], n=3), [NAN, NAN, 3.0, 5.0])
    assert words(Op.WILDER, [1.0, 2.0], n=3) == ([2], [3.0])
