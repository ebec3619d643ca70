"""Who in a book carries its value at risk: parts of assets, and of sectors, strategies or factors, that add up.

Source: Jorion (2006), "Value at Risk", chapter 7; Tasche (1999) for the parts as conditional means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from quartet.core.errors import DataError
from quartet.risk.measuring import Floats
from quartet.risk.series import floats
from quartet.risk.tail_formulas import normal_quantile, sample_var

REPAIR_MAX = 0.10
"""A covariance matrix that must move further than this share of its scale to be one is refused."""


@dataclass(frozen=True, slots=True, eq=False)
class RiskTable:
    """Value at risk by name, fractions of equity; components add up to the total."""

    names: tuple[str, ...]
    standalone: Floats
    """Of the part alone."""
    marginal: Floats
    """Change of the total for a unit of weight more; NaN where it is not defined, as for groups."""
    component: Floats
    total: float
    flags: tuple[str, ...] = ()
    """repaired: the covariance matrix was not quite one. riskless: the book has no variance."""

    @property
    def share(self) -> Floats:
        """Components as shares of the total; zeros where there is none."""
        return self.component / self.total if self.total else np.zeros_like(self.component)

    def to_polars(self) -> pl.DataFrame:
        """One row a name."""
        return pl.DataFrame(
            {
                "name": self.names,
                "standalone": self.standalone,
                "marginal": self.marginal,
                "component": self.component,
                "share": self.share,
            }
        ).with_columns(pl.col("marginal").fill_nan(None))


def nearest_covariance(covariance: Any) -> tuple[Floats, bool]:
    """The matrix (N, N) without negative eigenvalues, and whether it had some.

    DataError where it is not square, not symmetric, or would move by more than 10 % of the scale of an entry, which is
    the product of the two deviations.
    """
    matrix = floats(covariance, "covariance", columns=True)
    if matrix.shape[0] != matrix.shape[1] or not np.allclose(matrix, matrix.T, rtol=1e-9, atol=0.0):
        raise DataError(f"covariance is {matrix.shape}: give a symmetric square matrix")
    values, vectors = np.linalg.eigh(matrix)
    if values.min() >= -1e-12 * max(values.max(), 0.0):
        return matrix, False
    repaired = (vectors * np.maximum(values, 0.0)) @ vectors.T
    deviations = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    moved, scale = np.abs(repaired - matrix), np.outer(deviations, deviations)
    if np.any(moved > REPAIR_MAX * scale):
        row, column = np.argwhere(moved > REPAIR_MAX * scale)[0].tolist()
        raise DataError(
            f"covariance, row {row}, column {column}: to be a covariance matrix this entry would have to move by "
            f"{moved[row, column]:.3g}, more than {REPAIR_MAX:.0%} of its scale; estimate it on complete rows"
        )
    return repaired, True


def component_var(weights: Any, covariance: Any, level: float = 0.95, names: Sequence[str] | None = None) -> RiskTable:
    """Normal value at risk with mean zero: z * (cov w)_i / sigma is marginal, times w_i the component (Euler).

    weights (N,): signed shares of equity. covariance (N, N): of returns over the horizon. DataError as
    nearest_covariance, and for shapes that do not fit.
    """
    held = floats(weights, "weights")
    matrix, repaired = nearest_covariance(covariance)
    if len(matrix) != len(held):
        raise DataError(f"weights are of {len(held):,} assets, covariance of {len(matrix):,}")
    z = normal_quantile(level)
    deviation = float(np.sqrt(max(float(held @ matrix @ held), 0.0)))
    riskless = deviation <= 1e-12 * float(np.abs(held) @ np.sqrt(np.diag(matrix)))
    marginal = np.zeros_like(held) if riskless else z * (matrix @ held) / deviation
    flags = tuple(name for name, there in (("repaired", repaired), ("riskless", riskless)) if there)
    standalone = z * np.abs(held) * np.sqrt(np.diag(matrix))
    total = 0.0 if riskless else z * deviation
    return RiskTable(_labels(names, len(held)), standalone, marginal, held * marginal, total, flags)


def historical_components(by_asset: Any, level: float = 0.95, names: Sequence[str] | None = None) -> RiskTable:
    """Parts of the value at risk of a sample: mean loss of each asset near the scenario that is the value at risk.

    by_asset (n, N): scenario losses by asset, as ScenarioLosses has them. Near: a normal kernel over losses, of
    Silverman's width (1986); the means are scaled so that they add up to the value at risk.
    """
    parts = floats(by_asset, "by_asset", columns=True)
    losses = parts.sum(axis=1)
    total = sample_var(losses, level)
    standalone = np.array([sample_var(parts[:, asset], level) for asset in range(parts.shape[1])])
    width = 1.06 * float(losses.std()) * len(losses) ** -0.2
    undefined = np.full(parts.shape[1], np.nan)
    if width == 0.0:
        return RiskTable(_labels(names, parts.shape[1]), standalone, undefined, parts[0], total, ("riskless",))
    near = np.exp(-0.5 * ((losses - total) / width) ** 2)
    means = near @ parts / near.sum()
    added = float(means.sum())
    if added == 0.0 or (added < 0.0) != (total < 0.0):
        raise DataError(f"INSUFFICIENT_DATA: {len(losses):,} scenarios do not tell who carries the value at risk")
    return RiskTable(_labels(names, parts.shape[1]), standalone, undefined, means * (total / added), total)


def grouped(table: RiskTable, groups: Sequence[str], standalone: Callable[[list[int]], float]) -> RiskTable:
    """The table by sector, strategy or factor: components add up, and each group alone is measured anew.

    groups: the group of each name of the table. standalone: value at risk of the assets at those places alone.
    DataError where a name has no group.
    """
    if len(groups) != len(table.names):
        raise DataError(f"{len(groups):,} groups for {len(table.names):,} names")
    places: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    component = np.array([float(table.component[own].sum()) for own in places.values()])
    alone = np.array([standalone(own) for own in places.values()])
    return RiskTable(tuple(places), alone, np.full(len(places), np.nan), component, table.total, table.flags)


def incremental_var(by_asset: Any, places: Sequence[int], var: Callable[[Floats], float]) -> float:
    """What the assets at those places add: the value at risk of the losses with them, less that without them."""
    parts = floats(by_asset, "by_asset", columns=True)
    without = np.delete(parts, list(places), axis=1)
    return var(parts.sum(axis=1)) - var(without.sum(axis=1))


def _labels(names: Sequence[str] | None, count: int) -> tuple[str, ...]:
    if names is None:
        return tuple(f"asset {place}" for place in range(count))
    if len(names) != count:
        raise DataError(f"{len(names):,} names for {count:,} assets")
    return tuple(names)
