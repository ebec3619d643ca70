"""The laws of S-005 that apply to figures of a whole record."""

from __future__ import annotations

import numpy as np
import pytest

from quartet.core.registry import entries
from quartet.risk import TrackRecord, measure_all, round_trips
from quartet.risk.trips import Fill

NAMES = sorted(entries("measure"))
_DAY = 86_400 * 10**9
_WEEKS = 7 * 4 * _DAY
RNG = np.random.default_rng(5)


def record_of(returns: np.ndarray, shift: int = 0, scale: float = 1.0) -> TrackRecord:
    """A record that has everything that a measure may read."""
    count = len(returns)
    equity = scale * 1e5 * np.cumprod(np.append(1.0, 1.0 + returns))
    stamps = 1_704_067_200 * 10**9 + shift + _DAY * np.arange(count + 1)
    rng = np.random.default_rng(6)
    fills = [
        Fill(int(stamps[at]), "A", 1 if at % 2 == 0 else 2, 10**9 * int(100 + rng.integers(-9, 9)), 10**9, 10**15, at)
        for at in range(min(count, 120))
    ]
    return TrackRecord.of_equity(equity, timestamps=stamps, trading_year="crypto").beside(
        benchmark=rng.normal(0.0003, 0.01, count),
        gross_returns=returns + 0.0001,
        positions=rng.uniform(-0.5, 0.5, (count + 1, 2)),
        trades=round_trips(fills, {"A": 1}),
        var_forecasts=np.full(count, 0.02),
        es_forecasts=np.full(count, 0.025),
    )


@pytest.fixture(scope="module")
def returns() -> np.ndarray:
    return RNG.normal(0.0004, 0.01, 400)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_a_function_of_the_record(name: str, returns: np.ndarray) -> None:
    record = record_of(returns)
    before = record.returns.copy(), record.equity.copy()
    one, other = (measure_all(record, [name]) for _ in range(2))
    assert dict(one) == dict(other) and len(dict(one)) >= 1
    np.testing.assert_array_equal(record.returns, before[0])
    np.testing.assert_array_equal(record.equity, before[1])
    assert all(value is not None for value in dict(one).values()), one


@pytest.mark.parametrize("name", NAMES)
def test_a_later_start_changes_nothing(name: str, returns: np.ndarray) -> None:
    now, later = (dict(measure_all(record_of(returns, shift), [name])) for shift in (0, _WEEKS))
    assert now == later


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"expectancy"}))
def test_a_larger_account_changes_nothing(name: str, returns: np.ndarray) -> None:
    small, large = (dict(measure_all(record_of(returns, scale=scale), [name])) for scale in (1.0, 1000.0))
    assert small == pytest.approx(large, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("name", NAMES)
def test_short_and_flat_records_have_a_figure_or_none(name: str, count: int) -> None:
    for values in (np.zeros(count), np.full(count, 0.01), RNG.normal(0.0, 0.01, count)):
        for value in dict(measure_all(record_of(values), [name])).values():
            assert value is None or np.isfinite(value)
