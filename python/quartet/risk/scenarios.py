"""Loss scenarios of a book of positions: the one input of every figure of the tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quartet.core.errors import DataError
from quartet.core.parameters import Parameters, parameter
from quartet.risk.measuring import Floats, Ints
from quartet.risk.series import floats


class ScenarioParameters(Parameters):
    """How losses of a book are made from returns of its assets."""

    lookback: int = parameter(252, "Scenarios, the latest ones.", unit="periods", ge=1)
    coverage_min: float = parameter(0.9, "Share of scenarios in which an asset must have a return.", ge=0, le=1)


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioLosses:
    """Losses of a book, one a scenario, and how far the data carried."""

    losses: Floats
    """(n,) fractions of equity, positive where it hurts."""
    by_asset: Floats
    """(n, N) the parts of each asset; rows add up to the losses."""
    scenarios: Ints
    """(n,) rows of the given returns; those without a return of some asset are left out."""
    coverage: Floats
    """(N,) share of scenarios in which the asset had a return of its own."""
    proxied: Ints
    """(N,) scenarios in which a proxy stood in for it."""


def scenario_losses(
    notionals: Any,
    returns: Any,
    equity: float,
    *,
    names: Sequence[str] | None = None,
    proxies: Any = None,
    parameters: ScenarioParameters | None = None,
) -> ScenarioLosses:
    """Losses of positions (N,), signed notionals in the currency of equity, in return scenarios (n, N), fractions.

    A missing return is NaN. proxies: (n, N) returns that stand in, a factor model's predictions for example. An asset
    that is not held needs no returns. DataError (INSUFFICIENT_DATA) names a held asset that has returns in fewer than
    coverage_min of the scenarios and no proxy: the risk of the book is then not known.
    """
    chosen = parameters or ScenarioParameters()
    held = floats(notionals, "notionals")
    if not 0 < equity < np.inf:
        raise DataError(f"equity = {equity}: shares of it want a finite number above zero")
    panel = _panel(returns, "returns", len(held))[-chosen.lookback :]
    labels = list(names) if names is not None else [f"asset {place}" for place in range(len(held))]
    missing = np.isnan(panel)
    coverage = 1.0 - missing.mean(axis=0)
    filled = panel
    if proxies is not None:
        stand_in = _panel(proxies, "proxies", len(held))[-chosen.lookback :]
        if stand_in.shape != panel.shape:
            raise DataError(f"proxies are {stand_in.shape}, returns {panel.shape}: one for each")
        filled = np.where(missing, stand_in, panel)
    filled = np.where(held == 0.0, 0.0, filled)
    left = np.isnan(filled)
    short = np.flatnonzero(1.0 - left.mean(axis=0) < chosen.coverage_min)
    if len(short):
        at = int(short[0])
        raise DataError(
            f"INSUFFICIENT_DATA: {labels[at]} has returns in {int((~left[:, at]).sum()):,} of {len(panel):,} "
            f"scenarios, {chosen.coverage_min:.0%} needed; give a proxy or a longer history"
        )
    whole = np.flatnonzero(~left.any(axis=1))
    by_asset = -(filled[whole] * held) / equity
    first = len(np.asarray(returns)) - len(panel)
    proxied = (missing & ~left & (held != 0.0)).sum(axis=0)
    return ScenarioLosses(by_asset.sum(axis=1), by_asset, whole + first, coverage, proxied)


def overlapping_losses(losses: Floats, horizon: int) -> Floats:
    """Losses (n - h + 1,) of holding h periods that follow each other, compounded, of losses (n,) of one period."""
    if horizon == 1:
        return losses
    growth = np.lib.stride_tricks.sliding_window_view(1.0 - losses, horizon)
    return np.asarray(1.0 - growth.prod(axis=1), np.float64)


def _panel(values: Any, name: str, columns: int) -> Floats:
    panel = np.asarray(values, np.float64)
    if panel.ndim != 2 or panel.shape[1] != columns or len(panel) == 0:
        raise DataError(f"{name} are {panel.shape}: give scenarios x {columns:,} assets")
    if np.isinf(panel).any():
        row, column = np.argwhere(np.isinf(panel))[0].tolist()
        raise DataError(f"{name}, row {row:,}, column {column:,}: not a finite number; write NaN for a missing one")
    return panel
