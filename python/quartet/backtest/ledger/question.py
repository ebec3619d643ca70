"""All trials of a research question, and their returns side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.ledger.trial import RecordedTrial
from quartet.backtest.validation.samples import Floats

_SAME_PACE: Final = 1.05
"""Series whose periods a year differ by no more than this factor, one to the next, are of one bar length."""


@dataclass(frozen=True, slots=True)
class Question:
    """A study that is no part of another, with all its parts."""

    study: str
    trials: list[RecordedTrial]
    series: list[tuple[ReturnSeries, float]]
    """The different series of returns, each with its periods a year: a trial run anew adds none."""

    def groups(self) -> list[list[ReturnSeries]]:
        """The series by bar length, that of the longest bars first."""
        made: list[list[ReturnSeries]] = []
        pace = 0.0
        for series, year in sorted(self.series, key=lambda each: each[1]):
            if not made or year > pace * _SAME_PACE:
                made.append([])
            made[-1].append(series)
            pace = year
        return made


def question_of(ledger: TrialLedger, study: str) -> Question:
    """The question that a study belongs to; ConfigError for no such study, DataError where a record was changed."""
    top = ledger.whole_question(study)
    trials = ledger.trials(top)
    distinct: dict[str, tuple[ReturnSeries, float]] = {}
    for trial in trials:
        if trial.returns_hash is not None and trial.returns_hash not in distinct:
            series = ledger.returns(trial)
            assert series is not None and trial.periods_per_year is not None
            distinct[trial.returns_hash] = series, trial.periods_per_year
    return Question(top, trials, list(distinct.values()))


def aligned(group: list[ReturnSeries]) -> Floats:
    """Their returns over the union of their times, (T, N); NaN where one has none."""
    times = np.unique(np.concatenate([series.ts_ns for series in group]))
    values = np.full((len(times), len(group)), np.nan)
    for column, series in enumerate(group):
        values[np.searchsorted(times, series.ts_ns), column] = series.returns
    return values
