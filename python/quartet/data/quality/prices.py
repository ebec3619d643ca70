"""Doubtful prices: spikes that revert, jumps by a factor of a hundred or of a split, outlying returns, stale repeats.

Thresholds are in robust units: the scale of a symbol's log returns is 1.4826 x their median absolute deviation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import log
from typing import Final

import polars as pl

from quartet.data.bar_dates import session_date
from quartet.data.quality.found import ROW, found
from quartet.data.verdict import Finding, Severity

_OUTLYING: Final = 5.0
"""Hampel's distance, in scales."""
_SPIKE: Final = 10.0
"""Scales that a price jumps by, to be a spike where it reverts."""
_NEARBY_ROWS: Final = 41
"""Rows around a jump whose scale counts where it is larger than the whole sample's: wild times have wild returns."""
_SPIKE_MIN: Final = 0.01
_REVERTED: Final = 0.3
"""Share of the jump that may be left where it has reverted."""
_SPIKE_ROWS: Final = 3
_STALE_ROWS: Final = 20
_JUMP_MIN: Final = 0.25
_NEAR: Final = 0.03
_OVERNIGHT: Final = timedelta(days=10)
"""Over a longer gap a price may have gone anywhere."""
_SPLITS: Final = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 28, 30, 40, 50, 3 / 2, 5 / 2, 4 / 3, 5 / 3)
"""Shares for one, of splits that occur; 4:3 is the smallest that moves a price by a quarter."""
_UNIT: Final = 100.0
_NEAR_UNIT: Final = 0.15
"""Of its logarithm: no market moves by such a factor, so that the move of the day may come on top of it."""


def prepared(frame: pl.DataFrame, price: pl.Expr, opening: pl.Expr) -> pl.DataFrame:
    """The frame with each row's log return, its overnight jump, its symbol's scale and the price of the row before."""
    above = pl.when(price > 0).then(price)
    return (
        frame.with_columns(above.alias("__price__"), pl.when(opening > 0).then(opening).alias("__open__"))
        .with_columns(pl.col("__price__").shift(1).over("symbol").alias("__before__"))
        .with_columns(
            (pl.col("__price__") / pl.col("__before__")).log().alias("__return__"),
            (pl.col("__open__") / pl.col("__before__")).log().alias("__jump__"),
        )
        .with_columns((pl.col("__return__") - pl.col("__return__").median()).abs().over("symbol").alias("__distance__"))
        .with_columns((1.4826 * pl.col("__distance__").median().over("symbol")).alias("__scale__"))
        .with_columns(
            (1.4826 * pl.col("__distance__").rolling_median(_NEARBY_ROWS, min_samples=10, center=True).over("symbol"))
            .fill_null(0.0)
            .clip(lower_bound=pl.col("__scale__"))
            .alias("__nearby__")
        )
    )


def spikes(frame: pl.DataFrame) -> Iterator[Finding]:
    """A jump that is gone again within three rows is more often a wrong price than a market."""
    yield from found(
        frame,
        _spike(),
        "spike",
        Severity.WARNING,
        "the price jumps and is back within three rows",
        "compare with another source; leave the rows out where they are wrong",
    )


def _spike() -> pl.Expr:
    jump = pl.col("__return__").abs()
    high = (jump > _SPIKE * pl.col("__nearby__")) & (jump > _SPIKE_MIN)
    reverted = pl.lit(False)
    for later in range(1, _SPIKE_ROWS + 1):
        left = (pl.col("__price__").shift(-later).over("symbol") / pl.col("__before__")).log().abs()
        reverted = reverted | (left < _REVERTED * jump).fill_null(False)
    return high & reverted


def units(frame: pl.DataFrame) -> Iterator[Finding]:
    """Pence for pounds, cents for dollars."""
    wrong = (pl.col("__return__").abs() - log(_UNIT)).abs() < _NEAR_UNIT
    yield from found(
        frame,
        wrong & ~_spike(),
        "unit_jump",
        Severity.WARNING,
        "the price changes by a factor of a hundred",
        "look for a change of the currency unit, and bring all rows to one",
        quarantine=True,
    )


def splits(frame: pl.DataFrame, explained: pl.DataFrame | None) -> Iterator[Finding]:
    """An overnight jump of more than a quarter, near the ratio of a split that no action explains."""
    jump = pl.col("__jump__")
    near = pl.any_horizontal(*((jump.abs() - log(ratio)).abs() < _NEAR for ratio in _SPLITS))
    overnight = pl.col("timestamp") - pl.col("timestamp").shift(1).over("symbol") <= _OVERNIGHT
    wrong = near & overnight & ((jump.exp() - 1).abs() > _JUMP_MIN) & ~_spike()
    if explained is not None:
        # An ex-date between two bars explains the jump of the later one.
        known = explained.select("symbol", pl.col("ex_date").alias("__known__")).unique().sort("__known__")
        dated = frame.with_columns(session_date().alias("__date__")).sort("__date__", maintain_order=True)
        frame = dated.join_asof(
            known, left_on="__date__", right_on="__known__", by="symbol", strategy="backward", check_sortedness=False
        ).sort(ROW)
        before = pl.col("__date__").shift(1).over("symbol")
        wrong = wrong & (pl.col("__known__").is_null() | (pl.col("__known__") <= before))
    yield from found(
        frame,
        wrong,
        "split_like_jump",
        Severity.WARNING,
        "the price opens more than a quarter away, near the ratio of a split that no corporate action explains",
        "give the corporate actions; or say adjusted=True where splits are in the prices already",
        quarantine=True,
    )


def outliers(frame: pl.DataFrame) -> Iterator[Finding]:
    """Returns beyond five scales; real markets have some, so that they are a note."""
    yield from found(
        frame,
        (pl.col("__distance__") > _OUTLYING * pl.col("__scale__")) & (pl.col("__scale__") > 0),
        "outlying_return",
        Severity.NOTE,
        "returns lie more than five robust deviations from their median",
    )


def stale(frame: pl.DataFrame, values: list[str]) -> Iterator[Finding]:
    """More than twenty equal rows in a row."""
    same = pl.lit(True)
    for name in values:
        same = same & pl.col(name).eq_missing(pl.col(name).shift(1).over("symbol"))
    runs = frame.with_columns(pl.when(same).then(0).otherwise(1).cum_sum().over("symbol").alias("__run__"))
    runs = runs.with_columns(pl.len().over("symbol", "__run__").alias("__length__"))
    yield from found(
        runs,
        (pl.col("__length__") > _STALE_ROWS) & pl.col(values[0]).is_not_null(),
        "stale",
        Severity.WARNING,
        f"the same {', '.join(values)} more than {_STALE_ROWS} rows long",
        "see whether the source went on publishing while nothing was traded",
        column=values[0],
    )
