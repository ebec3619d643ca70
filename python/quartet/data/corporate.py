"""Corporate actions: prices adjusted for them as of a date, total returns, and what they do to a position.

An action counts from its ex-date on, and only once it was announced; where that is not told, on its ex-date. Splits and
dividends in the contract `actions` move prices; a spin_off counts as a dividend of the value of what is received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

import polars as pl

from quartet.core.errors import DataError
from quartet.data.bar_dates import session_date
from quartet.data.contracts.checking import check
from quartet.data.contracts.schemas import ACTIONS

Adjustment = Literal["split", "back"]
_PRICES: Final = ("open", "high", "low", "close", "vwap")


@dataclass(frozen=True, slots=True)
class PositionChange:
    """What an action makes of a position."""

    quantity: float
    """Shares afterwards; a fraction is paid in cash by most brokers."""
    cost_per_share: float
    """Such that quantity times it stays what was paid."""
    cash: float
    """Received; negative: owed, by a short position."""
    symbol: str


def known_actions(actions: pl.DataFrame, as_of: date | datetime) -> pl.DataFrame:
    """The actions that count on that day: ex-date reached, and announced. DataError where they break the contract."""
    check(actions.sort("ex_date"), ACTIONS).raise_if_failed("corporate actions")
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    moment = as_of if isinstance(as_of, datetime) else datetime.combine(day + timedelta(days=1), time(), UTC)
    counting = pl.col("ex_date") <= day
    if "known_at" in actions.columns:
        counting = counting & (pl.col("known_at").is_null() | (pl.col("known_at") <= moment))
    return actions.filter(counting)


def adjust(
    bars: pl.DataFrame, actions: pl.DataFrame, *, as_of: date | datetime, mode: Adjustment = "split"
) -> pl.DataFrame:
    """Bars in shares and money of as_of: what was traded before an ex-date is brought to what was traded after it.

    mode split: prices by splits, volumes against them. back: prices by dividends too, each by 1 - D / close before the
    ex-date (CRSP's factor), so that returns across it are those of a holder who reinvests. Rows after as_of are left
    out: they were not known. DataError where a dividend is not below the close before it, or mode is neither.
    """
    if mode not in ("split", "back"):
        raise DataError(f"mode {mode!r} is not known; there are: split, back")
    dated = bars.with_columns(session_date().alias("__date__"))
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    dated = dated.filter(pl.col("__date__") <= day)
    steps = _steps(dated, known_actions(actions, as_of), dividends=mode == "back")
    # The factor of a row is the product of the steps after its day: the steps read backwards, matched to the next one.
    steps = steps.sort("ex_date", descending=True).with_columns(
        pl.col("price_step").cum_prod().over("symbol").alias("__price__"),
        pl.col("share_step").cum_prod().over("symbol").alias("__shares__"),
    )
    after = dated.with_columns((pl.col("__date__") + pl.duration(days=1)).alias("__next__")).with_row_index("__row__")
    joined = after.sort("__next__").join_asof(
        steps.sort("ex_date").select("symbol", "ex_date", "__price__", "__shares__"),
        left_on="__next__",
        right_on="ex_date",
        by="symbol",
        strategy="forward",
        check_sortedness=False,
    )
    price, shares = pl.col("__price__").fill_null(1.0), pl.col("__shares__").fill_null(1.0)
    changed = [(pl.col(name) * price).alias(name) for name in _PRICES if name in bars.columns]
    if "volume" in bars.columns:
        changed.append((pl.col("volume") * shares).alias("volume"))
    return joined.sort("__row__").with_columns(changed).select(bars.columns)


def total_return(bars: pl.DataFrame, actions: pl.DataFrame, *, as_of: date | datetime) -> pl.DataFrame:
    """Returns of a holder, dividends included: timestamp, symbol, total_return (of the bar), total_return_index.

    r = (close x shares for one + dividend) / close before - 1, with the actions between the two bars; the index starts
    at 1 with a symbol's first bar, where r is null. Dividends are reinvested at the close of the bar of their ex-date.
    """
    dated = bars.with_columns(session_date().alias("__date__")).sort("timestamp", "symbol")
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    dated = dated.filter(pl.col("__date__") <= day)
    steps = _steps(dated, known_actions(actions, as_of), dividends=False)
    cash = steps.select("symbol", "ex_date", "share_step", "cash")
    before = pl.col("__date__").shift(1).over("symbol")
    spans = dated.select("timestamp", "symbol", "close", "__date__").with_columns(before.alias("__since__"))
    # An ex-date between two bars belongs to the later one.
    owned = cash.sort("ex_date").join_asof(
        spans.select("symbol", "__date__").sort("__date__"),
        left_on="ex_date",
        right_on="__date__",
        by="symbol",
        strategy="forward",
        check_sortedness=False,
    )
    owned = owned.group_by("symbol", "__date__").agg(pl.col("share_step").product(), pl.col("cash").sum())
    held = spans.join(owned, on=["symbol", "__date__"], how="left").sort("timestamp", "symbol")
    gained = pl.col("close") * pl.col("share_step").fill_null(1.0) + pl.col("cash").fill_null(0.0)
    grown = held.with_columns((gained / pl.col("close").shift(1).over("symbol") - 1).alias("total_return"))
    index = (1 + pl.col("total_return").fill_null(0.0)).cum_prod().over("symbol").alias("total_return_index")
    return grown.with_columns(index).select("timestamp", "symbol", "total_return", "total_return_index")


def apply_to_position(action: dict[str, object], symbol: str, quantity: float, cost_per_share: float) -> PositionChange:
    """What one row of `actions` makes of a position held over its ex-date. Short positions owe what long ones receive.

    A merger or symbol_change turns it into shares of `other`; cash for a share goes with any kind. A delisting without
    an amount leaves the shares and pays nothing.
    """
    ratio, amount = action.get("ratio"), action.get("amount")
    factor = float(ratio) if isinstance(ratio, (int, float)) and action["kind"] in ("split", "merger") else 1.0
    cash = quantity * (float(amount) if isinstance(amount, (int, float)) else 0.0)
    gone = action["kind"] in ("merger", "delisting") and ratio is None and amount is not None
    left = 0.0 if gone else quantity * factor
    other = action.get("other")
    renamed = str(other) if other and action["kind"] in ("merger", "symbol_change") else symbol
    return PositionChange(left, cost_per_share / factor, cash, renamed)


def _steps(dated: pl.DataFrame, actions: pl.DataFrame, dividends: bool) -> pl.DataFrame:
    """By symbol and ex-date: the factors of earlier prices and volumes, and the cash for a share before the split."""
    closes = dated.select("symbol", pl.col("__date__").alias("__day__"), "close").sort("__day__")
    empty = [pl.lit(None, pl.Float64).alias(name) for name in ("ratio", "amount") if name not in actions.columns]
    wanted = actions.with_columns(empty).filter(pl.col("kind").is_in(["split", "dividend", "spin_off"]))
    ratios = wanted.filter((pl.col("kind") == "split") & pl.col("ratio").is_not_null())
    ratio = ratios.group_by("symbol", "ex_date").agg(pl.col("ratio").product())
    paid = wanted.filter(pl.col("amount").is_not_null()).group_by("symbol", "ex_date").agg(pl.col("amount").sum())
    steps = ratio.join(paid, on=["symbol", "ex_date"], how="full", coalesce=True)
    steps = steps.with_columns(pl.col("ratio").fill_null(1.0), pl.col("amount").fill_null(0.0)).sort("ex_date")
    steps = steps.with_columns((pl.col("ex_date") - pl.duration(days=1)).alias("__eve__")).join_asof(
        closes, left_on="__eve__", right_on="__day__", by="symbol", strategy="backward", check_sortedness=False
    )
    # A dividend before the first bar moves nothing that is there.
    share = pl.when(pl.col("close").is_null()).then(0.0).otherwise(pl.col("amount") / pl.col("close"))
    steps = steps.with_columns(share.alias("__share__"))
    wrong = steps.filter(pl.col("__share__") >= 1)
    if len(wrong):
        row = wrong.row(0, named=True)
        raise DataError(
            f"{row['symbol']}: the dividend {row['amount']} of {row['ex_date']} is not below the close before it, "
            f"{row['close']}; see whether both are in the same unit and of the same shares"
        )
    kept = (1 - pl.col("__share__")) if dividends else pl.lit(1.0)
    return steps.select(
        "symbol",
        "ex_date",
        (kept / pl.col("ratio")).alias("price_step"),
        pl.col("ratio").alias("share_step"),
        pl.col("amount").alias("cash"),
    )
