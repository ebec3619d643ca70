"""Does a new strategy add to those that there are: correlations, the Sharpe ratio of both, the risk of all (S-135)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from quartet.backtest.validation.intervals import STANDARD, Resampling
from quartet.backtest.validation.long_run import sharpe_of
from quartet.backtest.validation.samples import Floats, checked_returns, checked_share, checked_trials, is_constant
from quartet.core.errors import DataError
from quartet.risk.tail_formulas import sample_var

MEAN_MAX: Final = 0.3
LARGEST_MAX: Final = 0.6
"""Correlations with the existing strategies, signs dropped, that a new one is taken up to."""
_PERIODS_MIN: Final = 30
_STRESSED: Final = 0.1
"""Share of the periods, those in which the existing book did worst, that count as stress."""


@dataclass(frozen=True, slots=True, eq=False)
class Integration:
    """What a new strategy would add. Sharpe ratios are annualised."""

    correlations: Floats
    """(N,) with each existing strategy."""
    stressed: Floats
    """(N,) in the tenth of the periods in which the existing book did worst; NaN where one stood still."""
    with_book: float
    """Correlation with the existing book."""
    sharpe_book: float
    sharpe_new: float
    gain: float
    """By which the Sharpe ratio of book and new strategy, at their best weights, is above that of the book; 0 where
    none of the new one is best."""
    gain_low: float
    """Lower end of its interval."""
    diversification_before: float
    diversification_after: float
    """Sum of the deviations over that of the book: 1 where all move as one."""
    var_before: float
    var_after: float
    """Value at risk of a period, share of capital, with the new strategy at an equal share of it."""
    level: float
    recommended: bool
    """Whether correlations are low enough and the gain is above zero beyond doubt."""
    why: str
    """What speaks against it; empty where nothing does."""


def integrate(
    new: Any,
    existing: Any,
    periods_per_year: float = 1.0,
    *,
    weights: Any = None,
    level: float = 0.95,
    resampling: Resampling = STANDARD,
) -> Integration:
    """A new strategy's returns (T,) beside those of existing ones (T, N) over the same periods, in excess, per period.

    weights: (N,) of the existing ones; None: equal. The interval of the gain comes from resampling periods of all
    together. Raises ConfigError without the extra `research`, DataError for fewer than 30 periods, other lengths, and
    returns that do not vary.
    """
    ours, book = checked_returns(new, "new", _PERIODS_MIN), checked_trials(existing, "existing", _PERIODS_MIN)
    count = book.shape[1]
    if len(ours) != len(book) or count == 0:
        raise DataError(f"new has {len(ours)} periods, existing {book.shape}: give the same periods, and one at least")
    held = np.full(count, 1.0 / count) if weights is None else checked_returns(weights, "weights", 1)
    if len(held) != count:
        raise DataError(f"weights are of {len(held)} strategies, existing of {count}")
    checked_share(level, "level")
    together = book @ held
    if is_constant(ours) or is_constant(together) or any(is_constant(column) for column in book.T):
        raise DataError("new, existing: returns that do not vary have no Sharpe ratio; leave such a strategy out")
    correlations = _correlations(ours, book)
    scale = math.sqrt(periods_per_year)
    gain_low = float(np.quantile(_resampled_gains(together, ours, resampling), (1.0 - level) / 2.0)) * scale
    both = np.column_stack([book, ours])
    shares = np.append(held * count, held.sum()) / (count + 1)
    against = [
        *([f"mean correlation {np.abs(correlations).mean():.2f}"] if np.abs(correlations).mean() >= MEAN_MAX else []),
        *(
            [f"largest correlation {np.abs(correlations).max():.2f}"]
            if np.abs(correlations).max() >= LARGEST_MAX
            else []
        ),
        *(["the gain may be nothing"] if gain_low <= 0.0 else []),
    ]
    worst = together <= np.quantile(together, _STRESSED)
    return Integration(
        correlations=correlations,
        stressed=_correlations(ours[worst], book[worst]),
        with_book=float(_correlations(ours, together[:, np.newaxis])[0]),
        sharpe_book=sharpe_of(together) * scale,
        sharpe_new=sharpe_of(ours) * scale,
        gain=_gain(together, ours) * scale,
        gain_low=gain_low,
        diversification_before=diversification_ratio(held, np.cov(book, rowvar=False)),
        diversification_after=diversification_ratio(shares, np.cov(both, rowvar=False)),
        var_before=sample_var(-together, level),
        var_after=sample_var(-(both @ shares), level),
        level=level,
        recommended=not against,
        why="; ".join(against),
    )


def sharpe_gain(sharpe_book: float, sharpe_new: float, correlation: float) -> float:
    """sqrt((Sp^2 + Sn^2 - 2 r Sp Sn) / (1 - r^2)) - Sp, at the best weights; 0 where Sn is not above r Sp.

    Nothing is sold short: where Sp is not above r Sn, the new one alone is best. All Sharpe ratios of one unit. Source:
    Treynor and Black (1973).
    """
    beyond = sharpe_new - correlation * sharpe_book
    rest = 1.0 - correlation**2
    if beyond <= 0.0 or rest <= 0.0:
        return 0.0
    if sharpe_book <= correlation * sharpe_new:
        return sharpe_new - sharpe_book
    return math.sqrt(sharpe_book**2 + beyond**2 / rest) - sharpe_book


def diversification_ratio(weights: Any, covariance: Any) -> float:
    """Weighted sum of deviations over the deviation of the whole (Choueifaty and Coignard, 2008)."""
    held, matrix = np.asarray(weights, np.float64), np.atleast_2d(np.asarray(covariance, np.float64))
    return float(held @ np.sqrt(np.diag(matrix)) / math.sqrt(float(held @ matrix @ held)))


def _gain(book: Floats, new: Floats) -> float:
    return sharpe_gain(sharpe_of(book), sharpe_of(new), float(_correlations(new, book[:, np.newaxis])[0]))


def _correlations(one: Floats, others: Floats) -> Floats:
    """(N,) of a series with each column; NaN where one does not vary."""
    a, b = one - one.mean(), others - others.mean(axis=0)
    norm = np.sqrt((a @ a) * (b**2).sum(axis=0))
    return np.asarray(np.divide(a @ b, norm, out=np.full(b.shape[1], np.nan), where=norm > 0.0), np.float64)


def _resampled_gains(book: Floats, new: Floats, resampling: Resampling) -> Floats:
    pair = np.column_stack([book, new])
    drawn = resampling.bootstrap(pair, resampling.block_for(pair)).bootstrap(resampling.replications)
    gains = (_gain(*np.ascontiguousarray(sample.T)) for (sample,), _ in drawn)
    return np.array([0.0 if math.isnan(each) else each for each in gains])
