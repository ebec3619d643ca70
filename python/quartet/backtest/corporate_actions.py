"""Corporate actions in a backtest: splits change the prices, dividends and delistings pay cash and close positions."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.backtest.grid import polars_of
from quartet.backtest.prices import PricePanel
from quartet.backtest.session_days import session_days
from quartet.core.errors import DataError
from quartet.data.bar_dates import session_date
from quartet.data.corporate import adjust
from quartet.data.dataset import Dataset
from quartet.data.exact import nano_of
from quartet.data.quality import assess

Ints = NDArray[np.int64]

STAMP: Final = 0
SYMBOL: Final = 1
AMOUNT: Final = 2
"""Cash a unit, 1e-9."""
CLOSES: Final = 3
"""1 where the position ends."""
WIDTH: Final = 4

_EPOCH: Final = date(1970, 1, 1)
_PAYS: Final = ("dividend", "spin_off")
_ENDS: Final = ("delisting", "merger")


def actions_of(frame: Any) -> pl.DataFrame:
    """A table of actions (`quartet.data`, schema actions); DataError for one that a backtest cannot follow."""
    table = polars_of(frame.frame if isinstance(frame, Dataset) else frame, "actions")
    absent = [name for name in ("symbol", "ex_date", "kind") if name not in table.columns]
    if absent:
        raise DataError(f"actions: columns {', '.join(absent)} are missing; there are: {', '.join(table.columns)}")
    empty = [pl.lit(None, pl.Float64).alias(name) for name in ("ratio", "amount") if name not in table.columns]
    table = table.with_columns(empty).sort("ex_date", "symbol", "kind")
    for row in table.iter_rows(named=True):
        into_shares = row["kind"] == "symbol_change" or (row["kind"] in _ENDS and row["ratio"] is not None)
        unpaid = row["kind"] in _PAYS and row["amount"] is None
        if into_shares or unpaid or row["kind"] not in (*_PAYS, *_ENDS, "split"):
            raise DataError(
                f"actions: {row['kind']} of {row['symbol']} on {row['ex_date']}: a backtest follows splits, cash "
                "dividends, spin-offs by their value, and what ends a symbol for cash; name the symbols by what they "
                "became before"
            )
    return table


def adjusted(prices: Any, actions: pl.DataFrame) -> PricePanel:
    """The panel in shares of its last day: prices before a split by it, volumes against it."""
    splits = actions.filter(pl.col("kind") == "split")
    if not len(splits):
        return _explained(PricePanel.of(prices), prices, actions)
    if isinstance(prices, PricePanel):
        raise DataError("actions: splits change the prices: give these as a frame")
    frame = polars_of(prices.frame if isinstance(prices, Dataset) else prices, "prices")
    last = frame.select(session_date().max()).item()
    made = _explained(PricePanel.of(adjust(frame, splits, as_of=last)), prices, actions)
    return made.with_notes(f"prices were brought over {len(splits):,} splits to shares of {last}")


def _explained(panel: PricePanel, prices: Any, actions: pl.DataFrame) -> PricePanel:
    """The panel with what stays in quarantine where the actions are known."""
    if not isinstance(prices, Dataset) or not prices.verdict.quarantined:
        return panel
    adjusted = bool(prices.provenance.parameters.get("adjusted"))
    verdict = assess(prices.frame, prices.schema, actions=actions, adjusted=adjusted)
    return replace(panel, quarantined=verdict.quarantined)


def payments_of(actions: pl.DataFrame, prices: PricePanel) -> tuple[Ints, tuple[str, ...]]:
    """(K, WIDTH) by stamp, and what is to be said of it.

    A dividend is paid at the symbol's first bar from its ex-date on, in money a share of the panel's; an end at the
    first stamp from its date on. One without an amount pays nothing and leaves the position at its mark.
    """
    days = session_days(prices.stamps)
    rows: list[tuple[int, int, int, int]] = []
    notes: list[str] = []
    for row in actions.iter_rows(named=True):
        if row["kind"] == "split" or row["symbol"] not in prices.symbols:
            continue
        i = prices.symbols.index(row["symbol"])
        day = (row["ex_date"] - _EPOCH).days
        ends = row["kind"] in _ENDS
        there = np.flatnonzero(days >= day) if ends else np.flatnonzero((days >= day) & prices.present[:, i])
        # Nothing is held before the second stamp.
        if not len(there) or there[0] == 0:
            continue
        if row["amount"] is None:
            notes.append(f"{row['symbol']} ended on {row['ex_date']} for an unknown amount: it keeps its mark")
            continue
        amount = round(float(row["amount"]) / _later_splits(actions, row), 9)
        rows.append((int(there[0]), i, nano_of(amount), int(ends)))
    table = np.array(sorted(rows), np.int64).reshape(-1, WIDTH)
    return table, tuple(notes)


def actions_hash(actions: pl.DataFrame) -> str:
    """SHA-256 of what the table says."""
    return hashlib.sha256(actions.write_csv().encode()).hexdigest()


def _later_splits(actions: pl.DataFrame, row: dict[str, Any]) -> float:
    """New shares for a share of that day."""
    later = actions.filter(
        (pl.col("kind") == "split") & (pl.col("symbol") == row["symbol"]) & (pl.col("ex_date") > row["ex_date"])
    )
    return float(np.prod(later["ratio"].to_numpy())) if len(later) else 1.0
