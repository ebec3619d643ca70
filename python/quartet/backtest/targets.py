"""From signals to what both modes decide on: a signed share of a full position for each stamp and symbol.

Everything here is done before either mode runs, so that both read the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from quartet.backtest.prices import Bools, Floats, PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signals import SignalPanel
from quartet.backtest.sizing import Sized
from quartet.data.verdict import named

_NIGHTS: Final = 60
_DEVIATIONS: Final = 3.0
_DAY_NS: Final = 86_400 * 10**9


@dataclass(frozen=True, eq=False)
class Targets:
    """What is decided."""

    share: Floats
    """(T, N), of a full position, from -1 to 1; NaN: no decision."""
    notes: tuple[str, ...] = ()
    gap_bound: Bools | None = None
    """(T, N) whether the gap cap made the decision smaller; None: none was."""


def targets_of(prices: PricePanel, signals: SignalPanel, settings: BacktestSettings) -> Targets:
    """Signals under sizer, gap cap, short rule and rebalancing."""
    notes = list(signals.notes)
    signed = signals.product
    if prices.quarantined and not settings.trade_quarantined:
        signed = _without(prices, signed, notes)
    if not settings.allow_short:
        below = signed < 0.0
        if below.any():
            notes.append(f"{int(below.sum()):,} signals below zero were held to zero: allow_short is false")
            signed = np.where(below, 0.0, signed)
    full = float(settings.max_position_size)
    sizer, values = settings.sizer.entry("sizer"), dict(settings.sizer.values)
    if "capital" in sizer.parameters.model_fields:
        values.setdefault("capital", float(settings.initial_capital))
    sized = Sized.of(sizer(prices, signed, full, **values))
    share = sized.share
    notes.extend(sized.notes)
    bound = None
    if settings.gap_safe:
        most = gap_cap(prices, settings) / full
        above = np.abs(share) > most
        if above.any():
            notes.append(f"{int(above.sum()):,} decisions were bound by the gap cap")
            share = np.where(above, np.sign(share) * most, share)
            bound = above
    if bound is not None and settings.rebalance == "on_change":
        # A decision that holds has the size, and the reason for it, of the last change.
        bound = _held(np.where(np.isnan(share), np.nan, signed), bound.astype(np.float64)) == 1.0
    share = _rebalanced(signed, share, settings)
    if settings.liquidate_at_end:
        share = share.copy()
        share[-2] = np.where(prices.present[-2], 0.0, np.nan)
        share[-1] = np.nan
    return Targets(share, tuple(notes), bound)


def _without(prices: PricePanel, signed: Floats, notes: list[str]) -> Floats:
    """The decisions without those on symbols in quarantine."""
    blocked = [place for place, symbol in enumerate(prices.symbols) if symbol in prices.quarantined]
    names = named([prices.symbols[place] for place in blocked])
    notes.append(f"in quarantine, not traded: {names}; give what explains their prices, or set trade_quarantined")
    left = signed.copy()
    left[:, blocked] = np.nan
    return left


def gap_cap(prices: PricePanel, settings: BacktestSettings) -> Floats:
    """(T, N) largest share of equity whose loss at a gap stays in the budget (S-124, R-015).

    The gap is the larger of `gap` and three deviations of the last sixty nights, and slippage.
    """
    closes, opens = prices.closes, prices.floats(prices.open)
    night = np.append(False, np.diff(prices.stamps // _DAY_NS) > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.vstack([np.full((1, closes.shape[1]), np.nan), opens[1:] / closes[:-1] - 1.0])
    gaps[~night] = np.nan
    frame = pl.DataFrame(gaps[night], schema=[str(at) for at in range(closes.shape[1])]).fill_nan(None)
    nightly: Floats = frame.select(pl.all().rolling_std(_NIGHTS, min_samples=_NIGHTS // 3).fill_null(0.0)).to_numpy()
    # Known from its night on.
    at = np.cumsum(night) - 1
    deviation = np.where(at[:, None] >= 0, nightly[np.maximum(at, 0)] if len(nightly) else 0.0, 0.0)
    gap = (
        np.maximum(settings.gap, _DEVIATIONS * deviation) + float(settings.slippage_bps + settings.spread_bps / 2) / 1e4
    )
    return np.asarray(settings.gap_budget / gap, np.float64)


def _rebalanced(signed: Floats, share: Floats, settings: BacktestSettings) -> Floats:
    as_it_is = share is signed
    if not as_it_is:
        share = np.where(np.isnan(signed), np.nan, np.clip(share, -1.0, 1.0))
    if settings.rebalance == "every":
        fresh = _changes(np.where(np.isnan(share), np.nan, signed))
        fresh[:: settings.rebalance_every] = True
        return np.where(fresh, share, np.nan)
    if settings.rebalance == "on_change" and not as_it_is:
        return _held(np.where(np.isnan(share), np.nan, signed), share)
    return share


def _changes(signed: Floats) -> Bools:
    """Where a decision differs from its symbol's last one."""
    rows = np.arange(len(signed))[:, None]
    there = ~np.isnan(signed)
    last = np.maximum.accumulate(np.where(there, rows, -1), axis=0)
    before = np.vstack([np.full((1, signed.shape[1]), -1), last[:-1]])
    columns = np.arange(signed.shape[1])[None, :]
    return np.asarray(there & ((before < 0) | (signed != signed[np.maximum(before, 0), columns])), np.bool_)


def _held(signed: Floats, share: Floats) -> Floats:
    """The share of the last change of the signal, at every decision."""
    fresh = _changes(signed)
    rows = np.arange(len(signed))[:, None]
    last = np.maximum.accumulate(np.where(fresh, rows, -1), axis=0)
    columns = np.arange(signed.shape[1])[None, :]
    return np.where(np.isnan(signed) | (last < 0), np.nan, share[np.maximum(last, 0), columns])
