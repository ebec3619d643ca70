"""A book of positions and what is known of it: returns, sectors, exposures to factors, spreads, volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.errors import DataError
from quartet.risk.measuring import Floats, Ints
from quartet.risk.series import floats, times
from quartet.risk.stress.scenarios import Window

Bools = NDArray[np.bool_]
_SLACK_NS: Final = 5 * 86_400 * 10**9
"""A window may begin and end with days without trading."""


@dataclass(frozen=True, eq=False)
class Book:
    """What is held, and what is known of it. Columns are in the order of the names."""

    names: Sequence[str]
    notionals: Any
    """(N,) signed, in the currency of equity."""
    equity: float
    returns: Any = None
    """(T, N) simple returns of days, NaN where there is none: for windows of the past, volatility and correlation."""
    stamps: Any = None
    """(T,) ends of those periods."""
    sectors: Sequence[str] | None = None
    """(N,): an asset that did not exist in a window has the mean return of its sector."""
    exposures: Mapping[str, Any] = field(default_factory=dict)
    """By factor, (N,): return of the asset for a move of 1 of the factor; of rates minus the duration."""
    factor_covariance: tuple[Sequence[str], Any] | None = None
    """Names and (K, K): a shock of some factors then moves the others as is to be expected; None: not at all."""
    spreads: Any = None
    """(N,) half of the spread as a fraction: what closing costs."""
    volumes: Any = None
    """(N,) traded a day, in the currency of equity."""

    def __post_init__(self) -> None:
        if not 0.0 < self.equity < np.inf:
            raise DataError(f"equity = {self.equity}: shares of it want a finite number above zero")
        if (self.returns is None) != (self.stamps is None):
            raise DataError("returns and stamps: give both, or neither")
        for name in ("notionals", "spreads", "volumes"):
            self._column(name, getattr(self, name))
        if self.returns is not None and self._panel.shape != (len(self._times), len(self.names)):
            raise DataError(f"returns are {self._panel.shape}: give {len(self._times):,} x {len(self.names):,}")

    @cached_property
    def held(self) -> Floats:
        """(N,) notionals."""
        return floats(self.notionals, "notionals")

    def loadings(self, factor: str) -> Floats:
        """(N,) of a factor."""
        return floats(self.exposures[factor], f"exposures to {factor}", length=len(self.names))

    @cached_property
    def _panel(self) -> Floats:
        return np.asarray(self.returns, np.float64)

    @cached_property
    def _times(self) -> Ints:
        return times(self.stamps, "stamps")

    @cached_property
    def covariance(self) -> Floats:
        """(N, N) of the rows that all held assets have; DataError for fewer than N + 1 of them."""
        held = np.flatnonzero(self.held)
        rows = self._panel[~np.isnan(self._panel[:, held]).any(axis=1)]
        if len(rows) <= len(held):
            raise DataError(f"INSUFFICIENT_DATA: {len(rows):,} rows with returns of all {len(held):,} assets")
        return np.asarray(np.atleast_2d(np.cov(np.nan_to_num(rows), rowvar=False)), np.float64)

    def replayed(self, window: Window) -> tuple[Floats, tuple[str, ...]] | None:
        """(N,) compounded returns of the window, and names that a proxy stood in for; None where it is not covered.

        What has no return there has the mean of its sector, else that of the worst sector; without sectors the worst
        return of any asset.
        """
        if self.returns is None:
            return None
        inside = (self._times >= window.begin_ns) & (self._times < window.end_ns)
        begun, ended = self._times[0] <= window.begin_ns + _SLACK_NS, self._times[-1] >= window.end_ns - _SLACK_NS
        rows = self._panel[inside]
        there = np.asarray(~np.isnan(rows).all(axis=0), np.bool_)
        if not (begun and ended and there.any()):
            return None
        moves = np.where(there, np.prod(1.0 + np.nan_to_num(rows), axis=0) - 1.0, 0.0)
        lacking = np.flatnonzero(~there & (self.held != 0.0)).tolist()
        means = self._sector_means(moves, there)
        worst = min(means.values()) if means else float(moves[there].min())
        for place in lacking:
            moves[place] = worst if self.sectors is None else means.get(self.sectors[place], worst)
        return moves, tuple(self.names[place] for place in lacking)

    def _sector_means(self, moves: Floats, there: Bools) -> dict[str, float]:
        """Mean move of each sector that has any."""
        found: dict[str, list[float]] = {}
        for place, sector in enumerate(self.sectors or ()):
            if there[place]:
                found.setdefault(sector, []).append(float(moves[place]))
        return {sector: sum(each) / len(each) for sector, each in found.items()}

    def _column(self, name: str, values: Any) -> None:
        if values is not None:
            floats(values, name, length=len(self.names))
