"""The market in another order: blocks of bars drawn anew, and of many such paths one of the worst (S-134)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from quartet.backtest.prices import STORED, Floats, Ints, PricePanel
from quartet.backtest.signals import SignalPanel
from quartet.backtest.stress.case import Case
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Double

_SOURCE: Final = "Politis, Romano (1994), the stationary bootstrap"


class Resampled(Parameters):
    """How paths are drawn, and which is taken."""

    paths: int = parameter(1000, "Paths that are drawn.", ge=20, le=100_000)
    block: Double = parameter(
        60.0, "Mean length of the blocks; what is traded where two meet is paid.", unit="bars", ge=1
    )
    worst: Double = parameter(0.05, "Share of the paths that are worse for what the base held.", ge=0, lt=1)


@register("scenario", "resampled_path", parameters=Resampled, source=_SOURCE, scored=False)
def resampled_path(case: Case, parameters: Resampled) -> Case:
    """Blocks of bars in another order: of 1,000 such paths the one that only 5 % are worse than; decisions go along."""
    gains = _gains(case)
    ends = np.array([gains[_rows(case, parameters, path)].sum() for path in range(parameters.paths)])
    place = int(parameters.worst * parameters.paths)
    chosen = int(np.argsort(ends, kind="stable")[place])
    rows = _rows(case, parameters, chosen)
    moved = replace(
        case,
        prices=_prices(case.prices, rows),
        signals=_signals(case, rows),
        held=np.ascontiguousarray(case.held[rows]),
    )
    return moved.with_note(f"path {chosen + 1:,} of {parameters.paths:,}: {place:,} are worse")


def _rows(case: Case, parameters: Resampled, path: int) -> Ints:
    """(T,) rows of the base's bars in the order of a path."""
    count = len(case.prices.stamps)
    rng = np.random.default_rng([case.settings.seed, path])
    fresh = rng.random(count) < 1.0 / parameters.block
    fresh[0] = True
    begins = np.flatnonzero(fresh)
    at = np.searchsorted(begins, np.arange(count), side="right") - 1
    # The first bar has no bar before it, hence no move: blocks are of the others.
    starts = rng.integers(0, count - 1, len(begins))
    rows = 1 + (starts[at] + np.arange(count) - begins[at]) % (count - 1)
    return np.asarray(rows, np.int64)


def _gains(case: Case) -> Floats:
    """(T,) what the base's positions made of each bar, in money."""
    held = np.vstack([np.zeros((1, case.held.shape[1]), case.held.dtype), case.held[:-1]]) / 1e9
    closes, before = case.prices.close / 1e9, _before(case.prices)
    return np.asarray(np.where(case.prices.present, held * (closes - before), 0.0).sum(axis=1), np.float64)


def _before(prices: PricePanel) -> Floats:
    """(T, N) the symbol's close before each bar, in money; its own open where there is none."""
    rows = np.arange(len(prices.stamps))[:, None]
    last = np.maximum.accumulate(np.where(prices.present, rows, -1), axis=0)
    earlier = np.vstack([np.full((1, last.shape[1]), -1), last[:-1]])
    columns = np.arange(last.shape[1])[None, :]
    return np.where(earlier >= 0, prices.close[np.maximum(earlier, 0), columns], prices.open) / 1e9


def _prices(prices: PricePanel, rows: Ints) -> PricePanel:
    """The bars of those rows one after the other: each opens, as against the close before it, as it did."""
    present = prices.present[rows]
    before = _before(prices)[rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(present & (before > 0.0), prices.close[rows] / 1e9 / before, 1.0)
        path = np.cumprod(growth, axis=0) * _first(prices)
        factor = np.where(present & (before > 0.0), np.vstack([_first(prices)[None, :], path[:-1]]) / before, 1.0)
    fields: dict[str, Any] = {
        name: np.where(present, np.rint(values[rows] * factor), 0.0).astype(np.int64)
        for name in STORED
        if name != "volume" and (values := getattr(prices, name)) is not None
    }
    kept = {name: values[rows] for name in ("volume", "halted") if (values := getattr(prices, name)) is not None}
    return replace(prices, present=present, **fields, **kept)


def _first(prices: PricePanel) -> Floats:
    """(N,) each symbol's first close, in money; 1 where it has none."""
    first = prices.present.argmax(axis=0)
    closes = prices.close[first, np.arange(len(first))] / 1e9
    return np.where(prices.present.any(axis=0), closes, 1.0)


def _signals(case: Case, rows: Ints) -> SignalPanel:
    """What stood decided at each of those bars."""
    product = case.signals.product
    decided = np.maximum.accumulate(np.where(np.isnan(product), -1, np.arange(len(product))[:, None]), axis=0)
    columns = np.arange(product.shape[1])[None, :]
    standing = np.where(decided >= 0, product[np.maximum(decided, 0), columns], np.nan)[rows]
    standing = np.where(case.prices.present[rows], standing, np.nan)
    return SignalPanel(np.ascontiguousarray(standing), notes=case.signals.notes, within=True)
