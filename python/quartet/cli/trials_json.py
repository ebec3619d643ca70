"""Trials as JSON objects."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from quartet.backtest.ledger.comparison import ABSENT, Comparison, Difference
from quartet.backtest.ledger.multiplicity import Multiplicity, SharpeEvidence
from quartet.backtest.ledger.selection import Selection
from quartet.backtest.ledger.trial import RecordedTrial


def trial_json(trial: RecordedTrial) -> dict[str, Any]:
    """A trial without its recipe."""
    return {
        "trial_id": trial.trial_id,
        "recorded_at_ns": trial.recorded_at_ns,
        "study": trial.study,
        "status": trial.status,
        "engine": trial.engine,
        "seed": trial.seed,
        "config_hash": trial.config_hash,
        "data_hash": trial.data_hash,
        "environment_hash": trial.environment_hash,
        "result_hash": trial.result_hash,
        "returns_hash": trial.returns_hash,
        "periods_per_year": trial.periods_per_year,
        "metrics": trial.metrics,
        "costs": trial.costs,
        "error": trial.error,
    }


def multiplicity_json(counted: Multiplicity) -> dict[str, Any]:
    """The trials of a question, counted."""
    return asdict(counted)


def selection_json(chosen: Selection) -> dict[str, Any]:
    """What choosing the best is worth."""
    return asdict(chosen)


def evidence_json(evidence: SharpeEvidence) -> dict[str, Any]:
    """What a Sharpe ratio is worth."""
    return {**asdict(evidence), "low_sample": evidence.moments.is_low_sample}


def comparison_json(found: Comparison) -> dict[str, Any]:
    """What differs; a key that a trial does not have is {"absent": true}."""

    def rows(differences: tuple[Difference, ...]) -> dict[str, list[Any]]:
        return {
            each.what: [{"absent": True} if value is ABSENT else value for value in each.values]
            for each in differences
        }  # fmt: skip

    return {
        "same_recipe": found.same_recipe,
        "same_result": found.same_result,
        "inputs": rows(found.inputs),
        "results": rows(found.results),
    }
