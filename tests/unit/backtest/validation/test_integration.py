"""What a new strategy adds: the numbers of the catalogue, the best of all weights, and whom it recommends."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.backtest.validation.integration import diversification_ratio, integrate, sharpe_gain
from quartet.backtest.validation.intervals import Resampling
from quartet.backtest.validation.samples import Floats
from quartet.core.errors import DataError

FEW = Resampling(replications=300, block_periods=1)


def drawn(seed: int, sharpes: list[float], rho: float, periods: int = 1500) -> Floats:
    """Strategies of those annual Sharpe ratios, all pairs of correlation rho, exactly, at 1 % a day."""
    count = len(sharpes)
    raw = np.random.default_rng(seed).standard_normal((periods, count))
    raw -= raw.mean(axis=0)
    raw = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False)).T)
    wanted = np.full((count, count), rho) + (1 - rho) * np.eye(count)
    made = raw @ np.linalg.cholesky(wanted).T + np.array(sharpes) / math.sqrt(252)
    return np.asarray(0.01 * made)


def test_the_numbers_of_the_catalogue() -> None:
    assert 1.2 + sharpe_gain(1.2, 0.8, 0.5) == pytest.approx(1.2220, abs=5e-5)
    for rho, ratio in ((0.0, 1.4142), (0.3, 1.2403)):
        covariance = 0.04 * np.array([[1.0, rho], [rho, 1.0]])
        assert diversification_ratio([0.5, 0.5], covariance) == pytest.approx(ratio, abs=5e-5)
        assert diversification_ratio([0.5, 0.5], covariance) == pytest.approx(math.sqrt(2 / (1 + rho)))


@given(st.floats(0.0, 3.0), st.floats(-2.0, 3.0), st.floats(-0.9, 0.9))
def test_no_weight_of_the_new_one_does_better(book: float, new: float, rho: float) -> None:
    shares = np.linspace(0.0, 20.0, 4001)
    ratios = (book + shares * new) / np.sqrt(1 + shares**2 + 2 * rho * shares)
    gain = sharpe_gain(book, new, rho)
    assert ratios.max() - book <= gain + 1e-9
    # So much of the new one for one of the book is best, where it is not all.
    best = max(0.0, (new - rho * book) / (book - rho * new)) if book > rho * new else math.inf
    if best < 15.0:
        assert ratios.max() - book == pytest.approx(gain, abs=1e-4)
    elif math.isinf(best):
        assert gain == pytest.approx(max(0.0, new - book))


def test_an_independent_strategy_is_recommended() -> None:
    returns = drawn(1, [1.5, 1.5, 2.0], 0.1)
    found = integrate(returns[:, 2], returns[:, :2], 252, resampling=FEW)
    assert found.recommended and found.why == "" and found.gain_low > 0
    assert found.correlations == pytest.approx([0.1, 0.1])
    together = returns[:, :2].mean(axis=1)
    assert found.with_book == pytest.approx(np.corrcoef(together, returns[:, 2])[0, 1])
    assert found.sharpe_new == pytest.approx(2.0, abs=1e-9)
    assert found.gain == pytest.approx(sharpe_gain(found.sharpe_book, 2.0, found.with_book))
    assert found.diversification_before == pytest.approx(math.sqrt(2 / 1.1))
    assert found.diversification_after == pytest.approx(math.sqrt(3 / 1.2))
    assert found.var_after < found.var_before
    assert np.isfinite(found.stressed).all() and found.stressed.shape == (2,)


def test_what_is_there_already_is_not() -> None:
    returns = drawn(2, [1.5, 1.5, 1.5], 0.7)
    found = integrate(returns[:, 2], returns[:, :2], 252, resampling=FEW)
    assert not found.recommended
    assert "mean correlation 0.70; largest correlation 0.70" in found.why


def test_nor_is_what_earns_nothing() -> None:
    returns = drawn(3, [1.5, 1.5, 0.0], 0.05)
    found = integrate(returns[:, 2], returns[:, :2], 252, resampling=FEW)
    assert (found.recommended, found.why, found.gain) == (False, "the gain may be nothing", 0.0)


def test_weights_of_the_book_count() -> None:
    returns = drawn(4, [2.0, 0.0, 1.0], 0.0)
    first = integrate(returns[:, 2], returns[:, :2], 252, weights=[1.0, 0.0], resampling=FEW)
    assert first.sharpe_book == pytest.approx(2.0) and first.diversification_before == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("new", "existing", "weights", "told"),
    [
        (np.arange(40.0), np.ones((39, 2)), None, "give the same periods"),
        (np.arange(40.0), np.ones((40, 0)), None, "one at least"),
        (np.arange(40.0), np.ones((40, 2)), None, "do not vary"),
        (np.arange(40.0), np.random.default_rng(1).random((40, 2)), [1.0], "weights are of 1 strategies"),
        (np.arange(20.0), np.ones((20, 2)), None, "too few"),
    ],
)
def test_what_cannot_be_is_refused(new: Floats, existing: Floats, weights: list[float] | None, told: str) -> None:
    with pytest.raises(DataError, match=told):
        integrate(new, existing, weights=weights, resampling=FEW)
