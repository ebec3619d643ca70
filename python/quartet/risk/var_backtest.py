"""Whether forecasts of value at risk and expected shortfall were right: hits, their number, their order, their size.

Sources: Kupiec (1995); Christoffersen (1998); Basel Committee (1996), "Supervisory framework for backtesting"; Acerbi,
Szekely (2014), test 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from quartet.core.errors import DataError
from quartet.risk.measuring import Floats
from quartet.risk.tail_formulas import normal_cvar, normal_var, t_cvar, t_var, tail_of

Zone = Literal["green", "yellow", "red"]
Bools = NDArray[np.bool_]

WINDOW: Final = 250
_YELLOW_PLUS: Final = {5: 0.40, 6: 0.50, 7: 0.65, 8: 0.75, 9: 0.85}
_RED_FROM: Final = 10
Z2_CRITICAL: Final = {0.95: (-0.47, -0.57), 0.975: (-0.70, -0.81), 0.99: (-1.13, -1.31)}
"""5 % critical values of Z2 over 250 periods by level: normal returns, and Student's t with 3 degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Test:
    """A likelihood-ratio statistic and the chance of one at least as large if the forecasts are right."""

    __test__ = False

    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True)
class VarBacktest:
    """The verdict on forecasts of one level."""

    level: float
    periods: int
    hits: int
    coverage: Test
    """Kupiec: is the number of hits right?"""
    independence: Test
    """Christoffersen: do hits come one by one?"""
    conditional: Test
    """Both."""
    zone: Zone | None
    """Basel's, of the last 250 periods at the level of 99 %; None for others."""
    z2: float | None
    """Acerbi and Szekely's, where shortfalls were forecast: near 0 where they are right, below where too small."""
    z2_critical: float | None
    """What z2 is below with the chance of the test's level, were returns normal and the forecasts right."""
    accepted: bool
    """Whether coverage, independence and z2 are not refused at the test's level, nor the zone red."""


def hits_of(losses: Floats, var: Floats) -> Bools:
    """(T,) whether each loss was above its forecast. DataError for different lengths or nothing."""
    if len(losses) != len(var) or len(losses) == 0:
        raise DataError(f"{len(losses):,} losses, {len(var):,} forecasts: give one for each, and at least one")
    return np.asarray(losses > var)


def kupiec(hits: int, periods: int, level: float) -> Test:
    """LR of the hit rate against 1 - level, chi-squared with one degree of freedom; 0 ln 0 is 0."""
    p = float(tail_of(level))
    rate = hits / periods
    apart = _log_likelihood(hits, periods - hits, rate) - _log_likelihood(hits, periods - hits, p)
    return _one_degree(2.0 * apart)


def christoffersen(hits: Bools) -> Test:
    """LR of a chance of a hit that depends on a hit the period before, chi-squared with one degree of freedom."""
    before, after = hits[:-1], hits[1:]
    n01, n00 = int((~before & after).sum()), int((~before & ~after).sum())
    n11, n10 = int((before & after).sum()), int((before & ~after).sum())
    moves = n00 + n01 + n10 + n11
    pooled = _log_likelihood(n01 + n11, n00 + n10, (n01 + n11) / moves) if moves else 0.0
    apart = _own_rate(n01, n00) + _own_rate(n11, n10) - pooled
    return _one_degree(2.0 * apart)


def conditional_coverage(hits: Bools, level: float) -> Test:
    """Kupiec's and Christoffersen's added up, chi-squared with two degrees of freedom."""
    statistic = kupiec(int(hits.sum()), len(hits), level).statistic + christoffersen(hits).statistic
    return Test(statistic, math.exp(-0.5 * statistic))


def basel_zone(hits: int) -> Zone:
    """Of the hits in 250 periods at 99 %: green to 4, yellow to 9, red from 10."""
    return "red" if hits >= _RED_FROM else "yellow" if hits in _YELLOW_PLUS else "green"


def basel_multiplier(hits: int) -> float:
    """What the model's value at risk is to be multiplied by: (3 + plus) / 3, with plus from 0 (green) to 1 (red)."""
    plus = 1.0 if hits >= _RED_FROM else _YELLOW_PLUS.get(hits, 0.0)
    return (3.0 + plus) / 3.0


def acerbi_szekely_z2(losses: Floats, var: Floats, es: Floats, level: float) -> float:
    """1 - sum of losses at hits over their forecast shortfall / (T * (1 - level)); DataError for shortfalls <= 0."""
    hit = hits_of(losses, var)
    if len(es) != len(losses) or np.any(es <= 0.0):
        raise DataError("es: give a forecast above zero for each loss")
    return 1.0 - float((losses[hit] / es[hit]).sum()) / (len(losses) * float(tail_of(level)))


@lru_cache(maxsize=64)
def z2_critical(
    level: float,
    periods: int,
    *,
    freedom: float | None = None,
    test_level: float = 0.05,
    seed: int = 12345,
    draws: int = 20_000,
) -> float:
    """What Z2 of right forecasts is below with the chance test_level, by simulation: seed and draws make it what it is.

    freedom: degrees of freedom, above 2, of returns by Student's t, which needs the extra research; None: normal ones.
    """
    generator = np.random.default_rng(seed)
    drawn: Callable[[tuple[int, int]], Floats]
    if freedom is None:
        var, es = normal_var(0.0, 1.0, level), normal_cvar(0.0, 1.0, level)
        drawn = generator.standard_normal
    else:
        var, es = t_var(0.0, 1.0, level, freedom), t_cvar(0.0, 1.0, level, freedom)
        drawn = partial(_students_t, generator, freedom)
    batch = max(1, 2_000_000 // periods)
    values = []
    for start in range(0, draws, batch):
        losses = drawn((min(batch, draws - start), periods))
        beyond = np.where(losses > var, losses, 0.0).sum(axis=1)
        values.append(1.0 - beyond / (periods * float(tail_of(level)) * es))
    return float(np.quantile(np.concatenate(values), test_level))


def judge_forecasts(
    losses: Floats, var: Floats, es: Floats | None = None, *, level: float, test_level: float = 0.05
) -> VarBacktest:
    """Losses (T,) against forecasts (T,) of the same periods, fractions of equity; level is that of the forecasts.

    DataError for different lengths.
    """
    hit = hits_of(losses, var)
    count = int(hit.sum())
    tests = kupiec(count, len(hit), level), christoffersen(hit), conditional_coverage(hit, level)
    zoned = level == 0.99 and len(hit) >= WINDOW
    zone = basel_zone(int(hit[-WINDOW:].sum())) if zoned else None
    z2 = critical = None
    if es is not None:
        z2 = acerbi_szekely_z2(losses, var, es, level)
        critical = z2_critical(level, len(hit), test_level=test_level)
    enough = z2 is None or critical is None or z2 >= critical
    accepted = min(tests[0].p_value, tests[1].p_value) >= test_level and zone != "red" and enough
    return VarBacktest(level, len(hit), count, *tests, zone, z2, critical, accepted)


def rolling_forecasts(losses: Floats, forecast: Callable[[Floats], float], window: int | None, start: int) -> Floats:
    """Forecasts (T,): row t is that of the losses before t, the last `window` or all; NaN before row `start`."""
    if not 1 <= start < len(losses) or (window is not None and window < 1):
        raise DataError(f"{len(losses):,} losses, start {start}, window {window}: leave periods on both sides of start")
    out = np.full(len(losses), np.nan)
    for row in range(start, len(losses)):
        out[row] = forecast(losses[max(0, row - window) if window else 0 : row])
    return out


def _students_t(generator: np.random.Generator, freedom: float, shape: tuple[int, int]) -> Floats:
    """Of deviation 1."""
    return generator.standard_t(freedom, shape) * math.sqrt((freedom - 2.0) / freedom)


def _log_likelihood(hits: int, misses: int, rate: float) -> float:
    """ln of rate^hits * (1 - rate)^misses; 0 ln 0 is 0."""
    return (hits * math.log(rate) if hits else 0.0) + (misses * math.log1p(-rate) if misses else 0.0)


def _own_rate(hits: int, misses: int) -> float:
    count = hits + misses
    return _log_likelihood(hits, misses, hits / count) if count else 0.0


def _one_degree(statistic: float) -> Test:
    """A chi-squared variable of one degree is the square of a standard normal one."""
    statistic = max(statistic, 0.0)
    return Test(statistic, math.erfc(math.sqrt(0.5 * statistic)))
