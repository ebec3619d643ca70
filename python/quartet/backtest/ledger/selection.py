"""What choosing the best trial of a question is worth: is it overfitted, could it be luck (S-131, S-133)."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Final

import numpy as np

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.question import aligned, question_of
from quartet.backtest.validation.best_of_many import chance_of_best
from quartet.backtest.validation.overfitting import backtest_overfitting

_BLOCKS: Final = 16
_SPLITS_MAX: Final = 2_000
_MANY: Final = 200
"""From this many series on, 2,000 of the 12,870 splits are drawn."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What becomes, out of sample, of the trial that is best in sample."""

    study: str
    overfitting_probability: float
    """Share of the splits in which it is at the median or below."""
    loss_probability: float
    """Share of the splits in which it loses."""
    degradation_slope: float | None
    """Of its Sharpe ratio out of sample on that in sample."""
    chance: float | None
    """How likely the best looks as good where none earns anything (Hansen's test of superior predictive ability); None
    without the extra `research`."""
    series: int
    periods: int
    """Those that all of the series have."""


def selection(ledger: TrialLedger, study: str) -> Selection | None:
    """The overfitting of the question that a study belongs to, by cross-validation over 16 blocks of time; and whether
    the best of its trials could be luck.

    Over the different series of the bar length that most of them have, in the periods that all of these have; series
    that do not vary have no Sharpe ratio to be chosen by and are left out. None for fewer than 2 series or 32 periods.
    Raises ConfigError for no such study, DataError where a record was changed.
    """
    asked = question_of(ledger, study)
    if not asked.series:
        return None
    values = aligned(max(asked.groups(), key=len))
    values = values[~np.isnan(values).any(axis=1)]
    if len(values) < 2 * _BLOCKS:
        return None
    values = values[:, (values != values[0]).any(axis=0)]
    splits_max = _SPLITS_MAX if values.shape[1] >= _MANY else None
    found = backtest_overfitting(values, blocks=_BLOCKS, splits_max=splits_max)
    if found is None:
        return None
    return Selection(
        study=asked.study,
        overfitting_probability=found.probability,
        loss_probability=found.loss_probability,
        degradation_slope=found.degradation_slope,
        chance=chance_of_best(values) if importlib.util.find_spec("arch") else None,
        series=values.shape[1],
        periods=len(values),
    )
