"""The overfitting of a question, from the returns that its trials left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.ledger.selection import selection
from quartet.backtest.validation.best_of_many import chance_of_best
from quartet.backtest.validation.overfitting import backtest_overfitting
from tests.integration.trial_writer import some_returns, some_trial


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[TrialLedger]:
    with TrialLedger.open(tmp_path / "trials.sqlite") as opened:
        yield opened


def test_it_is_that_of_the_matrix_of_returns(ledger: TrialLedger) -> None:
    for seed in range(10):
        ledger.append(some_trial(seed, returns=some_returns(seed, 320)))
    ledger.append(some_trial(3, returns=some_returns(3, 320)))  # run again
    ledger.append(some_trial(11, returns=None, error="ruin"))
    expected = backtest_overfitting(np.column_stack([some_returns(seed, 320).returns for seed in range(10)]))
    found = selection(ledger, "momentum")
    assert found is not None and expected is not None
    assert found.overfitting_probability == expected.probability
    assert (found.series, found.periods) == (10, 320)
    matrix = np.column_stack([some_returns(seed, 320).returns for seed in range(10)])
    assert found.chance == chance_of_best(matrix) and 0.0 <= found.chance <= 1.0


def test_only_common_periods_of_one_bar_length_are_taken(ledger: TrialLedger) -> None:
    for seed in range(4):
        whole = some_returns(seed, 320)
        ledger.append(some_trial(seed, returns=ReturnSeries.of(whole.ts_ns[10 * seed :], whole.returns[10 * seed :])))
    still = some_returns(0, 320)
    ledger.append(some_trial(5, returns=ReturnSeries.of(still.ts_ns, np.full(320, 0.001))))
    ledger.append(some_trial(6, returns=some_returns(6, 320), periods_per_year=98_280.0))
    found = selection(ledger, "momentum")
    assert found is not None
    assert (found.series, found.periods) == (4, 290)


def test_too_little_gives_none(ledger: TrialLedger) -> None:
    ledger.append(some_trial(1, "short", returns=some_returns(1, 31)))
    ledger.append(some_trial(2, "short", returns=some_returns(2, 31)))
    ledger.append(some_trial(3, "one"))
    ledger.append(some_trial(4, "failed", returns=None, error="ruin"))
    assert [selection(ledger, study) for study in ("short", "one", "failed")] == [None, None, None]
