"""Counting trials, and what that leaves of a Sharpe ratio."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.multiplicity import multiplicity, sharpe_evidence
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.validation.sharpe_evidence import deflated_sharpe_ratio, sharpe_moments
from quartet.core.errors import ConfigError
from tests.integration.trial_writer import DAY_NS, some_returns, some_trial


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[TrialLedger]:
    with TrialLedger.open(tmp_path / "trials.sqlite") as opened:
        yield opened


def variants(ledger: TrialLedger, ideas: int, each: int, noise: float = 0.002) -> None:
    """Trials that are variants of a few ideas."""
    for idea in range(ideas):
        base = some_returns(1000 + idea, 500)
        for number in range(each):
            shaken = np.random.default_rng(number + 100 * idea).normal(0, noise, 500)
            series = ReturnSeries.of(base.ts_ns, base.returns + shaken)
            ledger.append(some_trial(number, returns=series))


def test_it_counts_every_trial_of_the_question(ledger: TrialLedger) -> None:
    for seed in range(6):
        ledger.append(
            some_trial(seed, "part" if seed % 2 else "question", parent_study="question" if seed % 2 else None)
        )
    ledger.append(some_trial(7, returns=None, error="ruin", study="question"))
    ledger.append(some_trial(8, "another question"))
    for study in ("question", "part"):
        found = multiplicity(ledger, study, "count")
        assert (found.study, found.trials, found.failed, found.with_returns) == ("question", 7, 1, 6)
        assert found.effective == 7


def test_variants_of_three_ideas_are_three_trials(ledger: TrialLedger) -> None:
    variants(ledger, ideas=3, each=6)
    found = multiplicity(ledger, "momentum", "clusters")
    assert (found.trials, found.distinct, found.effective) == (18, 18, 3)
    by_mean = multiplicity(ledger, "momentum", "mean")
    # Of 153 pairs 45 are within an idea, with a correlation near 1 / 1.04.
    assert by_mean.effective == pytest.approx(18 * (1 - 0.283) + 0.283, abs=0.7)


def test_the_larger_number_counts_and_both_are_told(ledger: TrialLedger) -> None:
    variants(ledger, ideas=3, each=6)
    found = multiplicity(ledger, "momentum")
    by_mean = multiplicity(ledger, "momentum", "mean")
    assert (found.effective_by, found.effective_by_clusters) == ("mean", 3)
    assert found.effective == found.effective_by_mean == by_mean.effective > 3
    assert by_mean.effective_by_clusters is None
    assert found.effective_text.endswith("(the larger number counts; 3.0 by clusters of correlated returns)")
    few = [multiplicity(ledger, "momentum", by) for by in ("clusters", "mean")]
    ratios = [sharpe_evidence(ledger, 1, counted=each) for each in (*few, found)]
    deflated = [each.deflated for each in ratios if each is not None and each.deflated is not None]
    assert deflated[2] == min(deflated[:2]) < max(deflated[:2])


def test_without_the_extra_the_mean_correlation_counts(ledger: TrialLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    variants(ledger, ideas=3, each=6)
    monkeypatch.setitem(sys.modules, "scipy", None)
    found = multiplicity(ledger, "momentum")
    assert (found.effective_by, found.effective_by_clusters) == ("mean", None)


def test_several_questions_count_as_one(ledger: TrialLedger) -> None:
    for seed in range(4):
        ledger.append(some_trial(seed, "one" if seed % 2 else "other"))
    found = multiplicity(ledger, ("one", "other", "one"))
    assert (found.study, found.trials, found.distinct) == ("one and other", 4, 4)


def test_a_trial_run_again_is_no_new_one(ledger: TrialLedger) -> None:
    for _ in range(3):
        ledger.append(some_trial(1))
        ledger.append(some_trial(2))
    found = multiplicity(ledger, "momentum", "mean")
    assert (found.trials, found.distinct) == (6, 2)
    assert found.effective == pytest.approx(2, abs=0.2)
    # Trials without returns cannot be told apart, so that each counts.
    ledger.append(some_trial(3, returns=None, error="ruin"))
    ledger.append(some_trial(3, returns=None, error="ruin"))
    assert multiplicity(ledger, "momentum", "mean").effective == pytest.approx(found.effective + 2)


def test_bars_of_different_lengths_are_different_trials(ledger: TrialLedger) -> None:
    series = some_returns(1, 200)
    shifted = ReturnSeries.of(series.ts_ns, series.returns * 1.01)
    ledger.append(some_trial(1, returns=series, periods_per_year=252.0))
    ledger.append(some_trial(2, returns=shifted, periods_per_year=251.3))
    assert multiplicity(ledger, "momentum", "mean").effective == pytest.approx(1)
    ledger.append(
        some_trial(3, returns=ReturnSeries.of(series.ts_ns, series.returns * 1.02), periods_per_year=98_280.0)
    )
    assert multiplicity(ledger, "momentum", "mean").effective == pytest.approx(2)


def test_series_are_compared_by_time_not_by_row(ledger: TrialLedger) -> None:
    series = some_returns(1, 200)
    later = ReturnSeries.of(series.ts_ns[50:], series.returns[50:])
    moved = ReturnSeries.of(series.ts_ns + 7 * DAY_NS, series.returns)
    ledger.append(some_trial(1, returns=series))
    ledger.append(some_trial(2, returns=later))
    assert multiplicity(ledger, "momentum", "mean").effective == pytest.approx(1)
    ledger.append(some_trial(3, returns=moved))
    assert multiplicity(ledger, "momentum", "mean").effective > 2


def test_the_deflated_ratio_is_that_of_the_formula(ledger: TrialLedger) -> None:
    numbers = [ledger.append(some_trial(seed, returns=some_returns(seed, 300, 0.0005))) for seed in range(8)]
    ratios = [sharpe_moments(some_returns(seed, 300, 0.0005).returns).sharpe or 0.0 for seed in range(8)]
    found = sharpe_evidence(ledger, numbers[3], "count")
    assert found is not None
    variance = float(np.var(ratios, ddof=1))
    assert found.multiplicity.sharpe_variance_annual == pytest.approx(variance * 252)
    assert found.deflated == pytest.approx(deflated_sharpe_ratio(found.moments, 8, variance))
    assert found.sharpe_annual == pytest.approx(ratios[3] * math.sqrt(252))
    assert found.deflated is not None and found.probabilistic is not None
    assert found.deflated < found.probabilistic


def test_an_only_trial_is_not_deflated(ledger: TrialLedger) -> None:
    number = ledger.append(some_trial(1))
    found = sharpe_evidence(ledger, number)
    assert found is not None
    assert found.deflated == found.probabilistic is not None
    assert found.expected_maximum_annual == 0


def test_what_cannot_be_told_is_none(ledger: TrialLedger) -> None:
    number = ledger.append(some_trial(1))
    without = ledger.append(some_trial(2, returns=None, error="ruin"))
    found = sharpe_evidence(ledger, number)
    # Two trials, one of them without a ratio: no variance.
    assert found is not None
    assert found.probabilistic is not None
    assert (found.deflated, found.expected_maximum_annual) == (None, None)
    assert sharpe_evidence(ledger, without) is None
    still = ledger.append(some_trial(3, returns=ReturnSeries.of([1, 2, 3], [0.0, 0.0, 0.0])))
    undefined = sharpe_evidence(ledger, still)
    assert undefined is not None
    assert (undefined.sharpe_annual, undefined.probabilistic, undefined.deflated) == (None, None, None)


def test_a_wrong_choice_is_refused(ledger: TrialLedger) -> None:
    ledger.append(some_trial(1))
    with pytest.raises(ConfigError, match="effective_by"):
        multiplicity(ledger, "momentum", "guess")  # type: ignore[arg-type]
