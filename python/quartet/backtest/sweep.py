"""One backtest for each of many parameter sets, all at once in the columnar mode, each a trial of the study.

found = sweep({"max_position_size": 1}, {"fast": range(5, 20), "slow": range(30, 60)}, averages, prices)
found.table.sort("sharpe_ratio", descending=True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.backtest.backtester import LedgerPlace, opened
from quartet.backtest.columnar.layout import FillColumn, TermColumn
from quartet.backtest.columnar.many import ManyOutcomes, run_many
from quartet.backtest.costs.of_many import costs_of_many
from quartet.backtest.ledger.environment import current_environment
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.ledger.trial import Trial
from quartet.backtest.plan import YEAR_NS, Plan
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import ALTERNATE_NAMES, BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.core.errors import ConfigError, QuartetError
from quartet.engines.sweep import Grid, members
from quartet.risk import TrackRecord, measure_all
from quartet.risk.annualisation import rate_per_period

Floats = NDArray[np.float64]
MakeSignals = Callable[..., Any]

FIGURES: Final = (
    "total_return", "annual_return", "annual_volatility", "sharpe_ratio", "sortino_ratio", "calmar_ratio",
    "max_drawdown",
)  # fmt: skip
"""Measures of each member unless others are asked for."""
_CELLS_MAX: Final = 20_000_000
"""Cells of signals that are held at one time."""
_KEYS: Final = frozenset(BacktestSettings.model_fields) | frozenset(ALTERNATE_NAMES)
_SHARED: Final = (
    "price_for_fill", "tick", "lot", "multiplier", "instruments", "slippage_model", "borrow_rate", "cash_interest",
    "allow_short", "initial_capital", "currency", "conversion_bps", "risk_free_rate",
)  # fmt: skip
"""Settings that accounts of one pass have in common; members that differ in them are run in another."""


@dataclass(frozen=True, eq=False)
class SweepResult:
    """What the members made of the prices."""

    table: pl.DataFrame
    """A row a member, in the order of the grid: parameters, figures, orders, fills, fees, traded, trial, error."""
    equity: Floats
    """(T, members) in units of currency; NaN where a member failed."""
    stamps: NDArray[np.int64]


@dataclass
class _Member:
    parameters: dict[str, Any]
    settings: BacktestSettings
    source: SignalSource | None = None
    plan: Plan | None = None
    error: str | None = None
    figures: dict[str, float | None] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    costs: dict[str, float] | None = None
    equity: Floats | None = None
    returns: ReturnSeries | None = None
    periods_per_year: float | None = None
    trial: int | None = None


def sweep(
    settings: Mapping[str, Any] | BacktestSettings,
    grid: Grid,
    signals: MakeSignals | Any,
    prices: Any,
    *,
    figures: Iterable[str] = FIGURES,
    ledger: LedgerPlace = None,
    progress: Callable[[int, int], None] | None = None,
) -> SweepResult:
    """Run every member of the grid.

    grid: names and values, {"fast": [5, 10], "commission": [0, 0.001]}; names of settings go there, others are given by
    name to `signals`, a function from the prices, a PricePanel, to signals: an array (T, N), a frame, or a graph. Where
    no other names are in the grid it may be anything that a Backtester takes. figures: measures of each member, the
    Sharpe ratio always among them. progress: called with members done and
    in all. A member that fails has its error in the table and does not stop the others; every member is a trial.
    ConfigError where no member can run, DataError for prices that cannot be.
    """
    panel = PricePanel.of(prices)
    base = BacktestSettings.of(settings)
    every = [_member(base, parameters) for parameters in members(grid)]
    report = progress or (lambda done, whole: None)
    chosen = tuple(dict.fromkeys((*figures, "sharpe_ratio")))
    environment = current_environment()
    configs: dict[int, dict[str, Any]] = {}
    done = 0
    with opened(ledger) as book:
        for group in _passes(every, panel):
            for member in group:
                _prepare(member, signals, panel)
            able = [member for member in group if member.plan is not None]
            if able:
                _run(able, chosen)
            numbers = book.append_all([_trial(each, panel, environment, configs) for each in group])
            for member, number in zip(group, numbers, strict=True):
                member.trial = number
                member.plan = member.returns = None
            done += len(group)
            report(done, len(every))
    if all(member.error for member in every):
        raise ConfigError(f"no member of the sweep could run; the first: {every[0].error}")
    return _result(every, panel, chosen)


def _member(base: BacktestSettings, parameters: dict[str, Any]) -> _Member:
    own = {name: value for name, value in parameters.items() if name in _KEYS}
    try:
        return _Member(parameters, BacktestSettings.of(base, **own) if own else base)
    except ConfigError as error:
        return _Member(parameters, base, error=f"ConfigError: {error}")


def _passes(every: Sequence[_Member], prices: PricePanel) -> Iterator[list[_Member]]:
    """Members that can share a pass, as many as memory is for."""
    most = max(1, _CELLS_MAX // prices.close.size)
    groups: dict[str, list[_Member]] = {}
    for member in every:
        shared = [getattr(member.settings, name) for name in _SHARED]
        if member.settings.slippage_model.values.get("of_spread"):
            shared += [member.settings.slippage_bps, member.settings.spread_bps]
        groups.setdefault(repr([*shared, member.settings.max_participation is None]), []).append(member)
    for group in groups.values():
        for begin in range(0, len(group), most):
            yield group[begin : begin + most]


def _prepare(member: _Member, signals: Any, prices: PricePanel) -> None:
    if member.error is not None:
        return
    asked = {name: value for name, value in member.parameters.items() if name not in _KEYS}
    try:
        if asked and not callable(signals):
            raise ConfigError(f"sweep: {', '.join(asked)} is no setting, and signals are no function to give it to")
        made = signals(prices, **asked) if asked or _is_function(signals) else signals
        member.source = SignalSource.of(made)
        member.plan = Plan.of(member.settings, prices, member.source.panel(prices), member.source.graph)
    except Exception as error:  # noqa: BLE001 - a member's own function may raise anything; the others go on
        member.error = f"{type(error).__name__}: {error}"


def _is_function(signals: Any) -> bool:
    return callable(signals) and not hasattr(signals, "digest")


def _run(able: list[_Member], figures: tuple[str, ...]) -> None:
    plans = [member.plan for member in able if member.plan is not None]
    try:
        outcomes = run_many(plans)
    except QuartetError as error:
        for member in able:
            member.error = f"{type(error).__name__}: {error}"
        return
    costs, components = _costs(outcomes, plans), costs_of_many(outcomes, plans)
    for at, member in enumerate(able):
        member.equity = outcomes.equity[:, at]
        track = _track(member)
        member.figures = dict(measure_all(track, figures, risk_free_rate=member.settings.risk_free_rate))
        year = track.periods_per_year or float(YEAR_NS / np.median(np.diff(plans[at].prices.stamps)))
        ends = plans[at].prices.stamps[1 : len(track.returns) + 1]
        member.returns = ReturnSeries.of(ends, track.returns - rate_per_period(member.settings.risk_free_rate, year))
        member.periods_per_year = year
        member.costs = components[at]
        member.counts = {"num_orders": int(outcomes.orders[at]), **{name: each[at] for name, each in costs.items()}}


def _costs(outcomes: ManyOutcomes, plans: list[Plan]) -> dict[str, list[Any]]:
    """Fills, fees and traded value of each account."""
    fills, count = outcomes.fills, len(plans)
    multiplier = plans[0].terms[fills[:, FillColumn.COLUMN], TermColumn.MULTIPLIER]
    traded = np.abs(fills[:, FillColumn.PRICE] / 1e9 * (fills[:, FillColumn.QUANTITY] / 1e9)) * multiplier
    low = fills[:, FillColumn.FEE_LOW].astype(np.uint64).astype(np.float64)
    fees = (fills[:, FillColumn.FEE_HIGH] * 2.0**64 + low) / 1e18
    return {
        "num_fills": np.bincount(outcomes.owner, minlength=count).tolist(),
        "fees": np.bincount(outcomes.owner, fees, count).tolist(),
        "traded": np.bincount(outcomes.owner, traded, count).tolist(),
    }


def _track(member: _Member) -> TrackRecord:
    assert member.plan is not None and member.equity is not None
    settings = member.settings
    return TrackRecord.of_equity(
        member.equity,
        timestamps=member.plan.prices.stamps,
        periods_a_year=settings.periods_per_year,
        trading_year=settings.trading_year,
    )


def _trial(
    member: _Member, prices: PricePanel, environment: dict[str, Any], configs: dict[int, dict[str, Any]]
) -> Trial:
    """What the ledger keeps; configs: those of settings that were met before, which many members share."""
    settings = member.settings
    config = configs.get(id(settings)) or configs.setdefault(id(settings), settings.to_config())
    recipe = member.source.recipe if member.source is not None else {}
    return Trial(
        study=settings.study,
        parent_study=settings.parent_study,
        config={
            "backtest": config,
            "signals": recipe,
            "member": {name: _plain(value) for name, value in member.parameters.items()},
        },
        data={},
        data_hash=prices.content_hash,
        engine="columnar",
        seed=settings.seed,
        metrics=member.figures | member.counts,
        returns=member.returns,
        periods_per_year=member.periods_per_year,
        costs=member.costs,
        error=member.error,
        environment=environment,
    )


def _result(every: list[_Member], prices: PricePanel, figures: tuple[str, ...]) -> SweepResult:
    names = list(dict.fromkeys(name for member in every for name in member.parameters))
    columns: dict[str, Any] = {
        name: pl.Series(name, [_plain(member.parameters.get(name)) for member in every], strict=False) for name in names
    }
    for name in figures:
        columns[name] = pl.Series(name, [member.figures.get(name) for member in every], dtype=pl.Float64)
    for name, dtype in (
        ("num_orders", pl.Int64),
        ("num_fills", pl.Int64),
        ("fees", pl.Float64),
        ("traded", pl.Float64),
    ):
        columns[name] = pl.Series(name, [member.counts.get(name) for member in every], dtype=dtype)
    columns["trial"] = pl.Series("trial", [member.trial for member in every], dtype=pl.Int64)
    columns["error"] = pl.Series("error", [member.error for member in every], dtype=pl.String)
    nothing = np.full(len(prices.stamps), np.nan)
    paths = [nothing if member.equity is None else member.equity for member in every]
    return SweepResult(pl.DataFrame(columns), np.stack(paths).T, prices.stamps)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
