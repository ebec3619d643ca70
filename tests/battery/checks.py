"""What must hold of whatever makes a value for each stamp and symbol of the prices (S-005): one function a law.

A maker takes a PricePanel and gives (T, N) floats. A check gives what it found, nothing where the law holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.prices import PricePanel
from tests.battery.panels import frame, panel

Floats = NDArray[np.float64]
Maker = Callable[[PricePanel], Floats]
_CUTS: Final = (40, 137, 261, 302)


def truncated(make: Maker, prices: PricePanel) -> list[str]:
    """Without what came after, everything before is the same."""
    whole = make(prices)
    return [f"cut at {cut}" for cut in _CUTS if not _same(make(prices.until(cut)), whole[:cut])]


def perturbed(make: Maker, prices: PricePanel) -> list[str]:
    """With something else after, everything before is the same."""
    whole = make(prices)
    found = []
    for cut in _CUTS:
        other = np.exp(np.random.default_rng(cut).normal(0.0, 0.2, (len(prices.stamps) - cut, len(prices.symbols))))
        if not _same(make(prices.scaled_from(cut, other))[:cut], whole[:cut]):
            found.append(f"another future from {cut}")
    return found


def deterministic(make: Maker, prices: PricePanel) -> list[str]:
    """Twice the same, and the prices are left as they were."""
    before = PricePanel.of(prices).content_hash
    same = _same(make(prices), make(prices))
    fresh = PricePanel(**{name: getattr(prices, name) for name in prices.__dataclass_fields__})
    return [*([] if same else ["two values"]), *([] if fresh.content_hash == before else ["the prices were changed"])]


def warmed_up(make: Maker, prices: PricePanel) -> list[str]:
    """On prices without a gap: nothing but a beginning is unknown, and nothing is infinite."""
    values = make(prices)
    known = ~np.isnan(values)
    lost = (np.logical_or.accumulate(known, axis=0) & ~known).any()
    found = ["unknown after it was known"] if lost else []
    if not known[-1].all():
        found.append("unknown at the end")
    return found + (["infinite"] if np.isinf(values).any() else [])


def survives_gaps(make: Maker) -> list[str]:
    """Bars that are missing make no infinities, and do not keep it unknown for good."""
    prices = panel(gaps=True)
    values = make(prices)
    found = ["infinite"] if np.isinf(values).any() else []
    last = [values[np.flatnonzero(prices.present[:, at])[-1], at] for at in range(values.shape[1])]
    return found + (["unknown at the last bar"] if np.isnan(last).any() else [])


def symbols_renamed(make: Maker) -> list[str]:
    """Symbols under other names, and so in another order, have the same values."""
    rows = frame("ABC")
    renamed = PricePanel.of(rows.with_columns(symbol=rows["symbol"].replace({"A": "Z"})).sort("timestamp", "symbol"))
    # Columns are in the order of names: B, C, Z.
    return [] if _same(make(renamed), make(PricePanel.of(rows))[:, [1, 2, 0]]) else ["another value"]


def symbols_apart(make: Maker) -> list[str]:
    """A symbol's value does not know which others there are."""
    return [] if _same(make(panel("A")), make(panel("ABC"))[:, :1]) else ["another value"]


def zone_free(make: Maker) -> list[str]:
    """The same instants written in another zone."""
    rows = frame()
    there = rows.with_columns(rows["timestamp"].dt.convert_time_zone("America/New_York"))
    return [] if _same(make(PricePanel.of(rows)), make(PricePanel.of(there))) else ["another value"]


def _same(a: Any, b: Any) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True))
