"""Who belonged to a universe on a day, as was known then; and what became of those that left the market."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import polars as pl

from quartet.core.errors import DataError
from quartet.data.bar_dates import session_date
from quartet.data.contracts.checking import check
from quartet.data.contracts.schemas import MEMBERSHIP
from quartet.data.times import text_of

DELISTING_RETURN: Final = -0.3
"""Of a delisting whose return is not known and that was not a merger (Shumway 1997: performance-related ones)."""


class Universe:
    """Memberships with their first and last days. No question can be asked without a day."""

    def __init__(
        self, membership: pl.DataFrame, *, known_from: date | None = None, known_until: date | None = None
    ) -> None:
        """membership: a frame of that contract (symbol, start, end).

        known_from, known_until: the days for which it is complete; by default from the first start to the last day that
        it speaks of. DataError where it breaks the contract, or where two memberships of a symbol overlap.
        """
        check(membership.sort("start"), MEMBERSHIP).raise_if_failed("membership")
        if not len(membership):
            raise DataError("membership: there are no rows")
        self._rows = membership.sort("symbol", "start")
        self._reject_overlaps()
        spoken = [*membership["start"].to_list(), *membership["end"].drop_nulls().to_list()]
        self.known_from = known_from or min(spoken)
        self.known_until = known_until or max(spoken)

    @property
    def symbols(self) -> list[str]:
        """All symbols that ever belonged, sorted."""
        return sorted(self._rows["symbol"].unique().to_list(), key=str.encode)

    def members(self, *, as_of: date) -> list[str]:
        """The symbols that belonged on that day, sorted. DataError for a day that the table does not speak of."""
        day = as_of.date() if isinstance(as_of, datetime) else as_of
        if not self.known_from <= day <= self.known_until:
            raise DataError(
                f"the universe is known from {self.known_from} to {self.known_until}, not on {day}; "
                "give known_from and known_until where the table is complete for longer"
            )
        there = (pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") >= day))
        return sorted(self._rows.filter(there)["symbol"].to_list(), key=str.encode)

    def mark(self, bars: pl.DataFrame) -> pl.DataFrame:
        """The bars with a column member: whether the symbol belonged on the day of the bar.

        DataError where a bar is of a day that the table does not speak of.
        """
        dated = bars.with_columns(session_date().alias("__date__")).with_row_index("__row__")
        beyond = dated.filter((pl.col("__date__") < self.known_from) | (pl.col("__date__") > self.known_until))
        if len(beyond):
            first = beyond.row(0, named=True)
            known = f"the universe is known from {self.known_from} to {self.known_until}"
            where = f"the first of {first['symbol']} on {first['__date__']}"
            raise DataError(f"{known}; {len(beyond):,} bars are of other days, {where}")
        spans = self._rows.select("symbol", pl.col("start").alias("__start__"), pl.col("end").alias("__end__"))
        joined = dated.sort("__date__").join_asof(
            spans.sort("__start__"),
            left_on="__date__",
            right_on="__start__",
            by="symbol",
            strategy="backward",
            check_sortedness=False,
        )
        inside = pl.col("__start__").is_not_null() & (
            pl.col("__end__").is_null() | (pl.col("__date__") <= pl.col("__end__"))
        )
        return joined.sort("__row__").with_columns(inside.alias("member")).select([*bars.columns, "member"])

    def keep(self, bars: pl.DataFrame) -> pl.DataFrame:
        """The bars of members alone. A symbol that leaves and returns has a gap."""
        return self.mark(bars).filter(pl.col("member")).drop("member")

    def absent(self, bars: pl.DataFrame) -> list[str]:
        """Symbols that belonged within the days of the bars and have no bar of those days: the dead that are missing.

        Bars without them are of survivors. Days that the table does not speak of count as days without members.
        """
        days = bars.select(session_date().min().alias("a"), session_date().max().alias("b")).row(0)
        inside = (pl.col("start") <= days[1]) & (pl.col("end").is_null() | (pl.col("end") >= days[0]))
        belonged = self._rows.filter(inside).select("symbol", pl.col("start"), pl.col("end").fill_null(days[1]))
        dated = bars.select("symbol", session_date().alias("__date__")).unique()
        there = dated.join(belonged, on="symbol").filter(pl.col("__date__").is_between(pl.col("start"), pl.col("end")))
        return sorted(set(belonged["symbol"]) - set(there["symbol"]), key=str.encode)

    def _reject_overlaps(self) -> None:
        before = pl.col("end").shift(1).over("symbol")
        again = pl.col("start").shift(1).over("symbol").is_not_null()
        wrong = self._rows.filter(again & (before.is_null() | (pl.col("start") <= before)))
        if len(wrong):
            row = wrong.row(0, named=True)
            raise DataError(
                f"membership: {row['symbol']} starts on {row['start']} while an earlier membership of it has not ended"
            )


def with_delistings(
    bars: pl.DataFrame, delistings: pl.DataFrame, *, default_return: float = DELISTING_RETURN
) -> pl.DataFrame:
    """The bars with a last one for each symbol that was delisted, at the price that its holders were left with.

    delistings: symbol, timestamp (after its last bar), delisting_return (null: the default).
    The bar has open = high = low = close = last close x (1 + return) and a volume of 0. DataError where a return is
    below -1, or a bar of the symbol is not before the stamp.
    """
    last = bars.group_by("symbol").agg(
        pl.col("timestamp").max().alias("__last__"), pl.col("close").sort_by("timestamp").last()
    )
    joined = delistings.join(last, on="symbol", how="inner")
    for row in joined.filter(pl.col("timestamp") <= pl.col("__last__")).iter_rows(named=True):
        raise DataError(
            f"{row['symbol']}: it has a bar at {text_of(_ns(joined, row['symbol']))} or later and cannot have been "
            "delisted before; give the time after its last bar"
        )
    returns = pl.col("delisting_return").fill_null(default_return)
    if len(joined.filter(returns < -1)):
        raise DataError("a delisting return is below -1: give it as a share, -0.3 for a loss of 30 %")
    price = pl.col("close") * (1 + returns)
    names = [name for name in ("open", "high", "low", "close") if name in bars.columns]
    ends = joined.select("timestamp", "symbol", *(price.alias(name) for name in names), pl.lit(0.0).alias("volume"))
    return pl.concat([bars, ends], how="diagonal").sort("timestamp", "symbol", maintain_order=True)


def _ns(frame: pl.DataFrame, symbol: str) -> int:
    moment: int = frame.filter(pl.col("symbol") == symbol)["timestamp"].to_physical()[0]
    return moment
