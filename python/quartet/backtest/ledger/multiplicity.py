"""How many trials a research question has had, what they are worth, and what that leaves of a Sharpe ratio (S-130)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
from quartet.backtest.validation.samples import Floats
from quartet.backtest.validation.sharpe_evidence import (
    SharpeMoments,
    deflated_sharpe_ratio,
    expected_maximum_sharpe,
    minimum_track_record,
    probabilistic_sharpe_ratio,
    sharpe_moments,
)
from quartet.core.errors import ConfigError
from quartet.core.extras import needed

EffectiveBy = Literal["larger", "clusters", "mean", "count"]
EFFECTIVE_BY: Final = ("larger", "clusters", "mean", "count")
_BY: Final = {
    "clusters": "by clusters of correlated returns",
    "mean": "by the mean correlation of returns",
    "count": "as each counts",
}


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
    """What that number is from; where the larger of two was asked for, which of them it is."""
    effective_by_clusters: float | None
    """The number by clusters, None where it was not asked for or the extra `research` is missing."""
    effective_by_mean: float | None
    """The number by the mean correlation, None where it was not asked for."""
    sharpe_variance_annual: float | None
    """Variance (ddof 1) of the annualised Sharpe ratios of the distinct series; None for fewer than two."""

    @property
    def effective_text(self) -> str:
        """How many independent trials there are, and what the other way of counting gives."""
        ways = {"clusters": self.effective_by_clusters, "mean": self.effective_by_mean}
        other = [f"{each:,.1f} {_BY[by]}" for by, each in ways.items() if each is not None and by != self.effective_by]
        beside = f" (the larger number counts; {other[0]})" if other else ""
        return f"{self.effective:,.1f} {_BY[self.effective_by]}{beside}"


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

    @property
    def figures(self) -> dict[str, float | None]:
        """By the names that they have among the figures of a result."""
        return {
            "probabilistic_sharpe_ratio": self.probabilistic,
            "deflated_sharpe_ratio": self.deflated,
            "expected_maximum_sharpe": self.expected_maximum_annual,
            "min_track_record": self.minimum_track_record,
            "trials": float(self.multiplicity.trials),
            "effective_trials": self.multiplicity.effective,
        }


def multiplicity(ledger: TrialLedger, study: str | Sequence[str], effective_by: EffectiveBy = "larger") -> Multiplicity:
    """Count the trials of the question that a study belongs to; of several studies, all their questions as one.

    effective_by: `clusters` of correlated returns (needs the extra `research`; Lopez de Prado, Lewis 2019), `mean`:
    N (1 - r) + r (Bailey, Lopez de Prado 2014), `larger` of these two, so that the deflated ratio is the smaller one
    (by the mean alone without the extra), or `count`: all. Raises ConfigError for no such study, DataError where a
    record was changed.
    """
    if effective_by not in EFFECTIVE_BY:
        raise ConfigError(f"effective_by = {effective_by!r}: must be one of {', '.join(EFFECTIVE_BY)}")
    asked = question_of(ledger, *([study] if isinstance(study, str) else study))
    with_returns = sum(trial.returns_hash is not None for trial in asked.trials)
    alone = len(asked.trials) - with_returns
    worth = {by: max(1.0, each + alone) for by, each in _worth(asked.groups(), effective_by).items()}
    decides: EffectiveBy = "count"
    if worth:
        decides = max(worth, key=lambda by: worth[by])
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
        effective=worth.get(decides, float(len(asked.trials))),
        effective_by=decides,
        effective_by_clusters=worth.get("clusters"),
        effective_by_mean=worth.get("mean"),
        sharpe_variance_annual=float(np.var(ratios, ddof=1)) if len(ratios) > 1 else None,
    )


def sharpe_evidence(
    ledger: TrialLedger, trial_id: int, effective_by: EffectiveBy = "larger", counted: Multiplicity | None = None
) -> SharpeEvidence | None:
    """What a trial's Sharpe ratio is worth among all trials of its question; None where it has fewer than 2 returns.

    counted: the multiplicity of its study, or of all that it is compared with, where that is at hand. Errors as
    `multiplicity`.
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


def _worth(groups: list[list[ReturnSeries]], effective_by: EffectiveBy) -> dict[EffectiveBy, float]:
    """The effective number of the series by each way; those of different bar lengths are independent of each other."""
    ways: dict[EffectiveBy, Callable[[Floats], float]] = {}
    if effective_by in ("mean", "larger"):
        ways["mean"] = effective_trials_by_mean
    if effective_by == "clusters" or (effective_by == "larger" and _can_cluster()):
        ways["clusters"] = effective_trials_by_clusters
    made = dict.fromkeys(ways, 0.0)
    for group in groups if ways else []:
        correlations = trial_correlations(aligned(group)) if len(group) > 1 else np.ones((1, 1))
        for by, way in ways.items():
            made[by] += way(correlations) if len(group) > 1 else 1.0
    return made


def _can_cluster() -> bool:
    try:
        needed("scipy", "research", "the clustering of trials")
    except ConfigError:
        return False
    return True
