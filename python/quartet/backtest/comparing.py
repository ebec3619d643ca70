"""Backtests side by side, and where their difference comes from: data, signals, costs, sizing, or the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.result import BacktestResult
from quartet.core.errors import ConfigError, DataError
from quartet.risk.annualisation import rate_per_period

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "costs": (
        "commission", "slippage_bps", "spread_bps", "slippage_model", "currency", "conversion_bps", "borrow_rate",
        "cash_interest", "risk_free_rate", "tick",
    ),
}  # fmt: skip
"""Settings by what they are; the others size and limit positions."""
_NO_MATTER: Final = ("mode", "engine", "study", "parent_study", "replications", "lookahead_check", "strict")
"""Settings that no order depends on, and those that the engine that ran stands for."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the backtests that are compared."""

    label: str
    settings: Mapping[str, Any]
    hashes: Mapping[str, str]
    """Of what is known: data, signals, and the graph that made them."""
    engine: str
    figures: Mapping[str, float | None]
    stamps: Ints
    """(T,) ns UTC."""
    equity: Floats
    """(T,) units of currency."""
    outcome: str | None
    """SHA-256 of every number of the run: equal in both modes and all engines. None for a member of a sweep."""
    costs: Mapping[str, Decimal] | None = None
    """By component; None where they are not known: the ledger does not keep them."""
    trial_id: int | None = None
    """In the ledger that it was recorded in."""

    @classmethod
    def of_result(cls, result: BacktestResult, label: str) -> Self:
        """A result at hand."""
        hashes = {name: result.hashes[name] for name in ("data", "signals")}
        if result.plan.graph is not None:
            hashes["graph"] = result.plan.graph.digest
        return cls(
            label, result.settings.to_config(), hashes, result.engine,
            result.figures, result.stamps, result.record.equity, result.hashes["result"],
            dict(result.costs.select("component", "amount").iter_rows()), result.trial_id,
        )  # fmt: skip

    @classmethod
    def of_folder(cls, folder: Path, label: str = "") -> Self:
        """What `BacktestResult.to_parquet` wrote; DataError where it is not that."""
        try:
            values = json.loads((folder / "result.json").read_text(encoding="utf-8"))
            equity = pl.read_parquet(folder / "equity.parquet", columns=["timestamp", "equity"])
            return cls(
                label or folder.name, values["settings"],
                {name: values["hashes"][name] for name in ("data", "signals")},
                values["engine"], values["figures"], equity["timestamp"].to_physical().to_numpy(),
                equity["equity"].cast(pl.Float64).to_numpy(), values["hashes"]["result"],
                {name: Decimal(amount) for name, amount in values["costs"].items()}, values["trial"],
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
            raise DataError(f"{folder}: is no folder of `quartet backtest --out`: {error}") from error

    @classmethod
    def of_trial(cls, ledger: TrialLedger, trial_id: int) -> Self:
        """A trial of the ledger; ConfigError for one that failed or is no backtest."""
        trial = ledger.trial(trial_id)
        block, series = trial.config.get("backtest"), ledger.returns(trial)
        if not isinstance(block, Mapping) or series is None or not trial.periods_per_year:
            why = f"it failed: {trial.error}" if trial.error else "it is no backtest with returns"
            raise ConfigError(f"trial {trial_id} cannot be compared: {why}")
        # The ledger keeps returns above the risk-free rate.
        growth = 1.0 + series.returns + rate_per_period(float(block.get("risk_free_rate", 0.0)), trial.periods_per_year)
        equity = float(block["initial_capital"]) * np.cumprod(np.append(1.0, growth))
        stamps = np.append(2 * series.ts_ns[0] - series.ts_ns[1], series.ts_ns) if len(series) > 1 else series.ts_ns
        figures = {name: value for name, value in trial.metrics.items() if isinstance(value, float | int | None)}
        recipe = trial.config.get("signals") or {}
        # Signals that were given as they are have a part in the hash of the trial's data.
        hashes = {"data": trial.data_hash, "graph": str(recipe["graph"])} if "graph" in recipe else {}
        return cls(
            f"trial {trial_id}", block, hashes, trial.engine, figures, stamps, equity[-len(stamps) :],
            trial.metrics.get("outcome"), trial_id=trial_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """Something that went in and is not the same."""

    group: str
    """data, signals, engine, costs, sizing."""
    what: str
    values: tuple[str, ...]
    """One a side."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where the difference of a side to the first comes from."""

    label: str
    same: bool
    """Whether every order, fill and unit of money is the same."""
    groups: tuple[str, ...]
    """Groups of inputs that changed."""
    profit: float
    """Difference of final profits, units of currency."""
    before_costs: Decimal | None
    """Of it, what different trades or prices made; None where costs are not known."""
    costs: Mapping[str, Decimal]
    """Of it, what each component of costs took: positive is more profit. They add up with before_costs."""
    text: str


def changes(sides: list[Side]) -> tuple[Change, ...]:
    """Everything that went in and is not the same in all."""
    found: list[Change] = []
    for name, group in (("data", "data"), ("signals", "signals"), ("graph", "signals")):
        known = {side.hashes[name] for side in sides if name in side.hashes}
        if len(known) > 1 and group not in {each.group for each in found}:
            values = tuple(side.hashes.get(name, "not known")[:12] for side in sides)
            found.append(Change(group, f"{name} hash", values))
    if len({side.engine for side in sides}) > 1:
        found.append(Change("engine", "engine that ran", tuple(side.engine for side in sides)))
    for key in sorted({key for side in sides for key in side.settings} - set(_NO_MATTER)):
        values = tuple(_text(side.settings.get(key)) for side in sides)
        if len(set(values)) > 1:
            group = next((name for name, keys in GROUPS.items() if key in keys), "sizing")
            found.append(Change(group, key, values))
    return tuple(found)


def attribute(first: Side, other: Side) -> Attribution:
    """What makes the other's profit differ from the first's."""
    groups = tuple(dict.fromkeys(each.group for each in changes([first, other])))
    same = _same(first, other)
    known = first.hashes.keys() & other.hashes.keys()
    if not same and not known & {"signals", "graph"}:
        groups = (*groups, "signals, perhaps: what made them is not known of both")
    profit = float((other.equity[-1] - other.equity[0]) - (first.equity[-1] - first.equity[0]))
    before: Decimal | None = None
    parts: dict[str, Decimal] = {}
    if first.costs is not None and other.costs is not None:
        for name in dict.fromkeys((*first.costs, *other.costs)):
            parts[name] = first.costs.get(name, Decimal(0)) - other.costs.get(name, Decimal(0))
        before = Decimal(repr(round(profit, 6))) - sum(parts.values(), Decimal(0))
    return Attribution(other.label, same, groups, profit, before, parts, _told(same, groups))


def _same(first: Side, other: Side) -> bool:
    """By the hash of all numbers; where one has none, by the equity that its returns make."""
    if first.outcome is not None and other.outcome is not None:
        return first.outcome == other.outcome
    return first.equity.shape == other.equity.shape and bool(np.allclose(first.equity, other.equity, rtol=1e-9, atol=0))


def _told(same: bool, groups: tuple[str, ...]) -> str:
    changed = " and ".join(groups)
    if same:
        return f"the same to the last unit, with other {changed}" if groups else "the same to the last unit"
    if not groups:
        return "DIFFERENT though nothing that went in differs: something is not deterministic, or was not recorded"
    if groups == ("engine",):
        return "DIFFERENT by mode or engine alone: reconcile names the first event; please report it"
    return f"differs by {changed}"


def _text(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)
