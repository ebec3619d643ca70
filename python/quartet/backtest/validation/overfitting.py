"""Probability of backtest overfitting by combinatorially symmetric cross-validation (S-131)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.validation.samples import Floats, checked_count, checked_trials
from quartet.core.errors import ConfigError, DataError

Statistic = Literal["sharpe", "mean"]
_CHUNK: Final = 1 << 22
"""Numbers in memory at a time, for each of a few arrays."""


@dataclass(frozen=True, slots=True)
class Overfitting:
    """What becomes, out of sample, of the trial that was best in sample."""

    probability: float
    """Share of the splits in which it was at the median or below: the probability of backtest overfitting."""
    logits: Floats
    """ln(w / (1 - w)) by split, w the relative rank out of sample, 1 / (N + 1) the worst. (splits,)"""
    in_sample: Floats
    """Its figure in sample, per period, by split. (splits,)"""
    out_of_sample: Floats
    """Its figure out of sample, per period, by split. (splits,)"""
    degradation_slope: float | None
    """Slope of the regression of out of sample on in sample; None where the latter does not vary."""
    loss_probability: float
    """Share of the splits in which its figure out of sample is below 0."""
    is_sampled: bool
    """Whether the splits were drawn rather than all taken."""


def backtest_overfitting(
    returns: Any,
    *,
    blocks: int = 16,
    statistic: Statistic = "sharpe",
    splits_max: int | None = None,
    seed: int = 0,
) -> Overfitting | None:
    """Split time into blocks, choose the best trial on each half of them, and see how it ranks on the other half.

    returns: (T, N), one column a trial, every trial that was made. blocks: S, even; their lengths differ by one period
    at most, so that none is left out. splits_max: where there are more than this, as many different ones are drawn,
    by the seed; None takes all S! / (S/2)!^2. Ties out of sample get their average rank.

    A trial that stood still in a half (returns of 0 only) has the figure 0 there. None for fewer than two trials.
    Raises ConfigError for an odd number of blocks, DataError for fewer periods than 2 S and for returns that are
    constant and not 0. Source: Bailey, Borwein, Lopez de Prado and Zhu (2017).
    """
    if checked_count(blocks, "blocks", 2) % 2:
        raise ConfigError(f"blocks = {blocks}: must be even, half of them are in sample")
    if splits_max is not None:
        checked_count(splits_max, "splits_max")
    values = checked_trials(returns, periods_min=2 * blocks)
    trials = values.shape[1]
    if trials < 2:
        return None
    chosen, is_sampled = _splits(blocks, splits_max, seed)
    halves = _Halves(values, blocks, statistic)
    logits, inside, outside = [], [], []
    for part in np.array_split(chosen, math.ceil(len(chosen) * trials / _CHUNK)):
        figures, others = halves.figures(part), halves.figures(~part)
        best = figures.argmax(axis=1)[:, np.newaxis]
        theirs = np.take_along_axis(others, best, axis=1)
        rank = (others < theirs).sum(axis=1) + ((others == theirs).sum(axis=1) + 1) / 2
        logits.append(np.log(rank / (trials + 1 - rank)))
        inside.append(np.take_along_axis(figures, best, axis=1)[:, 0])
        outside.append(theirs[:, 0])
    logit, before, after = (np.concatenate(each) for each in (logits, inside, outside))
    spread = before - before.mean()
    return Overfitting(
        probability=float(np.mean(logit <= 0)),
        logits=logit,
        in_sample=before,
        out_of_sample=after,
        degradation_slope=float(spread @ after / (spread @ spread)) if spread.any() else None,
        loss_probability=float(np.mean(after < 0)),
        is_sampled=is_sampled,
    )


class _Halves:
    """Sums by block, from which the figures of any set of blocks are a matrix product."""

    def __init__(self, values: Floats, blocks: int, statistic: Statistic) -> None:
        if statistic not in ("sharpe", "mean"):
            raise ConfigError(f"statistic = {statistic!r}: must be 'sharpe' or 'mean'")
        self._statistic = statistic
        edges = [len(values) * number // blocks for number in range(blocks + 1)]
        parts = [values[low:high] for low, high in itertools.pairwise(edges)]
        self._lengths = np.diff(edges).astype(np.float64)
        self._still = np.array([~part.any(axis=0) for part in parts], dtype=np.float64)
        if statistic == "sharpe":
            _refuse_constants(parts)
        # About the mean of the whole, so that the difference of the sums of squares keeps its digits.
        self._mean = values.mean(axis=0)
        self._sums = np.array([(part - self._mean).sum(axis=0) for part in parts])
        self._squares = np.array([((part - self._mean) ** 2).sum(axis=0) for part in parts])

    def figures(self, chosen: NDArray[np.bool_]) -> Floats:
        """The statistic of every trial, (splits, N), over the chosen blocks, (splits, S)."""
        weights = chosen.astype(np.float64)
        periods = (weights @ self._lengths)[:, np.newaxis]
        shift = (weights @ self._sums) / periods
        mean: Floats = self._mean + shift
        still = (weights @ self._still) == weights.sum(axis=1, keepdims=True)
        if self._statistic == "mean":
            return np.where(still, 0.0, mean)
        variance = (weights @ self._squares - periods * shift**2) / (periods - 1)
        deviation = np.sqrt(np.where(still, 1.0, np.maximum(variance, np.finfo(np.float64).tiny)))
        return np.where(still, 0.0, mean / deviation)


def _refuse_constants(parts: list[Floats]) -> None:
    """DataError where a trial could have the same return, not 0, in every period of a half."""
    first = np.array([part[0] for part in parts])
    flat = np.array([(part == part[0]).all(axis=0) for part in parts]) & (first != 0)
    for column in np.flatnonzero(flat.sum(axis=0) >= len(parts) // 2):
        _, counts = np.unique(first[flat[:, column], column], return_counts=True)
        if counts.max() >= len(parts) // 2:
            raise DataError(
                f"returns: column {column} is constant and not 0 in half of the blocks, so that its Sharpe ratio is "
                "undefined; take it out, or use statistic='mean'"
            )


def _splits(blocks: int, splits_max: int | None, seed: int) -> tuple[NDArray[np.bool_], bool]:
    """Which blocks are in sample, (splits, S), in a fixed order, and whether they were drawn."""
    half = blocks // 2
    count = math.comb(blocks, half)
    is_sampled = splits_max is not None and splits_max < count
    if not is_sampled and count > _CHUNK:
        raise ConfigError(f"blocks = {blocks} makes {count:,} splits: set splits_max, or take fewer blocks")
    every = _drawn(blocks, splits_max or 0, seed) if is_sampled else itertools.combinations(range(blocks), half)
    rows = np.array(list(every))
    chosen = np.zeros((len(rows), blocks), dtype=np.bool_)
    np.put_along_axis(chosen, rows, True, axis=1)
    return chosen, is_sampled


def _drawn(blocks: int, wanted: int, seed: int) -> Iterator[tuple[int, ...]]:
    """Different halves, drawn one after the other."""
    random = np.random.default_rng(seed)
    seen: set[tuple[int, ...]] = set()
    while len(seen) < wanted:
        half = tuple(sorted(random.permutation(blocks)[: blocks // 2].tolist()))
        if half not in seen:
            seen.add(half)
            yield half
