"""All trials of a research question, and their returns side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.ledger.trial import RecordedTrial
from quartet.backtest.validation.samples import Floats

STRESS: Final = "{} (stress)"
CAPACITY: Final = "{}: capacity"
"""Names of studies in which nothing is chosen: what a strategy does in other markets, or with more money."""
_SAME_PACE: Final = 1.05
"""Series whose periods a year differ by no more than this factor, one to the next, are of one bar length."""


@dataclass(frozen=True, slots=True)
class Question:
    """A study that is no part of another, with all its parts; or several of them."""

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


def is_chosen_from(study: str) -> bool:
    """Whether trials of the study are alternatives, of which one is taken."""
    return not study.endswith((STRESS.format(""), CAPACITY.format("")))


def question_of(ledger: TrialLedger, *studies: str) -> Question:
    """The question that a study belongs to, or those of several as one, where one of all their trials is chosen.

    Raises ConfigError for no such study, DataError where a record was changed.
    """
    tops = dict.fromkeys(ledger.whole_question(study) for study in studies)
    trials = [trial for top in tops for trial in ledger.trials(top)]
    first = {trial.returns_hash: trial for trial in reversed(trials) if trial.returns_hash is not None}
    chosen = [trial for trial in trials if trial.returns_hash is not None and first[trial.returns_hash] is trial]
    distinct: list[tuple[ReturnSeries, float]] = []
    # Unpacking and hashing let other threads run.
    with ThreadPoolExecutor() as pool:
        for trial, series in zip(chosen, pool.map(ledger.returns, chosen), strict=True):
            assert series is not None and trial.periods_per_year is not None
            distinct.append((series, trial.periods_per_year))
    return Question(" and ".join(tops), trials, distinct)


def aligned(group: list[ReturnSeries]) -> Floats:
    """Their returns over the union of their times, (T, N); NaN where one has none."""
    # Trials of a sweep come one after the other, with the same times.
    fresh = [True, *(not np.array_equal(one.ts_ns, other.ts_ns) for one, other in pairwise(group))]
    times = np.unique(np.concatenate([series.ts_ns for series, own in zip(group, fresh, strict=True) if own]))
    values = np.full((len(group), len(times)), np.nan)
    places = np.arange(0)
    for row, series, own in zip(values, group, fresh, strict=True):
        if own:
            places = np.searchsorted(times, series.ts_ns)
        row[places] = series.returns
    return values.T
