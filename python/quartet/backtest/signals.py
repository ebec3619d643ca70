"""Signals as a panel that lies on that of the prices: what is to be held after each stamp, from -1 to 1."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import polars as pl

from quartet.backtest.grid import Grid, polars_of, time_text
from quartet.backtest.intake import PIECE
from quartet.backtest.prices import Bools, Floats, Ints, PricePanel
from quartet.backtest.session_days import session_days
from quartet.core.errors import DataError

_DAY_NS: Final = 86_400 * 10**9


@dataclass(frozen=True, eq=False)
class SignalPanel:
    """Decisions at the closes of T stamps for N symbols; NaN: none, so that what is held stays."""

    score: Floats
    """(T, N), from -1 to 1."""
    confidence: Floats | None = None
    """(T, N), from 0 to 1; None: 1."""
    notes: tuple[str, ...] = ()
    within: bool = False
    """Whether no score is known to leave [-1, 1]; that of a graph may."""

    @classmethod
    def of(cls, signals: Any, prices: PricePanel) -> Self:
        """From a long frame with timestamp, symbol, signal and perhaps confidence, or an array (T, N).

        A row is known at the close of its stamp and traded after it; where prices have a bar a day, signals stamped by
        midnights lie on the bars of those days. A null signal is no decision. Rows at stamps or of
        symbols that have no bar there cannot be acted on: those between a symbol's bars are left out and counted,
        others are refused by a DataError. An array of floats is not copied.
        """
        if isinstance(signals, cls):
            return signals
        if isinstance(signals, np.ndarray):
            return cls(np.asarray(signals, np.float64))._checked(prices)
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
        rows, notes = _rows_of(grid.stamps, prices)
        places = rows[grid.rows], columns[grid.columns]

        def spread(name: str) -> Floats:
            values = frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
            panel = np.full(prices.close.shape, np.nan)
            panel[places] = values
            return panel

        confidence = spread("confidence") if "confidence" in frame.columns else None
        return cls(spread("signal"), confidence, notes)._checked(prices)

    def _checked(self, prices: PricePanel) -> Self:
        if self.score.shape != prices.close.shape:
            raise DataError(f"signals are {self.score.shape}, the prices {prices.close.shape}")
        wrong = _beyond(self.score, -1.0, 1.0)
        if wrong is not None:
            raise DataError(f"signals, {prices.where(wrong)}: {self.score[wrong][0]:g} is not from -1 to 1")
        if self.confidence is not None:
            off = _beyond(self.confidence, 0.0, 1.0)
            if off is not None:
                raise DataError(
                    f"signals, {prices.where(off)}: confidence {self.confidence[off][0]:g} is not from 0 to 1"
                )
        score, notes = self.score, self.notes
        if not prices.complete:
            blind = ~prices.present & ~np.isnan(score)
            if blind.any():
                score = np.where(blind, np.nan, score)
                notes += (f"{int(blind.sum()):,} signals have no bar, first {prices.where(blind)}: left out",)
        return replace(self, score=score, notes=notes, within=True)

    @property
    def decided(self) -> Bools:
        """(T, N) where there is a decision."""
        return ~np.isnan(self.product)

    @cached_property
    def product(self) -> Floats:
        """(T, N) score times confidence held to [-1, 1], in the order of the engines' arithmetic (spec 10.3)."""
        whole = self.score if self.confidence is None else self.score * self.confidence
        return whole if self.within else np.clip(whole, -1.0, 1.0)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of scores and confidence."""
        whole = hashlib.sha256(np.ascontiguousarray(self.score).data)
        if self.confidence is not None:
            whole.update(np.ascontiguousarray(self.confidence).data)
        return whole.hexdigest()


def _beyond(values: Floats, least: float, most: float) -> Bools | None:
    """Where values leave their bounds; None where all keep them, which takes no room to find."""
    step = max(1, PIECE // max(1, values.shape[1]))
    for begin in range(0, len(values), step):
        part = values[begin : begin + step]
        if ((part < least) | (part > most)).any():
            return np.asarray((values < least) | (values > most), np.bool_)
    return None


def _rows_of(stamps: Ints, prices: PricePanel) -> tuple[Ints, tuple[str, ...]]:
    """The row of each stamp among those of the prices."""
    rows = np.searchsorted(prices.stamps, stamps)
    held = prices.stamps[np.minimum(rows, len(prices.stamps) - 1)] == stamps
    if held.all():
        return rows, ()
    days = session_days(prices.stamps)
    if not held.any() and not (stamps % _DAY_NS).any() and (np.diff(days) > 0).all():
        rows = np.searchsorted(days, stamps // _DAY_NS)
        held = days[np.minimum(rows, len(days) - 1)] == stamps // _DAY_NS
        if held.all():
            return rows, ("signals are stamped by days: each is taken as known at the end of its day's bar",)
    at = time_text(int(stamps[~held][0]))
    raise DataError(
        f"signals: {at} is no stamp of the prices ({int((~held).sum()):,} such); signals lie on the stamps of the bars "
        "at whose close they are known"
    )
