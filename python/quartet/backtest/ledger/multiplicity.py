"""How many trials a research question has had, what they are worth, and what that leaves of a Sharpe ratio (S-130)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.question import aligned, question_of
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.validation.effective_trials import (
    effective_trials_by_clusters,
    effective_trials_by_mean,
    trial_correlations,
)
from quartet.backtest.validation.sharpe_evidence import (
    SharpeMoments,
    deflated_sharpe_ratio,
    expected_maximum_sharpe,
    minimum_track_record,
    probabilistic_sharpe_ratio,
    sharpe_moments,
)
from quartet.core.errors import ConfigError

EffectiveBy = Literal["clusters", "mean", "count"]
EFFECTIVE_BY: Final = ("clusters", "mean", "count")


@dataclass(frozen=True, slots=True)
class Multiplicity:
    """The trials of a whole research question, parts included."""

    study: str
    trials: int
    """All that were recorded, failed ones too."""
    failed: int
    with_returns: int
    distinct: int
    """Different series of returns among them: a trial that was only run again is no new one."""
    effective: float
    """The number of independent trials: that of the series, and one for each trial without returns."""
    effective_by: EffectiveBy
    sharpe_variance_annual: float | None
    """Variance (ddof 1) of the annualised Sharpe ratios of the distinct series; None for fewer than two."""


@dataclass(frozen=True, slots=True)
class SharpeEvidence:
    """A trial's Sharpe ratio, and what is left of it; ratios are annualised, None where they are undefined."""

    trial_id: int
    sharpe_annual: float | None
    moments: SharpeMoments
    """Per period."""
    probabilistic: float | None
    """The probability that the true ratio is above 0, were this the only trial."""
    expected_maximum_annual: float | None
    """What the best of so many worthless trials would show."""
    deflated: float | None
    """The probability that the true ratio is above that."""
    minimum_track_record: float | None
    """Periods after which the ratio, if it stays, is above 0 with 95 % probability."""
    multiplicity: Multiplicity


def multiplicity(ledger: TrialLedger, study: str, effective_by: EffectiveBy = "clusters") -> Multiplicity:
    """Count the trials of the question that a study belongs to.

    effective_by: `clusters` of correlated returns (needs the extra `research`), `mean`: N (1 - r) + r, or `count`: all.
    Raises ConfigError for no such study, DataError where a record was changed.
    """
    if effective_by not in EFFECTIVE_BY:
        raise ConfigError(f"effective_by = {effective_by!r}: must be one of {', '.join(EFFECTIVE_BY)}")
    asked = question_of(ledger, study)
    with_returns = sum(trial.returns_hash is not None for trial in asked.trials)
    series_worth = float(with_returns) if effective_by == "count" else _worth(asked.groups(), effective_by)
    ratios = [
        moments.sharpe * math.sqrt(year)
        for moments, year in ((_moments(series), year) for series, year in asked.series)
        if moments is not None and moments.sharpe is not None
    ]
    return Multiplicity(
        study=asked.study,
        trials=len(asked.trials),
        failed=sum(trial.error is not None for trial in asked.trials),
        with_returns=with_returns,
        distinct=len(asked.series),
        effective=max(1.0, series_worth + len(asked.trials) - with_returns),
        effective_by=effective_by,
        sharpe_variance_annual=float(np.var(ratios, ddof=1)) if len(ratios) > 1 else None,
    )


def sharpe_evidence(
    ledger: TrialLedger, trial_id: int, effective_by: EffectiveBy = "clusters", counted: Multiplicity | None = None
) -> SharpeEvidence | None:
    """What a trial's Sharpe ratio is worth among all trials of its question; None where it has fewer than 2 returns.

    counted: the multiplicity of its study, where that is at hand. Errors as `multiplicity`.
    """
    trial = ledger.trial(trial_id)
    series = ledger.returns(trial)
    moments = _moments(series) if series is not None else None
    if moments is None or trial.periods_per_year is None:
        return None
    counted = counted or multiplicity(ledger, trial.study, effective_by)
    year = trial.periods_per_year
    maximum = deflated = None
    if counted.effective == 1 or counted.sharpe_variance_annual is not None:
        variance = (counted.sharpe_variance_annual or 0.0) / year
        maximum = expected_maximum_sharpe(counted.effective, variance)
        deflated = deflated_sharpe_ratio(moments, counted.effective, variance)
    return SharpeEvidence(
        trial_id=trial_id,
        sharpe_annual=moments.sharpe * math.sqrt(year) if moments.sharpe is not None else None,
        moments=moments,
        probabilistic=probabilistic_sharpe_ratio(moments),
        expected_maximum_annual=maximum * math.sqrt(year) if maximum is not None else None,
        deflated=deflated,
        minimum_track_record=minimum_track_record(moments),
        multiplicity=counted,
    )


def _moments(series: ReturnSeries) -> SharpeMoments | None:
    return sharpe_moments(series.returns) if len(series) >= 2 else None


def _worth(groups: list[list[ReturnSeries]], effective_by: EffectiveBy) -> float:
    """The effective number of the series; those of different bar lengths are independent of each other."""
    by = effective_trials_by_clusters if effective_by == "clusters" else effective_trials_by_mean
    return sum(by(trial_correlations(aligned(group))) if len(group) > 1 else 1.0 for group in groups)
