"""Whether prices are of survivors alone, by a table of who belonged and when (S-141)."""

from __future__ import annotations

from quartet.backtest.prices import PricePanel
from quartet.data.universe import Universe
from quartet.data.verdict import named


def survivorship(universe: Universe, prices: PricePanel) -> tuple[str, ...]:
    """What is to be said of members without prices; nothing where there are none."""
    absent = universe.absent(prices.to_polars())
    if not absent:
        return ()
    return (
        f"{len(absent):,} members of the universe have no bars while they belonged ({named(absent)}): what was earned "
        "without them is of survivors; add their bars and quartet.data.universe.with_delistings",
    )
