"""Backtests of one comparison, each Sharpe ratio deflated by the same number of trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from quartet.backtest.comparing import Side
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.multiplicity import multiplicity, sharpe_evidence
from quartet.backtest.ledger.question import is_chosen_from
from quartet.backtest.ledger.trial import RecordedTrial
from quartet.core.errors import ConfigError

_OF_THEIR_TIME: Final = ("deflated_sharpe_ratio", "expected_maximum_sharpe", "trials", "effective_trials")
"""Figures that depend on how many trials there were."""


def deflated_alike(sides: Sequence[Side], ledger: TrialLedger) -> list[Side]:
    """The sides with what their Sharpe ratios are worth after all trials of all their questions that are recorded.

    When it ran, a side was deflated by the trials before it: the first of a comparison by the fewest. A side whose
    trial is not in this ledger, or is a scenario, has no deflated ratio here. Raises DataError where a record was
    changed.
    """
    trials = [_trial(side, ledger) for side in sides]
    studies = [trial.study for trial in trials if trial is not None]
    counted = multiplicity(ledger, studies) if studies else None
    made = []
    for side, trial in zip(sides, trials, strict=True):
        evidence = None if trial is None else sharpe_evidence(ledger, trial.trial_id, counted=counted)
        figures = {**side.figures, **dict.fromkeys(_OF_THEIR_TIME)} | ({} if evidence is None else evidence.figures)
        made.append(replace(side, figures=figures))
    return made


def _trial(side: Side, ledger: TrialLedger) -> RecordedTrial | None:
    """The side's trial; None where the ledger has no such number or another trial by it, or where it is no choice."""
    if side.trial_id is None:
        return None
    try:
        trial = ledger.trial(side.trial_id)
    except ConfigError:
        return None
    return trial if trial.metrics.get("outcome") == side.outcome and is_chosen_from(trial.study) else None
