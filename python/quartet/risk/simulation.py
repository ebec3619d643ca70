"""Value at risk and shortfall of a book by simulation, each with its standard error; the book may be revalued in full.

Source: Glasserman (2003), "Monte Carlo Methods in Financial Engineering", chapters 4 and 9; Politis, Romano (1994) for
resampled blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from quartet.core.errors import DataError
from quartet.core.parameters import Parameters, parameter
from quartet.risk.decomposition import nearest_covariance
from quartet.risk.measuring import Floats
from quartet.risk.series import floats
from quartet.risk.tail_formulas import sample_cvar, sample_var

Revalue = Callable[[Floats], Floats]
"""From drawn returns (paths, N) to losses (paths,), fractions of equity, positive where it hurts."""
_BATCHES: Final = 20
"""The error of a quantile is measured between so many parts of the paths."""


class Simulation(Parameters):
    """How scenarios are drawn."""

    paths: int = parameter(10_000, "Scenarios.", ge=1000, le=10_000_000)
    seed: int = parameter(12345, "The same seed gives the same bits.", ge=0)
    law: Literal["normal", "student_t"] = parameter("normal", "Of the returns together.")
    freedom: float = parameter(5.0, "Degrees of freedom of student_t.", gt=2, le=1000)
    antithetic: bool = parameter(True, "Whether each draw is taken with its mirror image, which makes errors smaller.")


STANDARD: Final = Simulation()


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedTail:
    """What the simulation says, fractions of equity, and how sure it is of it."""

    var: float
    var_error: float
    """Standard error of the simulation; what the covariance is not known by is not in it."""
    cvar: float
    cvar_error: float
    level: float
    losses: Floats
    """(paths,), for any other figure."""
    repaired: bool
    """Whether the covariance was not quite one, see nearest_covariance."""


def simulate_tail(
    weights: Any,
    covariance: Any,
    level: float = 0.95,
    *,
    mean: Any = None,
    revalue: Revalue | None = None,
    parameters: Simulation = STANDARD,
) -> SimulatedTail:
    """Losses of weights (N,), signed shares of equity, under returns drawn with that mean (N,) and covariance (N, N).

    revalue: what draws make of a book that is not linear, options priced anew for example; default: -draws @ weights.
    DataError as nearest_covariance, and for shapes that do not fit.
    """
    held = floats(weights, "weights")
    matrix, repaired = nearest_covariance(covariance)
    if len(matrix) != len(held):
        raise DataError(f"weights are of {len(held):,} assets, covariance of {len(matrix):,}")
    middle = np.zeros(len(held)) if mean is None else floats(mean, "mean", length=len(held))
    draws = middle + _drawn(matrix, parameters)
    losses = -(draws @ held) if revalue is None else _revalued(revalue, draws)
    return _tail(losses, level, parameters.antithetic, repaired)


def bootstrap_tail(
    losses: Any, level: float = 0.95, *, horizon: int = 1, block: float = 1.0, parameters: Simulation = STANDARD
) -> SimulatedTail:
    """Losses of holding so many periods, compounded, drawn in blocks from losses (T,) of one period as they were.

    block: mean length of the blocks that keep dependence, in periods. DataError for fewer losses than the horizon.
    """
    held = floats(losses, "losses")
    if not 1 <= horizon <= len(held) or block < 1:
        raise DataError(f"{len(held):,} losses, horizon {horizon}, block {block}: give a horizon within the losses")
    generator = np.random.Generator(np.random.Philox(parameters.seed))
    shape = parameters.paths, horizon
    starts = generator.integers(0, len(held), shape)
    fresh = generator.random(shape) < 1.0 / block
    fresh[:, 0] = True
    at = np.maximum.accumulate(np.where(fresh, np.arange(horizon), 0), axis=1)
    rows = (np.take_along_axis(starts, at, axis=1) + np.arange(horizon) - at) % len(held)
    return _tail(1.0 - np.prod(1.0 - held[rows], axis=1), level, False, False)


def _drawn(matrix: Floats, parameters: Simulation) -> Floats:
    """(paths, N) with that covariance; with mirror images the second half is that of the first."""
    generator = np.random.Generator(np.random.Philox(parameters.seed))
    fresh = -(-parameters.paths // 2) if parameters.antithetic else parameters.paths
    values, vectors = np.linalg.eigh(matrix)
    draws = generator.standard_normal((fresh, len(matrix))) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    if parameters.law == "student_t":
        freedom = parameters.freedom
        draws *= np.sqrt((freedom - 2.0) / generator.chisquare(freedom, fresh))[:, np.newaxis]
    whole = np.concatenate((draws, -draws)) if parameters.antithetic else draws
    return np.asarray(whole[: parameters.paths], np.float64)


def _revalued(revalue: Revalue, draws: Floats) -> Floats:
    losses = floats(revalue(draws), "losses of revalue")
    if len(losses) != len(draws):
        raise DataError(f"revalue gave {len(losses):,} losses for {len(draws):,} paths: one for each")
    return losses


def _tail(losses: Floats, level: float, mirrored: bool, repaired: bool) -> SimulatedTail:
    count = len(losses)
    own = (count + 1) // 2 if mirrored else count
    parts = []
    for first in range(_BATCHES):
        rows = np.arange(first, own, _BATCHES)
        # A path and its mirror image are in one part, or the parts would not be independent.
        parts.append(np.concatenate((rows, rows[rows + own < count] + own)) if mirrored else rows)
    figures = np.array([[sample_var(losses[rows], level), sample_cvar(losses[rows], level)] for rows in parts])
    errors = figures.std(axis=0, ddof=1) / np.sqrt(_BATCHES)
    return SimulatedTail(
        sample_var(losses, level),
        float(errors[0]),
        sample_cvar(losses, level),
        float(errors[1]),
        level,
        losses,
        repaired,
    )
