"""How much money a strategy takes before its own orders eat it (S-140, R-416): the run again at larger capitals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import polars as pl

from quartet.backtest.backtester import LedgerPlace
from quartet.backtest.ledger.question import CAPACITY
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.sweep import sweep
from quartet.core.errors import ConfigError

CAPITALS: Final = tuple(Decimal(10) ** power for power in range(5, 11))
_IMPACT: Final = ("volume_based", "adaptive")


@dataclass(frozen=True, eq=False)
class Capacity:
    """Net figures by capital. Values between two capitals are on the straight line between their logarithms."""

    table: pl.DataFrame
    """initial_capital, sharpe_ratio, annual_return, traded, error."""
    without_impact: float | None
    """The Sharpe ratio with slippage_bps alone."""
    half: float | None
    """Capital at which the Sharpe ratio is half of that; None: not within the capitals."""
    zero: float | None
    """Capital at which the annual return is zero."""


def capacity(
    settings: BacktestSettings,
    signals: Any,
    prices: Any,
    *,
    capitals: Iterable[Any] = CAPITALS,
    ledger: LedgerPlace = None,
    progress: Callable[[int, int], None] | None = None,
) -> Capacity:
    """Run the signals at every capital. Each run is a trial of a study of its own: no capital is chosen by its
    result, so it does not count against the Sharpe ratio.

    ConfigError where slippage does not grow with size: then the answer would be any amount. Fills are bounded by
    max_participation as ever, so that large capitals also trade less than they want.
    """
    if settings.slippage_model.model not in _IMPACT:
        raise ConfigError(
            f"capacity: slippage_model: {settings.slippage_model.model} does not grow with size; take one of "
            f"{', '.join(_IMPACT)}"
        )
    own = BacktestSettings.of(settings, study=CAPACITY.format(settings.study), parent_study=None)
    amounts = sorted(Decimal(str(each)) for each in capitals)
    grid = {"initial_capital": [f"{each:f}" for each in amounts]}
    found = sweep(own, grid, signals, prices, figures=("annual_return",), ledger=ledger, progress=progress)
    free = sweep(own, {"initial_capital": [grid["initial_capital"][0]], "slippage_model": ["fixed"]}, signals, prices,
                 figures=(), ledger=ledger).table["sharpe_ratio"][0]  # fmt: skip
    kept = found.table.select("initial_capital", "sharpe_ratio", "annual_return", "traded", "error")
    sharpe, growth = (kept[name].cast(pl.Float64).to_numpy() for name in ("sharpe_ratio", "annual_return"))
    logs = np.log(np.array([float(each) for each in amounts]))
    half = None if free is None else _crossing(logs, sharpe - free / 2.0)
    return Capacity(kept, free, half, _crossing(logs, growth))


def _crossing(logs: Any, values: Any) -> float | None:
    """Where a figure that starts above zero first reaches it; one that is undefined there says nothing."""
    if not values[0] > 0.0:
        return None
    below = np.flatnonzero(values <= 0.0)
    if not len(below):
        return None
    at = int(below[0])
    share = values[at - 1] / (values[at - 1] - values[at])
    return float(np.exp(logs[at - 1] + share * (logs[at] - logs[at - 1])))
