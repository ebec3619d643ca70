"""Operators with state: lags, rolling windows, smoothing; n counts steps, ticks of the node's clock.

A window gives NaN until n steps have been seen, and while a NaN is inside.
"""

from numbers import Integral

from quartet.core.contract import WINDOW_MAX, Op
from quartet.graph.clocks import On
from quartet.graph.construction import node
from quartet.graph.errors import GraphError
from quartet.graph.expression import Expr, Operand, as_float
from quartet.graph.naming import span_alpha


def delay(x: Operand, n: int = 1, *, on: On | None = None) -> Expr:
    """x of n steps ago."""
    return node(Op.DELAY, x, n=n, on=on)


def delta(x: Operand, n: int = 1, *, on: On | None = None) -> Expr:
    """x minus x of n steps ago."""
    return node(Op.DELTA, x, n=n, on=on)


def rolling_sum(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Sum over the last n steps."""
    return node(Op.SUM, x, n=n, on=on)


def rolling_mean(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Mean over the last n steps."""
    return node(Op.MEAN, x, n=n, on=on)


def rolling_std(x: Operand, n: int, ddof: int = 1, *, on: On | None = None) -> Expr:
    """Standard deviation over the last n steps."""
    return node(Op.STD, x, n=n, params=_ddof("rolling_std", n, ddof), on=on)


def rolling_var(x: Operand, n: int, ddof: int = 1, *, on: On | None = None) -> Expr:
    """Variance over the last n steps."""
    return node(Op.VAR, x, n=n, params=_ddof("rolling_var", n, ddof), on=on)


def zscore(x: Operand, n: int, ddof: int = 1, *, on: On | None = None) -> Expr:
    """(x - mean) / standard deviation over the last n steps."""
    return node(Op.ZSCORE, x, n=n, params=_ddof("zscore", n, ddof), on=on)


def rolling_min(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Smallest of the last n steps."""
    return node(Op.ROLLING_MIN, x, n=n, on=on)


def rolling_max(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Largest of the last n steps."""
    return node(Op.ROLLING_MAX, x, n=n, on=on)


def argmin(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Position of the smallest of the last n steps, 1 is the oldest; ties: the oldest."""
    return node(Op.ARGMIN, x, n=n, on=on)


def argmax(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Position of the largest of the last n steps, 1 is the oldest; ties: the oldest."""
    return node(Op.ARGMAX, x, n=n, on=on)


def rank(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Average rank of x among the last n steps, divided by n."""
    return node(Op.RANK, x, n=n, on=on)


def corr(x: Operand, y: Operand, n: int, *, on: On | None = None) -> Expr:
    """Pearson correlation over the last n steps."""
    return node(Op.CORR, x, y, n=n, on=on)


def cov(x: Operand, y: Operand, n: int, ddof: int = 1, *, on: On | None = None) -> Expr:
    """Covariance over the last n steps."""
    return node(Op.COV, x, y, n=n, params=_ddof("cov", n, ddof), on=on)


def product(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Product over the last n steps."""
    return node(Op.PRODUCT, x, n=n, on=on)


def linear_decay(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Mean over the last n steps, weights 1 (oldest) to n."""
    return node(Op.LINEAR_DECAY, x, n=n, on=on)


def slope(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Least-squares slope over the last n steps, per step."""
    return node(Op.SLOPE, x, n=n, on=on)


def ema(
    x: Operand,
    span: int | None = None,
    *,
    alpha: float | None = None,
    min_periods: int | None = None,
    on: On | None = None,
) -> Expr:
    """Exponential moving average, alpha = 2 / (span + 1).

    It keeps its state on NaN, and gives values from the min_periods-th on. min_periods is the span
    unless given; with alpha it is the span that alpha stands for.
    """
    if (span is None) == (alpha is None):
        raise GraphError("ema takes either span= or alpha=, and one of them")
    if span is not None:
        if isinstance(span, bool) or not isinstance(span, Integral) or not 1 <= span <= WINDOW_MAX:
            raise GraphError(f"ema: span must be a whole number from 1 to {WINDOW_MAX}, not {span!r}; or give alpha=")
        factor, periods = span_alpha(int(span)), int(span)
    else:
        factor = as_float(alpha, "alpha of ema")
        if not 0.0 < factor <= 1.0:
            raise GraphError(f"ema: alpha must be above 0 and at most 1, not {alpha!r}")
        periods = round(min(2.0 / factor - 1.0, WINDOW_MAX))
    return node(Op.EMA, x, n=periods if min_periods is None else min_periods, params=(factor,), on=on)


def wilder(x: Operand, n: int, *, on: On | None = None) -> Expr:
    """Wilder's moving average of n steps, started with their mean."""
    return node(Op.WILDER, x, n=n, on=on)


def _ddof(name: str, n: int, ddof: int) -> tuple[float]:
    if isinstance(ddof, bool) or ddof not in (0, 1):
        raise GraphError(f"{name}: ddof must be 0 or 1, not {ddof!r}")
    if isinstance(n, Integral) and 0 < int(n) <= ddof:
        raise GraphError(f"{name}: a window of n = {n} is too short for ddof = {ddof}; give a larger n")
    return (float(ddof),)
