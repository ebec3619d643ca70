"""Trials as tables for people."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import RenderableType
from rich.markup import escape
from rich.text import Text

from quartet.backtest.ledger.comparison import ABSENT, Comparison, Difference
from quartet.backtest.ledger.ledger import StudyCount
from quartet.backtest.ledger.multiplicity import Multiplicity, SharpeEvidence
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.ledger.selection import Selection
from quartet.backtest.ledger.trial import RecordedTrial
from quartet.cli.console import facts, table

_HASH: Final = 12


def list_parts(
    place: str,
    trials: list[RecordedTrial],
    studies: list[StudyCount],
    counted: Multiplicity | None,
    chosen: Selection | None,
) -> list[RenderableType]:
    """The trials, and below them the studies or the one that was asked for."""
    rows = table(
        "Trial >", "Recorded (UTC)", "Study ~", "Status", "Engine ?", "Seed >?", "Config ?", "Data ?", "Result ?",
        "Sharpe >",
    )  # fmt: skip
    for each in trials:
        rows.add_row(
            str(each.trial_id),
            _time(each.recorded_at_ns),
            Text(each.study),
            Text(each.status, style="green" if each.error is None else "red"),
            Text(each.engine),
            str(each.seed),
            each.config_hash[:_HASH],
            each.data_hash[:_HASH],
            each.result_hash[:_HASH],
            _figure(each.metrics.get("sharpe_ratio")),
        )
    if counted is not None:
        worth = _counted_rows(counted) + (_chosen_rows(chosen) if chosen else [])
        return [rows, _facts(worth, "Trials of the whole question")]
    whole = table("Study", "Part of", "Trials >", "Failed >", title="Studies")
    for study in studies:
        whole.add_row(Text(study.study), Text(study.parent or ""), f"{study.trials:,}", f"{study.failed:,}")
    # A line of its own: a table's title would be broken at the table's width.
    return [Text(f"Ledger {place}"), rows, whole]


def trial_parts(
    trial: RecordedTrial, series: ReturnSeries | None, evidence: SharpeEvidence | None
) -> list[RenderableType]:
    """One trial, from what went in to what it is worth."""
    code = trial.environment
    head = [
        ("study", trial.study),
        ("recorded", f"{_time(trial.recorded_at_ns)} UTC"),
        ("status", trial.status if trial.error is None else f"failed: {trial.error}"),
        ("engine, seed", f"{trial.engine}, {trial.seed}"),
        ("configuration", trial.config_hash),
        ("data", trial.data_hash),
        ("code", f"{code.get('code_hash', '')} (quartet {code.get('quartet', '?')}, Python {code.get('python', '?')})"),
        ("result", trial.result_hash),
    ]
    if series is not None and len(series):
        head.append(("returns", f"{len(series):,} periods, {_time(series.ts_ns[0])} to {_time(series.ts_ns[-1])} UTC"))
    parts: list[RenderableType] = [
        _facts(head, f"Trial {trial.trial_id}"),
        _facts(_leaf_rows(trial.config), "Configuration"),
        _facts(_leaf_rows(trial.data), "Data"),
    ]
    if trial.metrics:
        parts.append(_facts([(name, _figure(value)) for name, value in sorted(trial.metrics.items())], "Result"))
    if trial.costs is not None:
        shown = [(name, _money(amount)) for name, amount in trial.costs.items() if amount]
        parts.append(_facts([*shown, ("all", _money(math.fsum(trial.costs.values())))], "Costs"))
    if evidence is not None:
        parts.append(_facts(_evidence_rows(evidence), "What the Sharpe ratio is worth"))
    return parts


def comparison_parts(trials: Sequence[int], found: Comparison) -> list[RenderableType]:
    """What went in and what came out, where it differs."""
    parts: list[RenderableType] = []
    for title, differences in (("What went in", found.inputs), ("What came out", found.results)):
        if differences:
            parts.append(_differences(title, trials, differences))
    inputs = "nothing that went in differs" if found.same_recipe else f"{len(found.inputs)} inputs differ"
    results = "the results are the same, bit for bit" if found.same_result else "the results differ"
    parts.append(Text(f"{inputs}; {results}", style="bold red" if _is_wrong(found) else ""))
    return parts


def _is_wrong(found: Comparison) -> bool:
    return found.same_recipe and not found.same_result


def _differences(title: str, trials: Sequence[int], differences: tuple[Difference, ...]) -> RenderableType:
    rows = table("", *(f"trial {each} ~" for each in trials), title=title)
    for each in differences:
        rows.add_row(Text(each.what), *(Text("" if value is ABSENT else _figure(value)) for value in each.values))
    return rows


def _counted_rows(counted: Multiplicity) -> list[tuple[str, str]]:
    return [
        ("question", counted.study),
        ("trials", f"{counted.trials:,}, {counted.failed:,} failed"),
        ("series of returns", f"{counted.distinct:,} different of {counted.with_returns:,}"),
        ("independent trials", counted.effective_text),
        ("variance of annual Sharpe ratios", _figure(counted.sharpe_variance_annual)),
    ]


def _chosen_rows(chosen: Selection) -> list[tuple[str, str]]:
    return [
        (
            "probability of overfitting",
            f"{chosen.overfitting_probability:.1%}, that the best is below the median later",
        ),
        ("probability of loss", f"{chosen.loss_probability:.1%}, that the best loses later"),
        *(
            []
            if chosen.chance is None
            else [("chance of luck", f"{chosen.chance:.1%}, that the best looks as good where none earns anything")]
        ),
        ("measured over", f"{chosen.series:,} series, {chosen.periods:,} periods that all have"),
    ]


def _evidence_rows(evidence: SharpeEvidence) -> list[tuple[str, str]]:
    low = ", fewer than 30: a low sample" if evidence.moments.is_low_sample else ""
    needed = evidence.minimum_track_record
    return [
        ("Sharpe ratio, annual", _figure(evidence.sharpe_annual)),
        ("best of so many worthless trials", _figure(evidence.expected_maximum_annual)),
        ("probabilistic Sharpe ratio", f"{_figure(evidence.probabilistic)}, were this the only trial"),
        ("deflated Sharpe ratio", _figure(evidence.deflated)),
        ("periods", f"{evidence.moments.periods:,}{low}"),
        ("periods needed for 95 %", f"{needed:,.0f}" if needed is not None else "no length would do"),
        *_counted_rows(evidence.multiplicity),
    ]


def _facts(rows: list[tuple[str, str]], title: str) -> RenderableType:
    """Text of users is shown as it is, not as markup."""
    return facts([(escape(name), escape(value)) for name, value in rows], title)


def _leaf_rows(values: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(values, dict) and values:
        return [row for key, each in values.items() for row in _leaf_rows(each, f"{path}.{key}" if path else key)]
    return [(path or "-", _figure(values))]


def _figure(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.6g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _money(amount: float) -> str:
    return f"{amount:,.2f}"


def _time(ts_ns: Any) -> str:
    return datetime.fromtimestamp(int(ts_ns) // 10**9, UTC).strftime("%Y-%m-%d %H:%M:%S")
