"""Signals as a panel that lies on that of the prices: what is to be held after each stamp, from -1 to 1."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import polars as pl

from quartet.backtest.grid import Grid, polars_of, time_text
from quartet.backtest.prices import Bools, Floats, PricePanel
from quartet.core.errors import DataError


@dataclass(frozen=True, eq=False)
class SignalPanel:
    """Decisions at the closes of T stamps for N symbols; NaN: none, so that what is held stays."""

    score: Floats
    """(T, N), from -1 to 1."""
    confidence: Floats | None = None
    """(T, N), from 0 to 1; None: 1."""
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, signals: Any, prices: PricePanel) -> Self:
        """From a long frame with timestamp, symbol, signal and perhaps confidence, or an array (T, N).

        A row is known at the close of its stamp and traded after it. A null signal is no decision. Rows at stamps or of
        symbols that have no bar there cannot be acted on: those between a symbol's bars are left out and counted,
        others are refused by a DataError.
        """
        if isinstance(signals, cls):
            return signals
        if isinstance(signals, np.ndarray):
            return cls(np.array(signals, np.float64))._checked(prices)
        return cls._of_rows(polars_of(signals, "signals"), prices)

    @classmethod
    def _of_rows(cls, frame: pl.DataFrame, prices: PricePanel) -> Self:
        absent = [name for name in ("timestamp", "signal") if name not in frame.columns]
        if absent:
            raise DataError(f"signals: columns {', '.join(absent)} are missing; there are: {', '.join(frame.columns)}")
        if not len(frame):
            raise DataError("signals: there is no row")
        grid = Grid.of(frame, "signals")
        if "symbol" not in frame.columns and len(prices.symbols) > 1:
            raise DataError(f"signals: column symbol is missing, and prices are of {len(prices.symbols)} symbols")
        names = prices.symbols if "symbol" not in frame.columns else grid.symbols
        unknown = sorted(set(names) - set(prices.symbols))
        if unknown:
            raise DataError(f"signals: symbol {unknown[0]!r} has no prices ({len(unknown)} such)")
        columns = np.searchsorted(np.array([each.encode() for each in prices.symbols]), [n.encode() for n in names])
        rows = np.searchsorted(prices.stamps, grid.stamps)
        strange = (rows == len(prices.stamps)) | (
            prices.stamps[np.minimum(rows, len(prices.stamps) - 1)] != grid.stamps
        )
        if strange.any():
            at = time_text(int(grid.stamps[strange][0]))
            raise DataError(
                f"signals: {at} is no stamp of the prices ({int(strange.sum()):,} such); signals lie on the stamps of "
                "the bars at whose close they are known"
            )
        places = rows[grid.rows], columns[grid.columns]

        def spread(name: str) -> Floats:
            values = frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
            panel = np.full(prices.close.shape, np.nan)
            panel[places] = values
            return panel

        confidence = spread("confidence") if "confidence" in frame.columns else None
        return cls(spread("signal"), confidence)._checked(prices)

    def _checked(self, prices: PricePanel) -> Self:
        if self.score.shape != prices.close.shape:
            raise DataError(f"signals are {self.score.shape}, the prices {prices.close.shape}")
        wrong = np.abs(self.score) > 1.0
        if wrong.any():
            raise DataError(f"signals, {prices.where(wrong)}: {self.score[wrong][0]:g} is not from -1 to 1")
        if self.confidence is not None:
            off = (self.confidence < 0.0) | (self.confidence > 1.0)
            if off.any():
                raise DataError(
                    f"signals, {prices.where(off)}: confidence {self.confidence[off][0]:g} is not from 0 to 1"
                )
        blind = ~prices.present & ~np.isnan(self.score)
        notes: tuple[str, ...] = ()
        if blind.any():
            notes = (f"{int(blind.sum()):,} signals have no bar, first {prices.where(blind)}: left out",)
        return type(self)(np.where(blind, np.nan, self.score), self.confidence, self.notes + notes)

    @property
    def decided(self) -> Bools:
        """(T, N) where there is a decision."""
        return ~np.isnan(self.product)

    @cached_property
    def product(self) -> Floats:
        """(T, N) score times confidence held to [-1, 1], in the order of the engines' arithmetic (spec 10.3)."""
        whole = self.score if self.confidence is None else self.score * self.confidence
        return whole if self.score_within else np.clip(whole, -1.0, 1.0)

    @cached_property
    def score_within(self) -> bool:
        """Whether no score leaves [-1, 1]; that of a graph may."""
        return not bool((np.abs(self.score) > 1.0).any())

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of scores and confidence."""
        whole = hashlib.sha256(np.ascontiguousarray(self.score).data)
        if self.confidence is not None:
            whole.update(np.ascontiguousarray(self.confidence).data)
        return whole.hexdigest()
